# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Another checkout of what is tested, committed or not.

# checkout_copy DIR [PART...]: of what was built it has these parts of build/
checkout_copy()
{
	local dir=$1 part
	shift

	mkdir -p "$dir/build"
	tar -C "$top" -c --exclude=./build --exclude=./.git . | tar -C "$dir" -x
	for part; do
		[ ! -d "$top/build/$part" ] || cp -a "$top/build/$part" "$dir/build/"
	done
}
