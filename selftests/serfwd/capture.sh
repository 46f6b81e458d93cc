#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1
# time-out: 600
#
# serfwd-capture, and that tshark reads in its file just what passed. On one processor:
# tracing patches the kernel, which QEMU emulating several of them may run as it was.
#
#	ttySF0 - ttyNM0 === ttyNM1

set -eu
export LC_ALL=C

. "$(dirname "$0")/../lib/lib.sh"


tool=$DEVSHARE_CHECKOUT/scripts/tools/serfwd-capture
work=$(mktemp -d)
cleanup_push rm -rf "$work"
tracing=/sys/kernel/tracing
[ -d "$tracing/instances" ] || mount -t tracefs tracefs "$tracing"

# The far end is open as long as a test runs.
capture_start()
{
	exec {far_fd}<>/dev/ttyNM1
	"$tool" -o "$work/pcapng" "$@" 2>"$work/said" {far_fd}>&- &
	capture=$!
	echo "$capture" >/run/capture
	wait_for 30 'the capture to begin' grep -q capturing "$work/said"
}

capture_stop()
{
	capture=$(cat /run/capture)
	kill -TERM "$capture"
	wait_for 30 'the capture to end' gone "$capture"
	cat "$work/said"
	[ -z "$(ls "$tracing/instances")" ]
}

gone()
{
	! kill -0 "$1" 2>/dev/null
}

# fields FIELD...: of each record, in a line
fields()
{
	local field
	local -a options=()

	for field; do
		options+=(-e "$field")
	done
	tshark -r "$work/pcapng" -T fields "${options[@]}" 2>"$work/tshark"
	! grep -i 'error\|malformed\|cut short' "$work/tshark"
}

# read_exactly DEVICE COUNT
read_exactly()
{
	timeout 30 head -c "$2" <&"$1" >"$work/read"
	[ "$(wc -c <"$work/read")" -eq "$2" ]
}

# bytes_of EVENT: all payload of a kind, in hex
bytes_of()
{
	fields rtacser.eventtype data.data |
		awk -v event="$1" '$1 == event { printf "%s", $2 } END { print "" }'
}

test_bytes()
{
	local sent

	capture_start ttySF0
	head -c 3000 /dev/urandom >"$work/out"
	cat "$work/out" >&"$vtty_fd"
	read_exactly "$far_fd" 3000
	printf hello >&"$far_fd"
	read_exactly "$vtty_fd" 5
	capture_stop
	sent=$(od -An -v -tx1 "$work/out" | tr -d ' \n')
	[ "$(bytes_of 0x01)" = "$sent" ]
	[ "$(bytes_of 0x02)" = 68656c6c6f ]
	[ "$(fields rtacser.eventtype | tail -n 1)" = 0x06 ]
	[ "$(fields frame.interface_name | sort -u)" = ttySF0 ]
}

# The clock of the file is that of the day.
test_time()
{
	local before after first last

	before=$(date +%s)
	capture_start ttySF0
	printf x >&"$far_fd"
	read_exactly "$vtty_fd" 1
	capture_stop
	after=$(date +%s)
	first=$(fields frame.time_epoch | sed -n 1p)
	last=$(fields frame.time_epoch | tail -n 1)
	printf '%s %s %s %s\n' "$before" "$first" "$last" "$after"
	[ "${first%.*}" -ge $((before - 1)) ]
	[ "${last%.*}" -le $((after + 1)) ]
}

# has_records RECORDS: one after the other, each an event and its bytes
has_records()
{
	fields rtacser.eventtype data.data | tr '\t\n' ': ' >"$work/records"
	printf '%s\n' "$(cat "$work/records")"
	grep -qF "$1" "$work/records"
}

test_errors()
{
	capture_start ttySF0
	echo 1 >/sys/kernel/debug/serfwd/ttyNM0/frame
	printf abc >&"$far_fd"
	read_exactly "$vtty_fd" 3
	echo 1 >/sys/kernel/debug/serfwd/ttyNM0/parity
	printf d >&"$far_fd"
	read_exactly "$vtty_fd" 1
	echo 1 >/sys/kernel/debug/serfwd/ttyNM0/break
	printf e >&"$far_fd"
	read_exactly "$vtty_fd" 1
	capture_stop
	has_records '0x07:61 0x02:6263 0x08:64 0x09:'
}

# A byte that the UART had no room for comes before the byte it has.
test_overrun()
{
	capture_start ttySF0
	echo 1 >/sys/kernel/debug/serfwd/ttyNM0/overrun
	printf f >&"$far_fd"
	read_exactly "$vtty_fd" 1
	capture_stop
	has_records '0x02:66 0x0a:'
}

test_sent_break()
{
	capture_start ttySF0
	printf a >&"$vtty_fd"
	perl -MPOSIX -e 'POSIX::tcsendbreak(0, 0) or die "$!\n"' <&"$vtty_fd"
	printf b >&"$vtty_fd"
	# The plug has received a NUL for it.
	read_exactly "$far_fd" 3
	capture_stop
	has_records '0x01:61 0x09: 0x01:62'
}

# It does not run while more passes than its buffer holds.
test_data_lost()
{
	local capture

	capture_start -b 8 ttySF0
	capture=$(cat /run/capture)
	kill -STOP "$capture"
	for _ in {1..20}; do
		head -c 4000 /dev/zero >&"$far_fd"
		read_exactly "$vtty_fd" 4000
	done
	kill -CONT "$capture"
	capture_stop
	fields rtacser.eventtype | sort | uniq -c
	fields rtacser.eventtype | grep -qx 0x05
	# Its bytes are as they were.
	[ -z "$(bytes_of 0x02 | tr -d 0)" ]
	[ "$(bytes_of 0x02 | wc -c)" -lt 160000 ]
}

# Bytes of a shared port are those of who has it.
test_shared()
{
	local guest_fd

	echo ttySF0 >/sys/class/tty/ttySF1/share
	stty -F /dev/ttySF1 raw -echo clocal
	exec {guest_fd}<>/dev/ttySF1
	capture_start ttySF0 ttySF1
	printf 0 >&"$vtty_fd"
	read_exactly "$far_fd" 1
	printf x >&"$far_fd"
	read_exactly "$vtty_fd" 1
	read_exactly "$guest_fd" 1
	echo ttySF1 >/sys/class/tty/ttySF0/owner
	printf 1 >&"$guest_fd"
	read_exactly "$far_fd" 1
	capture_stop
	exec {guest_fd}<&-
	echo >/sys/class/tty/ttySF1/share
	fields frame.interface_name rtacser.eventtype data.data | tr '\t\n' ': ' \
		>"$work/records"
	printf '%s\n' "$(cat "$work/records")"
	[ "$(grep -o 'ttySF[01]:0x0[12]:[0-9a-f]*' "$work/records" | paste -s -d ' ')" = \
		'ttySF0:0x01:30 ttySF0:0x02:78 ttySF1:0x01:31' ]
}

test_lines()
{
	capture_start ttySF0
	exec {far_fd}>&-
	nap 0.3
	exec {far_fd}<>/dev/ttyNM1
	nap 0.3
	capture_stop
	fields rtacser.eventtype rtacser.cts rtacser.dsr rtacser.dcd | tr '\t\n' ': ' \
		>"$work/records"
	printf '%s\n' "$(cat "$work/records")"
	grep -qE '0x00:(0:0:0|False:False:False) 0x00:(1:1:1|True:True:True)' "$work/records"
}

# Of two links only the one that was asked for.
test_other_links()
{
	capture_start ttySF1
	printf hello >&"$far_fd"
	read_exactly "$vtty_fd" 5
	capture_stop
	[ "$(fields rtacser.eventtype)" = 0x06 ]
}

test_killed()
{
	capture_start ttySF0
	kill -KILL "$(cat /run/capture)"
	wait_for 10 'it to die' gone "$(cat /run/capture)"
	printf x >&"$far_fd"
	read_exactly "$vtty_fd" 1
	# Its leavings go with the next one.
	[ -n "$(ls "$tracing/instances")" ]
	capture_start ttySF0
	capture_stop
}

test_duration()
{
	"$tool" -o "$work/pcapng" -d 0.3 ttySF0
	[ "$(fields rtacser.eventtype)" = 0x06 ]
	[ -z "$(ls "$tracing/instances")" ]
}

# refused TEXT ARGUMENT...
refused()
{
	local text=$1 said
	shift

	said=$("$tool" "$@" 2>&1) && return 1
	printf '%s\n' "$said"
	[[ $said == *"$text"* ]]
}

test_usage()
{
	refused 'usage:' -o "$work/pcapng"
	refused 'usage:' ttySF0
	refused 'ttyS0 is no pseudo-UART' -o "$work/pcapng" ttyS0
	refused 'there is no ttySF99' -o "$work/pcapng" ttySF99
	refused 'No such file' -o "$work/none/pcapng" ttySF0
	"$tool" --help | grep -q usage
}

ktap_plan 12
module_load serfwd nullmodems=1
cleanup_push module_unload serfwd
echo ttyNM0 >/sys/class/tty/ttySF0/port
cleanup_push sh -c 'echo >/sys/class/tty/ttySF0/port'
stty -F /dev/ttySF0 raw -echo clocal
stty -F /dev/ttyNM1 raw -echo clocal
exec {vtty_fd}<>/dev/ttySF0
ktap_run 'bytes of both directions, and no others' test_bytes
ktap_run 'time stamps' test_time
ktap_run 'errors and breaks' test_errors
ktap_run 'an overrun' test_overrun
ktap_run 'a sent break' test_sent_break
ktap_run 'what the capture itself lost is marked' test_data_lost
ktap_run 'a shared port' test_shared
ktap_run 'modem lines, though nobody reads them' test_lines
ktap_run 'other links are left out' test_other_links
ktap_run 'a killed capture leaves nothing for long' test_killed
ktap_run 'a capture for some time' test_duration
ktap_run 'wrong arguments' test_usage
exec {vtty_fd}>&-
ktap_finish
