#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
#
# make builds for the running kernel, and once; make install puts all modules where
# depmod looks, and they tell what they take; and policies where firmware is.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/lib/cleanup.sh"
. "$top/selftests/lib/ktap.sh"
. "$top/selftests/lib/machine.sh"

read -r -a kernels <<<"${KERNELS:?}"
work=$(mktemp -d)
target=$work/target

# installed MODULE: its file
installed()
{
	find "$target/$kernel/lib/modules" -name "$1.ko*"
}

# The modules are those of the running kernel, and the compiler is not asked again.
test_build()
{
	local release built before

	release=$(sed -n "s/^$kernel //p" /etc/devshare-kernels)
	built=$top/build/host/$release
	machine "$release"
	PATH=/usr/lib/ccache:$work/bin make -s -C "$top" KERNELS= KERNEL=
	modinfo -F vermagic "$built/serfwd/serfwd.ko" | grep "^$release "
	modinfo -F vermagic "$built/vdev/vdev.ko" | grep "^$release "
	modinfo -F vermagic "$built/pcishare/pcishare.ko" | grep "^$release "
	before=$(stat -c %y "$built"/*/*.ko)
	[ -z "$(PATH=/usr/lib/ccache:$work/bin make -s -C "$top" KERNELS= KERNEL=)" ]
	[ "$(stat -c %y "$built"/*/*.ko)" = "$before" ]
}

test_install()
{
	make -s -C "$top" install KERNEL="$kernel" DESTDIR="$target/$kernel"
	for module in serfwd serfwd_vfio vdev pcishare; do
		[ "$(installed $module | wc -l)" -eq 1 ]
		modinfo -F vermagic "$(installed $module)" | grep "^${kernel}[.+-]"
	done
}

# Policies are where the module asks the firmware loader for them.
test_policies()
{
	diff -r "$top/pcishare/policies" "$target/$kernel/lib/firmware/pcishare"
	[ -s "$target/$kernel/lib/firmware/pcishare/1234-11e8.policy" ]
}

# Each parameter has a description that says its default.
test_modinfo()
{
	local module parameter text

	for parameter in serfwd:links serfwd:ports serfwd:ldisc pcishare:ids; do
		module=${parameter%:*}
		text=$(modinfo -F parm "$(installed "$module")" |
			grep "^${parameter#*:}:")
		echo "$text"
		[[ $text == *default* ]]
	done
	[ "$(modinfo -F license "$(installed serfwd)")" = GPL ]
}

# An ldisc number for development is nobody's to load a module by.
test_no_alias()
{
	! modinfo -F alias "$(installed serfwd)" | grep tty-ldisc
}

cleanup_push rm -rf "$work"
ktap_plan $((${#kernels[@]} * 5))
for kernel in "${kernels[@]}"; do
	ktap_run "make on a host that runs $kernel" test_build
	ktap_run "make install for $kernel" test_install
	ktap_run "policies of $kernel" test_policies
	ktap_run "modinfo on $kernel" test_modinfo
	ktap_run "no alias of a line discipline on $kernel" test_no_alias
done
ktap_finish
