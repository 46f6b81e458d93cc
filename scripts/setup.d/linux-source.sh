# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The few files of the kernel's source that checking and testing use, unpacked
# once per version of the package:
#
#   CACHE/linux-source-6.1/scripts/, tools/testing/selftests/

linux_source_extract()
{
	local cache version tree work top=linux-source-6.1

	apt_install linux-source-6.1 xz-utils
	cache=$(cache_dir)
	version=$(dpkg-query -W -f '${Version}' linux-source-6.1)
	tree=$cache/$top
	[ "$(cat "$tree/.version" 2>/dev/null)" != "$version" ] || return 0
	say "unpacking checkpatch and the kselftest headers from linux-source-6.1"
	work=$(mktemp -d "$cache/.source.XXXXXX")
	tar -C "$work" -xJf "/usr/src/$top.tar.xz" \
		"$top/scripts/checkpatch.pl" \
		"$top/scripts/spelling.txt" \
		"$top/scripts/const_structs.checkpatch" \
		"$top/tools/testing/selftests/kselftest.h" \
		"$top/tools/testing/selftests/kselftest_harness.h" \
		"$top/tools/testing/selftests/lib.mk" \
		"$top/tools/testing/selftests/kselftest"
	printf '%s\n' "$version" >"$work/$top/.version"
	rm -rf "$tree"
	mv "$work/$top" "$tree"
	rmdir "$work"
}
