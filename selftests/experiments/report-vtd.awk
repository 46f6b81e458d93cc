# SPDX-License-Identifier: GPL-2.0
#
# report-vtd.awk counts phases, after ../bench/counts.awk and median.awk: prints keys and values.
#
# counts:  pair N kernel K user U syscalls S ... guest G
# phases:  phase vtd.WAY.MODE bytes B | count C
#          exits vtd.WAY.MODE PACKETS EXITS USER_EXITS
#          calibration user U syscalls S
#
# A name that comes more than once is measured by the median.

BEGIN {
	n_ways = split("native e1000e virtio vhost vf pf", ways)
	n_modes = split("send receive rtt", modes)
}

$1 == "pair" {
	in_guest[$2] = field["guest"]
}

$1 == "phase" {
	times[$2]++
	amount[$2] = field["bytes"] + field["count"]
	host[$2, times[$2]] = insns[pair]
	guest[$2, times[$2]] = in_guest[pair]
}

$1 == "exits" {
	packets[$2] = $3
	exits[$2] = $4
	user_exits[$2] = $5
}

function write_exits(name)
{
	if (!(name in packets))
		return
	if (packets[name] <= 0) {
		complain("no packets passed in " name)
		return
	}
	key(name ".packets", packets[name], "%d")
	key(name ".exits_per_packet", exits[name] / packets[name], "%.3f")
	key(name ".user_exits_per_packet", user_exits[name] / packets[name], "%.3f")
}

function write_amounts(name, rtt,    all, inside)
{
	all = median(host, name)
	inside = median(guest, name)
	key(name ".spread", spread(host, name, all), "%.4f")
	if (rtt) {
		key(name ".insn_per_round_trip", all / amount[name], "%.0f")
		key(name ".guest_insn_per_round_trip", inside / amount[name], "%.0f")
		return
	}
	key(name ".bytes_per_minsn", amount[name] * 1e6 / all, "%.0f")
	key(name ".insn_per_byte", all / amount[name], "%.3f")
	key(name ".guest_insn_per_byte", inside / amount[name], "%.3f")
	key(name ".total_insn_per_byte", (all + inside) / amount[name], "%.3f")
}

function write_way(way,    m, name)
{
	for (m = 1; m <= n_modes; m++) {
		name = "vtd." way "." modes[m]
		if (!(name in times))
			continue
		write_amounts(name, modes[m] == "rtt")
		write_exits(name)
	}
}

# Bytes per million instructions, less the instructions of a command that moves none.
function write_pair(name, idle, to,    cost)
{
	if (!(name in times) || !(idle in times))
		return
	cost = median(host, name) - median(host, idle)
	if (cost <= 0) {
		complain(name " took no more than nothing does")
		return
	}
	key(to ".bytes_per_minsn", amount[name] * 1e6 / cost, "%.0f")
}

END {
	for (n = 1; n <= n_ways; n++)
		write_way(ways[n])
	write_pair("vtd.pair.one", "vtd.pair.idle1", "vtd.pair.one")
	write_pair("vtd.pair.two", "vtd.pair.idle2", "vtd.pair.two")
	check_marks(" of vtd")
	exit failed
}
