#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 300
#
# The DMA controller of serfwd_vfio under libFuzzer, with ASan and UBSan: half a minute,
# or two hours in a soak run. It begins with what it found the last time.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/lib/ktap.sh"

work=$top/build/fuzz/dma
seconds=${DEVSHARE_SOAK:+7200}
seconds=${seconds:-30}

test_build()
{
	mkdir -p "$work/corpus"
	clang -g -O1 -std=gnu11 -Wall -Wextra -Werror \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		"$top"/selftests/fuzz/dma.c "$top"/serfwd_vfio/dma.c -o "$work/fuzz"
}

test_fuzz()
{
	cd "$work"
	./fuzz -max_total_time="$seconds" -timeout=5 -max_len=1024 -len_control=100 \
		-print_final_stats=1 -verbosity=1 "$work/corpus" >"$work/log" 2>&1 || {
		tail -n 60 "$work/log"
		return 1
	}
	grep -E '^(stat::|Done )' "$work/log"
}

ktap_plan 2
ktap_run 'the controller with sanitizers' test_build
ktap_run "libFuzzer for $seconds s" test_fuzz
ktap_finish
