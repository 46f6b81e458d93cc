# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Shared by the experiments with serial devices of guests, after machine.sh.

# Cards of four ports; each of the first three is wired to one of the second card.
serial_cards=()
for _ in 1 2; do
	serial_cards+=(--serial 'pci4=cross:a+cross:b+cross:c+null')
done

# serial_measure WAY...: as in in-vm-serial; its figures are keys in $out/figures
serial_measure()
{
	local status=0 plugin

	built bench/bench experiments/serial-echo || return
	plugin=$(plugin_build "$here/../bench" "${programs%/*}/bench") || return
	machine "$name" "${serial_cards[@]}" --icount --append tsc=reliable --timeout 3000 \
		--plugin "$plugin,out=$out/counts" -- \
		"$here/in-vm-serial" "$programs" "$name" "$@" |
		tee "$out/phases" || status=1
	awk -v base="$name.isa.port" -v long="$name.uart.long" \
		-f "$here/../bench/counts.awk" -f "$here/median.awk" -f "$here/report-serial.awk" \
		"$out/counts" "$out/phases" >"$out/figures" || status=1
	return "$status"
}
