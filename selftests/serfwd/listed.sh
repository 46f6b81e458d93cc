#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --serial pci=null
# ci: newest
#
# A pseudo-UART is listed by programs that list serial ports, as the real one is.
#
# libserialport (sigrok) and QSerialPortInfo list an entry of /sys/class/tty if it is a
# link that does not lead to a virtual device, and has a device with a driver; pyserial if
# that is not one of the platform bus.

set -eu

. "$(dirname "$0")/../lib/lib.sh"

port=$(port_name 0)

by_sysfs()
{
	local dir=/sys/class/tty/$1

	readlink "$dir"
	[ -L "$dir" ]
	[[ $(readlink "$dir") != *virtual* ]]
	[ -L "$dir/device" ]
	basename "$(readlink "$dir/device/driver")"
}

by_libserialport()
{
	sigrok-cli --list-serial | grep -w "/dev/$1"
}

# All that there are, and the one by its name.
by_qt()
{
	QT_QPA_PLATFORM=offscreen python3 - "$1" <<-'PYTHON'
		import sys
		from PyQt5.QtSerialPort import QSerialPortInfo
		name = sys.argv[1]
		names = [port.portName() for port in QSerialPortInfo.availablePorts()]
		print("QSerialPortInfo:", *names)
		sys.exit(name not in names or QSerialPortInfo(name).isNull())
	PYTHON
}

by_pyserial()
{
	python3 -m serial.tools.list_ports -q | grep -w "/dev/$1"
}

# listed NAME: by all of them
listed()
{
	by_sysfs "$1"
	by_libserialport "$1"
	by_qt "$1"
	by_pyserial "$1"
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

# To unbind the driver of that device would take nothing away.
test_driver_stays()
{
	[ ! -e /sys/bus/serfwd/drivers/serfwd/unbind ]
}

test_device_goes_with_the_module()
{
	module_unload serfwd
	[ ! -e /sys/bus/serfwd ]
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
