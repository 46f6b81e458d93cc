# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Waiting, always with a limit and always saying for what.

# Sleep without starting a process, which is slow in an emulated machine.
nap()
{
	local IFS

	if [ -z "${nap_fd:-}" ]; then
		exec {nap_fd}<> <(:)
	fi
	read -r -t "$1" -u "$nap_fd" || :
}

# wait_for SECONDS WHAT COMMAND [ARG...]: try COMMAND ten times a second until it
# succeeds; for longer on a kernel that is slower.
wait_for()
{
	local seconds=$(($1 * ${DEVSHARE_SLOWNESS:-1})) what=$2 deadline
	shift 2

	deadline=$((SECONDS + seconds))
	until "$@"; do
		if [ "$SECONDS" -ge "$deadline" ]; then
			printf '# waited %d s for %s\n' "$seconds" "$what" >&2
			return 1
		fi
		nap 0.1
	done
}
