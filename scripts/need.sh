# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The things this machine has to have for what is built for it. Nothing is ever installed
# here: whoever builds is told what is missing.

need_die()
{
	printf 'devshare: %s\n' "$*" >&2
	exit 1
}

# need WHAT COMMAND:PACKAGE...: end unless each command is there
need()
{
	local what=$1 item
	local -a missing=()
	shift

	for item; do
		command -v "${item%%:*}" >/dev/null || missing+=("${item#*:}")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	if command -v apt-get >/dev/null; then
		need_die "to $what, this is missing: ${missing[*]} (sudo apt install ${missing[*]})"
	fi
	need_die "to $what, this is missing: ${missing[*]}"
}
