# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The short form of long tests, for what is run on every change.

# ci_on_one_kernel NAME: in the short form this test is one for Linux 6.1 alone; on
# others the script ends here, and says so.
ci_on_one_kernel()
{
	[ -n "${DEVSHARE_CI:-}" ] || return 0
	[ "$DEVSHARE_KERNEL" != 6.1 ] || return 0
	ktap_plan 1
	ktap_skip "$1" 'the short form runs on Linux 6.1 only'
	ktap_finish
	exit
}
