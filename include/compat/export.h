/* SPDX-License-Identifier: GPL-2.0 */
/* Brings linux/export.h and linux/module.h up to the newest kernel's. */
#ifndef DEVSHARE_COMPAT_EXPORT_H
#define DEVSHARE_COMPAT_EXPORT_H

#include <linux/export.h>
#include <linux/module.h>

#include <compat/probes.h>

/*
 * The namespace @name, as EXPORT_SYMBOL_NS_GPL() and MODULE_IMPORT_NS() want
 * it.
 */
#ifdef COMPAT_MODULE_IMPORT_NS_TAKES_STRING
#define SYMBOL_NS(name)	#name
#else
#define SYMBOL_NS(name)	name
#endif

#endif /* DEVSHARE_COMPAT_EXPORT_H */
