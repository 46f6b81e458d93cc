/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_VFIO_MODULE_H
#define SERFWD_VFIO_MODULE_H

unsigned int serfwd_vfio_revoke_ms(void);
unsigned int serfwd_vfio_spin_ms(void);

#endif
