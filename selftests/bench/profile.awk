# SPDX-License-Identifier: GPL-2.0
#
# profile.awk counts phases -: see profile. The third input has, in the order of
# addresses, "ADDRESS 0 SYMBOL [MODULE]" and "ADDRESS 1 PAIR COUNT".

$1 == "pair" {
	user[$2] = $6
	kernel[$2] = $4
}

# Pair 0 is the calibration, 1 and 2 are the endpoints.
$1 == "phase" {
	bytes[++n_phases] = $4
}

NF >= 3 && $2 == "0" && $1 != "pair" {
	symbol = $3 $4
}

NF == 4 && $2 == "1" {
	count[$3, symbol] += $4
	seen[symbol] = 1
}

function absolute(x)
{
	return x < 0 ? -x : x
}

function row(name, first, second)
{
	printf "%-44s %12.2f %12.2f %+12.2f\n", name, first, second, second - first
}

END {
	if (n_phases != 2 || !bytes[1] || !bytes[2]) {
		print "profile: an endpoint was not measured" > "/dev/stderr"
		exit 1
	}
	split(names, name)
	printf "\n%-44s %12s %12s %12s\n", "instructions per byte in", name[1], name[2], "difference"
	row("all", (user[1] + kernel[1]) / bytes[1], (user[2] + kernel[2]) / bytes[2])
	row("user mode", user[1] / bytes[1], user[2] / bytes[2])
	row("kernel", kernel[1] / bytes[1], kernel[2] / bytes[2])
	for (s in seen) {
		first[s] = count[1, s] / bytes[1]
		second[s] = count[2, s] / bytes[2]
	}
	# The largest differences first, ever the largest that is left.
	for (shown = 0; shown < lines; shown++) {
		best = ""
		for (s in seen)
			if (best == "" || absolute(second[s] - first[s]) > absolute(second[best] - first[best]))
				best = s
		if (best == "")
			break
		row(best, first[best], second[best])
		delete seen[best]
	}
}
