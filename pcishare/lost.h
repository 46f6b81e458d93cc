/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device that does not answer, or has lost its state.
 */
#ifndef PCISHARE_LOST_H
#define PCISHARE_LOST_H

#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/types.h>

struct pcishare_device;

extern const struct pci_error_handlers pcishare_error_handlers;
extern const struct dev_pm_ops pcishare_pm_ops;

void pcishare_lost_init(struct pcishare_device *device);
void pcishare_lost_exit(struct pcishare_device *device);
bool pcishare_device_is_deaf(const struct pcishare_device *device);
long pcishare_device_await_answer(struct pcishare_device *device, long left);
void pcishare_device_lose(struct pcishare_device *device);
void pcishare_device_find(struct pcishare_device *device);

#endif
