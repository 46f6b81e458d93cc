#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# quick:
# time-out: 900
#
# pcishare/lease, as far as interrupts and turns go, by a policy with so many reasons for
# interrupts that a thread looks at them: by the line first, then by MSI.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

# threads: of interrupts, that are pcishare's
threads()
{
	grep -l '^irq/.*-pcishare$' /proc/[0-9]*/comm | wc -l
}

pcishare_factor 1
status=0
# Where all handlers are threads, there is one more, of the handler itself.
forced=0
[ ! -e /sys/kernel/realtime ] || forced=1
policy_install selftests/pcishare/policies/edu-costly.policy 1234-11e8.policy
for physical in line message; do
	[ "$physical" = line ] || echo bus-master >>/lib/firmware/pcishare/1234-11e8.policy
	pcishare_load ids=1234:11e8
	[ "$(threads)" -eq $((1 + forced)) ]
	for subject in interrupts turns guests; do
		"$DEVSHARE_PROGRAMS/pcishare/lease-$subject" || status=1
	done
	module_unload pcishare
	[ "$(threads)" -eq 0 ]
done
# By the policy of the device itself there is none.
policy_install pcishare/policies/1234-11e8.policy
pcishare_load ids=1234:11e8
[ "$(threads)" -eq "$forced" ]
module_unload pcishare
exit "$status"
