/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtio console whose port is a link of serfwd.
 */
#ifndef SERFWD_VCONSOLE_H
#define SERFWD_VCONSOLE_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <serfwd_end.h>

#include "console.h"

struct vdev;

/* How many bytes are on their way at once at most, either way. */
#define SERFWD_VCONSOLE_CHUNK	4096

/**
 * struct serfwd_vconsole_stats - what a guest may be told of
 * @accesses: to registers, and notifications
 * @sent: bytes that the link has taken
 * @received: bytes that were put into the guest's memory
 * @lost: bytes that the guest wrote and that were dropped
 */
struct serfwd_vconsole_stats {
	u64 accesses;
	u64 sent;
	u64 received;
	u64 lost;
};

/**
 * struct serfwd_vconsole - a virtio console and its link
 * @console: its registers, virtqueues and port. The virtqueues are under
 *	@move_lock, the messages under @lock, and registers are written under
 *	both
 * @move_lock: held while bytes are moved, also over the guest's memory, and
 *	over accesses to registers: taken before @lock. Only the VMM waits for
 *	it, and a signal ends that; others leave what they want to whoever has it
 * @wanted: bit 0: somebody else wanted to move bytes meanwhile
 * @sending: what was read of the guest's memory; as the next six under
 *	@move_lock
 * @message: of the guest, as far as it was read
 * @idle: the guest has nothing to send
 * @blocked: a buffer of the guest's is not taken as a whole now
 * @absent: memory of the guest was not resident when it was needed
 * @misses: how often in a row that was so
 * @patient: it is waited for, whoever needs it
 * @lock: protects all of the rest except where it is said; never held over the
 *	guest's memory, nor over what sleeps
 * @closing: the link is not there yet, or not any more; read under @line_lock as
 *	well
 * @was_open: the guest had the port open when it was last looked
 * @untold: SERFWD_VCONSOLE_*: what the link is still to be told of the line
 * @lower_by: when DTR and RTS are dropped at the latest, in jiffies
 * @staged: bytes that were received and are not in the guest's memory yet
 * @nr_staged: how many
 * @nr_stale: how many of these, the first, are to be dropped
 * @full: the link has more
 * @cut: what the guest has written so far is to be dropped
 * @given_up: the link has taken nothing for so long that nothing waits for it
 * @stuck: a buffer of the guest's is not taken as a whole, since @stuck_since
 * @stuck_since: when that began, in jiffies
 * @complained: the kernel log has that the guest makes no sense
 * @stats: counters
 * @isr: bits of the register of INTx; atomic, as the next two
 * @raised: vectors of MSI-X that the guest was told by
 * @noticed: SERFWD_VCONSOLE_*: what @work is for
 * @work: moves what nobody else does
 * @spin: sees to it that nobody spins without end
 * @line_lock: held while the link is asked for what may sleep. Taken before
 *	@lock
 * @line_work: tells the link what it is to be told of the line
 * @settings: of the line, by an administrator; under @line_lock
 * @is_hvc: see &struct serfwd_console, for when it is opened next
 * @end: the guest end of the link, while open
 * @vdev: the device that it is
 */
struct serfwd_vconsole {
	struct serfwd_console console;
	struct mutex move_lock;	/* see above */
	unsigned long wanted;
	u8 *sending;
	u8 message[sizeof(struct virtio_console_control)];
	bool idle;
	bool blocked;
	bool absent;
	unsigned int misses;
	bool patient;

	struct mutex lock;	/* see above */
	bool closing;
	bool was_open;
	unsigned long untold;
	unsigned long lower_by;
	u8 *staged;
	unsigned int nr_staged;
	unsigned int nr_stale;
	bool full;
	bool cut;
	bool given_up;
	bool stuck;
	unsigned long stuck_since;
	bool complained;
	struct serfwd_vconsole_stats stats;

	unsigned long isr;
	unsigned long raised;
	unsigned long noticed;
	struct delayed_work work;
	struct delayed_work spin;

	struct mutex line_lock;	/* order of what the link is told */
	struct delayed_work line_work;
	struct serfwd_end_settings settings;
	bool is_hvc;
	struct serfwd_end *end;
	struct vdev *vdev;
};

void serfwd_vconsole_init(struct serfwd_vconsole *vconsole, struct vdev *vdev);
int serfwd_vconsole_open(struct serfwd_vconsole *vconsole);
int serfwd_vconsole_take_link(struct serfwd_vconsole *vconsole,
			      unsigned int link, const char *name);
void serfwd_vconsole_give_link(struct serfwd_vconsole *vconsole);
void serfwd_vconsole_close(struct serfwd_vconsole *vconsole);

int serfwd_vconsole_reset(struct serfwd_vconsole *vconsole);
u64 serfwd_vconsole_read(struct serfwd_vconsole *vconsole, unsigned int offset,
			 unsigned int width);
void serfwd_vconsole_write(struct serfwd_vconsole *vconsole,
			   unsigned int offset, unsigned int width, u64 value);
void serfwd_vconsole_notify(struct serfwd_vconsole *vconsole, u16 which);
u32 serfwd_vconsole_pending(const struct serfwd_vconsole *vconsole);
bool serfwd_vconsole_is_asserted(const struct serfwd_vconsole *vconsole);
void serfwd_vconsole_listens(struct serfwd_vconsole *vconsole);

void serfwd_vconsole_get_stats(struct serfwd_vconsole *vconsole,
			       struct serfwd_vconsole_stats *stats);
void serfwd_vconsole_get_settings(struct serfwd_vconsole *vconsole,
				  struct serfwd_end_settings *settings);
void serfwd_vconsole_set_settings(struct serfwd_vconsole *vconsole,
				  const struct serfwd_end_settings *settings);

#endif
