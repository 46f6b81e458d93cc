#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --qmp --serial usb=far
# time-out: 400
# soak-time-out: 5400
#
# USB adapters: an FTDI one that QEMU emulates, and the kernel's own cdc-acm on its
# gadget driver by a controller without hardware. Unplugging under traffic.
#
#	ttySF0 - ttyUSB0 === a process outside, for QEMU waits with all that it does
#			     until what the adapter sends is taken
#	ttySF1 - ttyACM0 === ttyGS0

set -eu
export LC_ALL=C

. "$(dirname "$0")/../lib/lib.sh"

usb=ttyUSB0
rounds=20
[ -z "${DEVSHARE_SOAK:-}" ] || rounds=1000

work=$(mktemp -d)
cleanup_push rm -rf "$work"

#
# QEMU
#

qmp_ask()
{
	local answer

	printf '%s\n' "$1" >&"$qmp"
	while IFS= read -r -t 20 -u "$qmp" answer; do
		case $answer in
		*'"return"'*) return 0 ;;
		*'"error"'*) printf '# %s\n# %s\n' "$1" "$answer"; return 1 ;;
		esac
	done
	printf '# waited 20 s for QEMU to answer %s\n' "$1"
	return 1
}

# The adapter that was taken out before goes a moment later, with the chardev.
plug()
{
	wait_for 20 'QEMU to plug an adapter' qmp_ask '{"execute": "device_add", "arguments": {"driver": "usb-serial", "bus": "xhci.0", "id": "usb0", "chardev": "port0"}}'
}

unplug()
{
	qmp_ask '{"execute": "device_del", "arguments": {"id": "usb0"}}'
}

#
# Ports
#

attached()
{
	[ "$(cat "/sys/class/tty/$1/port")" = "$2" ]
}

attach()
{
	wait_for 20 "$2" test -c "/dev/$2"
	echo "$2" >"/sys/class/tty/$1/port"
}

# passes FROM TO TEXT: what is written to one arrives at the other
passes()
{
	local got from to

	exec {to}<>"/dev/$2" {from}<>"/dev/$1"
	printf '%s\n' "$3" >&"$from"
	IFS= read -r -t 20 -u "$to" got || got="nothing"
	exec {to}>&- {from}>&-
	[ "$got" = "$3" ] || {
		printf '# "%s" from %s is "%s" at %s\n' "$3" "$1" "$got" "$2"
		return 1
	}
}

set_up()
{
	stty -F "/dev/$1" 115200 raw -echo clocal
}

# comes_back TTY TEXT: what is written there the far end sends back
comes_back()
{
	local got tty

	exec {tty}<>"/dev/$1"
	printf '%s\n' "$2" >&"$tty"
	IFS= read -r -t 20 -u "$tty" got || got="nothing"
	exec {tty}>&-
	[ "$got" = "$2" ] || {
		printf '# "%s" comes back to %s as "%s"\n' "$2" "$1" "$got"
		return 1
	}
}

# The adapter itself: what does not work here is not serfwd's.
test_adapter()
{
	far 0 echo on
	set_up $usb
	comes_back $usb 'there and back by the adapter'
}

test_bytes()
{
	far 0 echo on
	attach ttySF0 $usb
	set_up ttySF0
	comes_back ttySF0 'there and back by the link'
	cat /sys/class/tty/ttySF0/line
	[ "$(cat /sys/class/tty/ttySF0/line)" = '115200 8n1' ]
	echo >/sys/class/tty/ttySF0/port
}

# lines_of TTY: what it sees, by a process that raises and drops its outputs
lines_of()
{
	python3 - "/dev/$1" <<'P'
import fcntl, os, struct, sys, termios
fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
def get():
    return struct.unpack('I', fcntl.ioctl(fd, termios.TIOCMGET, b'\0' * 4))[0]
for cmd in termios.TIOCMBIC, termios.TIOCMBIS:
    fcntl.ioctl(fd, cmd, struct.pack('I', termios.TIOCM_DTR | termios.TIOCM_RTS))
    print(hex(get()))
P
}

# As the port itself says; a break is taken as the port itself takes it.
test_lines_and_break()
{
	local own port

	port=$(lines_of $usb)
	attach ttySF0 $usb
	own=$(lines_of ttySF0)
	printf 'port: %s\nlink: %s\n' "${port//$'\n'/ }" "${own//$'\n'/ }"
	[ "$own" = "$port" ]
	python3 -c 'import os, termios
fd = os.open("/dev/ttySF0", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
termios.tcsendbreak(fd, 0)'
	echo >/sys/class/tty/ttySF0/port
}

# A program that reads and writes goes on with the next adapter.
start_flood()
{
	far 0 echo off
	far 0 send 1 1000000000
	set_up ttySF0
	cat /dev/zero >/dev/ttySF0 &
	flood=("$!")
	cat /dev/ttySF0 >/dev/null &
	flood+=("$!")
}

end_flood()
{
	kill "${flood[@]}"
	wait "${flood[@]}" 2>/dev/null || :
	far 0 reset
}

# By QEMU, as a cable is pulled. Without traffic: QEMU 7.2 crashes or hangs when its
# adapter is taken away while a program sends and receives, also by the adapter's own tty.
test_cable()
{
	local round

	for ((round = 0; round < 3; round++)); do
		attach ttySF0 $usb
		unplug
		wait_for 20 'the adapter to be gone' attached ttySF0 ''
		wait_for 20 'its tty to be gone' test ! -e "/dev/$usb"
		plug
		wait_for 20 $usb test -c /dev/$usb
	done
	test_bytes
}

# By the host, whose driver does the same as if the cable was pulled.
test_unplugs()
{
	local round device

	attach ttySF0 $usb
	device=$(cd -P "/sys/class/tty/$usb/device/../.." && pwd)
	start_flood
	cleanup_push end_flood
	for ((round = 0; round < rounds; round++)); do
		echo 0 >"$device/authorized"
		wait_for 20 'the adapter to be gone' attached ttySF0 ''
		echo 1 >"$device/authorized"
		attach ttySF0 $usb
	done
	kill -0 "${flood[@]}"
	cleanup_run
	echo >/sys/class/tty/ttySF0/port
	test_adapter
	test_bytes
}

#
# The gadget
#

test_acm()
{
	attach ttySF1 ttyACM0
	set_up ttySF1
	# It has no line to be set.
	stty -F /dev/ttyGS0 raw -echo || :
	passes ttySF1 ttyGS0 'out of the link'
	passes ttyGS0 ttySF1 'into the link'
	echo >/sys/class/tty/ttySF1/port
}

test_acm_unplugs()
{
	local round flood device

	device=$(cd -P /sys/class/tty/ttyACM0/device/.. && pwd)
	for ((round = 0; round < rounds; round++)); do
		attach ttySF1 ttyACM0
		cat /dev/zero >/dev/ttySF1 &
		flood=$!
		nap 0.05
		echo 0 >"$device/authorized"
		wait_for 20 'the device to be gone' attached ttySF1 ''
		kill "$flood"
		wait "$flood" 2>/dev/null || :
		echo 1 >"$device/authorized"
	done
	wait_for 20 ttyACM0 test -c /dev/ttyACM0
	test_acm
}

# A driver that nobody has tried is refused, and taken by who insists.
test_untried()
{
	dmesg --clear
	! (echo ttyGS0 >/sys/class/tty/ttySF2/port) 2>"$work/said" || return 1
	grep -q 'Operation not supported' "$work/said"
	dmesg --notime | grep '^serfwd: ttyGS0: its driver g_serial was not tried with serfwd; write 1 to'
	attached ttySF2 ''
	echo 1 >/sys/module/serfwd/parameters/any_driver
	dmesg --clear
	echo ttyGS0 >/sys/class/tty/ttySF2/port
	dmesg --notime | grep '^serfwd: ttyGS0: attached for any_driver=1'
	attached ttySF2 ttyGS0
	# The writer has to wait, and to be woken: nothing is taken before somebody reads.
	set_up ttyACM0
	timeout 60 head -c 100000 /dev/zero >/dev/ttySF2 &
	nap 1
	timeout 30 head -c 100000 /dev/ttyACM0 >"$work/got"
	wait $!
	[ "$(stat -c %s "$work/got")" = 100000 ]
	echo >/sys/class/tty/ttySF2/port
	echo 0 >/sys/module/serfwd/parameters/any_driver
}

exec {qmp}<>/dev/virtio-ports/qmp
qmp_ask '{"execute": "qmp_capabilities"}'
modprobe xhci-pci
modprobe ftdi_sio
modprobe dummy_hcd
modprobe g_serial
modprobe cdc-acm
module_load serfwd
cleanup_push module_unload serfwd
wait_for 20 $usb test -c /dev/$usb
wait_for 20 ttyACM0 test -c /dev/ttyACM0

ktap_plan 8
ktap_run 'the adapter works without serfwd' test_adapter
ktap_run 'bytes pass an FTDI adapter' test_bytes
ktap_run 'lines and a break are as the adapter has them' test_lines_and_break
ktap_run 'its cable is pulled' test_cable
ktap_run "it is unplugged $rounds times under traffic" test_unplugs
ktap_run 'bytes pass cdc-acm' test_acm
ktap_run "cdc-acm is unplugged $rounds times under traffic" test_acm_unplugs
ktap_run 'a driver that was not tried is refused' test_untried
ktap_finish
