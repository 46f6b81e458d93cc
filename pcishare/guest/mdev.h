/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How guests' devices are made: the mdev bus. All that knows of it is in
 * mdev.c, for there are kernels without it.
 */
#ifndef PCISHARE_MDEV_H
#define PCISHARE_MDEV_H

#include <linux/mdev.h>

#include "../policy/policy.h"

struct pcishare_device;

/**
 * struct pcishare_types - how a device is offered
 * @parent: the mdev core's
 * @type: in the one way that the policy says
 * @list: what there is of them
 * @names: what the type is called, the one there is and the next
 * @offered: they are known to the mdev core
 */
struct pcishare_types {
	struct mdev_parent parent;
	struct mdev_type type;
	struct mdev_type *list[1];
	char names[2][PCISHARE_STRING_MAX + sizeof(" partition")];
	bool offered;
};

int pcishare_mdev_register(void);
void pcishare_mdev_unregister(void);

int pcishare_mdev_offer(struct pcishare_device *device);
void pcishare_mdev_name(struct pcishare_device *device);
void pcishare_mdev_withdraw(struct pcishare_device *device);

#endif
