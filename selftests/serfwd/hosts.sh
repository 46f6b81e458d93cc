#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial pci=null --serial pci=null
# time-out: 300
#
# The examples of Documentation/examples, each by the program that reads it: the
# udev rules by udevd, the unit by systemd, the parameters by modprobe.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"
. "$(dirname "$0")/../lib/udev.sh"

port=$(port_name 0)
host=$DEVSHARE_CHECKOUT/Documentation/examples
sf=/sys/class/tty/ttySF0

named_after_port()
{
	[ "$(readlink -f "/dev/serfwd/$port")" = /dev/ttySF0 ]
}

not_named()
{
	[ ! -e "/dev/serfwd/$port" ]
}

test_name_appears()
{
	echo "$port" >"$sf/port"
	wait_for 20 "/dev/serfwd/$port" named_after_port
}

# Asking for the events of all devices again must not take it away.
test_name_stays()
{
	udevadm trigger --subsystem-match=tty
	udevadm settle --timeout=20
	named_after_port
}

test_name_goes()
{
	echo >"$sf/port"
	wait_for 20 "/dev/serfwd/$port to go" not_named
}

test_events()
{
	local monitor events

	events=$(mktemp)
	udevadm monitor --kernel --property --subsystem-match=tty >"$events" &
	monitor=$!
	wait_for 20 'udevadm monitor' grep -q KERNEL "$events"
	echo "$port" >"$sf/port"
	wait_for 20 'the attach event' grep -q SERFWD_EVENT=attach "$events"
	grep -qx "SERFWD_PORT=$port" "$events"
	echo >"$sf/port"
	wait_for 20 'the detach event' grep -q SERFWD_EVENT=detach "$events"
	kill "$monitor"
}

named_by_path()
{
	[ "$(readlink -f "/dev/serfwd/by-path/pci-$(cat /run/device)")" = /dev/ttySF0 ]
}

# Sets device and driver to those of the PCI function that PORT is on.
find_device()
{
	device=$(readlink -f "/sys/class/tty/$port/device")
	until [ "$(basename "$(readlink -f "$device/subsystem")")" = pci ]; do
		device=$(dirname "$device")
	done
	driver=$(readlink -f "$device/driver")
	device=$(basename "$device")
	echo "$device" >/run/device
}

plugged_port_works()
{
	wait_for 20 "$port to be attached" serfwd_attached ttySF0 "$port"
	wait_for 20 "/dev/serfwd/by-path/pci-$device" named_by_path
}

# With the example of the rules for this port, which is unplugged and plugged: first
# while it is nobody's, then from under its link.
test_plug()
{
	local device driver

	find_device
	sed -n "s|^#\(ACTION.*\)pci-0000:03:00.0\(.*ATTR{.*\)|\1pci-$device\2|p" \
		"$host/60-serfwd.rules" >/run/udev/rules.d/61-plug.rules
	cat /run/udev/rules.d/61-plug.rules
	udevadm control --reload

	echo "$device" >"$driver/unbind"
	wait_for 20 "$port to go" not_plugged
	serfwd_attached ttySF0 ''
	echo "$device" >"$driver/bind"
	plugged_port_works

	echo "$device" >"$driver/unbind"
	wait_for 20 "$port to be lost" serfwd_attached ttySF0 ''
	wait_for 20 'the name to go' not_by_path
	echo "$device" >"$driver/bind"
	plugged_port_works
	rm /run/udev/rules.d/61-plug.rules
	udevadm control --reload
	echo >"$sf/port"
}

not_by_path()
{
	! named_by_path
}

# The port left is one of the 8250 driver without hardware.
not_plugged()
{
	[ "$(cat "/sys/class/tty/$port/type")" -eq 0 ]
}

# The program that the unit runs is there, and systemd takes every line of it.
test_unit()
{
	cp "$host/serfwd@.service" "/run/serfwd@$port.service"
	unit_complaints "serfwd@$port" && return 1
	# It does complain of what is wrong.
	sed 's|^ExecStart=.*|ExecStart=/no/such/program|' "$host/serfwd@.service" \
		>"/run/broken@$port.service"
	unit_complaints "broken@$port"
}

unit_complaints()
{
	systemd-analyze verify "/run/$1.service" 2>&1 | grep "$1.service"
}

test_unit_command()
{
	local command pid

	command=$(sed -n "s|^ExecStart=||p" "$host/serfwd@.service")
	${command//%I/$port} &
	pid=$!
	wait_for 20 "$command to attach" serfwd_attached ttySF0 "$port"
	kill "$pid"
	wait_for 20 "$command to detach" serfwd_attached ttySF0 ''
}

test_modprobe_conf()
{
	modprobe -C "$host/serfwd.conf" -c |
		grep -qx 'options serfwd links=4 ports=ttyS1,ttyS2'
	rmmod serfwd
	# shellcheck disable=SC2046
	module_load serfwd $(sed -n 's/^options serfwd //p' "$host/serfwd.conf")
	[ "$(cat /sys/module/serfwd/parameters/ports)" = ttyS1,ttyS2 ]
}

ktap_plan 9
cleanup_push module_unload serfwd
udev_install 60-serfwd.rules
udev_start
module_load serfwd
ktap_run 'udev takes the rules' udev_takes 60-serfwd.rules "$sf"
ktap_run 'attaching names the pseudo-UART after its port' test_name_appears
ktap_run 'other events leave that name' test_name_stays
ktap_run 'detaching takes the name away' test_name_goes
ktap_run 'udev hears of attaching and detaching' test_events
ktap_run 'a port that is plugged in is attached, and named by its path' test_plug
ktap_run 'systemd takes the unit' test_unit
ktap_run 'the command of the unit attaches the port' test_unit_command
ktap_run 'modprobe and the module take the parameters' test_modprobe_conf
ktap_finish
