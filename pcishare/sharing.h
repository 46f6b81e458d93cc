/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a physical device is shared.
 */
#ifndef PCISHARE_SHARING_H
#define PCISHARE_SHARING_H

#include <linux/types.h>

struct pcishare_device;

int pcishare_sharing_begin(struct pcishare_device *device, bool dirty);
void pcishare_sharing_set_master(struct pcishare_device *device);
void pcishare_sharing_set_times(struct pcishare_device *device, u32 slice_us,
				u32 hold_us);
void pcishare_sharing_say(const struct pcishare_device *device);
void pcishare_sharing_end(struct pcishare_device *device);
void pcishare_sharing_free(struct pcishare_device *device);
int pcishare_sharing_replace_policy(struct pcishare_device *device,
				    const char *name);

#endif
