# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The short form of long tests, for what is run on every change.

# ci_on_one_kernel NAME [KERNEL]: in the short form this test is one for KERNEL alone,
# Linux 6.1 if it is not said; on others the script ends here, and says so.
ci_on_one_kernel()
{
	local kernel=${2:-6.1}

	[ -n "${DEVSHARE_CI:-}" ] || return 0
	[ "$DEVSHARE_KERNEL" != "$kernel" ] || return 0
	ktap_plan 1
	ktap_skip "$1" "the short form runs on Linux $kernel only"
	ktap_finish
	exit
}
