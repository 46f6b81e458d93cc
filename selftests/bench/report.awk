# SPDX-License-Identifier: GPL-2.0
#
# report.awk counts phases, after counts.awk: see report.
#
# counts:  pair N kernel K user U syscalls S port_in I port_out O vmruns V guest G
# phases:  phase ENDPOINT.trigT.MODE bytes B lost L ctxt C [p50 NS p99 NS p999 NS]
#          phase WAY.portsN bytes B lost L ctxt C		so many real ports at once
#          phase serfwd.linksN bytes B lost L ctxt C	so many null modems at once
#          phase WAY.guest bytes B lost L ctxt C user_exits E	a guest sends
#          memory link BYTES
#          calibration user U syscalls S

BEGIN {
	n_endpoints = split("direct serfwd serfwd_stats serfwd_shared socat epoll ser2net",
		endpoints)
	# In the picture it would be the same bar again.
	unplotted["serfwd_stats"] = unplotted["serfwd_shared"] = 1
	n_modes = split("m1 m16 m256 st256", modes)
	n_ranks = split("p50 p99 p999", ranks)
	n_triggers = split("1 8", triggers)
	# With the processor shared; those whose tail is compared.
	n_loaded = split("direct serfwd serfwd_low socat epoll ser2net", loaded)
	n_load_modes = split("load urgent", load_modes)
	# Of Linux 7.1 and later.
	optional["serfwd_low"] = 1
	n_scales = split("ports1 ports8 ports31 links1 links16 links64 links256", scales)
	n_guests = split("direct serfwd", guests)
	target_load = 1.1
	# The cost of a guest to its host.
	target_guest = 1.03
	# Of many to one, per byte.
	target_scale = 1.05
	target["m1"] = target["m16"] = 1.03
	target["m256"] = target["st256"] = 1.02
	target["p50"] = target["p99"] = 1.03
	# No more than direct, in switches per message; a hundredth is what the
	# kernel's own threads switch meanwhile. A hop through another thread is one.
	target_ctxt = 0.01
	# With every counter and histogram switched on.
	target_stats = 1.05
	# To a link that is alone: through a flip buffer of its own.
	target_shared = 1.1
	size["m1"] = 1
	size["m16"] = 16
	size["m256"] = size["st256"] = 256
}

$1 == "pair" {
	ports[$2] = field["port_in"] + field["port_out"]
	vmruns[$2] = field["vmruns"]
}

$1 == "missing" {
	complain($2 " did not run")
}

$1 == "memory" {
	link_bytes = $3
}

$1 == "phase" {
	id = $2
	if (field["lost"] > 0)
		complain(id " lost " field["lost"] " bytes")
	lost += field["lost"]
	if (!field["bytes"])
		next
	measured[id] = 1
	bytes[id] = field["bytes"]
	insn[id] = insns[pair] / field["bytes"]
	in_user[id] = user[pair] / field["bytes"]
	ctxt[id] = field["ctxt"] / field["bytes"]
	calls[id] = syscalls[pair] / field["bytes"]
	accesses[id] = ports[pair] / field["bytes"]
	exits[id] = vmruns[pair] / field["bytes"]
	user_exits[id] = field["user_exits"] / field["bytes"]
	for (rank in field)
		if (rank ~ /^p[0-9]/)
			rtt[id, rank] = field[rank]
}

function id_of(endpoint, trigger, mode)
{
	return endpoint ".trig" trigger "." mode
}

function key(name, value)
{
	print name, value > "serial.keys"
}

# "serial.direct.m1" for the first trigger, "serial.direct.trig8.m1" for others.
function prefix(endpoint, trigger)
{
	return "serial." endpoint (trigger == 1 ? "" : ".trig" trigger)
}

function json_mode(endpoint, trigger, mode,    id, name, direct)
{
	id = id_of(endpoint, trigger, mode)
	direct = id_of("direct", trigger, mode)
	if (!(id in measured))
		return
	name = prefix(endpoint, trigger) "." mode
	key(name ".insn_per_byte", sprintf("%.3f", insn[id]))
	key(name ".user_insn_per_byte", sprintf("%.3f", in_user[id]))
	key(name ".ctxt_per_byte", sprintf("%.5f", ctxt[id]))
	key(name ".syscalls_per_byte", sprintf("%.5f", calls[id]))
	key(name ".ports_per_byte", sprintf("%.5f", accesses[id]))
	if (direct in measured)
		key(name ".ratio", sprintf("%.4f", insn[id] / insn[direct]))
}

function json_rtt(endpoint, trigger,    id, direct, r)
{
	id = id_of(endpoint, trigger, "rtt")
	direct = id_of("direct", trigger, "rtt")
	if (!((id, "p50") in rtt))
		return
	for (r = 1; r <= n_ranks; r++) {
		key(prefix(endpoint, trigger) ".rtt_" ranks[r], rtt[id, ranks[r]])
		if ((direct, "p50") in rtt)
			key(prefix(endpoint, trigger) ".rtt_" ranks[r] "_ratio",
			    sprintf("%.4f", rtt[id, ranks[r]] / rtt[direct, ranks[r]]))
	}
}

function json_loaded(endpoint, mode,    id, direct, r)
{
	id = id_of(endpoint, 1, mode)
	direct = id_of("direct", 1, mode)
	for (r = 1; r <= n_ranks; r++)
		if ((id, ranks[r]) in rtt) {
			key("serial." endpoint "." mode ".rtt_" ranks[r], rtt[id, ranks[r]])
			if ((direct, ranks[r]) in rtt)
				key("serial." endpoint "." mode ".rtt_" ranks[r] "_ratio",
				    sprintf("%.4f", rtt[id, ranks[r]] / rtt[direct, ranks[r]]))
		}
}

# "ports8" to "ports1", "links64" to "links1".
function one_of(scale)
{
	sub(/[0-9]+$/, "1", scale)
	return scale
}

function json_scale(way, scale,    id, one)
{
	id = way "." scale
	one = way "." one_of(scale)
	if (!(id in measured))
		return
	key("serial." id ".insn_per_byte", sprintf("%.3f", insn[id]))
	if (one in measured && one != id)
		key("serial." id ".scale_ratio", sprintf("%.4f", insn[id] / insn[one]))
	if (way == "serfwd" && ("direct." scale) in measured)
		key("serial." id ".ratio", sprintf("%.4f", insn[id] / insn["direct." scale]))
}

function json_scales(    n, m)
{
	for (n = 1; n <= n_loaded; n++)
		for (m = 1; m <= n_load_modes; m++)
			json_loaded(loaded[n], load_modes[m])
	for (n = 1; n <= n_scales; n++) {
		json_scale("direct", scales[n])
		json_scale("serfwd", scales[n])
	}
	if (link_bytes)
		key("serial.serfwd.link_bytes", link_bytes)
}

function json_guest(way,    id, name)
{
	id = way ".guest"
	if (!(id in measured))
		return
	name = "serial." id
	key(name ".insn_per_byte", sprintf("%.3f", insn[id]))
	key(name ".user_insn_per_byte", sprintf("%.3f", in_user[id]))
	key(name ".syscalls_per_byte", sprintf("%.5f", calls[id]))
	key(name ".exits_per_byte", sprintf("%.5f", exits[id]))
	key(name ".user_exits_per_byte", sprintf("%.5f", user_exits[id]))
	if (!("direct.guest" in measured))
		return
	key(name ".ratio", sprintf("%.4f", insn[id] / insn["direct.guest"]))
	key(name ".user_exits_ratio", sprintf("%.4f", user_exits[id] / user_exits["direct.guest"]))
}

function json_guests(    n)
{
	for (n = 1; n <= n_guests; n++)
		json_guest(guests[n])
	if (!("direct.guest" in measured) || !("direct2.guest" in measured))
		return
	repeat["guest"] = insn["direct2.guest"] / insn["direct.guest"] - 1
	key("serial.direct.guest.repeat", sprintf("%.6f", repeat["guest"]))
}

# How much the second measurement of the direct port differs from the first.
function json_repeat(mode,    first, second)
{
	first = id_of("direct", 1, mode)
	second = id_of("direct2", 1, mode)
	if (!(first in measured) || !(second in measured))
		return
	repeat[mode] = insn[second] / insn[first] - 1
	key("serial.direct." mode ".repeat", sprintf("%.6f", repeat[mode]))
}

function write_keys(    t, e, m)
{
	for (t = 1; t <= n_triggers; t++)
		for (e = 1; e <= n_endpoints; e++) {
			for (m = 1; m <= n_modes; m++)
				json_mode(endpoints[e], triggers[t], modes[m])
			json_rtt(endpoints[e], triggers[t])
		}
	for (m = 1; m <= n_modes; m++)
		json_repeat(modes[m])
	json_scales()
	json_guests()
	key("serial.bytes_lost", lost + 0)
}

function line(text)
{
	print text > "table-serial.txt"
}

function insn_cell(endpoint, trigger, mode,    id, direct, text)
{
	id = id_of(endpoint, trigger, mode)
	direct = id_of("direct", trigger, mode)
	text = sprintf("%.1f", insn[id])
	if (direct in measured)
		text = text sprintf(" (%.3f)", insn[id] / insn[direct])
	return cell(id in measured, text)
}

function header(title, columns, n_columns,    c, text)
{
	text = sprintf("%-13s", "")
	for (c = 1; c <= n_columns; c++)
		text = text sprintf(" %20s", columns[c])
	line("")
	line(title)
	line(text)
}

function table_insn(trigger,    e, m, text)
{
	header("Instructions per byte (ratio to direct), interrupt after " trigger " received byte(s)",
	       modes, n_modes)
	for (e = 1; e <= n_endpoints; e++) {
		text = sprintf("%-13s", endpoints[e])
		for (m = 1; m <= n_modes; m++)
			text = text insn_cell(endpoints[e], trigger, modes[m])
		line(text)
	}
}

function table_events(    e, m, text, id)
{
	header("Context switches / system calls / port accesses per byte, interrupt after 1 received byte",
	       modes, n_modes)
	for (e = 1; e <= n_endpoints; e++) {
		text = sprintf("%-13s", endpoints[e])
		for (m = 1; m <= n_modes; m++) {
			id = id_of(endpoints[e], 1, modes[m])
			text = text cell(id in measured, sprintf("%.3f/%.3f/%.2f", ctxt[id],
								 calls[id], accesses[id]))
		}
		line(text)
	}
}

function rtt_cell(endpoint, trigger, rank,    id, direct, text)
{
	id = id_of(endpoint, trigger, "rtt")
	direct = id_of("direct", trigger, "rtt")
	text = rtt[id, rank]
	if (text != "" && (direct, rank) in rtt)
		text = text sprintf(" (%.3f)", rtt[id, rank] / rtt[direct, rank])
	return cell(text != "", text)
}

function table_rtt(trigger,    e, r, text)
{
	header("One byte there and back in virtual ns, instructions and idle time (ratio to direct), " \
	       "interrupt after " trigger " received byte(s)", ranks, n_ranks)
	for (e = 1; e <= n_endpoints; e++) {
		text = sprintf("%-13s", endpoints[e])
		for (r = 1; r <= n_ranks; r++)
			text = text rtt_cell(endpoints[e], trigger, ranks[r])
		line(text)
	}
}

function table_loaded(mode, title,    e, r, text, id, direct)
{
	header(title " (ratio to direct)", ranks, n_ranks)
	for (e = 1; e <= n_loaded; e++) {
		text = sprintf("%-13s", loaded[e])
		id = id_of(loaded[e], 1, mode)
		if (loaded[e] in optional && !((id, "p50") in rtt))
			continue
		direct = id_of("direct", 1, mode)
		for (r = 1; r <= n_ranks; r++)
			text = text cell((id, ranks[r]) in rtt && (direct, ranks[r]) in rtt,
				sprintf("%d (%.3f)", rtt[id, ranks[r]],
					rtt[direct, ranks[r]] ? rtt[id, ranks[r]] / rtt[direct, ranks[r]] : 0))
		line(text)
	}
}

function scale_cell(way, scale,    id, one)
{
	id = way "." scale
	one = way "." one_of(scale)
	return cell(id in measured, sprintf("%.1f (%.3f)", insn[id], insn[one] ? insn[id] / insn[one] : 0))
}

function table_scale(    n, columns, text)
{
	columns[1] = "direct"
	columns[2] = "serfwd"
	header("Instructions per byte, all endpoints busy with 16 bytes each (ratio to one endpoint)",
	       columns, 2)
	for (n = 1; n <= n_scales; n++)
		line(sprintf("%-13s", scales[n]) scale_cell("direct", scales[n]) \
		     scale_cell("serfwd", scales[n]))
	line("Memory per link: " link_bytes + 0 " bytes, devices included")
}

function table_guest(    n, columns, id, text, ratio)
{
	split("instructions exits user_exits syscalls", columns)
	header("A guest behind QEMU sends, per byte: what its host executes (ratio to direct)",
	       columns, 4)
	for (n = 1; n <= n_guests; n++) {
		id = guests[n] ".guest"
		text = sprintf("%-13s", guests[n])
		ratio = "direct.guest" in measured ? insn[id] / insn["direct.guest"] : 0
		text = text cell(id in measured, sprintf("%.1f (%.3f)", insn[id], ratio))
		text = text cell(id in measured, sprintf("%.4f", exits[id]))
		text = text cell(id in measured, sprintf("%.4f", user_exits[id]))
		text = text cell(id in measured, sprintf("%.4f", calls[id]))
		line(text)
	}
}

function verdict(name, value, most)
{
	line(sprintf("  %-36s %8.4f  at most %.2f  %s", name, value, most,
		     value <= most ? "reached" : "MISSED"))
}

# More ports share the machine's interrupt lines, and their driver asks each on a
# line: what that costs directly is taken off.
function scale_target(scale,    growth, one)
{
	one = one_of(scale)
	if (scale == one || !(("serfwd." scale) in measured) || !(("serfwd." one) in measured))
		return
	growth = insn["serfwd." scale] / insn["serfwd." one]
	if (("direct." scale) in measured && ("direct." one) in measured)
		growth /= insn["direct." scale] / insn["direct." one]
	verdict(scale " to one, beyond direct's", growth, target_scale)
}

function targets(    m, id, direct, r)
{
	line("")
	line("Targets, serfwd to direct, interrupt after 1 received byte")
	for (m = 1; m <= n_modes; m++) {
		id = id_of("serfwd", 1, modes[m])
		direct = id_of("direct", 1, modes[m])
		if (!(id in measured) || !(direct in measured)) {
			line("  " modes[m] ": not measured")
			continue
		}
		verdict(modes[m] " instructions", insn[id] / insn[direct], target[modes[m]])
		verdict(modes[m] " context switches per message", ctxt[id] * size[modes[m]],
			ctxt[direct] * size[modes[m]] + target_ctxt)
		id = id_of("serfwd_stats", 1, modes[m])
		if (id in measured)
			verdict(modes[m] " instructions, all counters on",
				insn[id] / insn[direct], target_stats)
		direct = id_of("serfwd", 1, modes[m])
		id = id_of("serfwd_shared", 1, modes[m])
		if (id in measured)
			verdict(modes[m] " instructions, owner of a shared port to a link alone",
				insn[id] / insn[direct], target_shared)
	}
	id = id_of("serfwd", 1, "load")
	direct = id_of("direct", 1, "load")
	if ((id, "p999") in rtt && (direct, "p999") in rtt)
		verdict("round trip under load p999", rtt[id, "p999"] / rtt[direct, "p999"], target_load)
	for (m = 1; m <= n_scales; m++)
		scale_target(scales[m])
	if ("serfwd.guest" in measured && "direct.guest" in measured) {
		verdict("guest: instructions of the host",
			insn["serfwd.guest"] / insn["direct.guest"], target_guest)
		verdict("guest: exits to user space",
			user_exits["serfwd.guest"] / user_exits["direct.guest"], target_guest)
	}
	id = id_of("serfwd", 1, "rtt")
	direct = id_of("direct", 1, "rtt")
	for (r = 1; r <= n_ranks; r++)
		if (ranks[r] in target && (id, ranks[r]) in rtt && (direct, ranks[r]) in rtt)
			verdict("round trip " ranks[r], rtt[id, ranks[r]] / rtt[direct, ranks[r]],
				target[ranks[r]])
}

function write_table(    t, m, text)
{
	for (t = 1; t <= n_triggers; t++)
		table_insn(triggers[t])
	table_events()
	for (t = 1; t <= n_triggers; t++)
		table_rtt(triggers[t])
	table_loaded("load", "The same with two busy loops on the processor")
	table_loaded("urgent", "The same, nice -20 for who writes and reads")
	table_scale()
	table_guest()
	targets()
	text = "Direct measured again at the end differs by"
	for (m = 1; m <= n_modes; m++)
		if (modes[m] in repeat)
			text = text sprintf(" %s %+.0f ppm", modes[m], repeat[modes[m]] * 1e6)
	if ("guest" in repeat)
		text = text sprintf(" guest %+.0f ppm", repeat["guest"] * 1e6)
	line("")
	line(text)
	line("Bytes lost: " lost + 0)
}

function number(there, value)
{
	return " " (there ? value : "NaN")
}

# For gnuplot: a block of ratios, a row per mode, and one of round trips, a row
# per rank; a column per endpoint in both.
function write_data(    e, m, r, row, id, direct, names)
{
	for (e = 1; e <= n_endpoints; e++)
		if (!(endpoints[e] in unplotted))
			names = names " " endpoints[e]
	print "mode" names > "serial.dat"
	for (m = 1; m <= n_modes; m++) {
		row = modes[m]
		direct = id_of("direct", 1, modes[m])
		for (e = 1; e <= n_endpoints; e++) {
			if (endpoints[e] in unplotted)
				continue
			id = id_of(endpoints[e], 1, modes[m])
			row = row number(id in measured && direct in measured,
					 direct in measured ? insn[id] / insn[direct] : 0)
		}
		print row > "serial.dat"
	}
	row = "guest"
	for (e = 1; e <= n_endpoints; e++)
		if (!(endpoints[e] in unplotted)) {
			id = endpoints[e] ".guest"
			row = row number(id in measured && "direct.guest" in measured,
					 "direct.guest" in measured ? insn[id] / insn["direct.guest"] : 0)
		}
	print row > "serial.dat"
	print "\n\nrank" names > "serial.dat"
	for (r = 1; r <= n_ranks; r++) {
		row = ranks[r]
		for (e = 1; e <= n_endpoints; e++) {
			if (endpoints[e] in unplotted)
				continue
			id = id_of(endpoints[e], 1, "rtt")
			row = row number((id, ranks[r]) in rtt, rtt[id, ranks[r]] / 1000)
		}
		print row > "serial.dat"
	}
}

function check_all(    t, e, m, id)
{
	for (t = 1; t <= n_triggers; t++)
		for (e = 1; e <= n_endpoints; e++) {
			for (m = 1; m <= n_modes; m++) {
				id = id_of(endpoints[e], triggers[t], modes[m])
				if (!(id in measured))
					complain(id " is missing")
			}
			id = id_of(endpoints[e], triggers[t], "rtt")
			if (!((id, "p50") in rtt))
				complain(id " is missing")
		}
	for (e = 1; e <= n_loaded; e++)
		for (m = 1; m <= n_load_modes; m++) {
			id = id_of(loaded[e], 1, load_modes[m])
			if (!(loaded[e] in optional) && !((id, "p50") in rtt))
				complain(id " is missing")
		}
	for (e = 1; e <= n_scales; e++) {
		if (!(("serfwd." scales[e]) in measured))
			complain("serfwd." scales[e] " is missing")
		if (scales[e] ~ /^ports/ && !(("direct." scales[e]) in measured))
			complain("direct." scales[e] " is missing")
	}
	for (e = 1; e <= n_guests; e++)
		if (!((guests[e] ".guest") in measured))
			complain(guests[e] ".guest is missing")
	if (!link_bytes)
		complain("memory of a link is missing")
	check_marks("")
}

END {
	check_all()
	write_keys()
	write_table()
	write_data()
	exit failed
}
