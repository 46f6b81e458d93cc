/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cards as mediated devices.
 */
#ifndef SERFWD_VFIO_MDEV_H
#define SERFWD_VFIO_MDEV_H

int serfwd_mdev_register(void);
void serfwd_mdev_unregister(void);

#endif
