#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --serial pci=cross:wire --serial pci=cross:wire
# kernels: 6.1 6.12 7.2 rt
#
# The host is suspended and resumed, with ports attached and null modems open. The debug
# kernels are asked for leaks afterwards, for which there is no file system left.

set -eu

# From memory, for it ends when its file is not to be had any more.
cp "$DEVSHARE_PROGRAMS/serfwd/suspend" /run/suspend
exec /run/suspend
