/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PCISHARE_MODULE_H
#define PCISHARE_MODULE_H

#include <linux/types.h>

struct dentry;

struct dentry *pcishare_debugfs(void);
unsigned int pcishare_revoke_ms(void);
bool pcishare_may_be_exclusive(void);

#endif
