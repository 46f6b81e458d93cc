# SPDX-License-Identifier: GPL-2.0
#
# report-pci.awk counts-pci phases-pci, after counts.awk: see report.
#
# counts-pci:  pair N kernel K user U syscalls S port_in I port_out O vmruns V guest G
# phases-pci:  phase NAME count C [turns T]	so many accesses, interrupts, factorials
#              exits NAME COUNT EXITS		to user space, of COUNT accesses
#              calibration user U syscalls S
#
# A name that comes more than once is measured by the median.

BEGIN {
	n_classes = split("ro context context_other status status_other busy busy_other start " \
			  "ack ack_other deny unnamed", classes)
	only["busy"] = only["busy_other"] = only["status"] = only["status_other"] = "read"
	only["ack"] = only["ack_other"] = "write"
	n_ways = split("pcishare passthrough passthrough_trap", ways)
	n_users = split("1 2 4 8", users)
	n_guests = split("1 2 4", guests)
	n_directions = split("read write", directions)
	# Of what vfio-pci takes for an access that is trapped as well.
	target_access = 1.02
	target_start = 1.06
	target_vfio["intx"] = 1.4
	target_vfio["msi"] = 1.6
	target_irq = 1.05
	# Factorials of eight users, of those of two.
	target_share = 0.95
	# Work of several guests together, of that of one.
	target_guests = 0.98
	# Instructions.
	target_handover = 3000
}

$1 == "phase" {
	if (!field["count"]) {
		complain($2 " was not counted")
		next
	}
	times[$2]++
	sample[$2, times[$2]] = insns[pair] / field["count"]
	turns[$2] += field["turns"]
	done[$2] += field["count"]
}

$1 == "exits" {
	user_exits[$2] = $4 / $3
}

# Sorts the samples of a name.
function median(name,    n, m, value)
{
	for (n = 2; n <= times[name]; n++) {
		value = sample[name, n]
		for (m = n - 1; m && sample[name, m] > value; m--)
			sample[name, m + 1] = sample[name, m]
		sample[name, m + 1] = value
	}
	return sample[name, int((times[name] + 1) / 2)]
}

function spread(name)
{
	return sample[name, times[name]] - sample[name, 1]
}

function key(name, value)
{
	print name, value > "pci.keys"
}

function ratio_key(name, of, base)
{
	if (insn[of] != "" && insn[base] > 0)
		key(name, sprintf("%.4f", insn[of] / insn[base]))
}

# An access: its keys, and that all of it is there.
function write_access(name, base)
{
	if (!(name in times) || !(name in user_exits)) {
		complain(name " is missing")
		return
	}
	key(name ".insn", sprintf("%.1f", insn[name]))
	key(name ".user_exits", sprintf("%.3f", user_exits[name]))
	if (base != name)
		ratio_key(name ".ratio", name, base)
}

function write_accesses(    c, d)
{
	for (c = 1; c <= n_classes; c++)
		for (d = 1; d <= n_directions; d++)
			if (!(classes[c] in only) || only[classes[c]] == directions[d])
				write_access("pci." classes[c] "." directions[d],
					     "pci.passthrough_trap." directions[d])
	for (d = 1; d <= n_directions; d++) {
		write_access("pci.passthrough." directions[d],
			     "pci.passthrough." directions[d])
		write_access("pci.passthrough_trap." directions[d],
			     "pci.passthrough_trap." directions[d])
	}
}

function write_interrupt(name, base)
{
	if (!(name in times)) {
		complain(name " is missing")
		return
	}
	key(name ".insn", sprintf("%.1f", insn[name]))
	key(name ".spread", sprintf("%.1f", spread(name)))
	if (base != name)
		ratio_key(name ".ratio", name, base)
}

function write_interrupts(    w)
{
	for (w = 1; w <= n_ways; w++) {
		write_interrupt("pci.irq." ways[w], "pci.irq.passthrough_trap")
		write_interrupt("pci.op." ways[w], "pci.op.passthrough_trap")
	}
	write_interrupt("pci.irq.passthrough.vfio_intx", "pci.irq.passthrough.vfio_intx")
	write_interrupt("pci.irq.passthrough.vfio_msi", "pci.irq.passthrough.vfio_msi")
	write_interrupt("pci.irq.pcishare.vfio_intx", "pci.irq.passthrough.vfio_intx")
	write_interrupt("pci.irq.pcishare.vfio_msi", "pci.irq.passthrough.vfio_msi")
}

function write_share(name)
{
	if (!(name in times)) {
		complain(name " is missing")
		return
	}
	key(name ".ops_per_minsn", sprintf("%.3f", 1e6 / insn[name]))
	if (turns[name])
		key(name ".turns_per_op", sprintf("%.4f", turns[name] / done[name]))
}

# Instructions of changing hands between @users.
function handover(users)
{
	return insn["pci.handover." users] - insn["pci.handover.1"]
}

function write_handover()
{
	if (!("pci.handover.2" in times) || !("pci.handover.8" in times)) {
		complain("pci.handover is missing")
		return
	}
	key("pci.handover.insn", sprintf("%.1f", handover(2)))
	key("pci.handover.insn8", sprintf("%.1f", handover(8)))
}

function write_shares(    n)
{
	write_handover()
	for (n = 1; n <= n_users; n++)
		write_share("pci.share." users[n])
	for (n = 1; n <= n_guests; n++)
		write_share("pci.share.guests" guests[n])
}

function line(text)
{
	print text > "table-pci.txt"
}

function access_cell(name, base)
{
	return cell(name in times, sprintf("%.0f (%.3f) %.0f", insn[name],
		    insn[base] > 0 ? insn[name] / insn[base] : 0, user_exits[name]))
}

function access_row(class,    d, text)
{
	text = sprintf("%-17s", class)
	for (d = 1; d <= n_directions; d++)
		text = text access_cell("pci." class "." directions[d],
					"pci.passthrough_trap." directions[d])
	line(text)
}

function table_accesses(    c)
{
	line("")
	line("A guest's access to a register: instructions of the host (ratio to the trapped access")
	line("of vfio-pci), exits to QEMU")
	line(sprintf("%-17s %20s %20s", "", "read", "write"))
	for (c = 1; c <= n_classes; c++)
		access_row(classes[c])
	access_row("passthrough")
	access_row("passthrough_trap")
}

function interrupt_cell(name, base)
{
	return cell(name in times, sprintf("%.0f (%.3f)", insn[name],
		    insn[base] ? insn[name] / insn[base] : 0))
}

function interrupt_row(way)
{
	line(sprintf("%-17s", way) \
	     interrupt_cell("pci.irq." way, "pci.irq.passthrough_trap") \
	     interrupt_cell("pci.op." way, "pci.op.passthrough_trap") \
	     interrupt_cell("pci.irq." way ".vfio_intx", "pci.irq.passthrough.vfio_intx") \
	     interrupt_cell("pci.irq." way ".vfio_msi", "pci.irq.passthrough.vfio_msi"))
}

function table_interrupts(    w)
{
	line("")
	line("From the device's interrupt to a guest's program, a whole factorial of a guest, and from")
	line("the interrupt to a VFIO user (ratio to vfio-pci, with accesses trapped)")
	line(sprintf("%-17s %20s %20s %20s %20s", "", "interrupt", "factorial", "VFIO INTx", "VFIO MSI"))
	for (w = 1; w <= n_ways; w++)
		interrupt_row(ways[w])
}

function share_row(name, title)
{
	line(sprintf("%-17s", title) \
	     cell(name in times, insn[name] ? sprintf("%.2f", 1e6 / insn[name]) : "") \
	     cell(turns[name] > 0, done[name] ? sprintf("%.3f", turns[name] / done[name]) : ""))
}

function table_shares(    n)
{
	line("")
	line("Factorials per million instructions, and how often the device changed hands for each")
	for (n = 1; n <= n_users; n++)
		share_row("pci.share." users[n], users[n] " VFIO user(s)")
	if ("pci.handover.2" in times && "pci.handover.8" in times)
		line(sprintf("Changing hands: %.0f instructions between two, %.0f between eight", handover(2), handover(8)))
	for (n = 1; n <= n_guests; n++)
		share_row("pci.share.guests" guests[n], guests[n] " guest(s)")
}

function verdict(name, value, bound, ok)
{
	line(sprintf("  %-48s %8.4f  %s  %s", name, value, bound, ok ? "reached" : "MISSED"))
}

# The dearest access of a class that is there for guests to use, except for what starts.
function dearest(direction,    c, name, most)
{
	for (c = 1; c <= n_classes; c++) {
		name = "pci." classes[c] "." direction
		if (classes[c] != "unnamed" && name != "pci.start.write" && name in times &&
		    insn[name] > most)
			most = insn[name]
	}
	return most
}

function targets(    d, n, value, base, way)
{
	line("")
	line("Targets, pcishare to vfio-pci with all accesses trapped")
	for (d = 1; d <= n_directions; d++) {
		base = insn["pci.passthrough_trap." directions[d]]
		if (!base)
			continue
		value = dearest(directions[d]) / base
		verdict("the dearest register's " directions[d], value,
			"at most " target_access, value <= target_access)
		value = insn["pci.unnamed." directions[d]] / base
		verdict("a " directions[d] " where no register is", value,
			"at most " target_access, value <= target_access)
	}
	base = insn["pci.passthrough_trap.write"]
	if (base) {
		value = insn["pci.start.write"] / base
		verdict("the write that starts", value, "at most " target_start,
			value <= target_start)
	}
	if (insn["pci.irq.passthrough_trap"]) {
		value = insn["pci.irq.pcishare"] / insn["pci.irq.passthrough_trap"]
		verdict("an interrupt", value, "at most " target_irq, value <= target_irq)
	}
	for (way in target_vfio) {
		base = insn["pci.irq.passthrough.vfio_" way]
		if (!base || !insn["pci.irq.pcishare.vfio_" way])
			continue
		value = insn["pci.irq.pcishare.vfio_" way] / base
		verdict("an interrupt to a VFIO user, " way, value,
			"at most " target_vfio[way], value <= target_vfio[way])
	}
	if ("pci.handover.2" in times)
		verdict("instructions of changing hands", handover(2),
			"at most " target_handover, handover(2) <= target_handover)
	for (n = 2; n <= n_guests; n++) {
		base = insn["pci.share.guests1"]
		if (!base || !insn["pci.share.guests" guests[n]])
			continue
		value = base / insn["pci.share.guests" guests[n]]
		verdict("factorials of " guests[n] " guests, to one", value,
			"at least " target_guests, value >= target_guests)
	}
	if (insn["pci.share.8"]) {
		value = insn["pci.share.2"] / insn["pci.share.8"]
		verdict("factorials of eight users, to two", value,
			"at least " target_share, value >= target_share)
	}
}

function write_repeat(    again)
{
	again = insn["pci.again.read"]
	if (!again || !insn["pci.context.read"])
		return
	again = again / insn["pci.context.read"] - 1
	key("pci.context.read.repeat", sprintf("%.6f", again))
	line("")
	line(sprintf("Reading a context register measured again differs by %+.0f ppm", again * 1e6))
}

# A row per number of users: what is done, to what one gets done.
function write_relative(names, numbers, count,    n)
{
	print "\n" > "pci.dat"
	for (n = 1; n <= count; n++)
		if (names[n] in times && names[1] in times)
			print numbers[n], insn[names[1]] / insn[names[n]] > "pci.dat"
}

# For gnuplot: a row per class, reads and writes to the trapped access.
function write_data(    c, d, row, name, base, relative)
{
	for (c = 1; c <= n_classes; c++) {
		row = classes[c]
		gsub(/_/, " ", row)
		row = "\"" row "\""
		for (d = 1; d <= n_directions; d++) {
			name = "pci." classes[c] "." directions[d]
			base = insn["pci.passthrough_trap." directions[d]]
			row = row " " (name in times && base ? insn[name] / base : "NaN")
		}
		print row > "pci.dat"
	}
	for (c = 1; c <= n_users; c++)
		relative[c] = "pci.share." users[c]
	write_relative(relative, users, n_users)
	for (c = 1; c <= n_guests; c++)
		relative[c] = "pci.share.guests" guests[c]
	write_relative(relative, guests, n_guests)
}

END {
	for (name in times)
		insn[name] = median(name)
	write_accesses()
	write_interrupts()
	write_shares()
	table_accesses()
	table_interrupts()
	table_shares()
	targets()
	write_repeat()
	write_data()
	check_marks(" of pci")
	exit failed
}
