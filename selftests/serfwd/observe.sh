#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --serial pci=telnet:wire --serial pci=cross:wire
# time-out: 600
#
# All that can be seen of a link: counters, histograms, tracepoints, uevents,
# /proc/tty/driver/serfwd, serfwd-status. On one processor, as capture.sh.
#
#	ttySF0 - PORT === FAR, a second real port, opened directly
#
# The wire understands telnet, so that FAR can send breaks.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"

port=$(port_name 0)
far=$(port_name 1)
sf=/sys/class/tty/ttySF0
tracing=/sys/kernel/tracing
status_tool=$DEVSHARE_CHECKOUT/scripts/tools/serfwd-status
await=$DEVSHARE_PROGRAMS/serfwd/await

stat_of()
{
	cat "$sf/stats/$1"
}

# stat_is NAME VALUE
stat_is()
{
	[ "$(stat_of "$1")" -eq "$2" ]
}

stat_above()
{
	[ "$(stat_of "$1")" -gt "$2" ]
}

sum()
{
	tr ' ' '\n' | awk '{ n += $1 } END { print n + 0 }'
}

test_off()
{
	bytes 500 >&"$far_fd"
	take "$vtty_fd" 500
	bytes 300 >&"$vtty_fd"
	take "$far_fd" 300
	stat_is enabled 0
	stat_is rx_bytes 0
	stat_is tx_bytes 0
	[ "$(stat_of rx_hops_log2_ns | sum)" -eq 0 ]
}

test_bytes()
{
	echo 1 >"$sf/stats/enabled"
	bytes 500 >&"$far_fd"
	take "$vtty_fd" 500
	bytes 300 >&"$vtty_fd"
	take "$far_fd" 300
	stat_is rx_bytes 500
	stat_is tx_bytes 300
}

test_hops()
{
	stat_above rx_hops_ns 0
	stat_above tx_hops_ns 0
	[ "$(stat_of rx_hops_log2_ns | wc -w)" -eq 32 ]
	[ "$(stat_of rx_hops_log2_ns | sum)" -gt 0 ]
	[ "$(stat_of tx_hops_log2_ns | sum)" -gt 0 ]
}

# The reader's buffer has room for 4095.
test_stall()
{
	local before

	bytes 6000 >&"$far_fd"
	wait_for 20 'the reader to stall' stat_is rx_stalls 1
	before=$(stat_of rx_stalled_ns)
	nap 0.2
	stat_above rx_stalled_ns $((before + 100000000))
	take "$vtty_fd" 6000
	wait_for 20 'all to be handed over' stat_is rx_bytes 6500
	before=$(stat_of rx_stalled_ns)
	nap 0.2
	stat_is rx_stalled_ns "$before"
}

test_switched_off()
{
	local before

	echo 0 >"$sf/stats/enabled"
	bytes 100 >&"$far_fd"
	take "$vtty_fd" 100
	stat_is rx_bytes 6500

	# Also the clock of a stall that lasts.
	echo 1 >"$sf/stats/enabled"
	bytes 6000 >&"$far_fd"
	wait_for 20 'the reader to stall' stat_is rx_stalls 2
	echo 0 >"$sf/stats/enabled"
	before=$(stat_of rx_stalled_ns)
	nap 0.2
	stat_is rx_stalled_ns "$before"
	echo 1 >"$sf/stats/enabled"
	nap 0.2
	stat_is rx_stalled_ns "$before"
	echo 0 >"$sf/stats/enabled"
	take "$vtty_fd" 6000
	! echo 2 >"$sf/stats/enabled"
}

# Flushing ends a stall: nothing waits any more.
test_stall_flushed()
{
	local before

	echo 1 >"$sf/stats/enabled"
	bytes 6000 >&"$far_fd"
	wait_for 20 'the reader to stall' stat_is rx_stalls 3
	wait_for 20 'all to arrive' port_drained
	nap 0.5
	"$DEVSHARE_PROGRAMS/serfwd/flush-input" /dev/ttySF0
	before=$(stat_of rx_stalled_ns)
	nap 0.2
	stat_is rx_stalled_ns "$before"
	echo 0 >"$sf/stats/enabled"
}

port_drained()
{
	[ "$(port_count "$far" tx)" -ge $((far_sent + 19100)) ]
}

# The emulated UART does not tell which byte of its FIFO the break is: so it is
# alone there.
send_break()
{
	local before

	before=$(stat_of rx_breaks)
	printf '\377\363' >&"$far_fd"
	wait_for 20 'the break' stat_is rx_breaks $((before + 1))
}

# PARMRK: a break is read as 377 0 0, and nothing besides.
test_break()
{
	local brk got

	brk=$(port_count "$port" brk)
	stty -F /dev/ttySF0 parmrk -ignbrk -brkint
	send_break
	bytes 2 >&"$far_fd"
	got=$(timeout 20 head -c 5 <&"$vtty_fd" | od -An -to1)
	printf 'read:%s\n' "$got"
	[ "$got" = ' 377 000 000 165 165' ]
	stty -F /dev/ttySF0 -parmrk
	[ "$(port_count "$port" brk)" -eq $((brk + 1)) ]
}

test_break_ignored()
{
	stty -F /dev/ttySF0 ignbrk
	send_break
	bytes 1 >&"$far_fd"
	[ "$(timeout 20 head -c 1 <&"$vtty_fd")" = u ]
	stty -F /dev/ttySF0 -ignbrk
}

send_break_to_far_fd()
{
	"$await" "$sf/stats/rx_breaks" 20 printf '\377\363' >&"$far_fd"
}

test_break_polled()
{
	send_break_to_far_fd
	take "$vtty_fd" 1
	[ "$("$await" "$sf/stats/rx_breaks" 1 true; echo $?)" -eq 1 ]
}

test_port_polled()
{
	"$await" "$sf/port" 20 sh -c "echo >$sf/port"
	"$await" "$sf/port" 20 sh -c "echo $port >$sf/port"
}

# traced EVENT WORDS: one line of the trace has them
traced()
{
	grep -q " $1: .*$2" "$tracing/trace" || {
		printf 'no %s with %s\n' "$1" "$2"
		return 1
	}
}

trace_everything()
{
	bytes 10 >&"$far_fd"
	take "$vtty_fd" 10
	bytes 10 >&"$vtty_fd"
	take "$far_fd" 10
	# It complains of the speed it reads back, as on a real port.
	stty -F /dev/ttySF0 0 || :
	cat /proc/tty/driver/serfwd
	stty -F /dev/ttySF0 9600
	cat /proc/tty/driver/serfwd
	stty -F /dev/ttySF0 115200
	send_break
	take "$vtty_fd" 1
	perl -MPOSIX -e 'POSIX::tcsendbreak(0, 0) or die "$!\n"' <&"$vtty_fd"
	echo 1 >"$sf/stats/enabled"
	bytes 6000 >&"$far_fd"
	take "$vtty_fd" 6000
	echo 0 >"$sf/stats/enabled"
	echo >"$sf/port"
	echo "$port" >"$sf/port"
}

test_tracepoints()
{
	echo >"$tracing/trace"
	echo 1 >"$tracing/events/serfwd/enable"
	trace_everything
	echo 0 >"$tracing/events/serfwd/enable"
	grep -c serfwd_ "$tracing/trace"
	traced serfwd_rx 'link=0 offered=[0-9]* taken=[0-9]*'
	traced serfwd_tx 'link=0 offered=10 taken=10'
	traced serfwd_termios 'link=0 .*ospeed=9600'
	traced serfwd_break 'link=0 dir=rx'
	traced serfwd_break 'link=0 dir=tx state=-1'
	traced serfwd_break 'link=0 dir=tx state=0'
	traced serfwd_stall 'link=0 dir=rx begin'
	traced serfwd_stall 'link=0 dir=rx end'
	traced serfwd_detach "link=0 port=$port"
	traced serfwd_lines 'link=0 .*changed=0x6'
	traced serfwd_attach "link=0 port=$port"
}

test_drop()
{
	local before

	before=$(stat_of rx_closed)
	echo >"$tracing/trace"
	echo 1 >"$tracing/events/serfwd/serfwd_drop/enable"
	bytes 100 >"/dev/$far"
	wait_for 20 'dropped bytes' stat_is rx_closed $((before + 100))
	echo 0 >"$tracing/events/serfwd/serfwd_drop/enable"
	traced serfwd_drop 'link=0 cause=rx_closed count='
}

test_proc()
{
	cat /proc/tty/driver/serfwd
	[ "$(head -n 1 /proc/tty/driver/serfwd)" = 'serinfo:1.0 driver revision:' ]
	grep -q "^0: uart:serfwd port:$port tx:[0-9]* rx:[0-9]* brk:[0-9]* .*RTS|.*DTR" \
		/proc/tty/driver/serfwd
	grep -qx '1: uart:serfwd port:none' /proc/tty/driver/serfwd
	[ "$(port_count "$port" rx)" -eq \
		"$(sed -n 's/^0: .* rx:\([0-9]*\).*/\1/p' /proc/tty/driver/serfwd)" ]
}

test_status()
{
	"$status_tool"
	"$status_tool" | grep -q "^ttySF0 *$port .*RTS.* hold *guest *guest *block *tx:"
	"$status_tool" | grep -q '^ttySF1 *- '
	# The losses, and only then.
	"$status_tool" | grep -q "^ttySF0 .* rx_flushed:[1-9]"
	"$status_tool" | grep -q 'rx_moved' && return 1
	return 0
}

# says LINK WORDS...: its line has these columns after the lines
says()
{
	local link=$1
	shift

	"$status_tool" | tee /dev/stderr | awk -v link="$link" -v words="$*" '
		{ gsub(/ +/, " ") }
		$1 == link && index($0, words) { found = 1 }
		END { exit !found }'
}

# Links that share a port, have it, wait for it and only listen; a rate, a time-out.
test_status_shared()
{
	local guest=/sys/class/tty/ttySF1 guest_fd

	says ttySF0 '- - hold guest guest block'
	echo ttySF0 >"$guest/share"
	says ttySF0 'ttySF0:owner - hold guest'
	says ttySF1 'ttySF0:listens - hold guest'
	exec {guest_fd}<>/dev/ttySF1
	stty -F /dev/ttySF1 raw -echo
	perl -MFcntl -e 'sysopen F, "/dev/ttySF1", O_RDWR | O_NONBLOCK; syswrite F, "x"'
	says ttySF1 'ttySF0:waits - hold guest'
	"$status_tool" --prometheus /tmp/serfwd.prom
	grep -qx 'serfwd_share_owner{link="0",host="0"} 1' /tmp/serfwd.prom
	grep -qx 'serfwd_share_owner{link="1",host="0"} 0' /tmp/serfwd.prom
	grep -qx 'serfwd_share_waiting{link="1",host="0"} 1' /tmp/serfwd.prom
	echo tap >"$guest/share_role"
	says ttySF1 'ttySF0:tap - hold guest'
	exec {guest_fd}<&-
	echo >"$guest/share"
	echo full >"$guest/share_role"
	echo 5000 >"$guest/rate_limit"
	echo hangup >"$guest/stall"
	says ttySF1 '- 5000 hold guest guest hangup:10000'
	echo 0 >"$guest/rate_limit"
	echo block >"$guest/stall"
}

# https://prometheus.io/docs/instrumenting/exposition_formats/: each sample's
# family was described before; buckets never fall; the last one is the count.
test_prometheus()
{
	"$status_tool" --prometheus /tmp/serfwd.prom
	awk '
	function bad(why) { print why ": " $0; failed = 1 }
	/^# HELP / { help[$3] = 1; next }
	/^# TYPE / { type[$3] = $4; next }
	!/^[a-z_]+\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\} [0-9.]+$/ { bad("not a sample"); next }
	{
		name = $1; sub(/\{.*/, "", name); family = name
		if (!(family in type))
			sub(/_(bucket|sum|count)$/, "", family)
		if (!(family in type) || !(family in help))
			bad("not described")
		if (seen[$1]++)
			bad("twice")
		samples++
		match($1, /link="[0-9]+"/); key = family substr($1, RSTART, RLENGTH)
		if (name ~ /_bucket$/) {
			if ($2 + 0 < last[key] + 0)
				bad("a bucket falls")
			last[key] = $2
		}
		if (name ~ /_count$/ && $2 != last[key])
			bad("the last bucket is not the count")
	}
	END { if (samples < 100) { print samples " samples"; failed = 1 }; exit failed }
	' /tmp/serfwd.prom
	grep -qx "serfwd_attached{link=\"0\",port=\"$port\"} 1" /tmp/serfwd.prom
	grep -qx "serfwd_rx_bytes_total{link=\"0\"} $(stat_of rx_bytes)" /tmp/serfwd.prom
}

# Others than root see which links there are, and no traffic.
test_status_unprivileged()
{
	local nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	local status_tool=$status_tool copy

	# The checkout is perhaps root's alone.
	copy=$(mktemp)
	install -m 755 "$status_tool" "$copy"
	status_tool=$copy
	"${nobody[@]}" "$status_tool" |
		grep -q "^ttySF0 *$port *- *- *- *hold *guest *guest *block *\$"
	"${nobody[@]}" "$status_tool" --prometheus && return 1
	rm "$copy"
	"${nobody[@]}" cat "$sf/stats/rx_bytes" && return 1
	"${nobody[@]}" cat "$sf/stats/enabled"
}

test_status_usage()
{
	! "$status_tool" --bogus
}

test_attaches()
{
	stat_is attaches 3
	stat_is detaches 2
}

# PORT begins with negotiating, and FAR echoes of that what comes before its echo
# is off: perhaps half a command, which takes up to two bytes more to end.
settle_wire()
{
	nap 0.5
	bytes 2 >&"$far_fd"
	nap 0.5
	"$DEVSHARE_PROGRAMS/serfwd/flush-input" /dev/ttySF0
	far_sent=$(port_count "$far" tx)
}

finish()
{
	echo >"$sf/port"
	exec {vtty_fd}<&- {far_fd}<&-
	module_unload serfwd
}

ktap_plan 19
mount -t tracefs tracefs "$tracing" 2>/dev/null || :
cleanup_push finish
module_load serfwd "links=2"
echo "$port" >"$sf/port"
# Before both are open: two that echo never stop.
stty -F /dev/ttySF0 raw -echo 115200
stty -F "/dev/$far" raw -echo 115200
exec {vtty_fd}<>/dev/ttySF0 {far_fd}<>"/dev/$far"
settle_wire
ktap_run 'nothing but losses is counted before it is asked for' test_off
ktap_run 'bytes are counted exactly' test_bytes
ktap_run 'the time of each hop is in the histograms' test_hops
ktap_run 'a stalled reader is counted, and for how long' test_stall
ktap_run 'counters stop when they are switched off' test_switched_off
ktap_run 'flushing the input ends a stall' test_stall_flushed
ktap_run 'a break is marked, and counted' test_break
ktap_run 'a break that is ignored is counted' test_break_ignored
ktap_run 'a break wakes who polls for it' test_break_polled
ktap_run 'attaching and detaching wake who polls for the port' test_port_polled
ktap_run 'each tracepoint fires' test_tracepoints
ktap_run 'proc file as other serial drivers have it' test_proc
ktap_run 'serfwd-status on the screen' test_status
ktap_run 'serfwd-status for Prometheus' test_prometheus
ktap_run 'serfwd-status of a shared port, a rate and a time-out' test_status_shared
ktap_run 'serfwd-status without privilege' test_status_unprivileged
ktap_run 'serfwd-status refuses what it does not know' test_status_usage
exec {vtty_fd}<&-
ktap_run 'bytes for a closed vtty are counted as dropped' test_drop
ktap_run 'each attach and detach was counted' test_attaches
ktap_finish
