# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# pcishare and what it needs.

# vdev_load: what devices of vfio need that are software
vdev_load()
{
	local module

	# vfio_virqfd is a module of its own on some kernels; vdev asks KVM of writes.
	for module in vfio mdev vfio_iommu_type1 vfio_virqfd kvm; do
		modprobe -q "$module" || :
	done
	module_loaded vdev || module_load vdev
}

# pcishare_load PARAMETER=VALUE...
pcishare_load()
{
	vdev_load
	module_load pcishare "$@"
}

# pci_address VENDOR:DEVICE: of the first one, such as 0000:00:05.0
pci_address()
{
	lspci -D -n -d "$1" | head -n 1 | cut -d ' ' -f 1
}

# pci_bridge ADDRESS: of what the device is behind
pci_bridge()
{
	basename "$(realpath "/sys/bus/pci/devices/$1/..")"
}

# pcishare_report_errors ADDRESS: as firmware does that leaves errors to the system: the
# device reports them if it can, and the port that it is behind passes them on
pcishare_report_errors()
{
	# A conventional device has none.
	setpci -s "$1" CAP_EXP+8.w=f:f COMMAND=100:100 2>/dev/null || :
	setpci -s "$(pci_bridge "$1")" CAP_EXP+8.w=f:f COMMAND=100:100 BRIDGE_CONTROL=2:2
}

# policy_install FILE [NAME]: where the kernel looks for it, of the checkout
policy_install()
{
	install -D -m 644 "$DEVSHARE_CHECKOUT/$1" \
		"/lib/firmware/pcishare/${2:-${1##*/}}"
}

# pcishare_factor USUALLY: so many times as much is done by tests that ask for it, once
# as much in the short form, and 50 times in a soak run
pcishare_factor()
{
	export PCISHARE_FACTOR=$1
	[ -z "${DEVSHARE_CI:-}" ] || PCISHARE_FACTOR=1
	[ -z "${DEVSHARE_SOAK:-}" ] || PCISHARE_FACTOR=50
}

# All of pcishare/lease: a program for each subject, also after one that failed.
lease_run()
{
	local subject status=0

	for subject in registers widths turns interrupts guests; do
		"$DEVSHARE_PROGRAMS/pcishare/lease-$subject" || status=1
	done
	return "$status"
}
