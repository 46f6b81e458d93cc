# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Everything of this directory, for a test that runs in the test VM.

# A tty that the leader of a session opens becomes its controlling terminal: it
# would stop readers in the background and hang the test up.
read -r _ _ _ _ _ session _ <"/proc/$$/stat"
if [ "$session" -eq $$ ]; then
	status=0
	bash "$0" "$@" || status=$?
	exit "$status"
fi

lib_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$lib_dir/cleanup.sh"
. "$lib_dir/ktap.sh"
. "$lib_dir/wait.sh"
. "$lib_dir/module.sh"
. "$lib_dir/far.sh"
