/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_BIND_H
#define SERFWD_BIND_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct serfwd_link;
struct tty_struct;

/**
 * struct serfwd_bind - how a link has its port
 * @exclusive: the real port was open exclusively before it was attached
 * @claimed: a real port is bound or is being bound; under serfwd_links_lock
 * @wanted: the tty which bind.c is about to bind to this link; under
 *	serfwd_links_lock
 * @mutex: serialises bind.c's binding and unbinding
 * @kopened: the real port's tty if bind.c opened it; under @mutex for writing
 * @replacing_port: the next port is opened already; under @mutex for writing
 * @reap_work: closes @kopened after the port was hung up
 */
struct serfwd_bind {
	bool exclusive;
	bool claimed;
	struct tty_struct *wanted;
	struct mutex mutex;	/* binding by bind.c */
	struct tty_struct *kopened;
	bool replacing_port;
	struct work_struct reap_work;
};

void serfwd_bind_init(struct serfwd_link *link);
int serfwd_bind(struct serfwd_link *link, const char *name);
int serfwd_unbind(struct serfwd_link *link);
void serfwd_unbind_for_good(struct serfwd_link *link);
void serfwd_bind_reap(struct serfwd_link *link);

#endif
