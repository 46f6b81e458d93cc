/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_CLAIM_H
#define SERFWD_CLAIM_H

#include <linux/types.h>

struct serfwd_link;
struct tty_struct;

void serfwd_claim_init(char **ports, unsigned int nports);
void serfwd_links_accept(void);
bool serfwd_links_accepting(void);
void serfwd_links_close(void);

struct serfwd_link *serfwd_link_claim(struct tty_struct *real);
void serfwd_link_release(struct serfwd_link *link);
bool serfwd_link_await(struct serfwd_link *link);
bool serfwd_link_reserve(struct serfwd_link *link);
void serfwd_link_unreserve(struct serfwd_link *link);
void serfwd_link_expect(struct serfwd_link *link, struct tty_struct *real);

#endif
