# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The output of demonstrations.

# step TEXT: what comes now
step()
{
	printf '\n=== %s\n' "$*"
}

# show COMMAND [ARG...]: the command, and what it says; its status is passed on
show()
{
	printf '    # %s\n' "$*"
	"$@" | sed 's/^/    /'
	return "${PIPESTATUS[0]}"
}
