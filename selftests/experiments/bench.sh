# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Experiments that the benchmark measures, after machine.sh: run as much of it as they
# take, and take its figures.

# bench_figures FROM ARGUMENT...: of the benchmark run with these arguments, those whose
# keys begin with FROM; in $out/figures with the name of the experiment instead
bench_figures()
{
	local from=$1 status=0
	shift

	KERNEL=$kernel "$here/../bench/run" "$@" || status=1
	sed -n "s/^ *\"$from\.\(.*\)\": \([^,]*\),*\$/$name.\1 \2/p" \
		"$checkout/build/bench/results.json" >"$out/figures"
	[ -s "$out/figures" ] || status=1
	return "$status"
}
