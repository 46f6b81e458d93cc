#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --serial pci=cross:wire --serial pci=cross:wire
# time-out: 400
#
# Where the flip buffer work of a link runs, by the workqueue that each work is queued
# to in the kernel's trace. Linux 7.1 and newer have a choice; others must say so. On
# one processor, as capture.sh.
#
#	ttySF0 - PORT === FAR, a second real port, opened directly

set -eu
export LC_ALL=C

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"

port=$(port_name 0)
far=$(port_name 1)
sf=/sys/class/tty/ttySF0
own=ttySF0-serfwd
workqueues=/sys/devices/virtual/workqueue
tracing=/sys/kernel/tracing
queued=$tracing/events/workqueue/workqueue_queue_work/enable
no_choice='latency is normal before Linux 7.1, where all ttys have one workqueue'

attach()
{
	echo "$port" >"$sf/port"
}

detach()
{
	echo >"$sf/port"
}

# refused WORD ERROR LINE: not taken, one line of the kernel log
refused()
{
	local said

	dmesg --clear
	said=$(bash -c "echo '$1' >$sf/latency" 2>&1) && return 1
	printf '%s\n' "$said"
	[[ $said == *"$2" ]]
	dmesg --notime
	[ "$(dmesg --notime | grep '^serfwd:')" = "serfwd: ttySF0: $3" ]
	[ "$(cat "$sf/latency")" = normal ]
}

test_refused()
{
	[ "$(cat "$sf/latency")" = normal ]
	refused lowest 'Invalid argument' "latency: 'lowest' is not valid; use normal, low"
	refused '' 'Invalid argument' "latency: '' is not valid; use normal, low"
}

# May ports have workqueues? Those of their drivers are in sysfs then.
choice()
{
	compgen -G "$workqueues/ttyS-*" >/dev/null
}

test_no_choice()
{
	refused low 'Operation not supported' "$no_choice"
	echo normal >"$sf/latency"
}

# received VTTY TEXT: the far end sends TEXT, the vtty's reader gets it
received()
{
	local vtty_fd got

	exec {vtty_fd}<"/dev/$1"
	stty raw -echo <&"$vtty_fd"
	printf '%s' "$2" >&"$far_fd"
	got=$(timeout 30 head -c ${#2} <&"$vtty_fd") || :
	exec {vtty_fd}<&-
	[ "$got" = "$2" ] || {
		printf 'read %s instead of %s\n' "$got" "$2"
		return 1
	}
}

# queued_while COMMAND...: the workqueues that flip buffer work was queued to, each a line
queued_while()
{
	echo >"$tracing/trace"
	echo 1 >"$queued"
	"$@"
	echo 0 >"$queued"
	sed -n 's/.*function=\(flush_to_ldisc\|serfwd_vport_work\)[^=]*workqueue=\([^ ]*\).*/\2/p' \
		"$tracing/trace" | sort -u
}

# runs_on WORKQUEUE COMMAND...
runs_on()
{
	local wanted=$1 seen
	shift

	seen=$(queued_while "$@")
	printf 'seen: %s\n' "${seen//$'\n'/ }"
	[ "$seen" = "$wanted" ]
}

test_low()
{
	echo low >"$sf/latency"
	[ "$(cat "$sf/latency")" = low ]
	runs_on "$own" received ttySF0 'on its own'
}

test_attributes()
{
	[ "$(cat "$workqueues/$own/nice")" -eq -20 ]
	echo -5 >"$workqueues/$own/nice"
	echo 1 >"$workqueues/$own/cpumask"
	runs_on "$own" received ttySF0 'and with other settings'
	[ "$(cat "$workqueues/$own/nice")" -eq -5 ]
}

# The driver's, by whatever name it has.
test_normal()
{
	local seen

	echo normal >"$sf/latency"
	seen=$(queued_while received ttySF0 'as the driver has it')
	printf 'seen: %s\n' "$seen"
	[ -d "$workqueues/$seen" ]
	[ "$seen" != "$own" ]
}

test_next_port()
{
	detach
	echo low >"$sf/latency"
	attach
	runs_on "$own" received ttySF0 'from the first byte on'
}

read_directly()
{
	local port_fd

	exec {port_fd}<"/dev/$port"
	stty raw -echo 115200 clocal <&"$port_fd"
	printf 'direct' >&"$far_fd"
	[ "$(timeout 30 head -c 6 <&"$port_fd")" = direct ]
}

test_detached()
{
	local seen

	detach
	seen=$(queued_while read_directly)
	printf 'seen: %s\n' "$seen"
	[ -d "$workqueues/$seen" ]
	[ "$seen" != "$own" ]
	attach
}

# ttySF1 takes part; the port is ttySF0's and its work stays on the driver's.
test_listener()
{
	echo normal >"$sf/latency"
	echo ttySF0 >/sys/class/tty/ttySF1/share
	echo low >/sys/class/tty/ttySF1/latency
	queued_while received ttySF1 'a copy' >/run/seen
	cat /run/seen
	[ "$(wc -l </run/seen)" -eq 2 ]
	grep -qx ttySF1-serfwd /run/seen
	[ "$(grep -c "^$own\$" /run/seen)" -eq 0 ]
	echo normal >/sys/class/tty/ttySF1/latency
	echo >/sys/class/tty/ttySF1/share
}

switch_until()
{
	while [ ! -e "$1" ]; do
		echo low >"$sf/latency"
		echo normal >"$sf/latency"
	done
}

test_switching()
{
	local vtty_fd

	seq 1 12000 | head -c 60000 >/run/sent
	rm -f /run/done
	exec {vtty_fd}<>/dev/ttySF0
	stty raw -echo 115200 crtscts <&"$vtty_fd"
	stty crtscts <&"$far_fd"
	switch_until /run/done &
	cat /run/sent >&"$far_fd" &
	timeout 120 head -c 60000 <&"$vtty_fd" >/run/got || :
	: >/run/done
	wait
	stty -crtscts <&"$far_fd"
	cmp /run/sent /run/got
}

test_gone()
{
	echo low >"$sf/latency"
	[ -d "$workqueues/$own" ]
	detach
	module_unload serfwd
	[ ! -e "$workqueues/$own" ]
	[ ! -e "$workqueues/ttySF1-serfwd" ]
	# The port's driver is not left with one that is gone.
	read_directly
}

names=(
	'latency=low: what the port received is handed over on its own workqueue'
	'its processors and its priority can be set'
	'latency=normal: where the driver of the port has it again'
	'it holds for the next port'
	'a port that was detached has the workqueue of its driver'
	'a listener has its copies by its own'
	'no byte is lost or comes twice while it is switched'
	'the workqueues go with the module'
)
tests=(test_low test_attributes test_normal test_next_port test_detached test_listener
	test_switching test_gone)

finish()
{
	echo 0 >"$queued"
	[ ! -e "$sf" ] || detach
	module_unload serfwd
}

mount -t tracefs tracefs "$tracing" 2>/dev/null || :
if choice; then
	ktap_plan $((1 + ${#tests[@]}))
else
	ktap_plan 3
fi
cleanup_push finish
module_load serfwd links=2
attach
stty -F "/dev/$far" raw -echo 115200
exec {far_fd}<>"/dev/$far"
ktap_run 'what is no latency is refused' test_refused
if choice; then
	for i in "${!tests[@]}"; do
		ktap_run "${names[i]}" "${tests[i]}"
	done
else
	ktap_run 'a kernel without a choice says so' test_no_choice
	ktap_skip 'a workqueue of a link'"'"'s own' 'before Linux 7.1'
fi
ktap_finish
