#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial pci=null --serial pci=null
# time-out: 300
#
# The examples for hosts in scripts/host, each by the program that reads it: the
# udev rules by udevd, the unit by systemd, the parameters by modprobe.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"
. "$(dirname "$0")/../lib/udev.sh"

port=$(port_name 0)
host=$DEVSHARE_CHECKOUT/scripts/host
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

# What the unit runs is there, and systemd takes every line of it.
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

ktap_plan 8
cleanup_push module_unload serfwd
udev_install 60-serfwd.rules
udev_start
module_load serfwd
ktap_run 'udev takes the rules' udev_takes 60-serfwd.rules "$sf"
ktap_run 'attaching names the pseudo-UART after its port' test_name_appears
ktap_run 'other events leave that name' test_name_stays
ktap_run 'detaching takes the name away' test_name_goes
ktap_run 'udev hears of attaching and detaching' test_events
ktap_run 'systemd takes the unit' test_unit
ktap_run 'the command of the unit attaches the port' test_unit_command
ktap_run 'modprobe and the module take the parameters' test_modprobe_conf
ktap_finish
