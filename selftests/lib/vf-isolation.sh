# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The memory that the DMA of a VF reaches: with net-wire.sh.

vf_dma=$DEVSHARE_PROGRAMS/experiments/vf-dma
# How long (s) is waited for frames that must not come.
ISOLATION_SECONDS=${ISOLATION_SECONDS:-8}

isolation_said_ready()
{
	grep -qs ready "$1"
}

# isolation_reports: of the IOMMU: "Request device [01:10.0]" is the VF
isolation_reports()
{
	dmesg | grep -F 'DMAR: [DMA' | grep -F "[${vf#*:}]" || :
}

# isolation_vf: make one, and set vf; the PF refuses one without an address of its own
isolation_vf()
{
	devshare-assign vfs "$pf" 1
	vf=$(wire_vf 0)
	wait_for 30 'the carrier of the PF' wire_has_carrier "$(wire_pf_interface)"
	ip link set "$(wire_pf_interface)" vf 0 mac 02:00:00:00:01:00
}

# isolation_enable, isolation_disable: what a driver does, and vfio-pci for its user;
# with no driver it is left asleep
isolation_enable()
{
	echo 1 >"/sys/bus/pci/devices/$vf/enable"
	setpci -s "$vf" COMMAND=4:4
}

isolation_disable()
{
	setpci -s "$vf" COMMAND=0:4
	echo 0 >"/sys/bus/pci/devices/$vf/enable"
}

# isolation_try vfio|direct: set isolation_arrived, the frames that arrived at the peer,
# and isolation_faults, how many reports of the IOMMU came with it
isolation_try()
{
	local sniffer said before
	said=$(mktemp)

	before=$(isolation_reports | wc -l)
	[ "$1" != direct ] || isolation_enable
	in_peer "$vf_dma" sniff "$peer_nic" "$ISOLATION_SECONDS" >"$said" &
	sniffer=$!
	wait_for 20 'the peer to listen' isolation_said_ready "$said"
	"$vf_dma" "$1" "$vf"
	wait "$sniffer"
	[ "$1" != direct ] || isolation_disable
	cat "$said"
	isolation_reports | tail -n "+$((before + 1))"
	isolation_arrived=$(sed -n 's/^frame //p' "$said" | awk '!seen[$0]++' | paste -s -d ' ')
	isolation_faults=$(($(isolation_reports | wc -l) - before))
	rm -f "$said"
	printf 'by %s arrived: %s; reports of the IOMMU: %d\n' "$1" \
		"$isolation_arrived" "$isolation_faults"
}
