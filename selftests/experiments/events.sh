# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How often events of the kernel come while something runs, inside the test VM. A
# histogram with a single bucket counts one; that costs instructions, so those are
# counted in another run.

EVENTS_DIR=/sys/kernel/tracing/events

# events_begin EVENT...: such as kvm/kvm_exit
events_begin()
{
	local event

	events=("$@")
	for event in "${events[@]}"; do
		echo 'hist:keys=common_type' >"$EVENTS_DIR/$event/trigger"
	done
}

# events_end: print how often each came, in one line
events_end()
{
	local event hits
	local -a all=()

	for event in "${events[@]}"; do
		hits=$(awk '/Hits:/ { print $2 }' "$EVENTS_DIR/$event/hist")
		all+=("${hits:-0}")
		echo '!hist:keys=common_type' >"$EVENTS_DIR/$event/trigger"
	done
	echo "${all[*]}"
}
