# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Test results in KTAP, the format of the kernel's own selftests.

ktap_number=0
ktap_planned=0
ktap_passed=0
ktap_failed=0
ktap_skipped=0
exec {ktap_out}>&1

# ktap_plan COUNT
ktap_plan()
{
	ktap_planned=$1
	printf 'KTAP version 1\n1..%d\n' "$1"
}

# A line of explanation.
ktap_diag()
{
	printf '# %s\n' "$*"
}

ktap_ok()
{
	ktap_number=$((ktap_number + 1))
	ktap_passed=$((ktap_passed + 1))
	printf 'ok %d %s\n' "$ktap_number" "$*"
}

ktap_not_ok()
{
	ktap_number=$((ktap_number + 1))
	ktap_failed=$((ktap_failed + 1))
	printf 'not ok %d %s\n' "$ktap_number" "$*"
}

# ktap_skip NAME REASON
ktap_skip()
{
	ktap_number=$((ktap_number + 1))
	ktap_skipped=$((ktap_skipped + 1))
	printf 'ok %d %s # SKIP %s\n' "$ktap_number" "$1" "$2"
}

# ktap_result STATUS NAME
ktap_result()
{
	if [ "$1" -eq 0 ]; then
		ktap_ok "$2"
	else
		ktap_not_ok "$2"
	fi
}

# A line of explanation from within ktap_run that appears at once.
ktap_progress()
{
	printf '# %s\n' "$*" >&"$ktap_out"
}

# ktap_run NAME COMMAND [ARG...]: one test, in a subshell that stops at the
# first failing command (bash ignores "set -e" in anything tested by && or if,
# so the status is fetched without). Its output goes through a file, because a
# process it leaves behind would keep a pipe open. A status of 4 is a skip, its
# reason being the last line of output. awk ends a last line that has no end; or
# the result would be taken for the rest of it.
ktap_run()
{
	local name=$1 status output errexit=${-//[!e]/}
	shift

	output=$(mktemp)
	set +e
	(
		# shellcheck disable=SC2034
		cleanup_stack=()
		trap - EXIT
		set -e
		"$@"
	) >"$output" 2>&1
	status=$?
	[ -z "$errexit" ] || set -e
	awk '{ print "# " $0 }' "$output"
	if [ "$status" -eq 4 ]; then
		ktap_skip "$name" "$(tail -n 1 "$output")"
	else
		ktap_result "$status" "$name"
	fi
	rm -f "$output"
}

# Print the totals and return whether all was well: each planned test reported,
# none failed.
ktap_finish()
{
	printf '# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\n' \
		"$ktap_passed" "$ktap_failed" "$ktap_skipped"
	if [ "$ktap_number" -ne "$ktap_planned" ]; then
		printf '# Planned %d tests, but %d reported\n' "$ktap_planned" "$ktap_number"
		return 1
	fi
	[ "$ktap_failed" -eq 0 ]
}
