#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 300
#
# The parser of policies under libFuzzer, see lib/fuzz.sh. It begins with the policies there
# are as well.

set -eu

. "$(dirname "$0")/../lib/cleanup.sh"
. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/fuzz.sh"

# All words of the language, for it to play with.
words=$(mktemp)
cleanup_push rm -f "$words"
grep -oh '"[a-z][a-z0-9-]*"' "$top"/pcishare/policy/*.c | sort -u >"$words"

fuzz_test policy 'the parser' "$top"/pcishare/policy/*.c -- -max_len=65537 -dict="$words" \
	"$top/pcishare/policies" "$top/selftests/pcishare/policies"
