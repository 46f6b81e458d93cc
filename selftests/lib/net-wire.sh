# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# An Intel 82576 (igb) whose wire goes to a virtio NIC in a namespace of its own, the
# peer: of a VM with both on one hub, igb behind the root port in slot 17.

WIRE_PEER_ADDRESS=192.0.2.9
# shellcheck disable=SC2034	# for those that use the wire
WIRE_HOST_ADDRESS=192.0.2.1

# in_peer COMMAND...
in_peer()
{
	ip netns exec peer "$@"
}

wire_has_carrier()
{
	[ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]
}

# wire_nic: the one that virtio drives
wire_nic()
{
	local driver

	for driver in /sys/class/net/*/device/driver; do
		case $(readlink "$driver") in
		*/virtio_net) basename "$(dirname "$(dirname "$driver")")" ;;
		esac
	done
}

wire_pf_interface()
{
	interface_of "$pf"
}

# wire_up: set pf, its address, and peer_nic; both ends are up. Nothing but what tests
# send is to be on the wire.
wire_up()
{
	modprobe igb
	modprobe virtio_net
	pf=$(pci_behind 0000:00:17.0)
	wait_for 30 'the interface of the PF' wire_pf_interface >/dev/null
	peer_nic=$(wire_nic)
	[ -n "$peer_nic" ]
	echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	ip netns add peer
	ip link set "$peer_nic" netns peer
	in_peer sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
	ip -n peer address add "$WIRE_PEER_ADDRESS/24" dev "$peer_nic"
	ip -n peer link set "$peer_nic" up
	ip -n peer link set lo up
	wire_pf_up
}

# wire_pf_up: after its driver has taken it
wire_pf_up()
{
	local interface

	interface=$(wire_pf_interface)
	ip link set "$interface" up
	wait_for 30 'the carrier of the PF' wire_has_carrier "$interface"
}

# wire_packets: sent and received by the peer
wire_packets()
{
	in_peer cat "/sys/class/net/$peer_nic/statistics/rx_packets" \
		"/sys/class/net/$peer_nic/statistics/tx_packets" | paste -s -d + | bc
}

# wire_vf N: its address
wire_vf()
{
	basename "$(readlink "/sys/bus/pci/devices/$pf/virtfn$1")"
}
