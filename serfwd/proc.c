// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/tty/driver/serfwd, in the form the serial core has for its drivers
 * (uart_line_info()), with the real port's name in place of its address.
 */
#include <linux/capability.h>
#include <linux/seq_file.h>
#include <linux/serial.h>
#include <linux/tty.h>

#include "lines.h"
#include "link.h"
#include "proc.h"
#include "share.h"

static const struct {
	unsigned int bit;
	const char *name;
} serfwd_proc_lines[] = {
	{ TIOCM_RTS, "RTS" },
	{ TIOCM_CTS, "CTS" },
	{ TIOCM_DTR, "DTR" },
	{ TIOCM_DSR, "DSR" },
	{ TIOCM_CAR, "CD" },
	{ TIOCM_RNG, "RI" },
};

static void serfwd_proc_error(struct seq_file *m, const char *name, int count)
{
	if (count)
		seq_printf(m, " %s:%d", name, count);
}

static void serfwd_proc_counters(struct seq_file *m, struct serfwd_link *link)
{
	struct serial_icounter_struct count = {};

	if (serfwd_get_icount(link, &count))
		return;
	seq_printf(m, " tx:%d rx:%d", count.tx, count.rx);
	serfwd_proc_error(m, "fe", count.frame);
	serfwd_proc_error(m, "pe", count.parity);
	serfwd_proc_error(m, "brk", count.brk);
	serfwd_proc_error(m, "oe", count.overrun);
	serfwd_proc_error(m, "bo", count.buf_overrun);
}

static void serfwd_proc_modem_lines(struct seq_file *m,
				    struct serfwd_link *link)
{
	int lines = serfwd_get_lines(link);
	const char *before = " ";
	unsigned int i;

	if (lines < 0)
		return;
	for (i = 0; i < ARRAY_SIZE(serfwd_proc_lines); i++) {
		if (!(lines & serfwd_proc_lines[i].bit))
			continue;
		seq_printf(m, "%s%s", before, serfwd_proc_lines[i].name);
		before = "|";
	}
}

static void serfwd_proc_link(struct seq_file *m, struct serfwd_link *link)
{
	struct tty_struct *real = serfwd_share_real(link);

	seq_printf(m, "%u: uart:serfwd port:%s", link->index,
		   real ? real->name : "none");
	/* As the serial core: others' traffic is not everybody's business. */
	if (real && capable(CAP_SYS_ADMIN)) {
		serfwd_proc_counters(m, link);
		serfwd_proc_modem_lines(m, link);
	}
	seq_putc(m, '\n');
	tty_kref_put(real);
}

/**
 * serfwd_proc_show - the tty driver's file in /proc/tty/driver
 * @m: written to
 * @unused: what seq_file passes
 *
 * Return: 0.
 */
int serfwd_proc_show(struct seq_file *m, void *unused)
{
	struct serfwd_link *link;
	unsigned int i;

	seq_puts(m, "serinfo:1.0 driver revision:\n");
	for (i = 0; (link = serfwd_link_by_index(i)); i++)
		serfwd_proc_link(m, link);
	return 0;
}
