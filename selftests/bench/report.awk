# SPDX-License-Identifier: GPL-2.0
#
# report.awk counts phases: see report.
#
# counts:  pair N kernel K user U syscalls S port_in I port_out O
# phases:  phase ENDPOINT.trigT.MODE bytes B lost L ctxt C [p50 NS p99 NS p999 NS]
#
#          calibration user U syscalls S
#
# Pair N of marks is line N of those.

BEGIN {
	n_endpoints = split("direct serfwd serfwd_stats socat epoll ser2net", endpoints)
	# In the picture it would be the same bar again.
	unplotted["serfwd_stats"] = 1
	n_modes = split("m1 m16 m256 st256", modes)
	n_ranks = split("p50 p99 p999", ranks)
	n_triggers = split("1 8", triggers)
	target["m1"] = target["m16"] = 1.03
	target["m256"] = target["st256"] = 1.02
	target["p50"] = target["p99"] = 1.03
	# No more than direct, in switches per message; a hundredth is what the
	# kernel's own threads switch meanwhile. A hop through another thread is one.
	target_ctxt = 0.01
	# With every counter and histogram switched on.
	target_stats = 1.05
	size["m1"] = 1
	size["m16"] = 16
	size["m256"] = size["st256"] = 256
}

function complain(what)
{
	print "report: " what > "/dev/stderr"
	failed = 1
}

# Fields name value, name value, ... from field @first on, into field[].
function read_fields(first,    n)
{
	split("", field)
	for (n = first; n < NF; n += 2)
		field[$n] = $(n + 1)
}

$1 == "pair" {
	pair_count++
	read_fields(3)
	insns[$2] = field["kernel"] + field["user"]
	user[$2] = field["user"]
	syscalls[$2] = field["syscalls"]
	ports[$2] = field["port_in"] + field["port_out"]
}

$1 == "unfinished" {
	complain("a phase did not end")
}

$1 == "missing" {
	complain($2 " did not run")
}

# The plugin is believed only if it counted what is known to have run.
$1 == "calibration" {
	pair = phase_count++
	read_fields(2)
	if (user[pair] != field["user"] || syscalls[pair] != field["syscalls"])
		complain("counted " user[pair] " instructions and " syscalls[pair] " system calls for " \
			 field["user"] " and " field["syscalls"])
	calibrated = 1
}

$1 == "phase" {
	id = $2
	pair = phase_count++
	read_fields(3)
	if (!(pair in insns)) {
		complain(id " was not counted")
		next
	}
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
	printf "%s  \"%s\": %s", separator, name, value > "results.json"
	separator = ",\n"
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

function write_json(    t, e, m)
{
	printf "{\n" > "results.json"
	for (t = 1; t <= n_triggers; t++)
		for (e = 1; e <= n_endpoints; e++) {
			for (m = 1; m <= n_modes; m++)
				json_mode(endpoints[e], triggers[t], modes[m])
			json_rtt(endpoints[e], triggers[t])
		}
	for (m = 1; m <= n_modes; m++)
		json_repeat(modes[m])
	key("serial.bytes_lost", lost + 0)
	printf "\n}\n" > "results.json"
}

function line(text)
{
	print text > "table.txt"
}

# One cell of a table; "-" where nothing was measured.
function cell(there, text)
{
	return sprintf(" %20s", there ? text : "-")
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

function verdict(name, value, most)
{
	line(sprintf("  %-36s %8.4f  at most %.2f  %s", name, value, most,
		     value <= most ? "reached" : "MISSED"))
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
	targets()
	text = "Direct measured again at the end differs by"
	for (m = 1; m <= n_modes; m++)
		if (modes[m] in repeat)
			text = text sprintf(" %s %+.0f ppm", modes[m], repeat[modes[m]] * 1e6)
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
	if (pair_count != phase_count)
		complain(pair_count " pairs of marks for " phase_count " phases: all names are in doubt")
	if (!calibrated)
		complain("there was no calibration")
}

END {
	check_all()
	write_json()
	write_table()
	write_data()
	exit failed
}
