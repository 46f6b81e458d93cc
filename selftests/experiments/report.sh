#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 300
#
# The report of the experiments has what was measured, and nothing that was not; and says
# so where something failed.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/cleanup.sh"
. "$here/../lib/ktap.sh"

work=$(mktemp -d)
# Figures that stand for measured ones: each can be told from all others.
vtd_keys='vtd.kernel 6.1.0-99-amd64
vtd.qemu 10.0.7
vtd.date 2026-01-02
vtd.native.send.bytes_per_minsn 349111
vtd.e1000e.send.bytes_per_minsn 11222
vtd.vf.send.bytes_per_minsn 61333
vtd.vf.send.exits_per_packet 1.25
vtd.isolation.none.secret 1
vtd.isolation.vfio.secret 0
vtd.isolation.vfio.faults 2'

# keys EXPERIMENT TEXT: what it has measured
keys()
{
	mkdir -p "$work/$1"
	printf '%s\n' "$2" >"$work/$1/keys"
}

# report STATUS: it has to have that
report()
{
	local status=0

	"$here/report.py" "$work" || status=$?
	echo "status $status"
	[ "$status" -eq "$1" ]
}

# has FILE TEXT...
has()
{
	local file=$work/$1 text
	shift

	for text; do
		grep -qF -- "$text" "$file" || {
			echo "$file lacks: $text"
			return 1
		}
	done
}

lacks()
{
	! grep -F -- "$2" "$work/$1"
}

test_values()
{
	keys vtd "$vtd_keys"
	report 0
	python3 -c '
import json, sys
values = json.load(open(sys.argv[1]))
assert values["vtd.e1000e.send.bytes_per_minsn"] == 11222, values
assert values["vtd.vf.send.exits_per_packet"] == 1.25, values
assert values["vtd.kernel"] == "6.1.0-99-amd64", values
assert len(values) == 10, values' "$work/results.json"
	has report.md 349111 11222 61333 'Linux 6.1.0-99-amd64, QEMU 10.0.7, 2026-01-02' \
		plots/vtd-send.svg
	has report.html 349111 11222 61333 'Linux 6.1.0-99-amd64, QEMU 10.0.7, 2026-01-02'
}

# Dots have their values beside them, the axis its name with units.
test_plots()
{
	has plots/vtd-send.svg 349111 11222 61333 'a VF by vfio-pci' \
		'bytes per million instructions of the host (more is better)' \
		'Linux 6.1.0-99-amd64' '#0b5cad'
	lacks plots/vtd-send.svg virtio
	[ ! -e "$work/plots/vtd-receive.svg" ]
	[ "$(find "$work/plots" -name '*.svg' | wc -l)" -eq 2 ]
}

test_alone()
{
	[ "$(grep -c '<svg' "$work/report.html")" -eq 2 ]
	lacks report.html 'src='
	lacks report.html '<link'
	lacks report.html '<?xml'
	python3 - "$work/report.html" <<-'PY'
	import html.parser
	import sys

	class Balance(html.parser.HTMLParser):
	    """Are table, row and drawing closed as often as they are opened?"""
	    def __init__(self):
	        super().__init__()
	        self.open = {}

	    def handle_starttag(self, tag, attrs):
	        self.open[tag] = self.open.get(tag, 0) + 1

	    def handle_endtag(self, tag):
	        self.open[tag] -= 1

	page = Balance()
	page.feed(open(sys.argv[1], encoding='utf-8').read())
	assert all(not page.open[tag] for tag in ('table', 'tr', 'td', 'th', 'svg', 'p')), page.open
	PY
}

test_left_out()
{
	lacks report.md 'A serial device that QEMU emulates'
	lacks report.md 'Two guests, each with a VF'
	lacks report.html class=\"failed\"
}

test_again()
{
	local before

	before=$(cat "$work"/results.json "$work"/report.* "$work"/plots/* | sha256sum)
	report 0
	[ "$(cat "$work"/results.json "$work"/report.* "$work"/plots/* | sha256sum)" = "$before" ]
}

test_several()
{
	keys serial-qemu 'serial-qemu.kernel 6.12.9
serial-qemu.isa.pty.insn_per_byte 10981.4'
	report 0
	has report.md 'and its ways to user space' 'isa-serial, a pty' 10981 \
		'VT-d and the Intel 82576'
	rm -r "$work/serial-qemu"
	report 0
	lacks report.md 'and its ways to user space'
}

test_failed()
{
	keys vtd "${vtd_keys/vfio.secret 0/vfio.secret 1}"
	report 1
	has report.html '<tr class="failed">' 'NO'
	has report.md '**NO**'
	keys vtd "${vtd_keys/vfio.faults 2/vfio.faults 0}"
	report 1
	keys vtd "${vtd_keys/none.secret 1/none.secret 0}"
	report 1
	keys vtd "$vtd_keys"
	report 0
}

# refused TEXT: with a line that says so
refused()
{
	local said

	said=$("$here/report.py" "$work" 2>&1) && return 1
	echo "$said"
	[[ $said == *"$1"* ]]
}

test_bad()
{
	keys vtd 'vtd.native.send.bytes_per_minsn'
	refused 'keys:1: not a key and a value'
	keys vtd "$vtd_keys"$'\n''vtd.qemu 10.1'
	refused 'vtd.qemu a second time'
	keys vtd 'serial.direct 1'
	refused 'serial.direct does not begin with vtd'
	rm -r "$work/vtd"
	refused 'no results'
}

ktap_plan 8
cleanup_push rm -rf "$work"
ktap_run 'figures are in results.json and in both reports' test_values
ktap_run 'a plot has a dot with its value for each way measured' test_plots
ktap_run 'the page needs no other file' test_alone
ktap_run 'what was not measured is left out' test_left_out
ktap_run 'the same figures make the same report' test_again
ktap_run 'experiments come and go' test_several
ktap_run 'what must not be is marked, and is the status' test_failed
ktap_run 'keys that are none are refused' test_bad
ktap_finish
