/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_SYSFS_H
#define SERFWD_SYSFS_H

struct attribute_group;

extern const struct attribute_group *serfwd_link_groups[];

#endif
