# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Shared by the parts of experiments that run in the test VM.

run=/run/bench

# load_programs FILE...: into $run, for all run from memory: what is fetched from outside
# would be counted
load_programs()
{
	local qemu

	mkdir -p "$run"
	mount -t tmpfs bench "$run"
	cp "$@" "$run"
	qemu=$(command -v qemu-system-x86_64)
	ldd "$qemu" | grep -o '/[^ ]*' | xargs cat "$qemu" >/dev/null
}

# try COMMAND...: and say so if it fails, for what comes after it is done all the same
try()
{
	"$@" && return
	echo "${0##*/}: failed: $*" >&2
	return 1
}
