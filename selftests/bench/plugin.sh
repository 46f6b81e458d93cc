# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The insn plugin, built for the QEMU that loads it.

# plugin_api QEMU: which interface it has; it changed twice, see plugin-api.h.
plugin_api()
{
	local version

	version=$("$1" --version | sed -n '1s/.* version \([0-9]*\.[0-9]*\).*/\1/p')
	case $version in
	[4-8].*)
		echo 1
		;;
	9.0|9.1|'')
		echo "no plugin interface known for QEMU '$version'" >&2
		return 1
		;;
	*)
		echo 4
		;;
	esac
}

# plugin_build SOURCE_DIRECTORY DIRECTORY [QEMU]: prints the plugin's file name. QEMU is
# the program, if it is not that of the root tree.
plugin_build()
{
	local api file

	api=$(plugin_api "${3:-qemu-system-x86_64}") || return
	file=$2/insn-api$api.so
	mkdir -p "$2"
	"${CC:-gcc}" -O2 -Wall -Wextra -Werror -std=gnu11 -shared -fPIC \
		-fvisibility=hidden "-DPLUGIN_API=$api" -o "$file" "$1/insn.c" || return
	echo "$file"
}
