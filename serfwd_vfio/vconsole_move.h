/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_VCONSOLE_MOVE_H
#define SERFWD_VCONSOLE_MOVE_H

#include <linux/types.h>

#include "virtq.h"

struct serfwd_vconsole;

/* Notes, for the link to be told, or for the work. */
enum {
	SERFWD_VCONSOLE_SETTINGS,
	SERFWD_VCONSOLE_OUTPUTS,
	SERFWD_VCONSOLE_PORT,
};

/* vconsole.c */
void serfwd_vconsole_notice(struct serfwd_vconsole *vconsole);
void serfwd_vconsole_look_again(struct serfwd_vconsole *vconsole,
				unsigned int ms);

/* vconsole_move.c */
extern const struct serfwd_virtq_ops serfwd_vconsole_virtq_ops;
void serfwd_vconsole_hear(struct serfwd_vconsole *vconsole);
void serfwd_vconsole_say(struct serfwd_vconsole *vconsole);
void serfwd_vconsole_send(struct serfwd_vconsole *vconsole);
size_t serfwd_vconsole_stage(struct serfwd_vconsole *vconsole, const u8 *bytes,
			     const u8 *flags, size_t count);
void serfwd_vconsole_store(struct serfwd_vconsole *vconsole);
void serfwd_vconsole_make_resident(struct serfwd_vconsole *vconsole,
				   unsigned int which);

#endif
