#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --qmp --device pvpanic-pci --qemu -action --qemu panic=none
# time-out: 600
#
# End to end: the panic of a stock guest under stock QEMU, by the driver of its own
# kernel, reaches the hypervisor of the machine, and another guest goes on.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/guest-modules.sh"

pvpanic=$(pci_address 1b36:0011)
first=$(mdev_uuid 1)
second=$(mdev_uuid 2)
console=$DEVSHARE_LOGS/$DEVSHARE_NAME.guest-a.console

# knows NAME: as its driver says, both events
knows()
{
	"$guest" exec "$1" 'cat /sys/bus/pci/drivers/pvpanic-pci/0000:*/capability' |
		grep -x '\(0x\)\?0*3'
}

# start NAME UUID
start()
{
	mdev_create "$pvpanic" lease "$2"
	"$guest" start "$1" --cpus "$(guest_cpus "$1")" \
		--device "$(mdev_argument "$2")" "${guest_files[@]}"
	"$guest" exec "$1" "$guest_insmod"
	knows "$1"
}

# Print what the machine's hypervisor has said, for up to a second after the last.
hypervisor_says()
{
	local line

	while IFS= read -r -t 1 -u "$qmp" line; do
		printf '%s\n' "$line"
	done
}

told()
{
	hypervisor_says >>"$work/said"
	grep 'GUEST_PANICKED' "$work/said"
}

test_boot()
{
	mdev_install_policies
	pcishare_load exclusive=0
	pcishare_take "$pvpanic"
	start a "$first"
	start b "$second"
}

test_panic()
{
	exec {qmp}<>/dev/virtio-ports/qmp
	echo '{"execute": "qmp_capabilities"}' >&"$qmp"
	hypervisor_says >"$work/said"
	! grep 'GUEST_PANICKED' "$work/said" || return 1
	"$guest" exec a 'echo c >/proc/sysrq-trigger' || :
	wait_for 30 'the hypervisor to be told' told
	exec {qmp}>&-
	wait_for 30 'the device of a to be closed' mdev_is "$first" closed
	[ "$(mdev_get "$first" stats/writes)" -ge 1 ]
	# It is what was asked for, and no complaint of a kernel.
	grep 'sysrq triggered crash' "$console"
	rm "$console"
}

test_other()
{
	printf 'writes of b: %d\n' "$(mdev_get "$second" stats/writes)"
	[ "$(mdev_get "$second" stats/writes)" -eq 0 ]
	knows b
	"$guest" stop b
	module_unload pcishare
}

guest_modules pvpanic_pci
ktap_plan 3
ktap_run 'two guests boot, with the driver of their own' test_boot
ktap_run 'the hypervisor is told of the panic of one' test_panic
ktap_run 'the other one goes on' test_other
ktap_finish
