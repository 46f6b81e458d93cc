/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_FLIP_WQ_H
#define SERFWD_FLIP_WQ_H

#include <linux/mutex.h>
#include <linux/types.h>

struct serfwd_link;
struct tty_port;
struct tty_struct;
struct workqueue_struct;

/**
 * struct serfwd_flip_wq - where flip buffer work of a link runs
 * @lock: protects the rest
 * @own: the link's own workqueue, NULL until it is first asked for
 * @wanted: flip buffer work is to run on @own
 * @port: the tty port of the real port that is bound, or NULL
 * @port_found: the workqueue that @port had
 * @vport_found: the workqueue that the vtty had
 */
struct serfwd_flip_wq {
	struct mutex lock;	/* the rest */
	struct workqueue_struct *own;
	bool wanted;
	struct tty_port *port;
	struct workqueue_struct *port_found;
	struct workqueue_struct *vport_found;
};

void serfwd_flip_wq_init(struct serfwd_link *link);
void serfwd_flip_wq_exit(struct serfwd_link *link);
int serfwd_flip_wq_want(struct serfwd_link *link, bool own);
void serfwd_flip_wq_attach(struct serfwd_link *link, struct tty_struct *real);
void serfwd_flip_wq_detach(struct serfwd_link *link);

#endif
