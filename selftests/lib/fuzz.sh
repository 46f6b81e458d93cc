# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A target of libFuzzer, with ASan and UBSan: half a minute, or two hours in a soak run. It
# begins with what it found the last time, in build/fuzz/NAME. After ktap.sh.

top=$(cd "$(dirname "$0")/../.." && pwd)

# fuzz_build FILE...: selftests/fuzz/NAME.c with these
fuzz_build()
{
	mkdir -p "$work/corpus"
	clang -g -O1 -std=gnu11 -Wall -Wextra -Werror \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		"$top/selftests/fuzz/${work##*/}.c" "$@" -o "$work/fuzz"
}

# fuzz_go OPTION...: of libFuzzer; more directories with inputs may follow. An input that
# takes 5 s is slow, and counts as found.
fuzz_go()
{
	cd "$work" || return
	./fuzz -max_total_time="$seconds" -timeout=5 -len_control=100 -print_final_stats=1 \
		-verbosity=1 "$work/corpus" "$@" >"$work/log" 2>&1 || {
		tail -n 60 "$work/log"
		return 1
	}
	grep -E '^(stat::|Done )' "$work/log"
}

# fuzz_test NAME WHAT FILE... -- OPTION...: WHAT is in the description
fuzz_test()
{
	local what=$2 seconds=${DEVSHARE_SOAK:+7200}
	local -a files=()

	seconds=${seconds:-30}
	work=$top/build/fuzz/$1
	shift 2
	while [ "$1" != -- ]; do
		files+=("$1")
		shift
	done
	shift
	ktap_plan 2
	ktap_run "$what with sanitizers" fuzz_build "${files[@]}"
	ktap_run "libFuzzer for $seconds s" fuzz_go "$@"
	ktap_finish
}
