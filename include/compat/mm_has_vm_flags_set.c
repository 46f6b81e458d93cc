// SPDX-License-Identifier: GPL-2.0
/* Flags of a vma are set by vm_flags_set() (6.3). */
#include <linux/tty.h>
#include <linux/mm.h>

typedef void wanted(struct vm_area_struct *, vm_flags_t);

_Static_assert(__builtin_types_compatible_p(wanted, typeof(vm_flags_set)),
	       "mm has vm_flags_set");
