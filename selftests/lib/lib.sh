# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Everything of this directory, for a test that runs in the test VM.

lib_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$lib_dir/cleanup.sh"
. "$lib_dir/ktap.sh"
. "$lib_dir/wait.sh"
. "$lib_dir/module.sh"
. "$lib_dir/far.sh"
