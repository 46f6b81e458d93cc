# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A root file system in memory, for a test that has the host suspended: what it begins
# afterwards cannot come from the one that is shared, which does not survive that.

memory_root=/run/memory

# memory_copy FILE...: to the same place there, without links
memory_copy()
{
	cp -L --parents -t "$memory_root" "$@"
}

# memory_libraries PROGRAM...: print what these need
memory_libraries()
{
	ldd "$@" 2>/dev/null | awk '$2 == "=>" { print $3 } $1 ~ /^\// && NF == 2 { print $1 }' |
		grep '^/' | sort -u
}

# memory_make PROGRAM...: with these programs, and no other file than the system's own
memory_make()
{
	local -a found libraries
	local dir

	mkdir -p "$memory_root"
	mount -t tmpfs -o mode=755,size=75% memory "$memory_root"
	(cd "$memory_root" && mkdir -p usr/bin usr/sbin usr/lib usr/lib64 proc sys dev run tmp)
	for dir in bin sbin lib lib64; do
		ln -s "usr/$dir" "$memory_root/$dir"
	done
	mapfile -t found < <(type -P "$@")
	if [ ${#found[@]} -ne $# ]; then
		printf '# not all of these are there: %s\n' "$*"
		return 1
	fi
	mapfile -t libraries < <(memory_libraries "${found[@]}")
	memory_copy "${found[@]}" "${libraries[@]}"
	for dir in proc sys dev; do
		mount --rbind "/$dir" "$memory_root/$dir"
	done
	# Files that the kernel itself looks for are not to be looked for elsewhere.
	mkdir -p "$memory_root/lib/firmware"
	printf '%s' "$memory_root/lib/firmware" >/sys/module/firmware_class/parameters/path
}

# memory_enter COMMAND [ARG...]: become that, with no file of the shared file system in use
memory_enter()
{
	cd /
	exec env DEVSHARE_IN_MEMORY=1 chroot "$memory_root" "$@" </dev/null
}
