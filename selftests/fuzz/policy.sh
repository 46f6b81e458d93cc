#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 300
#
# The parser of policies under libFuzzer, with ASan and UBSan: half a minute, or two
# hours in a soak run. It begins with the policies there are and with what it found
# the last time.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/lib/ktap.sh"

work=$top/build/fuzz/policy
seconds=${DEVSHARE_SOAK:+7200}
seconds=${seconds:-30}

test_build()
{
	mkdir -p "$work/corpus"
	clang -g -O1 -std=gnu11 -Wall -Wextra -Werror \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		"$top"/selftests/fuzz/policy.c "$top"/pcishare/policy/*.c -o "$work/fuzz"
}

# All words of the language, for it to play with.
dictionary()
{
	grep -oh '"[a-z][a-z0-9-]*"' "$top"/pcishare/policy/*.c | sort -u
}

# Slow is an input that takes 5 s, which none of 64 KiB may.
test_fuzz()
{
	dictionary >"$work/words"
	cd "$work"
	./fuzz -max_total_time="$seconds" -timeout=5 -max_len=65537 -len_control=100 \
		-dict="$work/words" -print_final_stats=1 -verbosity=1 \
		"$work/corpus" "$top/pcishare/policies" "$top/selftests/pcishare/policies" \
		>"$work/log" 2>&1 || {
		tail -n 60 "$work/log"
		return 1
	}
	grep -E '^(stat::|Done )' "$work/log"
}

ktap_plan 2
ktap_run 'the parser with sanitizers' test_build
ktap_run "libFuzzer for $seconds s" test_fuzz
ktap_finish
