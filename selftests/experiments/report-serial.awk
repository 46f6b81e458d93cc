# SPDX-License-Identifier: GPL-2.0
#
# report-serial.awk counts phases, after ../bench/counts.awk and median.awk: prints keys
# and values; -v base=NAME is what ratios are to, except of those that end with "long",
# which have other messages, and whose ratios are to -v long=NAME.
#
# counts:  pair N kernel K user U syscalls S ... vmruns V guest G
# phases:  phase NAME bytes B
#          events NAME BYTES USER_EXITS SWITCHES
#          calibration user U syscalls S
#
# A name that comes more than once is measured by the median.

$1 == "pair" {
	vmruns[$2] = field["vmruns"]
	in_guest[$2] = field["guest"]
}

$1 == "phase" {
	if (!($2 in times))
		order[++names] = $2
	n = ++times[$2]
	host[$2, n] = insns[pair] / field["bytes"]
	in_user[$2, n] = user[pair] / field["bytes"]
	calls[$2, n] = syscalls[pair] / field["bytes"]
	exits[$2, n] = vmruns[pair] / field["bytes"]
	inside[$2, n] = in_guest[pair] / field["bytes"]
}

$1 == "events" {
	user_exits[$2] = $4 / $3
	switches[$2] = $5 / $3
}

function write_name(name,    all, to)
{
	to = name ~ /\.long$/ ? long : base
	all = median(host, name)
	key(name ".insn_per_byte", all, "%.1f")
	key(name ".spread", spread(host, name, all), "%.5f")
	key(name ".user_insn_per_byte", median(in_user, name), "%.1f")
	key(name ".guest_insn_per_byte", median(inside, name), "%.1f")
	key(name ".syscalls_per_byte", median(calls, name), "%.4f")
	key(name ".exits_per_byte", median(exits, name), "%.4f")
	if (to in times)
		key(name ".ratio", all / median(host, to), "%.4f")
	if (!(name in user_exits)) {
		complain("exits of " name " are missing")
		return
	}
	key(name ".user_exits_per_byte", user_exits[name], "%.4f")
	key(name ".switches_per_byte", switches[name], "%.4f")
}

END {
	if (!names)
		complain("nothing was measured")
	for (n = 1; n <= names; n++)
		write_name(order[n])
	check_marks("")
	exit failed
}
