/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_SETTINGS_H
#define SERFWD_SETTINGS_H

struct ktermios;
struct serfwd_link;
struct tty_struct;

void serfwd_settings_init(struct serfwd_link *link);
void serfwd_settings_exit(struct serfwd_link *link);

void serfwd_settings_default(struct ktermios *termios);
void serfwd_settings_plain(struct ktermios *termios);
void serfwd_set_termios(struct serfwd_link *link, struct ktermios *termios);
void serfwd_settings_apply_hup(struct serfwd_link *link,
			       struct tty_struct *real);
void serfwd_settings_reset_vtty(struct serfwd_link *link);
void serfwd_settings_correct(struct serfwd_link *link,
			     struct ktermios *termios);
void serfwd_settings_lend(struct serfwd_link *link);
void serfwd_settings_return(struct serfwd_link *link);
void serfwd_settings_adopt(struct serfwd_link *link, struct ktermios *termios);

void serfwd_settings_apply(struct serfwd_link *link, struct tty_struct *real);
void serfwd_settings_show(struct serfwd_link *link);

#endif
