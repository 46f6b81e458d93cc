# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Things that a test has to undo, last done first, however it ends.

cleanup_stack=()

# Run COMMAND [ARG...] when the script ends.
cleanup_push()
{
	cleanup_stack+=("$(printf '%q ' "$@")")
	trap cleanup_run EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# Forget the newest entry, undone already.
cleanup_pop()
{
	unset 'cleanup_stack[-1]'
}

# Undo all of it now; failures are told of and do not stop the rest.
cleanup_run()
{
	local i

	for ((i = ${#cleanup_stack[@]} - 1; i >= 0; i--)); do
		eval "${cleanup_stack[i]}" ||
			printf '# cleanup failed: %s\n' "${cleanup_stack[i]}"
	done
	cleanup_stack=()
}
