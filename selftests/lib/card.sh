# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Cards of serfwd_vfio by their user's calls, without a VMM.

# card_run: the program of the test's name, with two links and a null modem
card_run()
{
	local status=0

	vdev_load
	module_load serfwd links=2 nullmodems=1
	module_load serfwd_vfio revoke_ms=500
	"$DEVSHARE_PROGRAMS/serfwd_vfio/$(basename "$0" .sh)" || status=$?
	module_unload serfwd_vfio
	module_unload serfwd
	module_unload vdev
	return "$status"
}
