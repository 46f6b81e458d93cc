#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1
# kernels: debug kcsan
#
# The KUnit suite of serfwd, on a kernel that has KUnit: what is made of error flags.

set -eu

. "$(dirname "$0")/../lib/lib.sh"

module=$DEVSHARE_BUILD/serfwd/serfwd_kunit.ko
cases=(ignored good break error overrun run counted)

if [ ! -f "$module" ]; then
	ktap_plan 1
	ktap_skip 'unit tests' 'this kernel has no CONFIG_KUNIT; the debug kernel has'
	ktap_finish
	exit
fi

# case_passed NAME: by what KUnit said of it; its failures are lines before that
case_passed()
{
	grep -E "flags_$1|EXPECTATION|Expected|not ok" "$said" || :
	grep -Eq "^ *ok [0-9]+ (- )?flags_$1\$" "$said"
}

said=$(mktemp)
dmesg -C
insmod "$module"
rmmod serfwd_kunit
dmesg -t >"$said"
ktap_plan ${#cases[@]}
for name in "${cases[@]}"; do
	ktap_run "flags_$name" case_passed "$name"
done
rm -f "$said"
ktap_finish
