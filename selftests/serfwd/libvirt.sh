#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --serial pci=cross:wire --serial pci=cross:wire --memory 4G
# time-out: 600
#
# The domain of scripts/host, by libvirt as it comes: QEMU runs as a user of its own
# who has no right to the pseudo-UART but what libvirt gives.
#
#	domain - QEMU - ttySF0 - ttyS4 === ttyS5 - this script

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"

port=$(port_name 0)
wire=/dev/$(port_name 1)
vtty=/dev/ttySF0
example=$DEVSHARE_CHECKOUT/scripts/host/serfwd-domain.xml
user=libvirt-qemu
work=$(mktemp -d)

# As Debian's package libvirt-daemon-system does.
make_user()
{
	getent passwd "$user" >/dev/null && return
	groupadd -r "$user"
	useradd -r -g kvm -G "$user" -d /var/lib/libvirt -s /usr/sbin/nologin "$user"
}

# Who may use which device is the rules' of every host to say.
start_udevd()
{
	/lib/systemd/systemd-udevd --daemon
	cleanup_push udevadm control --exit
	wait_for 20 'udevd' udevadm control --ping
	udevadm trigger --subsystem-match=tty --subsystem-match=misc --action=add
	udevadm settle --timeout=60
}

libvirt()
{
	virsh -q -c qemu:///system "$@"
}

start_libvirtd()
{
	modprobe kvm-amd || modprobe kvm-intel
	make_user
	start_udevd
	virtlogd >"$work/virtlogd.log" 2>&1 &
	cleanup_push kill $!
	libvirtd >"$work/libvirtd.log" 2>&1 &
	cleanup_push kill $!
	wait_for 120 'libvirtd' libvirt version
}

# in_guest [--timeout S] COMMAND
in_guest()
{
	local timeout=60

	if [ "$1" = --timeout ]; then
		timeout=$2
		shift 2
	fi
	"$DEVSHARE_AGENT" exec -w 'the domain' -b 120 -t "$timeout" "$work/agent" sh -c "$*"
}

# The example, with a kernel that is there, and a channel to the guest's agent.
make_domain()
{
	cp "$DEVSHARE_GUEST_KERNEL" "$work/vmlinuz"
	cp "$DEVSHARE_GUEST_INITRAMFS" "$work/initrd"
	chmod 711 "$work"
	sed -e "s|/boot/vmlinuz|$work/vmlinuz|; s|/boot/initrd.img|$work/initrd|" \
		-e 's|console=tty0|panic=-1 mitigations=off nowatchdog rcupdate.rcu_cpu_stall_suppress=1|' \
		-e "s|</devices>|<channel type='unix'>\
<source mode='bind' path='$work/agent'/>\
<target type='virtio' name='agent'/></channel></devices>|" \
		"$example" >"$work/domain.xml"
}

# domain_start: it runs and its kernel is up
domain_start()
{
	libvirt start serfwd || {
		tail -n 20 "$work/libvirtd.log"
		return 1
	}
	in_guest 'stty -F /dev/ttyS0 115200 raw -echo clocal -crtscts'
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
	[ "$(stat -c %U "/proc/$pid")" = "$user" ]
	[ "$(stat -c %U "/proc/$pid/root$vtty")" = "$user" ]
	readlink "/proc/$pid/fd"/* | grep -qx "$vtty"
	# What libvirt does not give it does not get.
	[ ! -e "/proc/$pid/root$wire" ]
}

test_bytes()
{
	local got

	in_guest 'head -c 500 /dev/urandom | od -An -tx1 | head -c 1024 >/tmp/out'
	stty -F "$wire" 115200 raw -echo clocal -crtscts
	exec {fd}<>"$wire"
	in_guest --timeout 120 'cat /tmp/out >/dev/ttyS0' &
	take_into "$work/out" 1024
	wait $!
	in_guest 'head -c 1024 </dev/ttyS0 >/tmp/in &'
	cat "$work/out" >&"$fd"
	# shellcheck disable=SC2016
	in_guest --timeout 120 'while [ $(stat -c %s /tmp/in) -lt 1024 ]; do sleep 1; done
		cmp /tmp/in /tmp/out'
	exec {fd}>&-
	[ "$(in_guest 'md5sum </tmp/out')" = "$(md5sum <"$work/out")" ]
}

# take_into FILE COUNT
take_into()
{
	timeout 120 head -c "$2" <&"$fd" >"$1"
}

# The host's own /dev has the device as before, but for its group: libvirt gives every
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

# libvirt sees nothing of the host's kernel but the device.
if [ -n "${DEVSHARE_CI:-}" ] && [ "$DEVSHARE_KERNEL" != 6.1 ]; then
	ktap_plan 1
	ktap_skip 'a domain of libvirt' 'in CI it is for Linux 6.1 only'
	ktap_finish
	exit
fi

ktap_plan 10
cleanup_push rm -rf "$work"
module_load serfwd
start_libvirtd
cleanup_push finish
serfwd_attach ttySF0 "$port"
owner=$(stat -c '%U %a' "$vtty")
make_domain
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
