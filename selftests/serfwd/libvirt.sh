#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --serial pci=cross:wire --serial pci=cross:wire --memory 4G
# time-out: 600
#
# The domain of Documentation/examples, by libvirt as it comes: QEMU runs as a user of its own
# who has no right to the pseudo-UART except what libvirt gives.
#
#	domain - QEMU - ttySF0 - ttyS4 === ttyS5 - this script

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"
. "$(dirname "$0")/../lib/udev.sh"
. "$(dirname "$0")/../lib/libvirt.sh"

# libvirt sees only the device of the host's kernel.

port=$(port_name 0)
wire=/dev/$(port_name 1)
vtty=/dev/ttySF0
example=$DEVSHARE_CHECKOUT/Documentation/examples/serfwd-domain.xml
work=$(mktemp -d)

# It runs, and its port is as a program's that sends bytes.
domain_start()
{
	libvirt_domain_start serfwd
	libvirt_in_guest 'stty -F /dev/ttyS0 115200 raw -echo clocal -crtscts'
}

test_validates()
{
	virt-xml-validate "$example" domain
	# It does complain of what is wrong.
	sed "s|<source path=|<source portal=|" "$example" >"$work/wrong.xml"
	! virt-xml-validate "$work/wrong.xml" domain
}

# A program that keeps the device for itself keeps it from the domain too.
test_kept()
{
	local said pid

	/usr/bin/python3 - <<-END &
		import fcntl, os, termios, time
		fd = os.open('$vtty', os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
		fcntl.ioctl(fd, termios.TIOCEXCL)
		open('$work/kept', 'w').close()
		time.sleep(1000)
	END
	pid=$!
	wait_for 20 'a program to keep the device' test -e "$work/kept"
	said=$(libvirt start serfwd 2>&1) && return 1
	printf '%s\n' "$said"
	grep -q "$vtty" <<<"$said"
	kill "$pid"
	wait "$pid" || :
}

test_starts()
{
	domain_start
	[ "$(libvirt domstate serfwd)" = running ]
}

qemu_pid()
{
	cat /run/libvirt/qemu/serfwd.pid
}

# QEMU has a /dev of its own, in which the device is its user's.
test_owner()
{
	local pid

	pid=$(qemu_pid)
	ls -l "$vtty" "/proc/$pid/root$vtty"
	[ "$(stat -c %U "/proc/$pid")" = "$libvirt_user" ]
	[ "$(stat -c %U "/proc/$pid/root$vtty")" = "$libvirt_user" ]
	readlink "/proc/$pid/fd"/* | grep -qx "$vtty"
	# It does not get what libvirt does not give.
	[ ! -e "/proc/$pid/root$wire" ]
}

test_bytes()
{
	local got

	libvirt_in_guest 'head -c 500 /dev/urandom | od -An -tx1 | head -c 1024 >/tmp/out'
	stty -F "$wire" 115200 raw -echo clocal -crtscts
	exec {fd}<>"$wire"
	libvirt_in_guest --timeout 120 'cat /tmp/out >/dev/ttyS0' &
	take_into "$work/out" 1024
	wait $!
	libvirt_in_guest 'head -c 1024 </dev/ttyS0 >/tmp/in &'
	cat "$work/out" >&"$fd"
	# shellcheck disable=SC2016
	libvirt_in_guest --timeout 120 'while [ $(stat -c %s /tmp/in) -lt 1024 ]; do sleep 1; done
		cmp /tmp/in /tmp/out'
	exec {fd}>&-
	[ "$(libvirt_in_guest 'md5sum </tmp/out')" = "$(md5sum <"$work/out")" ]
}

# take_into FILE COUNT
take_into()
{
	timeout 120 head -c "$2" <&"$fd" >"$1"
}

# The host's own /dev has the device as before, except for its group: libvirt gives every
# device back to root's.
test_destroyed()
{
	libvirt destroy serfwd
	[ "$(libvirt domstate serfwd)" = 'shut off' ]
	serfwd_attached ttySF0 "$port"
	wait_for 10 "DTR of $port to drop" port_lacks_line "$port" DTR
	ls -l "$vtty"
	[ "$(stat -c '%U %a' "$vtty")" = "$owner" ]
}

# The device is the host's programs' again.
test_host_again()
{
	stty -F "$vtty" 115200 raw -echo clocal -crtscts
	exec {fd}<>"$wire"
	echo 'from the host' >"$vtty"
	take_into "$work/host" 14
	exec {fd}>&-
	grep -qx 'from the host' "$work/host"
}

test_again()
{
	domain_start
	test_bytes
	libvirt destroy serfwd
	libvirt undefine serfwd
}

test_no_loss()
{
	port_report "$port"
	[ "$(port_lost "$port")" -eq 0 ]
}

finish()
{
	libvirt destroy serfwd >/dev/null 2>&1 || :
	echo >/sys/class/tty/ttySF0/port
	wait_for 20 'everybody to close' rmmod serfwd
}

ktap_plan 10
cleanup_push rm -rf "$work"
module_load serfwd
libvirt_start
cleanup_push finish
serfwd_attach ttySF0 "$port"
owner=$(stat -c '%U %a' "$vtty")
libvirt_make_domain "$example"
ktap_run 'the example is what libvirt takes' test_validates
ktap_run 'libvirt defines it' libvirt define "$work/domain.xml"
ktap_run 'a domain does not start on a device that is kept' test_kept
ktap_run 'the domain starts' test_starts
ktap_run 'QEMU has the pseudo-UART, and as its own user' test_owner
ktap_run '1 KiB each way' test_bytes
ktap_run 'the domain is destroyed: the link stays, the owner is as before' test_destroyed
ktap_run 'a program of the host has the pseudo-UART' test_host_again
ktap_run 'the domain starts again, 1 KiB each way' test_again
ktap_run 'the port reports no loss' test_no_loss
ktap_finish
