#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1
# ci: newest
#
# Pulses per second by the kernel's line discipline, on a pseudo-UART as on a port.
#
#	ttySF0 - ttyNM0 === ttyNM1	DTR of a plug is DCD of the other
#	         ttyNM2 === ttyNM3

set -eu

. "$(dirname "$0")/../lib/lib.sh"

pulses=5
n_pps=18

pps_of()
{
	pps=$(grep -lx "/dev/$1" /sys/class/pps/*/path 2>/dev/null) && pps=${pps%/path}
}

# Raise and drop DTR of the tty at descriptor 9.
pulse()
{
	python3 - "$1" <<'P'
import fcntl, struct, sys, termios, time
dtr = struct.pack('I', termios.TIOCM_DTR)
for i in range(int(sys.argv[1])):
    fcntl.ioctl(9, termios.TIOCMBIS, dtr); time.sleep(.05)
    fcntl.ioctl(9, termios.TIOCMBIC, dtr); time.sleep(.05)
P
}

edges()
{
	sed 's/.*#//' "$pps/$1"
}

# pulses NEAR FAR: all of them are seen by NEAR
pulses()
{
	local attach asserted cleared

	stty -F "/dev/$2" -hupcl clocal
	ldattach -d $n_pps "/dev/$1" &
	attach=$!
	wait_for 20 "PPS of $1" pps_of "$1"
	exec 9<>"/dev/$2"
	pulse 1
	asserted=$(edges assert)
	cleared=$(edges clear)
	pulse $pulses
	exec 9>&-
	asserted=$(($(edges assert) - asserted))
	cleared=$(($(edges clear) - cleared))
	kill "$attach"
	wait "$attach" || :
	printf '%d asserts, %d clears\n' "$asserted" "$cleared"
	[ "$asserted $cleared" = "$pulses $pulses" ]
}

modprobe pps-ldisc
module_load serfwd nullmodems=2
cleanup_push module_unload serfwd
echo ttyNM0 >/sys/class/tty/ttySF0/port
cleanup_push sh -c 'echo >/sys/class/tty/ttySF0/port'
ktap_plan 2
ktap_run 'pulses at a port' pulses ttyNM2 ttyNM3
ktap_run 'pulses at a pseudo-UART' pulses ttySF0 ttyNM1
ktap_finish
