/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_LINKS_H
#define SERFWD_LINKS_H

int serfwd_links_create(unsigned int count, char **ports, unsigned int nports);
void serfwd_links_refuse(void);
void serfwd_links_destroy(void);

#endif
