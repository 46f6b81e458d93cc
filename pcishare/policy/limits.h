/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits of the language, and of what it describes.
 */
#ifndef PCISHARE_POLICY_LIMITS_H
#define PCISHARE_POLICY_LIMITS_H

/* Limits of the language. */
#define PCISHARE_POLICY_SIZE_MAX	65536
#define PCISHARE_POLICY_FORMAT		1
#define PCISHARE_NAME_MAX		31
/* Of an array with "[4095]". */
#define PCISHARE_REG_NAME_MAX		37
#define PCISHARE_STRING_MAX		63
#define PCISHARE_DEVICES_MAX		64
#define PCISHARE_REGS_MAX		4096
#define PCISHARE_FIELDS_MAX		4096
#define PCISHARE_OPS_MAX		2048
#define PCISHARE_COMPARISONS_MAX	16
#define PCISHARE_GROUPS_MAX		8
#define PCISHARE_STEPS_MAX		64
#define PCISHARE_SOURCES_MAX		16
#define PCISHARE_ACKED_MAX		16
#define PCISHARE_DMAS_MAX		16
#define PCISHARE_WHENS_MAX		4
#define PCISHARE_RINGS_MAX		16
#define PCISHARE_SCRATCHES_MAX		16
#define PCISHARE_GUESTS_MAX		64
#define PCISHARE_GUESTS_DEFAULT		16
#define PCISHARE_QUEUE_MAX		256
#define PCISHARE_QUEUE_DEFAULT		16
#define PCISHARE_BARS			6
/* As &pcishare_reg.bar: in configuration space. */
#define PCISHARE_CONFIG			6
#define PCISHARE_SPACES			7
/* Below are what all devices have, and the capabilities of guests' own. */
#define PCISHARE_CONFIG_MIN		0x58
#define PCISHARE_CONFIG_MIN_MSIX	0x64
#define PCISHARE_CONFIG_SIZE		0x100
#define PCISHARE_BAR_SIZE_MAX		0x40000000
#define PCISHARE_STRIDE_MAX		4096

/* So far from its beginning a BAR has a table of registers, at most. */
#define PCISHARE_MAP_MAX		65536

/* In microseconds. */
#define PCISHARE_SLICE_MIN		100
#define PCISHARE_SLICE_MAX		10000000
#define PCISHARE_HOLD_MAX		60000000
#define PCISHARE_WITHIN_MAX		1000000
#define PCISHARE_DELAY_MAX		100000
#define PCISHARE_RECIPE_MAX		10000000

#endif
