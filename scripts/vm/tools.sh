# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The C programs of the test VM, compiled on first use into build/vm/.

# Compile program $1 of this directory if its source is newer, and print its
# path. Static, because it also runs in initramfs images.
tool()
{
	local source=$vm_dir/$1.c binary=$build_dir/vm/$1 new

	if [ ! -x "$binary" ] || [ "$source" -nt "$binary" ] ||
	   [ "$checkout/selftests/lib/stream.h" -nt "$binary" ]; then
		mkdir -p "$build_dir/vm"
		new=$(mktemp "$binary.XXXXXX")
		"${CC:-gcc}" -O2 -Wall -Wextra -static -I"$checkout/selftests/lib" \
			-o "$new" "$source" || {
			rm -f "$new"
			die "cannot compile $source"
		}
		chmod 755 "$new"
		mv "$new" "$binary"
	fi
	printf '%s\n' "$binary"
}
