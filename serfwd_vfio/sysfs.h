/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes of a card.
 */
#ifndef SERFWD_VFIO_SYSFS_H
#define SERFWD_VFIO_SYSFS_H

struct attribute_group;

/* Of a device whose driver data is a card. */
extern const struct attribute_group *serfwd_card_groups[];

#endif
