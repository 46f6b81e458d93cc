#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial pci=cross:wire --serial pci=cross:wire
# time-out: 600
#
# Decisions of an administrator for a link.
#
#	ttySF0 - PORT === FAR, a second real port, opened directly

set -eu
export LC_ALL=C

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"

port=$(port_name 0)
far=$(port_name 1)
sf=/sys/class/tty/ttySF0

# By ldattach, for the settings of a port that sysfs bound cannot be read. Its pid
# is in a file: tests run in subshells.
attach()
{
	serfwd_attach ttySF0 "$port"
	printf '%s\n' "${serfwd_owner[$port]}" >/run/owner
}

detach()
{
	serfwd_owner[$port]=$(cat /run/owner)
	serfwd_detach ttySF0 "$port"
}

test_defaults()
{
	[ "$(cat $sf/on_detach) $(cat $sf/flow) $(cat $sf/hup)" = 'hold guest guest' ]
	[ "$(cat $sf/stall) $(cat $sf/stall_timeout_ms)" = 'block 10000' ]
}

# refused FILE VALUE WORDS: EINVAL, a log line with WORDS, and no change
refused()
{
	local before said

	before=$(cat "$sf/$1")
	dmesg --clear
	said=$(bash -c "echo $2 >$sf/$1" 2>&1) && return 1
	printf '%s\n' "$said"
	[[ $said == *'Invalid argument' ]]
	dmesg --notime | grep -qxF "serfwd: ttySF0: $1: '${2//\"/}' is not valid; use $3"
	[ "$(cat "$sf/$1")" = "$before" ]
}

test_refused()
{
	refused on_detach bogus 'hold, hangup'
	refused flow rtscts 'guest, auto-rtscts, auto-xonxoff'
	refused hup '""' 'guest, never'
	refused stall blocks 'block, drop-newest, drop-oldest, hangup'
}

test_unprivileged()
{
	[ "$(stat -c %a "$sf"/{flow,hup,on_detach,stall,stall_timeout_ms} | sort -u)" = 644 ]
}

hung_up()
{
	! kill -0 "$1" 2>/dev/null
}

# A reader of the vtty, which is open by then; its pid in $reader.
read_vtty()
{
	local vtty_fd

	exec {vtty_fd}</dev/ttySF0
	cat <&"$vtty_fd" >/dev/null &
	reader=$!
	exec {vtty_fd}<&-
}

test_detach_holds()
{
	read_vtty
	detach
	nap 1
	kill -0 "$reader"
	attach
	kill "$reader"
	wait "$reader" || :
}

test_detach_hangs_up()
{
	echo hangup >"$sf/on_detach"
	read_vtty
	detach
	wait_for 20 'the reader to be hung up' hung_up "$reader"
	echo hold >"$sf/on_detach"
	attach
}

test_hup_guest()
{
	stty -F /dev/ttySF0 hupcl
	: </dev/ttySF0
	port_lacks_line "$port" DTR
}

test_hup_never()
{
	echo never >"$sf/hup"
	stty -F /dev/ttySF0 hupcl
	: </dev/ttySF0
	port_has_line "$port" DTR
	port_has_line "$port" RTS
	# The vtty says what its user asked for, the port what is done.
	stty -F /dev/ttySF0 -a | grep -q ' hupcl'
	port_has_settings "$port" -hupcl
}

# Neither does detaching and closing the port.
test_hup_never_closed()
{
	detach
	port_has_line "$port" DTR
	port_has_line "$port" RTS
	attach
	echo guest >"$sf/hup"
	port_has_settings "$port" hupcl
}

# With the vtty's reader stopped, RTS tells the far end.
test_flow()
{
	local vtty_fd

	exec {vtty_fd}<>/dev/ttySF0
	stty -F /dev/ttySF0 raw -echo 115200 -crtscts
	bytes 5000 >&"$far_fd"
	wait_for 20 '5000 bytes to arrive' port_received 5000
	port_has_line "$port" RTS
	take "$vtty_fd" 5000

	echo auto-rtscts >"$sf/flow"
	port_has_settings "$port" crtscts
	stty -F /dev/ttySF0 -a | grep -q -- '-crtscts'
	bytes 5000 >&"$far_fd"
	wait_for 20 'RTS to drop' port_lacks_line "$port" RTS
	take "$vtty_fd" 5000
	wait_for 20 'RTS to rise' port_has_line "$port" RTS

	# A guest that writes back what it read does not lose its RTS.
	bytes 5000 >&"$far_fd"
	wait_for 20 'RTS to drop' port_lacks_line "$port" RTS
	"$DEVSHARE_PROGRAMS/serfwd/rewrite-lines" /dev/ttySF0
	port_lacks_line "$port" RTS
	take "$vtty_fd" 5000
	wait_for 20 'RTS to rise' port_has_line "$port" RTS

	# Leaving the policy while RTS is held lets go of it.
	bytes 5000 >&"$far_fd"
	wait_for 20 'RTS to drop' port_lacks_line "$port" RTS
	echo guest >"$sf/flow"
	port_has_settings "$port" -crtscts
	port_has_line "$port" RTS
	take "$vtty_fd" 5000
}

# A reader with CRTSCTS of its own is closed while it is throttled.
test_closed_throttled()
{
	local vtty_fd

	exec {vtty_fd}<>/dev/ttySF0
	stty -F /dev/ttySF0 crtscts hupcl
	bytes 5000 >&"$far_fd"
	wait_for 20 'RTS to drop' port_lacks_line "$port" RTS
	exec {vtty_fd}<&-
	port_lacks_line "$port" RTS
	port_lacks_line "$port" DTR
	stty -F /dev/ttySF0 -crtscts
}

port_received()
{
	[ "$(port_count "$port" rx)" -ge "$1" ]
}

# Nobody reads: what the reader's 4095 bytes have no room for is dropped, and the
# far end is not held up.
test_stall_drop()
{
	local vtty_fd

	echo drop-newest >"$sf/stall"
	echo auto-rtscts >"$sf/flow"
	exec {vtty_fd}<>/dev/ttySF0
	bytes 9000 >&"$far_fd"
	wait_for 60 'the rest to be dropped' dropped $((9000 - 4095))
	port_has_line "$port" RTS
	take "$vtty_fd" 4095
	bytes 10 >&"$far_fd"
	take "$vtty_fd" 10
	dropped $((9000 - 4095))
	echo block >"$sf/stall"
	echo guest >"$sf/flow"
}

dropped()
{
	[ "$(cat "$sf/stats/rx_dropped_newest")" -eq "$1" ]
}

stall_hangups()
{
	[ "$(cat "$sf/stats/rx_stall_hangups")" -eq "$1" ]
}

# Reading in time puts it off; a slow machine is to be in time, too.
test_stall_hangs_up()
{
	local vtty_fd

	echo hangup >"$sf/stall"
	echo 10000 >"$sf/stall_timeout_ms"
	exec {vtty_fd}<>/dev/ttySF0
	bytes 5000 >&"$far_fd"
	nap 1
	take "$vtty_fd" 5000
	nap 11
	stall_hangups 0
	bytes 5000 >&"$far_fd"
	wait_for 60 'the vtty to be hung up' stall_hangups 1
	# The rest of a tty that was hung up: the end of the file.
	[ "$(timeout 60 head -c 1 <&"$vtty_fd" | wc -c)" -eq 0 ]
	echo block >"$sf/stall"
}

# Without a port nothing arrives that the reader could keep waiting.
test_stall_detached()
{
	local vtty_fd

	echo hangup >"$sf/stall"
	echo 6000 >"$sf/stall_timeout_ms"
	echo 1 >"$sf/stats/enabled"
	exec {vtty_fd}<>/dev/ttySF0
	bytes 5000 >&"$far_fd"
	wait_for 60 'the reader to stall' stalled
	detach
	nap 8
	stall_hangups 1
	# Bytes under way still arrive: for nobody.
	exec {vtty_fd}<&-
	attach
	wait_for 20 'the far end to be done' far_done
	nap 1
	echo 0 >"$sf/stats/enabled"
	echo block >"$sf/stall"
	echo 3000 >"$sf/stall_timeout_ms"
}

far_done()
{
	local tx

	tx=$(port_count "$far" tx)
	nap 1
	[ "$(port_count "$far" tx)" -eq "$tx" ]
}

stalled()
{
	[ "$(cat "$sf/stats/rx_stalls")" -gt 0 ]
}

# Opened anew it works as ever, and has nothing of what was there before.
test_after_stall()
{
	local vtty_fd

	exec {vtty_fd}<>/dev/ttySF0
	nap 1
	bytes 3 >&"$far_fd"
	[ "$(timeout 60 head -c 3 <&"$vtty_fd")" = uuu ]
	[ "$(timeout 1 head -c 1 <&"$vtty_fd" | wc -c)" -eq 0 ]
}

# timeout_refused VALUE: not taken, with one line that says what is
timeout_refused()
{
	dmesg --clear
	bash -c "echo $1 >$sf/stall_timeout_ms" && return 1
	dmesg --notime | grep -qxF 'serfwd: ttySF0: stall_timeout_ms is 1 to 3600000'
	[ "$(cat "$sf/stall_timeout_ms")" -eq 3000 ]
}

test_timeout_refused()
{
	timeout_refused 0
	timeout_refused 3600001
	timeout_refused -1
	timeout_refused x
}

# A policy that is set without a port holds for the next one.
test_later_port()
{
	detach
	echo auto-rtscts >"$sf/flow"
	attach
	port_has_settings "$port" crtscts
	echo guest >"$sf/flow"
}

test_still_works()
{
	bytes 5 >/dev/ttySF0
	[ "$(timeout 20 head -c 5 <&"$far_fd")" = uuuuu ]
}

finish()
{
	detach || :
	module_unload serfwd
}

ktap_plan 17
cleanup_push finish
module_load serfwd
attach
# Holds the settings of FAR.
stty -F /dev/ttySF0 raw -echo 115200 clocal
stty -F "/dev/$far" raw -echo 115200
exec {far_fd}<>"/dev/$far"
ktap_run 'the vtty decides, by default' test_defaults
ktap_run 'what is no policy is refused' test_refused
ktap_run 'policies are the administrator'"'"'s' test_unprivileged
ktap_run 'on_detach=hold: a reader waits for the next port' test_detach_holds
ktap_run 'on_detach=hangup: a reader is hung up' test_detach_hangs_up
ktap_run 'hup=guest: closing drops DTR' test_hup_guest
ktap_run 'hup=never: closing leaves DTR and RTS' test_hup_never
ktap_run 'hup=never: detaching leaves DTR and RTS' test_hup_never_closed
ktap_run 'flow=auto-rtscts: RTS follows the reader' test_flow
ktap_run 'a throttled vtty is closed: RTS and DTR are low' test_closed_throttled
ktap_run 'stall=drop-newest: dropped, counted, the far end goes on' test_stall_drop
ktap_run 'stall=hangup: only a reader that stalls is hung up' test_stall_hangs_up
ktap_run 'stall=hangup: not after the port was detached' test_stall_detached
ktap_run 'after a stall the next user finds nothing of it' test_after_stall
ktap_run 'a time-out out of range is refused' test_timeout_refused
ktap_run 'a policy holds for the next port' test_later_port
ktap_run 'and the port still carries bytes' test_still_works
ktap_finish
