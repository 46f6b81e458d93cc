# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The words of a kernel on its console, judged by the file console-patterns.

console_rules()
{
	sed -n "s/^$1 //p" "$vm_dir/console-patterns"
}

# Print the lines of file $1 that fail a run, with their line numbers.
console_findings()
{
	grep -anE -f <(console_rules fail) -- "$1" | grep -avE -f <(console_rules allow)
}

# Judge console log $1: silent and true if it is clean, else print each finding
# with what is around it.
console_check()
{
	local findings line last=-100

	[ -s "$1" ] || return 0
	findings=$(console_findings "$1") || return 0
	say "the kernel complained in $1:"
	while IFS=: read -r line _; do
		# One finding's context usually holds the next ones.
		[ "$line" -gt $((last + 30)) ] || continue
		last=$line
		printf -- '--- line %d ---\n' "$line" >&2
		sed -n "$((line > 3 ? line - 3 : 1)),$((line + 30))p" "$1" | tr -d '\r' >&2
	done <<<"$findings"
	return 1
}
