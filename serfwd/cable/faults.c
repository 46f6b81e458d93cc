// SPDX-License-Identifier: GPL-2.0
/*
 * Line errors on demand, for tests: /sys/kernel/debug/serfwd/ttyNM<n>/ has a
 * file for each. The number that is written to it says how many of the next
 * bytes that the plug receives get that error.
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/serial_reg.h>

#include <compat/uart.h>

#include "cable.h"

static const struct {
	const char *name;
	unsigned int status;
} serfwd_faults[SERFWD_FAULTS] = {
	[SERFWD_FAULT_BREAK]	= { "break", UART_LSR_BI },
	[SERFWD_FAULT_PARITY]	= { "parity", UART_LSR_PE },
	[SERFWD_FAULT_FRAME]	= { "frame", UART_LSR_FE },
	[SERFWD_FAULT_OVERRUN]	= { "overrun", UART_LSR_OE },
};

/**
 * serfwd_faults_wanted - does the next byte that a plug receives get an error?
 * @plug: the plug
 *
 * Return: true if so.
 */
bool serfwd_faults_wanted(const struct serfwd_plug *plug)
{
	int i;

	for (i = 0; i < SERFWD_FAULTS; i++)
		if (unlikely(atomic_read(&plug->faults[i]) > 0))
			return true;
	return false;
}

/**
 * serfwd_faults_take - the errors of the next byte that a plug receives
 * @plug: the plug
 *
 * Return: UART_LSR_* bits, 0 for none.
 */
unsigned int serfwd_faults_take(struct serfwd_plug *plug)
{
	unsigned int status = 0;
	int i;

	for (i = 0; i < SERFWD_FAULTS; i++)
		if (atomic_dec_if_positive(&plug->faults[i]) >= 0)
			status |= serfwd_faults[i].status;
	return status;
}

/**
 * serfwd_faults_create - make the files of a plug
 * @plug: the plug
 * @parent: directory to make its directory in
 */
void serfwd_faults_create(struct serfwd_plug *plug, struct dentry *parent)
{
	struct dentry *dir = debugfs_create_dir(plug->uart.name, parent);
	int i;

	for (i = 0; i < SERFWD_FAULTS; i++)
		debugfs_create_atomic_t(serfwd_faults[i].name, 0600, dir,
					&plug->faults[i]);
}
