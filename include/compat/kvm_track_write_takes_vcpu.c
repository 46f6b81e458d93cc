// SPDX-License-Identifier: GPL-2.0
/* A notifier of page tracking is told which processor wrote (up to 6.4). */
#include <linux/tty.h>
#include <linux/kvm_host.h>

typedef void (*wanted)(struct kvm_vcpu *, gpa_t, const u8 *, int,
		       struct kvm_page_track_notifier_node *);
typedef struct kvm_page_track_notifier_node node;

_Static_assert(__builtin_types_compatible_p(wanted, typeof(((node *)0)->track_write)),
	       "track_write takes a vcpu");
