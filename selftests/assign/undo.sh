#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --memory 2G --qemu -machine --qemu q35,kernel-irqchip=split --device intel-iommu,intremap=on --append intel_iommu=on --device pcie-root-port,id=rp1,chassis=1,addr=0x17 --device e1000e,bus=rp1,addr=0.0,multifunction=on --device e1000e,bus=rp1,addr=0.1
# time-out: 900
#
# A "devshare-assign give" that fails or is stopped half way leaves nothing: the first of
# two devices of a group is bound already when it comes to the second.
#
# It is caught there by a driverctl of ours that is called for each of them, and calls
# the real one.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/assign.sh"

first=$(pci_behind 0000:00:17.0)
second=${first%.0}.1
work=$(mktemp -d)

# second_does COMMAND: which then runs when it is the second's turn
second_does()
{
	cat >/usr/local/sbin/driverctl <<-TXT
	#!/bin/sh
	case "\$*" in
	"set-override $second "*) $1 ;;
	esac
	exec /usr/sbin/driverctl "\$@"
	TXT
	chmod 755 /usr/local/sbin/driverctl
}

as_before()
{
	pci_driver_is "$first" e1000e
	pci_driver_is "$second" e1000e
	[ "$(cat "/sys/bus/pci/devices/$first/driver_override")" = '(null)' ]
	[ "$(cat "/sys/bus/pci/devices/$second/driver_override")" = '(null)' ]
	[ -z "$(ls /etc/driverctl.d 2>/dev/null)" ]
}

test_fails()
{
	second_does 'echo "not this one" >&2; exit 1'
	refused_because 'not this one' program give --persistent --group "$first"
	as_before
	nothing_kept
}

# begin: give in the background, until it is at the second
begin()
{
	rm -f "$work/there"
	second_does "touch $work/there; sleep 2"
	devshare-assign give --persistent --group "$first" >"$work/said" 2>&1 &
	pid=$!
	wait_for 120 'the second' test -e "$work/there"
	pci_driver_is "$first" vfio-pci
}

# stopped_by SIGNAL NUMBER
stopped_by()
{
	local pid status=0

	begin
	kill "-$1" "$pid"
	wait "$pid" || status=$?
	cat "$work/said"
	[ "$status" -eq $((128 + $2)) ]
	grep -q "stopped by SIG$1; nothing has changed" "$work/said"
	as_before
	nothing_kept
}

# Nobody could undo it then. Its former state is kept.
test_killed()
{
	local pid

	begin
	kill -KILL "$pid"
	wait "$pid" || :
	wait_for 120 'driverctl to end' pci_driver_is "$second" vfio-pci
	rm /usr/local/sbin/driverctl
	devshare-assign take "$second"
	as_before
	nothing_kept
}

# The same between two steps, where the second is not touched yet.
test_killed_before()
{
	local pid

	begin
	kill -KILL "$pid"
	pkill -KILL -f '^/bin/sh /usr/local/sbin/driverctl'
	wait "$pid" || :
	rm /usr/local/sbin/driverctl
	pci_driver_is "$second" e1000e
	refused half give "$second"
	devshare-assign take "$first"
	as_before
	nothing_kept
}

is_locked()
{
	! flock -n /run/devshare-assign/lock true
}

# Another one is at work: it is waited for, and a signal ends that.
test_waits()
{
	local holder pid status=0

	rm -f /usr/local/sbin/driverctl
	mkdir -p /run/devshare-assign
	flock /run/devshare-assign/lock sleep 1000 &
	holder=$!
	wait_for 120 'the lock' is_locked
	devshare-assign give --group "$first" >"$work/said" 2>&1 &
	pid=$!
	nap 5
	kill -TERM "$pid"
	wait "$pid" || status=$?
	cat "$work/said"
	[ "$status" -eq 143 ]
	as_before
	devshare-assign give --group "$first" >"$work/said" 2>&1 &
	pid=$!
	pkill -P "$holder" -x sleep
	wait "$pid"
	pci_driver_is "$second" vfio-pci
	devshare-assign take "$first"
	as_before
}

test_no_vfio()
{
	modprobe -r vfio-pci
	echo 'install vfio-pci /bin/false' >/etc/modprobe.d/no-vfio.conf
	refused vfio give --group "$first"
	rm /etc/modprobe.d/no-vfio.conf
	as_before
}

test_no_driverctl()
{
	mkdir "$work/bin"
	ln -s /usr/bin/python3 /usr/sbin/modprobe "$work/bin"
	refused_by()
	{
		PATH=$work/bin:/usr/local/sbin devshare-assign "$@"
	}
	! said=$(refused_by give --persistent --group "$first" 2>&1) || return 1
	printf '%s\n' "$said"
	grep -q 'driverctl, which is not installed' <<<"$said"
	as_before
}

ktap_plan 8
cleanup_push rm -rf "$work"
assign_install
modprobe e1000e
ktap_run 'the second fails' test_fails
ktap_run 'SIGTERM' stopped_by TERM 15
ktap_run 'SIGHUP' stopped_by HUP 1
ktap_run 'SIGKILL, and take' test_killed
ktap_run 'SIGKILL before the second is touched, and take' test_killed_before
ktap_run 'another devshare-assign at work' test_waits
ktap_run 'there is no vfio-pci' test_no_vfio
ktap_run 'there is no driverctl' test_no_driverctl
ktap_finish
