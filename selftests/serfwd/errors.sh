#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial isa=null --serial pci=null
# time-out: 600
#
# Every bad input: which error it gives, that the kernel log has one line of it
# that says why, and that all is as it was before.
#
# Needs two real ports.

set -eu
export LC_ALL=C

selftest_dir=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/lib/lib.sh
. "$selftest_dir/lib/lib.sh"

work=$(mktemp -d)
cleanup_push rm -rf "$work"

port=$(port_name 0)
other_port=$(port_name 1)

# The words of the C library, and hence of every tool, for an error.
error_text()
{
	case $1 in
	EBUSY) echo 'Device or resource busy' ;;
	EINVAL) echo 'Invalid argument' ;;
	ELOOP) echo 'Too many levels of symbolic links' ;;
	ENODEV) echo 'No such device' ;;
	ENOSPC) echo 'No space left on device' ;;
	EPERM) echo 'Operation not permitted' ;;
	ERANGE) echo 'Numerical result out of range' ;;
	*) return 1 ;;
	esac
}

# insmod has its own words for it.
insmod_error_text()
{
	case $1 in
	EINVAL) echo 'Invalid parameters' ;;
	*) error_text "$1" ;;
	esac
}

#
# The kernel log
#

# From here on log_lines prints what is new.
log_mark()
{
	log_marker="serfwd-errors mark $BASHPID-$RANDOM-$SECONDS"
	printf '%s\n' "$log_marker" >/dev/kmsg
}

# New lines of the kernel log; the module's, or those that tell of it. Complaints
# of a busy machine about the clock are none of them.
log_lines()
{
	dmesg --notime | awk -v marker="$log_marker" '
		$0 == marker { new = 1 }
		/^serfwd-errors mark|^hrtimer: interrupt took|^clocksource: / { next }
		new'
}

# log_said TEXT: one new line that begins with the module's name, and has TEXT.
# The kernel's parser of parameters adds lines of its own.
log_said()
{
	local lines

	lines=$(log_lines | grep -v '^ports: can only take' || :)
	printf '%s\n' "$lines"
	case $lines in
	'' | *$'\n'*)
		printf 'expected one line in the kernel log\n'
		return 1
		;;
	serfwd:\ *"$1"*) return 0 ;;
	esac
	printf 'expected it to say: %s\n' "$1"
	return 1
}

# The kernel log has nothing new.
log_silent()
{
	local lines

	lines=$(log_lines || :)
	[ -z "$lines" ] && return 0
	printf 'unexpected in the kernel log: %s\n' "$lines"
	return 1
}

#
# State
#

# All that a refused input must leave as it was.
state()
{
	local file value
	local -a nodes=(/dev/ttySF*)

	for file in /sys/class/tty/ttySF*/port /sys/module/serfwd/refcnt; do
		[ -e "$file" ] || continue
		read -r value <"$file" || value='?'
		printf '%s %s\n' "$file" "$value"
	done
	grep serfwd /proc/tty/drivers /proc/tty/ldiscs || :
	printf 'nodes %s\n' "${nodes[*]##*/}"
}

state_is()
{
	[ "$(state)" = "$1" ]
}

# A closed tty's references are dropped a little later.
state_back()
{
	wait_for 5 'the state before' state_is "$1" && return 0
	printf 'before:\n%s\nafter:\n%s\n' "$1" "$(state)"
	return 1
}

# Nothing of the module is there.
nothing_left()
{
	state_back 'nodes ttySF*' && [ ! -e /sys/module/serfwd ]
}

attached_to()
{
	local port

	read -r port <"/sys/class/tty/ttySF$1/port"
	[ "$port" = "$2" ]
}

# The link and the port still work: they can be brought together and parted.
usable()
{
	echo "$2" >"/sys/class/tty/ttySF$1/port"
	attached_to "$1" "$2"
	stty -F "/dev/ttySF$1" 19200
	echo >"/sys/class/tty/ttySF$1/port"
	attached_to "$1" ''
	stty -F "/dev/$2" >/dev/null
}

# load [PARAMETER...]: afresh.
load()
{
	wait_for 5 'the module to be unloaded' module_unload serfwd 2>/dev/null
	module_load serfwd "$@"
}

# For a test's end, in its subshell: detach everything.
detach_all()
{
	local attribute

	for attribute in /sys/class/tty/ttySF*/port; do
		echo >"$attribute"
	done
}

#
# Trying
#

# refused ERRNO TEXT COMMAND...: COMMAND fails and says ERRNO, the log says TEXT
# in one line, and all is as before.
refused()
{
	local errno=$1 text=$2 before output
	shift 2

	before=$(state)
	log_mark
	if output=$("$@" 2>&1); then
		printf 'succeeded: %s\n' "$*"
		return 1
	fi
	printf '%s\n' "$output"
	case $output in
	*"$(error_text "$errno")"*) ;;
	*) printf 'expected %s\n' "$errno"; return 1 ;;
	esac
	log_said "$text"
	state_back "$before"
}

# Write TEXT to link N's port attribute, in one write.
write_port()
{
	printf '%s\n' "$2" >"$work/name"
	dd if="$work/name" of="/sys/class/tty/ttySF$1/port" bs=64k status=none
}

# With --debug ldattach stays here, should it succeed, and can be ended.
attach()
{
	timeout 5 ldattach --debug 29 "$1"
}

# load_refused ERRNO TEXT PARAMETER...: the same for loading the module.
load_refused()
{
	local errno=$1 text=$2 output
	shift 2

	log_mark
	if output=$(module_load serfwd "$@" 2>&1); then
		printf 'loaded with %s\n' "$*"
		module_unload serfwd
		return 1
	fi
	printf '%s\n' "$output"
	case $output in
	*"$(insmod_error_text "$errno")"*) ;;
	*) printf 'expected %s\n' "$errno"; return 1 ;;
	esac
	log_said "$text"
	nothing_left
}

#
# Module parameters
#

test_links_out_of_range()
{
	load_refused EINVAL 'links=0 is out of range' links=0
	load_refused EINVAL 'links=257 is out of range' links=257
	load_refused EINVAL 'links=4294967295 is out of range' links=4294967295
}

test_nullmodems_out_of_range()
{
	load_refused EINVAL 'nullmodems=257 is out of range' nullmodems=257
	load_refused EINVAL 'nullmodems=4294967295 is out of range' nullmodems=4294967295
}

# These the kernel's own parser refuses, in its own words.
test_links_no_number()
{
	load_refused EINVAL "\`-1' invalid for parameter \`links'" links=-1
	load_refused EINVAL "\`many' invalid for parameter \`links'" links=many
	load_refused EINVAL "\`' invalid for parameter \`links'" links=
}

test_ports_wrong()
{
	load_refused EINVAL 'names 5 ports for 4 links' ports=ttyS1,ttyS2,ttyS3,ttyS4,ttyS5
	load_refused EINVAL 'names 2 ports for 1 links' links=1 "ports=$port,$other_port"
	load_refused EINVAL 'empty name at position 0' ports=
	load_refused EINVAL 'empty name at position 1' "ports=$port,,$other_port"
	load_refused EINVAL 'empty name at position 1' "ports=$port,"
	load_refused EINVAL "names $port twice" "ports=$port,$port"
	load_refused EINVAL "$port twice" "ports=$port,$other_port,/dev/$port"
}

test_ports_too_many()
{
	local many

	many=$(seq -s , -f 'ttyS%.0f' 257)
	load_refused EINVAL "invalid for parameter \`ports'" links=256 "ports=$many"
}

test_ldisc_out_of_range()
{
	load_refused EINVAL 'ldisc=0 is out of range' ldisc=0
	load_refused EINVAL 'ldisc=31 is out of range' ldisc=31
	load_refused EINVAL 'ldisc=-1 is out of range' ldisc=-1
	load_refused EINVAL 'ldisc=2147483647 is out of range' ldisc=2147483647
	load_refused ERANGE "\`2147483648' invalid for parameter \`ldisc'" ldisc=2147483648
}

# A module that has line discipline 13 while it is loaded.
test_ldisc_taken()
{
	local owner

	modprobe n_hdlc
	cleanup_push modprobe -r n_hdlc
	owner=$(grep ' 13$' /proc/tty/ldiscs)
	load_refused EBUSY 'ldisc=13 is taken' ldisc=13
	# The other one still has it.
	[ "$(grep ' 13$' /proc/tty/ldiscs)" = "$owner" ]
	cleanup_run
	load ldisc=13
	grep -q 'serfwd *13$' /proc/tty/ldiscs
	module_unload serfwd
	nothing_left
}

test_limits_are_accepted()
{
	load links=1 ldisc=1
	[ "$(cd /dev && echo ttySF*)" = ttySF0 ]
	load links=256 ldisc=30 "ports=$(seq -s , -f 'ttyS%.0f' 256)"
	[ -c /dev/ttySF255 ]
	module_unload serfwd
	nothing_left
}

#
# Names written to a link
#

test_names_of_nothing()
{
	load
	refused ENODEV 'ttyS999: no such tty' write_port 0 ttyS999
	refused ENODEV 'nonsense: no such tty' write_port 0 nonsense
	refused ENODEV 'ttyS: no such tty' write_port 0 ttyS
	refused ENODEV 'ttyS-1: no such tty' write_port 0 ttyS-1
	refused ENODEV "${port}x: no such tty" write_port 0 "${port}x"
	refused ENODEV '12: no such tty' write_port 0 12
	usable 0 "$port"
}

test_names_that_are_long_or_odd()
{
	local long

	load
	long=$(printf 'a%.0s' {1..300})
	refused ENODEV 'no such tty' write_port 0 "$long"
	refused ENODEV 'no such tty' write_port 0 "ttyS$(printf '1%.0s' {1..300})"
	# More than the kernel log takes in a line.
	refused ENODEV 'no such tty' write_port 0 "$(printf 'a%.0s' {1..4000})"
	refused ENODEV 'no such tty' write_port 0 "$port $other_port"
	usable 0 "$port"
}

# One input, one line in the log, whatever is in it.
test_names_with_line_breaks()
{
	load
	refused ENODEV 'no such tty' write_port 0 $'nonsense\nserfwd: all is well'
	usable 0 "$port"
}

test_names_of_ptys()
{
	load
	refused ENODEV 'pts/0: no such tty' write_port 0 pts/0
	refused ENODEV 'ptmx: no such tty' write_port 0 ptmx
	refused EINVAL 'pts0 is not a serial port' write_port 0 pts0
	refused EINVAL 'ptm0 is not a serial port' write_port 0 ptm0
	usable 0 "$port"
}

test_names_of_terminals()
{
	load
	refused ENODEV 'tty: no such tty' write_port 0 tty
	refused ENODEV 'console: no such tty' write_port 0 console
	refused EINVAL 'tty0 is not a serial port' write_port 0 tty0
	refused EINVAL 'tty1 is not a serial port' write_port 0 tty1
	usable 0 "$port"
}

test_names_of_our_own()
{
	load
	refused ELOOP 'ttySF1 is a pseudo-UART' write_port 0 ttySF1
	refused ELOOP 'ttySF0 is a pseudo-UART' write_port 0 ttySF0
	refused ELOOP 'ttySF1 is a pseudo-UART' write_port 0 /dev/ttySF1
	refused ENODEV 'ttySF4: no such tty' write_port 0 ttySF4
	usable 0 "$port"
}

# The one the kernel's console is on, which is not for others.
serial_console()
{
	sed -n 's/^\(ttyS[0-9]*\) .*/\1/p' /proc/consoles | head -n 1
}

test_console()
{
	local console

	console=$(serial_console)
	[ -n "$console" ]
	load
	# Usually somebody has it open besides.
	refused EBUSY "$console" write_port 0 "$console"
	refused EBUSY "$console is a console" attach "/dev/$console"
	log_mark
	echo "still a console" >"/dev/$console"
	log_silent
	usable 0 "$port"
}

test_port_without_hardware()
{
	load
	refused ENODEV 'ttyS20 has no hardware' write_port 0 ttyS20
	usable 0 "$port"
}

test_busy_port()
{
	local fd

	load
	exec {fd}<>"/dev/$port"
	refused EBUSY "$port is open, see fuser /dev/$port" write_port 0 "$port"
	exec {fd}>&-
	usable 0 "$port"
}

test_link_with_a_port()
{
	load
	write_port 0 "$port"
	cleanup_push detach_all
	refused EBUSY "$port is the port of ttySF0" write_port 0 "$port"
	refused EBUSY "$port is the port of ttySF0" write_port 1 "$port"
	attached_to 0 "$port"
	cleanup_run
	usable 1 "$other_port"
}

# A port that ldattach has attached is for it to take away.
test_link_of_ldattach()
{
	local owner

	load links=1
	ldattach -d 29 "/dev/$port" </dev/null >/dev/null 2>&1 &
	owner=$!
	cleanup_push kill "$owner"
	wait_for 20 "$port to be attached" attached_to 0 "$port"
	refused EBUSY 'ttySF0 has a port already' write_port 0 "$other_port"
	refused EBUSY 'ttySF0 has a port already' write_port 0 "$port"
	attached_to 0 "$port"
	cleanup_run
	wait_for 20 "$port to be detached" attached_to 0 ''
	# At once, though the port has still to let go of the link.
	usable 0 "$other_port"
}

test_nothing_to_detach()
{
	local before

	load
	before=$(state)
	log_mark
	write_port 0 ''
	write_port 0 '   '
	log_silent
	state_back "$before"
}

#
# ldattach
#

test_ldattach_pty()
{
	local pid

	load
	socat "pty,raw,echo=0,link=$work/pty" pipe &
	pid=$!
	cleanup_push kill "$pid"
	wait_for 5 'a pty' test -e "$work/pty"
	refused EINVAL 'is not a serial port' attach "$work/pty"
	cleanup_run
	usable 0 "$port"
}

test_ldattach_our_own()
{
	load
	refused ELOOP 'ttySF1 is a pseudo-UART' attach /dev/ttySF1
	write_port 0 "$port"
	cleanup_push detach_all
	refused ELOOP 'ttySF0 is a pseudo-UART' attach /dev/ttySF0
	attached_to 0 "$port"
	cleanup_run
	usable 0 "$port"
}

without_net_admin()
{
	setpriv --bounding-set -net_admin --inh-caps -net_admin "$@"
}

# As write_port, for link 0.
write_port_without_net_admin()
{
	printf '%s\n' "$1" >"$work/name"
	without_net_admin dd if="$work/name" of=/sys/class/tty/ttySF0/port status=none
}

test_no_privilege()
{
	load
	refused EPERM "$port: attaching needs CAP_NET_ADMIN" \
		without_net_admin timeout 5 ldattach --debug 29 "/dev/$port"
	refused EPERM "$port: attaching needs CAP_NET_ADMIN" \
		write_port_without_net_admin "$port"
	usable 0 "$port"
}

test_all_links_taken()
{
	load links=1
	write_port 0 "$port"
	cleanup_push detach_all
	refused ENOSPC "$other_port: no free link" attach "/dev/$other_port"
	attached_to 0 "$port"
	cleanup_run
	usable 0 "$other_port"
}

# A link that is kept for one port has another.
test_reserved_link_taken()
{
	load links=1 "ports=$port"
	write_port 0 "$other_port"
	cleanup_push detach_all
	refused EBUSY "$port: its link has a port already" attach "/dev/$port"
	attached_to 0 "$other_port"
	cleanup_run
	usable 0 "$port"
}

test_reserved_link_is_not_for_others()
{
	load links=1 "ports=$port"
	refused ENOSPC "$other_port: no free link" attach "/dev/$other_port"
	usable 0 "$port"
}

#
# The log
#

# A thousand lines would push everything else out of the log. The kernel's rate
# limit lets 10 through in 5 s, and tells once how many it held back.
test_log_is_not_flooded()
{
	local i lines limit start=$SECONDS

	load
	log_mark
	for ((i = 0; i < 1000; i++)); do
		! echo nonsense >/sys/class/tty/ttySF0/port || return 1
	done 2>/dev/null
	for ((i = 0; i < 1000; i++)); do
		! echo ttySF1 >/sys/class/tty/ttySF0/port || return 1
	done 2>/dev/null
	limit=$((2 * 11 * ((SECONDS - start) / 5 + 1)))
	lines=$(log_lines | wc -l)
	printf '%d lines in %d s\n' "$lines" $((SECONDS - start))
	[ "$lines" -gt 0 ]
	[ "$lines" -le "$limit" ]
	usable 0 "$port"
}

tests=(
	links_out_of_range
	links_no_number
	nullmodems_out_of_range
	ports_wrong
	ports_too_many
	ldisc_out_of_range
	ldisc_taken
	limits_are_accepted
	names_of_nothing
	names_that_are_long_or_odd
	names_with_line_breaks
	names_of_ptys
	names_of_terminals
	names_of_our_own
	console
	port_without_hardware
	busy_port
	link_with_a_port
	link_of_ldattach
	nothing_to_detach
	ldattach_pty
	ldattach_our_own
	no_privilege
	all_links_taken
	reserved_link_taken
	reserved_link_is_not_for_others
	log_is_not_flooded
)

# A test that failed half way may leave a port attached.
tidy_up()
{
	if [ -e /sys/module/serfwd ]; then
		detach_all
	fi
	wait_for 5 'the module to be unloaded' module_unload serfwd 2>/dev/null
}

# The first load of all makes the kernel say that the module is not its own.
load
cleanup_push tidy_up
ktap_plan ${#tests[@]}
for test in "${tests[@]}"; do
	tidy_up
	ktap_run "$test" "test_$test"
done
ktap_finish
