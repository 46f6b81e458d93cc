#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1
#
# pcishare loads, says that it has no devices, and unloads.

set -eu

. "$(dirname "$0")/../lib/lib.sh"

test_load()
{
	dmesg -C
	module_load pcishare
	dmesg | grep 'pcishare: no devices'
	[ "$(cat /sys/module/pcishare/refcnt)" -eq 0 ]
}

test_unload()
{
	module_unload pcishare
	[ ! -d /sys/module/pcishare ]
}

ktap_plan 2
ktap_run 'pcishare loads and says that it has no devices' test_load
ktap_run 'pcishare unloads' test_unload
ktap_finish
