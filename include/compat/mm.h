/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Brings linux/mm.h up to the newest kernel's.
 */
#ifndef DEVSHARE_COMPAT_MM_H
#define DEVSHARE_COMPAT_MM_H

#include <linux/mm.h>

#include <compat/probes.h>

#ifndef COMPAT_MM_HAS_VM_FLAGS_SET
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}
#endif

#endif /* DEVSHARE_COMPAT_MM_H */
