# SPDX-License-Identifier: GPL-2.0
#
# counts.awk: what the insn plugin counted, for the report that comes after it; see
# report.
#
# counts:  pair N kernel K user U syscalls S ...
# phases:  phase NAME KEY VALUE...
#          calibration user U syscalls S
#
# Pair N of marks is line N of "phase" and "calibration". For a line of "pair" or "phase"
# the report has its values in field[], for one of "phase" its number in pair.

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

# At the end; @of says of which phases, " of pci" for example.
function check_marks(of)
{
	if (pair_count != phase_count)
		complain(pair_count " pairs of marks for " phase_count " phases: all names" of \
			 " are in doubt")
	if (!calibrated)
		complain("there was no calibration" of)
}

# One cell of a table; "-" where nothing was measured.
function cell(there, text)
{
	return sprintf(" %20s", there ? text : "-")
}

$1 == "pair" {
	pair_count++
	read_fields(3)
	insns[$2] = field["kernel"] + field["user"]
	user[$2] = field["user"]
	syscalls[$2] = field["syscalls"]
}

$1 == "unfinished" {
	complain("a phase did not end")
}

# The plugin is believed only if it counted what is known to have run.
$1 == "calibration" {
	pair = phase_count++
	read_fields(2)
	if (user[pair] != field["user"] || syscalls[pair] != field["syscalls"])
		complain("counted " user[pair] " instructions and " syscalls[pair] \
			 " system calls for " field["user"] " and " field["syscalls"])
	calibrated = 1
}

$1 == "phase" {
	pair = phase_count++
	read_fields(3)
	if (!(pair in insns)) {
		complain($2 " was not counted")
		next
	}
}
