// SPDX-License-Identifier: GPL-2.0
/* TTY_DRIVER_NO_WORKQUEUE keeps a driver from getting a workqueue (7.1). */
#include <linux/tty.h>
#include <linux/tty_driver.h>

_Static_assert(TTY_DRIVER_NO_WORKQUEUE != 0,
	       "tty driver no workqueue exists");
