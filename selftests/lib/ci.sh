# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The short form of long tests, for what is run on every change.

# ci_on_one_kernel NAME [KERNEL]: in the short form this test is one for KERNEL alone,
# Linux 6.1 if it is not said; on the other the script ends here, and says so. A debug
# kernel is nobody's default, and who asks for it wants to see what it sees.
ci_on_one_kernel()
{
	local kernel=${2:-6.1}

	[ -n "${DEVSHARE_CI:-}" ] || return 0
	case $DEVSHARE_KERNEL in
	"$kernel" | debug* | kcsan*)
		return 0
		;;
	esac
	ktap_plan 1
	ktap_skip "$1" "the short form runs on Linux $kernel only"
	ktap_finish
	exit
}
