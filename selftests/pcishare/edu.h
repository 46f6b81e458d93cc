/* SPDX-License-Identifier: GPL-2.0 */
/*
 * edu.h - registers of QEMU's educational device: docs/specs/edu of QEMU
 */
#ifndef SELFTESTS_EDU_H
#define SELFTESTS_EDU_H

#define EDU_VENDOR		0x1234
#define EDU_DEVICE		0x11e8
#define EDU_BAR_SIZE		0x100000

#define EDU_ID			0x00
#define EDU_ID_VALUE		0x010000ed
#define EDU_LIVENESS		0x04	/* reads as what was written, inverted */
#define EDU_FACTORIAL		0x08
#define EDU_STATUS		0x20
#define EDU_STATUS_COMPUTING	0x01
#define EDU_STATUS_IRQ		0x80	/* interrupt when done */
#define EDU_IRQ_STATUS		0x24
#define EDU_IRQ_STATUS_FACTORIAL 0x01
#define EDU_IRQ_RAISE		0x60
#define EDU_IRQ_ACK		0x64

#endif
