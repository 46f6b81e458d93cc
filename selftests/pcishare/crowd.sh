#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 4G --qmp --qemu -machine --qemu q35 --device pcie-root-port,id=root0,x-speed=5 --device edu,id=card,bus=root0
# time-out: 1500
# soak-time-out: 6000
#
# Three stock guests with two processors under stock QEMU and five other users have one
# edu at once, half of the users with two threads. They compute with an interrupt for each
# result, and check all of it, while one of them after the other, chosen at random, is
# stopped, reset, killed, unplugged, or given another weight; the device is given other
# slices and another policy, has errors, is reset, suspended with the host, taken away and
# brought back. All that they get is right, or they are told that it is lost.
#
# edu is a conventional device behind a PCI Express port. It has no registers for errors
# and QEMU refuses to inject one; the kernel resets what is behind a port that reports one
# itself, which is the same to the driver of edu.
#
# The time after the host was suspended is tested in memory: memory.sh.
#
# DEVSHARE_CI=1: the five other users alone, for as long as it takes to do each once. A soak
# run goes on for ten minutes. PCISHARE_CROWD_SEED has the same be done once more.

set -eu

# Not all of it at first: it has a shell wait for the test, which has to be in memory.
if [ -n "${DEVSHARE_IN_MEMORY:-}" ]; then
	. "$(dirname "$0")/../lib/lib.sh"
else
	. "$(dirname "$0")/../lib/module.sh"
fi
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/edu-guests.sh"
. "$(dirname "$0")/../lib/host-qmp.sh"
. "$(dirname "$0")/../lib/memory.sh"
. "$(dirname "$0")/crowd-members.sh"
. "$(dirname "$0")/crowd-disturb.sh"
. "$DEVSHARE_CHECKOUT/scripts/vm/console.sh"

seconds=180
[ -z "${DEVSHARE_CI:-}" ] || seconds=0
[ -z "${DEVSHARE_SOAK:-}" ] || seconds=600
port=$(pci_bridge "$edu")
guests=(a b c)
[ -z "${DEVSHARE_CI:-}" ] || guests=()
users=(d e f g h)

# Copies of what it takes of the file system that is shared.
in_memory()
{
	local vm=$DEVSHARE_CHECKOUT/scripts/vm

	memory_make awk basename bash cat chmod chroot cp cut dd dirname dmesg env find grep \
		head lspci mkdir mktemp mv nice pkill qemu-system-x86_64 readlink \
		realpath rm rmmod sed seq setpci setsid sh sleep socat sort tail tr wc cpio
	memory_copy /usr/share/seabios/bios-256k.bin /usr/share/qemu/*.bin \
		"$DEVSHARE_AGENT" "$DEVSHARE_GUEST_KERNEL" "$DEVSHARE_GUEST_INITRAMFS" \
		"$programs/crowd" "$programs/edu-guest" "$programs/attack-guest" \
		"$vm/guest" "$vm/console.sh" "$vm/console-patterns" \
		"$DEVSHARE_CHECKOUT"/selftests/lib/*.sh \
		"$DEVSHARE_CHECKOUT"/selftests/pcishare/crowd*.sh
	mkdir -p "$memory_root$DEVSHARE_LOGS"
	crowd_policies "$memory_root/lib/firmware/pcishare"
}

# No guest's kernel has complained. The consoles are not where they are looked at else.
test_consoles()
{
	local log status=0 vm_dir=$DEVSHARE_CHECKOUT/scripts/vm

	for log in "$DEVSHARE_LOGS"/*.console; do
		console_check "$log" || status=1
	done
	return "$status"
}

say()
{
	printf '%s\n' "$*"
}

test_boot()
{
	local name

	crowd_boot "${guests[@]}"
	for name in "${guests[@]}"; do
		[ "$("$guest" exec "$name" nproc)" -eq 2 ]
	done
}

# In one, for they are all this shell's.
test_crowd()
{
	all_begin
	all_disturbed
	show_counters
	all_end
	show_losses
}

# The device is taken away while three still use it.
test_unbind()
{
	local name

	for name in f g h; do
		user_begin "$name"
	done
	echo "$edu" >/sys/bus/pci/drivers/pcishare/unbind
	for name in f g h; do
		user_end "$name" '' 'taken away'
	done
	[ ! -e "/sys/bus/mdev/devices/$(guest_uuid d)" ]
}

is_unused()
{
	[ "$(module_refcount pcishare)" -eq 0 ]
}

finish()
{
	local name

	pkill -KILL -x crowd || :
	for name in "${guests[@]}"; do
		"$guest" kill "$name" || :
	done
	wait_for 20 'pcishare to be given back' is_unused || :
	module_unload pcishare
}

if [ -z "${DEVSHARE_IN_MEMORY:-}" ]; then
	in_memory
	modprobe -q kvm-amd || modprobe -q kvm-intel || [ -c /dev/kvm ]
	pcishare_load ids=1234:11e8 revoke_ms=3000
	pcishare_report_errors "$edu"
	memory_enter "$0"
fi
work=$(mktemp -d)
cleanup_push finish
ktap_plan $((${#guests[@]} ? 4 : 2))
host_qmp_open >/dev/null
RANDOM=${PCISHARE_CROWD_SEED:=$((RANDOM % 32768))}
ktap_diag "PCISHARE_CROWD_SEED=$PCISHARE_CROWD_SEED"
crowd_make_devices
[ ${#guests[@]} -eq 0 ] ||
	ktap_run 'three stock guests with two processors, of which one boots' test_boot
[ "${ktap_failed:?}" -eq 0 ] || exit 1
ktap_run 'all that was got among disturbances is right' test_crowd
ktap_run 'three users are there when the device goes' test_unbind
[ ${#guests[@]} -eq 0 ] || ktap_run 'no guest has complained' test_consoles
ktap_finish
