#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 4G --cpus 2
# time-out: 1200
#
# End to end: a stock guest with two processors has a link of serfwd as a virtio console,
# by the driver of its own kernel, as a port and as its console.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/serial-guests.sh"
. "$(dirname "$0")/../lib/link-guests.sh"

card_type=console
kib=1024
[ -z "${DEVSHARE_CI:-}" ] || kib=64

mdev=/sys/bus/mdev/devices/$uuid

# A port of that name, which the administrator has given.
# shellcheck disable=SC2016	# the guest expands it
guest_start_card()
{
	"$guest" start a --cpus 2 --device "$(mdev_argument "$uuid")"
	"$guest" exec a '
		for try in 1 2 3 4 5 6 7 8 9 10; do
			for port in /sys/class/virtio-ports/*; do
				[ "$(cat $port/name)" != wire ] || {
					ln -sf /dev/${port##*/} /dev/wire
					exit 0
				}
			done
			sleep 1
		done
		ls /sys/class/virtio-ports
		exit 1'
}

test_boot()
{
	echo "$uuid" >"$types/serfwd_vfio-$card_type/create"
	[ "$(mdev_get "$uuid" link)" = ttySF0 ]
	echo wire >"$mdev/name"
	echo '115200 8n1' >"$mdev/line"
	guest_start_card
	"$guest" exec a 'ls -l /dev/wire; grep -h virtio1 /proc/interrupts'
}

# user_exits: of all guests so far, to QEMU, that accesses to registers made
user_exits()
{
	cat /sys/kernel/debug/kvm/*-*/mmio_exits /sys/kernel/debug/kvm/*-*/io_exits |
		awk '{ sum += $1 } END { print sum }'
}

# Not one access of the guest's is an exit to QEMU; those of its console and clocks may be.
test_bytes()
{
	local bytes before after accesses

	before=$(user_exits)
	accesses=$(mdev_get "$uuid" accesses)
	for bytes in 1 16 17 256 4096 4097 65536 $((kib << 10)); do
		to_guest "$bytes"
		from_guest "$bytes"
	done
	after=$(user_exits)
	accesses=$(($(mdev_get "$uuid" accesses) - accesses))
	echo "$((after - before)) exits to QEMU, $accesses accesses to the console"
	[ "$(mdev_get "$uuid" lost)" -eq 0 ]
	[ "$accesses" -ge 16 ]
	[ $((4 * (after - before))) -lt "$accesses" ]
}

# The line is the administrator's. DTR and RTS tell that a process has the port open.
test_line()
{
	exec {far}<>/dev/ttyNM1
	wait_for 10 'all lines of the far end to drop' far_has ''
	"$guest" exec a 'sleep 1000 </dev/wire >/dev/null 2>&1 & echo $! >/tmp/holder'
	wait_for 10 'all lines at the far end' far_has 'CTS DSR CD'
	echo '9600 7e1' >"$mdev/line"
	wait_for 10 'the port to be at 9600 7e1' line_is '9600 7e1'
	echo '115200 8n1' >"$mdev/line"
	# shellcheck disable=SC2016	# the guest expands it
	"$guest" exec a 'kill $(cat /tmp/holder)'
	wait_for 10 'all lines of the far end to drop' far_has ''
	exec {far}>&-
}

# guest_sees WORD: of the port, by poll(2): without a port it is hung up
guest_sees()
{
	"$guest" exec a "grep -h '$1' /sys/kernel/debug/virtio-ports/vport1p0 || {
		mount -t debugfs debugfs /sys/kernel/debug
		grep -h '$1' /sys/kernel/debug/virtio-ports/vport1p0; }"
}

test_unplugged()
{
	guest_sees 'host_connected: 1'
	echo >/sys/class/tty/ttySF0/port
	wait_for 10 'the guest to see that' guest_sees 'host_connected: 0'
	echo ttyNM0 >/sys/class/tty/ttySF0/port
	wait_for 10 'the guest to see that' guest_sees 'host_connected: 1'
	to_guest 5000
	from_guest 5000
}

# A driver that has gone leaves nothing, and another one finds a new device, under traffic.
test_unbound()
{
	local rounds=20 round

	[ -z "${DEVSHARE_CI:-}" ] || rounds=5
	timeout 300 cat </dev/ttyNM1 >/dev/null &
	local reader=$!
	timeout 300 sh -c 'while :; do head -c 4096 /dev/zero >/dev/ttyNM1; done' &
	local writer=$!
	for ((round = 0; round < rounds; round++)); do
		# shellcheck disable=SC2016	# the guest expands it
		"$guest" exec a --timeout 60 '
			{ cat /dev/zero >&3 & cat <&3 >/dev/null & } 3<>/dev/wire 2>/dev/null
			sleep 0.3
			cd /sys/bus/virtio/drivers/virtio_console
			device=$(basename $(readlink -f /sys/class/virtio-ports/vport[1-9]*p0/device))
			echo $device >unbind
			echo $device >bind
			rm /dev/wire
			for try in 1 2 3 4 5 6 7 8 9 10; do
				port=$(ls -d /sys/class/virtio-ports/vport[1-9]*p0)
				[ "$(cat $port/name)" != wire ] || break
				sleep 0.2
			done
			ln -s /dev/${port##*/} /dev/wire'
	done
	kill "$reader" "$writer"
	wait "$reader" "$writer" || :
	to_guest 5000
	from_guest 5000
}

far_reads()
{
	grep -q "$1" "$work/in"
}

# A shell: as a console of the guest's the port is a tty. The first one is the test's own.
test_console()
{
	"$guest" kill a
	wait_for 10 'the pseudo-UART to be free' sh -c ': <>/dev/ttySF0'
	echo 1 >"$mdev/hvc"
	timeout 600 cat </dev/ttyNM1 >"$work/in" &
	local reader=$!
	"$guest" start a --cpus 2 --device "$(mdev_argument "$uuid")"
	"$guest" exec a 'echo from user space >/dev/hvc1
		setsid sh -c "exec sh -i </dev/hvc1 >/dev/hvc1 2>&1" & sleep 1'
	wait_for 10 'a message of a program' far_reads 'from user space'
	# shellcheck disable=SC2016
	printf 'echo $((6 * 7))-times\n' >/dev/ttyNM1
	wait_for 10 'the answer of the shell' far_reads '42-times'
	kill "$reader"
	wait "$reader" || :
}

# Nobody reads, and the far end stops the port: the guest goes on, and what is lost is said.
test_stuck_console()
{
	local before

	echo '115200 8n1 rtscts' >"$mdev/line"
	"$modem" /dev/ttyNM1 drop RTS DTR
	before=$(date +%s)
	"$guest" exec a --timeout 60 'head -c 20000 /dev/zero | tr "\\000" x >/dev/hvc1'
	echo "$(($(date +%s) - before)) s, $(mdev_get "$uuid" lost) bytes are lost"
	[ $(($(date +%s) - before)) -lt 30 ]
	[ "$(mdev_get "$uuid" lost)" -gt 10000 ]
	echo '115200 8n1' >"$mdev/line"
	"$guest" kill a
	wait_for 10 'the pseudo-UART to be free' sh -c ': <>/dev/ttySF0'
	echo 0 >"$mdev/hvc"
	guest_start_card
}

ktap_plan 11
link_load
ktap_run 'a stock guest boots with a console that is a port to its driver' test_boot
ktap_run "bytes of 1 to $kib KiB, both ways, without an exit to QEMU" test_bytes
ktap_run 'at the speed of the line, both ways at once' test_paced
ktap_run 'the line is as the administrator has it, and open while the guest has it' test_line
ktap_run 'the guest sees whether there is a port' test_unplugged
ktap_run 'another driver finds a new device, under traffic' test_unbound
ktap_run 'QEMU is killed at work' test_killed_at_work
ktap_run 'a console of the guest, and a shell there' test_console
ktap_run 'a console that nobody reads does not stop the guest' test_stuck_console
ktap_run 'a link has one end at a time' test_busy
ktap_run 'the device is removed from under a guest' test_removed
ktap_finish
