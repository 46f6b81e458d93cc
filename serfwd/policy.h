/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an administrator decides for a link, against or beyond what the user of
 * the vtty asks for.
 */
#ifndef SERFWD_POLICY_H
#define SERFWD_POLICY_H

#include <linux/types.h>

struct attribute;

/* Detaching the port: the vtty waits for the next one, or is hung up. */
enum serfwd_on_detach {
	SERFWD_ON_DETACH_HOLD,
	SERFWD_ON_DETACH_HANGUP,
};

/* Who does the line's flow control: as the vtty is set, or the real port. */
enum serfwd_flow {
	SERFWD_FLOW_GUEST,
	SERFWD_FLOW_AUTO_RTSCTS,
};

/* Closing the vtty drops DTR and RTS: as its HUPCL says, or never. */
enum serfwd_hup {
	SERFWD_HUP_GUEST,
	SERFWD_HUP_NEVER,
};

/* A reader that does not take what arrives. */
enum serfwd_stall {
	SERFWD_STALL_BLOCK,
	SERFWD_STALL_DROP_NEWEST,
	SERFWD_STALL_HANGUP,
};

/**
 * struct serfwd_policy - what an administrator decided for a link
 * @on_detach: &enum serfwd_on_detach
 * @flow: &enum serfwd_flow; changed under the link's ctl_lock
 * @hup: &enum serfwd_hup; changed under the link's ctl_lock
 * @stall: &enum serfwd_stall; changed under the link's ctl_lock
 * @stall_timeout_ms: how long a reader may stall with SERFWD_STALL_HANGUP
 */
struct serfwd_policy {
	int on_detach;
	int flow;
	int hup;
	int stall;
	unsigned int stall_timeout_ms;
};

extern struct attribute *serfwd_policy_attrs[];

#endif
