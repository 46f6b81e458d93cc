# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Lanes: as many jobs at once as processors, each kept on one of its own with whatever
# it starts. A job is a string; the script that sources this says what becomes of it:
#
#	lane_job JOB	runs it, in a subshell
#	lane_ended JOB	is called in the script's own shell when it has ended
#	lane_waits	is called each minute in which no job ends

declare -A lane_jobs=() lane_pids=()
lane_processors=()
lane_minute=

# lanes_init JOBS: so many lanes; with one, jobs have all processors
lanes_init()
{
	local processors

	mapfile -t processors < <(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' |
		while IFS=- read -r first last; do
			seq "$first" "${last:-$first}"
		done)
	if [ "$1" -eq 1 ]; then
		lane_processors=("$(IFS=,; echo "${processors[*]}")")
	else
		lane_processors=("${processors[@]:0:$1}")
	fi
}

# Print how many processors there are for lanes.
lanes_most()
{
	nproc
}

lanes_stop()
{
	local pid

	trap '' INT TERM
	for pid in "${!lane_pids[@]}"; do
		kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || :
	done
	[ -z "$lane_minute" ] || kill "$lane_minute" 2>/dev/null || :
	wait
}

# In a process group of its own, for all of it to be ended by one signal.
lane_start()
{
	local lane=$1 job=$2

	set -m
	(
		set +m
		taskset -cp "${lane_processors[lane]}" "$BASHPID" >/dev/null
		lane_job "$job"
	) </dev/null &
	set +m
	lane_pids[$!]=$lane
	lane_jobs[$lane]=$job
}

# Print which jobs run, for whoever waits.
lanes_running()
{
	local lane names=

	for lane in "${!lane_jobs[@]}"; do
		names="$names${names:+, }${lane_jobs[$lane]}"
	done
	printf '%s\n' "$names"
}

# Wait until a job ends; each minute without one, lane_waits is called.
lane_wait()
{
	local pid lane

	while :; do
		if [ -z "$lane_minute" ]; then
			sleep 60 &
			lane_minute=$!
		fi
		wait -n -p pid "${!lane_pids[@]}" "$lane_minute" || :
		if [ "${pid:-}" = "$lane_minute" ]; then
			lane_minute=
			lane_waits
			continue
		fi
		lane=${lane_pids[$pid]}
		unset "lane_pids[$pid]"
		lane_free=$lane
		return
	done
}

# lanes_run JOB...: all of them, in this order
lanes_run()
{
	local lane job
	local -a free=("${!lane_processors[@]}")

	for job; do
		if [ ${#free[@]} -eq 0 ]; then
			lane_finish
			free=("$lane_free")
		fi
		lane_start "${free[0]}" "$job"
		free=("${free[@]:1}")
	done
	while [ ${#lane_pids[@]} -gt 0 ]; do
		lane_finish
	done
	[ -z "$lane_minute" ] || kill "$lane_minute" 2>/dev/null || :
	lane_minute=
}

lane_finish()
{
	local job

	lane_wait
	job=${lane_jobs[$lane_free]}
	unset "lane_jobs[$lane_free]"
	lane_ended "$job"
}
