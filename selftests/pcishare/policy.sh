#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# quick:
#
# The parser of policies and pcishare-lint: every complaint, every class, and by
# gcov every line.

set -eu

. "$(dirname "$0")/../lib/cleanup.sh"
. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/gcov.sh"

core=("$top"/pcishare/policy/*.c)
export DEVSHARE_TOP=$top

lint()
{
	"$top/build/pcishare-lint" "$@"
}

# expect STATUS FILE COMMAND...: what it prints is in FILE
expect()
{
	local want=$1 file=$2 status=0

	shift 2
	"$@" >"$file" || status=$?
	head -n 20 "$file"
	[ "$status" -eq "$want" ]
}

test_lint()
{
	local policies=$top/selftests/pcishare/policies

	make -s -C "$top" build/pcishare-lint
	lint "$top"/pcishare/policies/*.policy
	expect 0 "$work/said" lint "$policies/edu-dma.policy"
	[ ! -s "$work/said" ]
	expect 1 "$work/said" lint -u "$policies/edu-dma.policy"
	[ "$(grep -c ': error: ' "$work/said")" -eq 6 ]
	grep "^$policies/edu-dma.policy:17:5: error: " "$work/said"
	expect 1 "$work/said" lint - <<<'policy 2'
	grep '^-:1:8: error: format 2 is not known, only 1$' "$work/said"
	expect 1 "$work/said" lint <<<'reg'
	expect 2 "$work/said" lint "$work/none" "$policies/edu-dma.policy"
	expect 2 "$work/said" lint -x
	expect 0 "$work/said" lint -h
	grep '^usage: pcishare-lint' "$work/said"
	expect 1 "$work/said" lint <(yes x | head -c 65536)
	grep '^/dev/fd/.*: and [0-9]* more$' "$work/said"
}

traced()
{
	printf '  qemu-1 [000] ..... 12.345: pcishare_access: guest=%s %s\n' \
		c0ffee00-0000-4000-8000-000000000001 "$*"
}

# A trace against a policy, without a device.
test_replay()
{
	local edu=$top/pcishare/policies/1234-11e8.policy

	cd "$work"
	{
		echo '# tracer: nop'
		traced read bar=0 offset=0x0 width=4 value=0x10000ed
		echo '  qemu-1 [000] ..... 12.346: pcishare_turn: guest=c0ffee00'
		traced write bar=0 offset=0x8 width=4 value=0x5
		traced read bar=0 offset=0x20 width=8 value=0x1
		traced write bar=0 offset=0x20 width=1 value=0x80
		traced read bar=0 offset=0xc width=4 value=0x0
		traced write bar=0 offset=0x98 width=8 value=0x1
	} >trace
	cat >wanted <<-'REPLAY'
		read bar 0 0x0 32
		    id: the device's
		write bar 0 0x8 32 0x5
		    factorial: starts the device, in the guest's turn
		read bar 0 0x20 64
		    status.computing: busy while the guest's start waits
		    status.irq_on_done: the guest's own
		    irq_status: the guest's latched bits
		write bar 0 0x20 8 0x80
		    status.computing: dropped: read only
		    status.irq_on_done: the guest's own
		read bar 0 0xc 32
		    no register: 4 of 4 bytes are 0
		write bar 0 0x98 64 0x1
		    dma_cmd: dropped: denied
		6 accesses: 2 denied, 0 refused
	REPLAY
	expect 0 said lint -s trace "$edu"
	diff wanted said
	traced write bar=0 offset=0x8 width=4 value=0x29 >trace
	expect 0 said lint -s - <(sed 's/ start$/ start range 0..0x28 or-stop/' "$edu") <trace
	grep "^    factorial: refused: 0x29 is outside its mask or range, and stops the guest's device$" said
	grep '^1 accesses: 0 denied, 1 refused$' said
	traced read bar=6 offset=0x8 width=4 value=0 >trace
	expect 1 said lint -s trace "$edu"
	expect 1 said lint -s /dev/null "$edu"
	expect 2 said lint -s none "$edu"
	expect 2 said lint -s trace
	expect 1 said lint -s trace - <<<'policy 2'
}

# The documentation's examples are right, and it names every word there is.
test_documentation()
{
	local text=$top/Documentation/policy.rst word

	sed -n '/^    policy 1/,/^[^ ]/s/^    //p' "$text" >"$work/example"
	expect 0 "$work/said" lint -u "$work/example"
	[ ! -s "$work/said" ]
	diff <(grep -v '^#' "$work/example" | grep .) \
		<(grep -v '^ *#' "$top/pcishare/policies/1234-11e8.policy" | grep .)
	while read -r word; do
		grep -qw -- "$word" "$text" || {
			printf '%s is not documented\n' "$word"
			return 1
		}
	done < <(grep -hv sizeof "$top"/pcishare/policy/*.c |
		grep -oE '"[a-z][a-z0-9-]*"' | tr -d '"' | sort -u)
}

ktap_plan 7
ktap_run 'the parser is built for gcov' gcov_build pcishare/policy{,-plan} -- "${core[@]}"
ktap_run 'what the parser says of texts' gcov_run policy
ktap_run 'what comes of a text' gcov_run policy-plan
ktap_run 'every line of the parser is run' gcov_all "${core[@]}"
ktap_run 'pcishare-lint' test_lint
ktap_run 'a trace is replayed' test_replay
ktap_run 'Documentation/policy.rst' test_documentation
ktap_finish
