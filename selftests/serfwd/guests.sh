#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --serial pci=cross:wire --serial pci=cross:wire --memory 4G
# time-out: 600
#
# End to end: two stock guests under stock QEMU talk through two real ports
# that are wired to each other.
#
#	guest a - QEMU - ttySF0 - ttyS4 === ttyS5 - ttySF1 - QEMU - guest b

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"
. "$(dirname "$0")/../lib/guests.sh"

port_a=$(port_name 0)
port_b=$(port_name 1)

test_settings()
{
	"$guest" exec a 'stty -F /dev/ttyS0 9600 cs7 parenb -parodd -cstopb'
	wait_for 10 "9600 7E1 on $port_a" port_has_settings "$port_a" \
		9600 cs7 parenb -parodd -cstopb
	"$guest" exec a 'stty -F /dev/ttyS0 115200 cs8 -parenb'
	wait_for 10 "115200 8N1 on $port_a" port_has_settings "$port_a" \
		115200 cs8 -parenb
}

test_dtr()
{
	"$guest" exec a 'stty -F /dev/ttyS0 hupcl
		sleep 1000 </dev/ttyS0 >/dev/null 2>&1 & echo $! >/tmp/holder'
	wait_for 10 "DTR of $port_a to rise" port_has_line "$port_a" DTR
	# shellcheck disable=SC2016
	"$guest" exec a 'kill $(cat /tmp/holder)'
	wait_for 10 "DTR of $port_a to drop" port_lacks_line "$port_a" DTR
	serfwd_attached ttySF0 "$port_a"
}

test_qemu_killed()
{
	"$guest" kill a
	serfwd_attached ttySF0 "$port_a"
	guest_on a ttySF0
	guests_exchange a b 1024 60
}

test_reattached()
{
	local pid
	pid=$("$guest" pid b)

	serfwd_detach ttySF1 "$port_b"
	serfwd_attach ttySF1 "$port_b"
	guests_exchange a b 1024 60
	[ "$("$guest" pid b)" = "$pid" ]
}

test_reattached_by_sysfs()
{
	serfwd_detach ttySF0 "$port_a" KILL
	echo "$port_a" >/sys/class/tty/ttySF0/port
	guests_exchange a b 1024 60
}

test_no_loss()
{
	local port

	for port in "$port_a" "$port_b"; do
		port_report "$port"
		[ "$(port_lost "$port")" -eq 0 ]
	done
}

finish()
{
	"$guest" kill a || :
	"$guest" kill b || :
	echo >/sys/class/tty/ttySF0/port
	echo >/sys/class/tty/ttySF1/port
	module_unload serfwd
}

bytes=16384
[ -z "${DEVSHARE_CI:-}" ] || bytes=4096

ktap_plan 8
cleanup_push finish
module_load serfwd "ports=$port_a,$port_b"
serfwd_attach ttySF0 "$port_a"
serfwd_attach ttySF1 "$port_b"
ktap_run 'two stock guests boot on pseudo-UARTs' guests_on a ttySF0 b ttySF1
ktap_run "$((bytes >> 10)) KiB each way between the guests" guests_exchange a b "$bytes" 300
ktap_run 'a guest sets 9600 7E1 on the real port' test_settings
ktap_run 'a guest drops DTR on the real port' test_dtr
ktap_run 'QEMU is killed and started again' test_qemu_killed
ktap_run 'a port is attached again under a running guest' test_reattached
ktap_run 'a port is attached by sysfs under a running guest' test_reattached_by_sysfs
ktap_run 'the ports report no loss' test_no_loss
ktap_finish
