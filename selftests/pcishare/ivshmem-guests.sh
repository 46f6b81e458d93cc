#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 1500
#
# End to end: two stock guests under stock QEMU ring a peer of one ivshmem device at the
# same time. The peer is outside of the test VM, and counts.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/lib/lib.sh"
position=42
peer=7
rings=2000
[ -z "${DEVSHARE_CI:-}" ] || rings=300
patience=300

# ivshmem_start NAME
ivshmem_start()
{
	"$guest" start "$1" --device "$(mdev_argument "$(guest_uuid "$1")")" \
		--file "$programs/ivshmem-guest"
}

# ivshmem_ring NAME VECTOR COUNT
ivshmem_ring()
{
	"$guest" exec "$1" --timeout $patience \
		"/files/ivshmem-guest $position $peer $2 $3 0x$(guest_number "$1")001"
}

# rung: of each vector of the peer, all in all
rung()
{
	far_ask 0 10 rings
}

rung_are()
{
	[ "$(rung)" = "ok $1 $2" ]
}

test_boot()
{
	local name

	mdev_install_policies
	pcishare_load exclusive=0
	pcishare_take "$device"
	for name in a b; do
		mdev_create "$device" lease "$(guest_uuid "$name")"
		ivshmem_start "$name"
	done
	rung
	rung_are 0 0
}

# The one has one doorbell of the peer's, the other the other.
test_ring()
{
	local pid status=0 name

	ivshmem_ring b 1 $rings &
	pid=$!
	ivshmem_ring a 0 $((rings / 2)) || status=1
	wait "$pid" || status=1
	printf 'changes of hands: %d\n' "$(pcishare_stat "$device" handovers)"
	rung
	rung_are $((rings / 2)) $rings
	for name in a b; do
		printf '%s: denied %d, evictions %d\n' "$name" \
			"$(mdev_get "$(guest_uuid "$name")" stats/denied)" \
			"$(mdev_get "$(guest_uuid "$name")" stats/evictions)"
		[ "$(mdev_get "$(guest_uuid "$name")" stats/denied)" -eq 0 ]
		[ "$(mdev_get "$(guest_uuid "$name")" stats/evictions)" -eq 0 ]
	done
	return "$status"
}

# Nobody has this number, and the peer not this doorbell: that is the device's to say.
test_nobody()
{
	"$guest" exec a "/files/ivshmem-guest $position 99 0 10 1"
	"$guest" exec a "/files/ivshmem-guest $position $peer 2 10 1"
	"$guest" exec a "/files/ivshmem-guest $position 65535 65535 10 1"
	rung_are $((rings / 2)) $rings
}

# A guest sees the registers and nothing of the memory, nor of the interrupts.
test_bars()
{
	# shellcheck disable=SC2016	# the guest's shell expands them
	"$guest" exec a 'for dir in /sys/bus/pci/devices/*; do
			[ "$(cat $dir/device)" = 0x1110 ] || continue
			cat $dir/irq
			ls $dir | grep "^resource[0-9]"
		done' >"$work/bars"
	cat "$work/bars"
	[ "$(tr '\n' ' ' <"$work/bars")" = '0 resource0 ' ]
}

test_killed()
{
	"$guest" exec b "/files/ivshmem-guest $position $peer 1 100000000 1 >/dev/null &"
	wait_for 20 'it to ring' rings_more
	"$guest" kill b
	wait_for 20 'the device of b to be closed' mdev_is "$(guest_uuid b)" closed
	ivshmem_start b
	ivshmem_ring b 0 10
	ivshmem_ring a 0 10
	[[ $(rung) == "ok $((rings / 2 + 20)) "* ]]
}

rings_more()
{
	! rung_are $((rings / 2)) $rings
}

test_end()
{
	"$guest" stop a
	"$guest" stop b
	module_unload pcishare
}

inside()
{
	. "$top/selftests/lib/pcishare.sh"
	. "$top/selftests/lib/mdev.sh"
	. "$top/selftests/lib/guest-modules.sh"
	# shellcheck disable=SC2034	# far_ask() does
	DEVSHARE_FAR=/dev/virtio-ports/peer
	device=$(pci_address 1af4:1110)
	ktap_plan 6
	ktap_run 'two guests boot' test_boot
	ktap_run 'both ring at once, and each ring arrives' test_ring
	ktap_run 'who is not there is not rung' test_nobody
	ktap_run 'of the device they see its registers' test_bars
	ktap_run 'a guest is killed, and leaves nothing' test_killed
	ktap_run 'the end' test_end
	ktap_finish
}

if [ "${1:-}" = --inside ]; then
	inside
	exit
fi

# It ends with the device, which may never have come.
end_server()
{
	kill "$1" 2>/dev/null || :
}

# shellcheck disable=SC2153
read -r kernel _ <<<"$KERNELS"
work=$(mktemp -d)
cleanup_push rm -rf "$work"
"$top/build/selftests/pcishare/ivshmem-peer" "$work/server" "$work/control" \
	$position $peer &
cleanup_push end_server $!
wait_for 10 'the server' test -S "$work/server"
"$top/scripts/vm/run" --name pcishare-ivshmem-guests --kernel "$kernel" --guests \
	--timeout 1200 --qemu -chardev --qemu "socket,id=ivshmem,path=$work/server" \
	--device ivshmem-doorbell,chardev=ivshmem,vectors=2 \
	--qemu -chardev --qemu "socket,id=peer,path=$work/control" \
	--device virtserialport,bus=vser.0,chardev=peer,name=peer \
	-- env ${DEVSHARE_CI:+DEVSHARE_CI=$DEVSHARE_CI} "$0" --inside
