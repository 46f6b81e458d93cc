#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 1200
#
# End to end: two guests under stock QEMU share a card of two CTU CAN FD controllers.
# Debian builds no driver for it, so theirs is built here of their kernel's source.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/lib/lib.sh"
# That of the guests, whose source is there.
release=$(cd /lib/modules && echo 6.1.*)

test_boot()
{
	can_boot ctucanfd_pci
}

test_end()
{
	"$guest" stop a
	"$guest" stop b
	module_unload pcishare
}

# inside MODULE...: in the VM, with the modules that were built
inside()
{
	local module

	. "$top/selftests/lib/pcishare.sh"
	. "$top/selftests/lib/mdev.sh"
	. "$top/selftests/lib/guest-modules.sh"
	. "$top/selftests/lib/can-guests.sh"
	card=$(pci_address 1760:ff00)
	guest_modules can_raw can_dev
	for module; do
		guest_files+=(--file "$module")
		guest_insmod+="; insmod /files/${module##*/}"
	done
	ktap_plan 6
	ktap_run 'two guests boot, each with a controller' test_boot
	ktap_run 'frames back and forth, one at a time' can_ping
	ktap_run 'frames as fast as they go, none lost' can_flood
	ktap_run 'few interrupts were of nobody, and no access was denied' can_counts
	ktap_run 'a guest is killed, and the next has its controller' can_killed
	ktap_run 'the end' test_end
	ktap_finish
}

# Prints the modules, the one that needs the other last.
build_driver()
{
	cp -r /usr/src/linux-source-6.1/drivers/net/can/ctucanfd "$work"
	make -s -C "/lib/modules/$release/build" M="$work/ctucanfd" \
		CONFIG_CAN_CTUCANFD=m CONFIG_CAN_CTUCANFD_PCI=m modules >&2
	ls "$work"/ctucanfd/ctucanfd.ko "$work"/ctucanfd/ctucanfd_pci.ko
}

if [ "${1:-}" = --inside ]; then
	shift
	inside "$@"
	exit
fi

# shellcheck disable=SC2153
if [[ " $KERNELS " != *' 6.1 '* ]]; then
	ktap_plan 1
	ktap_skip 'two guests' 'only on 6.1'
	ktap_finish
	exit
fi
work=$(mktemp -d "$top/build/ctucan.XXXXXX")
cleanup_push rm -rf "$work"
mapfile -t modules < <(build_driver)
"$top/scripts/vm/run" --name pcishare-ctucan-guests --kernel 6.1 --guests --timeout 900 \
	--qemu -object --qemu can-bus,id=wire --device ctucan_pci,canbus0=wire,canbus1=wire \
	-- env ${DEVSHARE_CI:+DEVSHARE_CI=$DEVSHARE_CI} "$0" --inside "${modules[@]}"
