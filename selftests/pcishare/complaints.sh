#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --device edu
#
# The module's complaints about policies with errors.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

policy_install pcishare/policies/1234-11e8.policy
pcishare_load ids=1234:11e8
"$DEVSHARE_PROGRAMS/pcishare/complaints"
module_unload pcishare
