/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device that all pseudo-UARTs are of.
 */
#ifndef SERFWD_PARENT_H
#define SERFWD_PARENT_H

struct device;

struct device *serfwd_parent_add(void);
void serfwd_parent_remove(struct device *parent);

#endif
