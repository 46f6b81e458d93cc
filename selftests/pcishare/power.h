/* SPDX-License-Identifier: GPL-2.0 */
/*
 * power.h - power management of a mediated device: PCI Power Management 1.2
 */
#ifndef SELFTESTS_POWER_H
#define SELFTESTS_POWER_H

#include <linux/pci_regs.h>

/* Where pcishare has the capability. */
#define PM_CTRL		(0x40 + PCI_PM_CTRL)

#define PM_D0		0u
#define PM_D1		1u
#define PM_D2		2u
#define PM_D3HOT	3u

#endif
