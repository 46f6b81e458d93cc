/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When a guest is interrupted: not too often.
 */
#ifndef PCISHARE_IRQ_H
#define PCISHARE_IRQ_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/types.h>

struct pcishare_guest;

/**
 * struct pcishare_late - interrupts that come later
 * @vectors: those that were raised too often, and are signalled by @timer
 * @timer: when the guest may be interrupted again
 */
struct pcishare_late {
	atomic_t vectors;
	struct hrtimer timer;
};

void pcishare_irq_init(struct pcishare_guest *guest);
void pcishare_irq_end(struct pcishare_guest *guest);
void pcishare_irq_raise(struct pcishare_guest *guest, u32 vectors);

#endif
