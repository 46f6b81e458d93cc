#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 300
#
# "make shell", used as somebody would: at a terminal, typing what it says can be typed.
# script(1) is the terminal, whose screen is in a file.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/lib/cleanup.sh"
. "$top/selftests/lib/wait.sh"
. "$top/selftests/lib/ktap.sh"
. "$top/selftests/lib/checkout.sh"

work=$(mktemp -d)
# Its build/ is used by nobody else, as this one's is by the make that runs the test.
checkout=$work/checkout
unset DEVSHARE_LOCKED
screen=$work/screen
read -r kernel _ <<<"${KERNELS:?}"

# The screen from byte $1 on, without what moves the cursor.
screen_from()
{
	tail -c "+$(($1 + 1))" "$screen" | tr -d '\r' | sed 's/\x1b\[[?0-9;]*[a-zA-Z]//g'
}

screen_size()
{
	stat -c %s "$screen"
}

# shows OFFSET PATTERN
shows()
{
	screen_from "$1" | grep -q "$2"
}

ended()
{
	! kill -0 "$terminal" 2>/dev/null
}

prompts_or_ended()
{
	shows 0 '^emulated host .*# $' || ended
}

start_shell()
{
	mkfifo "$work/keys"
	: >"$screen"
	env -C "$checkout" -u MAKEFLAGS -u MAKELEVEL TERM=xterm GUESTS=0 KERNEL="$kernel" \
		script --quiet --flush --return --command 'make shell' "$screen" \
		<>"$work/keys" >/dev/null 2>&1 &
	terminal=$!
	cleanup_push end_terminal
	exec {keys}<>"$work/keys"
}

# Closing a terminal hangs up what runs on it.
end_terminal()
{
	kill "$terminal" 2>/dev/null || :
}

# type_in SECONDS COMMAND: print what it says; its status is passed on
type_in()
{
	local from status

	from=$(screen_size)
	# Not the line that is typed is to match.
	# shellcheck disable=SC2016
	printf '%s; echo "=$?="\r' "$2" >&"$keys"
	wait_for "$1" "the end of: $2" shows "$from" '^=[0-9]*=$' || {
		screen_from "$from"
		return 1
	}
	screen_from "$from"
	status=$(screen_from "$from" | sed -n 's/^=\([0-9]*\)=$/\1/p')
	[ "$status" -eq 0 ]
}

# said COMMAND PATTERN: does what it says have such a line?
said()
{
	type_in 30 "$1" | tee "$work/said"
	grep -q "$2" "$work/said"
}

# The hint's lines that begin so are what is typed.
hinted()
{
	screen_from 0 | sed -n "s|^  \($1.*\)|\1|p" | head -n 1
}

test_wrong_guests()
{
	local status=0

	GUESTS=5 make -C "$checkout" shell >"$work/wrong" 2>&1 || status=$?
	cat "$work/wrong"
	[ "$status" -ne 0 ]
	grep -q "^shell: GUESTS is how many guests .*, 0 to 4, not '5'$" "$work/wrong"
}

test_prompt()
{
	wait_for 200 'the prompt' prompts_or_ended
	screen_from 0
	kill -0 "$terminal"
	echo "$((SECONDS - began)) s"
	# All of the hint is on a screen of 24 lines.
	[ "$(screen_from 0 | sed -n '/^An emulated host/,/^"exit"/p' | wc -l)" -le 11 ]
}

# Others build and test meanwhile.
test_lock_is_free()
{
	timeout 20 "$checkout/scripts/lock" selftest true
}

test_modules()
{
	type_in 30 'modprobe -r serfwd pcishare && modprobe serfwd && modprobe pcishare'
	said 'modinfo -F filename serfwd; ls /dev/ttyNM*' '/updates/serfwd.ko$'
	grep -q '^/dev/ttyNM0.*/dev/ttyNM3$' "$work/said"
}

# The two ports by what the hint says, and the bytes from one to the other.
test_ports()
{
	local from

	said "$(hinted 'ldattach 29')" '^ttySF1 *ttyS'
	from=$(screen_size)
	type_in 30 "$(hinted 'head -n 1 /dev/ttySF1')"
	# The reader is in the background, and may be later than the prompt.
	wait_for 20 'the bytes at the other port' shows "$from" 'hello$'
}

test_loop_back()
{
	local port

	port=$(screen_from 0 | sed -n 's/.*far ends of \(ttyS[0-9]*\)\.\..*/\1/p')
	type_in 20 "stty -F /dev/$port raw -echo"
	type_in 20 "(timeout 20 head -c 5 /dev/$port; echo) & sleep 1"
	said "echo -n there >/dev/$port; wait" '^there$'
}

test_edu()
{
	said "$(hinted 'mdevctl types')" '^  pcishare-lease$'
	grep -q '^[0-9a-f-]\{36\} .* pcishare-lease' "$work/said"
	said 'pcishare-lint /lib/firmware/pcishare/*.policy && lspci -k -d 1234:' \
		'Kernel driver in use: pcishare'
}

# The program in the foreground ends by it, and nothing else.
test_interrupt()
{
	local from

	from=$(screen_size)
	printf 'sleep 1000\r' >&"$keys"
	sleep 1
	printf '\003' >&"$keys"
	wait_for 20 'a prompt after Ctrl-C' shows "$from" '^emulated host .*# $'
	type_in 20 'true'
}

# says_first TIMES: so often so far
says_first()
{
	[ "$(screen_from 0 | grep -c '^first$')" -eq "$1" ]
}

# The line before comes back by the key that goes up.
test_history()
{
	type_in 20 'echo first'
	says_first 1
	printf '\033[A\r' >&"$keys"
	wait_for 20 'the line before, once more' says_first 2
}

test_size()
{
	local device rows

	device=$(readlink "/proc/$(pgrep -P "$terminal")/fd/0")
	# As a window that is dragged.
	for rows in {20..33}; do
		stty -F "$device" rows "$rows" columns 101
	done
	wait_for 20 'the new size' said 'stty size' '^33 101$'
}

test_leaving()
{
	printf 'exit\r' >&"$keys"
	wait_for 60 'the end of the terminal' ended
}

test_afterwards()
{
	local log

	echo "status $end"
	[ "$end" -eq 0 ]
	screen_from 0 | tail -n 3
	log=$(screen_from 0 | sed -n 's/^shell: .* has ended; .* log is \(.*\)$/\1/p')
	grep -q 'Linux version' "$checkout/$log"
	! pgrep -f "^qemu-system.* file:$checkout/$log "
}

cleanup_push rm -rf "$work"
checkout_copy "$checkout" "$kernel" vm root selftests
ktap_plan 12
ktap_run 'a wrong number of guests is refused, with a reason' test_wrong_guests
began=$SECONDS
start_shell
ktap_run 'a prompt below a hint' test_prompt
ktap_run 'build/ is free while it is open' test_lock_is_free
ktap_run 'modprobe and modinfo' test_modules
ktap_run 'ports are attached as the hint says, and carry bytes' test_ports
ktap_run 'the port in loop-back' test_loop_back
ktap_run 'edu and its mediated devices' test_edu
ktap_run 'Ctrl-C' test_interrupt
ktap_run 'history' test_history
ktap_run 'the size of the terminal' test_size
ktap_run 'exit ends it' test_leaving
end=0
wait "$terminal" || end=$?
ktap_run 'the goodbye, the status, and no QEMU that is left' test_afterwards
ktap_finish
