/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decisions of an administrator for a link, against or beyond the wishes of the
 * user of the vtty.
 */
#ifndef SERFWD_POLICY_H
#define SERFWD_POLICY_H

#include <linux/types.h>

struct attribute;
struct serfwd_link;

/* Detaching the port: the vtty waits for the next one, or is hung up. */
enum serfwd_on_detach {
	SERFWD_ON_DETACH_HOLD,
	SERFWD_ON_DETACH_HANGUP,
};

/* Flow control of the line is done as the vtty is set, or by the host. */
enum serfwd_flow {
	SERFWD_FLOW_GUEST,
	SERFWD_FLOW_AUTO_RTSCTS,
	SERFWD_FLOW_AUTO_XONXOFF,
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
	SERFWD_STALL_DROP_OLDEST,
	SERFWD_STALL_HANGUP,
};

/* The party that may write to a shared port. */
enum serfwd_share_write {
	SERFWD_SHARE_WRITE_ADMIN,
	SERFWD_SHARE_WRITE_EXCLUSIVE,
	SERFWD_SHARE_WRITE_TOKEN,
	SERFWD_SHARE_WRITE_PRIORITY,
};

/* The parties that receive. */
enum serfwd_share_read {
	SERFWD_SHARE_READ_ALL,
	SERFWD_SHARE_READ_OWNER,
};

/**
 * struct serfwd_policy - what an administrator decided for a link
 * @on_detach: &enum serfwd_on_detach
 * @flow: &enum serfwd_flow; changed under the link's ctl.lock
 * @hup: &enum serfwd_hup; changed under the link's ctl.lock
 * @stall: &enum serfwd_stall; changed under the link's ctl.lock
 * @stall_timeout_ms: how long a reader may stall with SERFWD_STALL_HANGUP
 * @share_write: &enum serfwd_share_write, of a host
 * @share_read: &enum serfwd_share_read, of a host
 * @token_idle_ms: how long an owner may be silent before others get the port
 * @priority: among those that share a port; the highest number comes first
 * @rate_limit: bytes a second that the vtty may send, 0 for as many as it likes
 * @rate_burst: bytes that it may send at once after a while of silence
 */
struct serfwd_policy {
	int on_detach;
	int flow;
	int hup;
	int stall;
	int stall_timeout_ms;
	int share_write;
	int share_read;
	int token_idle_ms;
	int priority;
	int rate_limit;
	int rate_burst;
};

/* In ms. */
#define SERFWD_STALL_TIMEOUT_DEFAULT	10000
#define SERFWD_TOKEN_IDLE_DEFAULT	1000

extern struct attribute *serfwd_policy_attrs[];

int serfwd_match_word(struct serfwd_link *link, const char *name,
		      const char *const *words, const char *buf);

#endif
