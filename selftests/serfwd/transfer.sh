#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial pci=far --serial pci=far --serial pci2=far+far
# time-out: 1500
# soak-time-out: 21600
#
# Bytes both ways at once through real ports, with readers that stop at random;
# see transfer.c. 4 MiB each way; 256 KiB with DEVSHARE_CI set, 64 MiB with
# DEVSHARE_SOAK. SERFWD_TRANSFER_BYTES and SERFWD_TRANSFER_SEED override.

set -eu

. "$(dirname "$0")/../lib/lib.sh"

# More than fits into the buffers of a port that nobody reads, about 1.3 MiB.
overrun_bytes=$((2 << 20))
if [ -n "${DEVSHARE_SOAK:-}" ]; then
	bytes=$((64 << 20))
elif [ -n "${DEVSHARE_CI:-}" ]; then
	bytes=$((1 << 18))
	overrun_bytes=$((3 << 19))
else
	bytes=$((4 << 20))
fi
bytes=${SERFWD_TRANSFER_BYTES:-$bytes}
program=${DEVSHARE_PROGRAMS:-$DEVSHARE_CHECKOUT/build/selftests}/serfwd/transfer

# attached N: has ttySF<N> got the port number N?
attached()
{
	[ "$(cat "/sys/class/tty/ttySF$1/port")" = "$(port_name "$1")" ]
}

detach()
{
	kill "$1"
	wait "$1" || :
}

# Attach port number N, to ttySF<N> as ports= says. -d: a child of ours.
attach()
{
	ldattach -d 29 "/dev/$(port_name "$1")" >/dev/null 2>&1 &
	cleanup_push detach $!
	wait_for 10 "$(port_name "$1") to be attached to ttySF$1" attached "$1"
}

# Have port number N interrupt less often, which makes emulation half as fast
# again. Port 0 stays as everybody's is.
raise_trigger()
{
	echo 14 >"/sys/class/tty/$(port_name "$1")/rx_trig_bytes"
}

# transfer MODE BYTES PORT...: its results are shown as they come, indented.
transfer()
{
	local mode=$1 size=$2 n
	local -a pairs=()
	shift 2

	for n in "$@"; do
		pairs+=("/dev/ttySF$n=$(far_device "$n")")
	done
	set -o pipefail
	# shellcheck disable=SC2154 # ktap.sh's: where results go
	KSFT_TAP_LEVEL=1 "$program" -m "$mode" -n "$size" -s "${SERFWD_TRANSFER_SEED:-1}" \
		"${pairs[@]}" 2>&1 | sed -u 's/^/    /' >&"$ktap_out"
}

ktap_plan 5
read -r -a ports <<<"$DEVSHARE_PORTS"
module_load serfwd "ports=$(IFS=,; printf '%s' "${ports[*]}")"
cleanup_push module_unload serfwd
for n in "${!ports[@]}"; do
	[ "$n" -eq 0 ] || raise_trigger "$n"
	attach "$n"
done

ktap_run "one port, XON/XOFF" transfer xonxoff "$bytes" 0
ktap_run "one port, a window instead of flow control" transfer window "$bytes" 0
ktap_run "two cards at once, XON/XOFF" transfer xonxoff "$bytes" 0 1
ktap_run "both ports of a card at once, a window" transfer window "$bytes" 2 3
ktap_run "a stopped reader without flow control loses what the UART says" \
	transfer overrun "$overrun_bytes" 1
ktap_finish
