# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sources of a module that build in user space as well, and programs that test them: by
# gcov, every line is run. After cleanup.sh and ktap.sh.

export LC_ALL=C
# It makes the names that gcov knows files by relative to where it ran.
export CCACHE_DISABLE=1
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
cleanup_push rm -rf "$work"

# gcov_build PROGRAM... -- FILE...: programs are named by their files below selftests,
# without .c
gcov_build()
{
	local flags=(-O0 -g --coverage -DWITH_GCOV -D_GNU_SOURCE= -std=gnu11 -Wall -Wextra -Werror
		-I/usr/src/linux-source-6.1/tools/testing/selftests)
	local program
	local -a programs=()

	while [ "$1" != -- ]; do
		programs+=("$1")
		shift
	done
	shift
	mkdir "$work/core"
	cd "$work/core" || return
	gcc "${flags[@]}" -c "$@"
	cd "$work" || return
	for program in "${programs[@]}"; do
		gcc "${flags[@]}" -c "$top/selftests/$program.c"
		program=${program##*/}
		gcc --coverage "$program.o" core/*.o -o "$program"
	done
}

# gcov_run PROGRAM
gcov_run()
{
	"$work/$1"
}

# gcov_all FILE...: print each line that was not run, and fail if there is one; a file that
# gcov knows nothing of would not be seen to be missing
gcov_all()
{
	local file

	cd "$work/core" || return
	gcov -r -s "$top" ./*.gcda >gcov.log
	for file; do
		grep -A 1 "^File '${file#"$top"/}'" gcov.log
	done | awk '/^File/ { name = $2 } /^Lines/ { print name, $0 }' >lines
	cat lines
	[ "$(wc -l <lines)" -eq $# ]
	! grep -H '#####' ./*.c.gcov
}
