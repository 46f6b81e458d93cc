/* SPDX-License-Identifier: GPL-2.0 */
/*
 * intx.h - INTx of a guest of the educational device, whether or not it shares it
 */
#ifndef SELFTESTS_INTX_H
#define SELFTESTS_INTX_H

#include "../lib/harness.h"
#include "edu-user.h"

/**
 * check_intx_unmasked_by_eventfd() - ended as KVM's irqfd does
 * @_metadata: of the test
 * @guest: with its INTx enabled, and @unmask to unmask it; without it afterwards
 * @unmask: the eventfd
 */
static inline void
check_intx_unmasked_by_eventfd(struct __test_metadata *_metadata,
			       const struct edu_guest *guest, int unmask)
{
	uint64_t one = 1;
	int i;

	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		ASSERT_EQ(sizeof(one), write(unmask, &one, sizeof(one)));
	}
	ASSERT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(sizeof(one), write(unmask, &one, sizeof(one)));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_INTX, IRQ_UNMASK_FD, 1, -1));
}

/**
 * check_intx_masked_and_disabled() - what is kept back comes later
 * @_metadata: of the test
 * @guest: with nothing enabled and nothing pending
 */
static inline void
check_intx_masked_and_disabled(struct __test_metadata *_metadata,
			       const struct edu_guest *guest)
{
	int fd = guest->user.device;

	/* An interrupt before it is enabled is not lost. */
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, edu_irq_end(guest));

	ASSERT_EQ(0, irq_set(fd, EDU_INTX, IRQ_MASK, 1, 0));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, edu_irq_end(guest));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, edu_irq_end(guest));

	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY |
				PCI_COMMAND_INTX_DISABLE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, irq_set(fd, EDU_INTX, IRQ_TRIGGER_FD, 1, -1));
}

#endif
