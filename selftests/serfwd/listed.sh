#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --serial pci=null
# ci: newest
#
# A pseudo-UART is listed by programs that list serial ports.
#
# libserialport (sigrok) and QSerialPortInfo list what /sys/class/tty has if it is a link
# that does not lead to a virtual device, and has a device with a driver.

set -eu

. "$(dirname "$0")/../lib/lib.sh"

port=$(port_name 0)

listed()
{
	local dir=/sys/class/tty/$1

	readlink "$dir"
	[ -L "$dir" ]
	[[ $(readlink "$dir") != *virtual* ]]
	[ -L "$dir/device" ]
	basename "$(readlink "$dir/device/driver")"
}

test_port_is_listed()
{
	listed "$port"
}

test_vtty_is_listed()
{
	listed ttySF0
	listed ttySF3
}

test_vtty_with_a_port_is_listed()
{
	echo "$port" >/sys/class/tty/ttySF0/port
	listed ttySF0
	echo >/sys/class/tty/ttySF0/port
}

# Who unbinds the driver of that device would take nothing away.
test_driver_stays()
{
	[ ! -e /sys/bus/platform/drivers/serfwd/unbind ]
}

test_device_goes_with_the_module()
{
	module_unload serfwd
	[ ! -e /sys/bus/platform/devices/serfwd ]
	module_load serfwd
	listed ttySF0
}

module_load serfwd
cleanup_push module_unload serfwd
ktap_plan 5
ktap_run 'a real port is listed' test_port_is_listed
ktap_run 'a pseudo-UART is listed' test_vtty_is_listed
ktap_run 'a pseudo-UART that has a port is listed' test_vtty_with_a_port_is_listed
ktap_run 'its driver cannot be unbound' test_driver_stays
ktap_run 'its device goes with the module' test_device_goes_with_the_module
ktap_finish
