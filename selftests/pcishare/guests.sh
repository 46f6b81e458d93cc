#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 4G --device edu
# time-out: 1500
# soak-time-out: 6000
#
# End to end: three stock guests under stock QEMU share one edu. Each computes
# factorials with an interrupt for each, and checks all it reads; meanwhile one of them
# is stopped, attacks, is reset, or killed.
#
# DEVSHARE_CI=1: fewer of all, and on one kernel. A soak run goes on for an hour with a
# guest and a disturbance chosen at random.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/edu-guests.sh"

work=$(mktemp -d)
count=10000
disturbed=1000
attack=30
if [ -n "${DEVSHARE_CI:-}" ]; then
	count=200
	disturbed=100
	attack=5
fi
patience=1200

# others NAME: all except this one
others()
{
	printf 'a b c\n' | tr -d "$1"
}

test_boot()
{
	local name

	for name in a b c; do
		edu_start "$name"
	done
	pcishare_get "$edu" guests
	[ "$(pcishare_get "$edu" guests | wc -l)" -eq 3 ]
}

# starts: of each guest, as its counters have it
starts()
{
	local name

	for name in a b c; do
		edu_stat "$name" starts
	done
}

all_run()
{
	local name

	for name in a b c; do
		edu_runs "$name" || return 1
	done
}

# all_past STARTS...: each has started more than that
all_past()
{
	local name

	for name in a b c; do
		[ "$(edu_stat "$name" starts)" -gt "$1" ] || return 1
		shift
	done
}

# watch_starts STARTS...: print starts twice, when all had begun to do more than these,
# and when the first was about to end
watch_starts()
{
	local -a first last now

	wait_for 60 'all to begin' all_past "$@"
	mapfile -t first < <(starts)
	last=("${first[@]}")
	while all_run; do
		mapfile -t now < <(starts)
		! all_run || last=("${now[@]}")
		nap 0.2
	done
	printf '%s\n' "${first[*]}" "${last[*]}"
}

# Of each guest, in percent, while all were at it; and Jain's index, which is 1 if all
# are the same and 1/3 if one has all.
fairness()
{
	awk 'NR == 1 { split($0, first) }
		NR == 2 {
			for (i = 1; i <= 3; i++) {
				n[i] = $i - first[i]
				sum += n[i]
				squares += n[i] * n[i]
			}
			if (!sum) {
				print "fairness: they ended before there was anything to see"
				exit
			}
			printf "fairness: shares %.1f %.1f %.1f %%, index %.4f\n",
				100 * n[1] / sum, 100 * n[2] / sum, 100 * n[3] / sum,
				sum * sum / (3 * squares)
		}'
}

# interrupts: signalled to each guest so far
interrupts()
{
	local name

	for name in a b c; do
		edu_stat "$name" interrupts
	done
}

# A guest got the interrupts signalled to it, and one for each factorial.
interrupts_right()
{
	local name n=0
	local -a after

	mapfile -t after < <(interrupts)
	for name in a b c; do
		printf '%s: signalled %d, got %d, asked for %d\n' "$name" \
			$((after[n] - before[n])) "$(edu_said "$name" interrupts)" \
			"$(edu_said "$name" factorials)"
		[ $((after[n] - before[n])) -eq "$(edu_said "$name" factorials)" ]
		n=$((n + 1))
	done
	[ "$(pcishare_stat "$edu" unclaimed_interrupts)" -eq "$unclaimed" ]
}

test_all()
{
	local name unclaimed
	local -a before began

	mapfile -t before < <(interrupts)
	mapfile -t began < <(starts)
	unclaimed=$(pcishare_stat "$edu" unclaimed_interrupts)
	for name in a b c; do
		edu_begin "$name" $patience edu-guest -n $count
	done
	watch_starts "${began[@]}" >"$work/starts"
	edu_end_all a b c
	fairness <"$work/starts"
	interrupts_right
}

test_polling()
{
	local name

	for name in a b c; do
		edu_begin "$name" $patience edu-guest -n $disturbed -p
	done
	edu_end_all a b c
}

# begin_all VICTIM ARGUMENT...: all begin, the victim without an end except that of the
# arguments; and some time passes
begin_all()
{
	local victim=$1 name began
	shift

	for name in $(others "$victim"); do
		edu_begin "$name" $patience edu-guest -n $disturbed
	done
	began=$(edu_stat "$victim" starts)
	edu_begin "$victim" $patience edu-guest -n 0 "$@"
	wait_for 60 "factorials of $victim" has_started "$victim" $((began + 5))
	nap "0.$((RANDOM % 1000))"
	edu_runs "$victim"
}

has_started()
{
	[ "$(edu_stat "$1" starts)" -ge "$2" ]
}

# end_others VICTIM: nothing happened to them
end_others()
{
	# shellcheck disable=SC2046
	edu_end_all $(others "$1")
}

qmp()
{
	local said

	said=$("$guest" qmp "$1" "{\"execute\":\"$2\"${3:+,\"arguments\":$3}}")
	! grep '"error"' <<<"$said"
}

# Stopped at any moment, for as long as the others take; then it goes on as if nothing
# had been.
disturb_stopped()
{
	local at

	begin_all "$1" -t 5
	qmp "$1" stop
	at=$(edu_stat "$1" starts)
	end_others "$1"
	[ "$(edu_stat "$1" starts)" -eq "$at" ]
	qmp "$1" cont
	edu_end "$1"
}

disturb_killed()
{
	begin_all "$1"
	"$guest" kill "$1"
	edu_abandon "$1"
	mdev_is "$(guest_uuid "$1")" closed
	end_others "$1"
}

# The one after it finds nothing of it.
test_killed()
{
	disturb_killed c
	[ -z "${DEVSHARE_CI:-}" ] || return 0
	edu_start c
	works_again c
}

works_again()
{
	edu_begin "$1" $patience edu-guest -n $disturbed
	edu_end "$1"
}

# By its reset button. Else our guests end where they would boot again. A machine that was
# stopped by an error goes on only when told so.
reset()
{
	qmp "$1" set-action '{"reboot":"reset"}'
	qmp "$1" system_reset
	edu_abandon "$1"
	qmp "$1" cont
	wait_for 180 "$1 to boot again" "$guest" exec "$1" true
}

disturb_reset()
{
	begin_all "$1"
	reset "$1"
	end_others "$1"
	works_again "$1"
}

lines_in_log()
{
	dmesg | wc -l
}

# evictions NAME: how often it lost the device because it was busy for too long
evictions()
{
	edu_stat "$1" evictions
}

# attack_end NAME EVICTIONS: a factorial of any number may take longer than the policy lets
# others wait, on a machine that is slow enough: the attacker is stopped then, until
# its reset
attack_end()
{
	if [ "$(evictions "$1")" -eq "$2" ]; then
		edu_end "$1"
		return
	fi
	mdev_is "$(guest_uuid "$1")" stopped
	reset "$1"
	printf '%s: was busy for too long, and was reset\n' "$1"
}

# No attack makes the host say much.
disturb_attack()
{
	local before name lost

	before=$(lines_in_log)
	lost=$(evictions "$1")
	for name in $(others "$1"); do
		edu_begin "$name" $patience edu-guest -n 0 -t $attack
	done
	edu_begin "$1" $((attack + 60)) attack-guest -t $attack 1234:11e8 0x100000
	end_others "$1"
	attack_end "$1" "$lost"
	printf 'denied %d, lines in the log of the host %d\n' \
		"$(edu_stat "$1" denied)" $(($(lines_in_log) - before))
	[ $(($(lines_in_log) - before)) -le 20 ]
	works_again "$1"
}

soak()
{
	local deadline=$((SECONDS + 3600)) name what round=0
	local -a names=(a b c) disturbances=(stopped killed reset attack)

	while [ $SECONDS -lt $deadline ]; do
		name=${names[RANDOM % 3]}
		what=${disturbances[RANDOM % 4]}
		round=$((round + 1))
		ktap_progress "round $round: $name $what"
		"disturb_$what" "$name"
		[ "$what" != killed ] || edu_start "$name"
		test_all
	done
}

finish()
{
	local name

	for name in a b c; do
		"$guest" kill "$name" || :
	done
	module_unload pcishare
	rm -rf "$work"
}

cleanup_push finish
if [ -n "${DEVSHARE_SOAK:-}" ]; then
	ktap_plan 2
	count=1000
	edu_share a b c
	ktap_run 'three stock guests boot on one edu' test_boot
	ktap_run 'an hour of disturbances' soak
	ktap_finish
	exit
fi
ktap_plan 7
edu_share a b c
ktap_run 'three stock guests boot on one edu' test_boot
ktap_run "$count factorials each with interrupts, at once" test_all
ktap_run "$disturbed factorials each by polling, at once" test_polling
ktap_run 'one is stopped and goes on' disturb_stopped b
ktap_run 'one attacks' disturb_attack c
ktap_run 'one is reset' disturb_reset c
ktap_run 'one is killed' test_killed
ktap_finish
