# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Modules as a host has them installed, for modprobe inside to find.

# modules_stage KERNEL DIR: into DIR what is to be copied over the root of a machine
# with that kernel: all modules as build/KERNEL has them, and the indexes of all there
# are. depmod reads every one, which takes minutes in an emulated machine; so it runs
# here, on links to those of the kernel.
modules_stage()
{
	local kernel=$1 stage=$2 modules file

	. scripts/vm/cache.sh
	. scripts/vm/kernel.sh
	# shellcheck disable=SC2034
	cache=$(cache_dir)
	kernel_find "$kernel"
	modules=$stage/usr/lib/modules/$kernel_release
	install -D -t "$modules/updates" \
		"build/${kernel##*/}"/{serfwd/serfwd,serfwd_vfio/serfwd_vfio,vdev/vdev,pcishare/pcishare}.ko
	for file in kernel modules.order modules.builtin modules.builtin.modinfo; do
		[ ! -e "$kernel_modules/$file" ] || ln -s "$kernel_modules/$file" "$modules"
	done
	depmod -b "$stage/usr" "$kernel_release"
	find "$modules" -type l -delete
}
