# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Guests that have a serial port of the host, their first one if nothing else is said.

guest=$DEVSHARE_CHECKOUT/scripts/vm/guest
# Of guests that have it elsewhere, by name.
declare -A guest_ports=()

# guest_port NAME: what it is to the guest
guest_port()
{
	echo "${guest_ports[$1]:-/dev/ttyS0}"
}

# guest_on NAME VTTY [OPTION...]: boot it, its port set to 115200 raw; the options are
# those of "guest start"
guest_on()
{
	local name=$1 vtty=$2
	shift 2

	"$guest" start "$name" --serial "serial,path=/dev/$vtty" "$@"
	"$guest" exec "$name" 'stty -F /dev/ttyS0 115200 raw -echo clocal -crtscts'
}

# guests_on NAME VTTY NAME VTTY: one after the other, for the host has one
# processor
guests_on()
{
	guest_on "$1" "$2"
	guest_on "$3" "$4"
}

# guest_receive NAME BYTES: begin to receive, into /tmp/in
guest_receive()
{
	"$guest" exec "$1" "
		rm -f /tmp/in
		head -c $2 <$(guest_port "$1") >/tmp/in &"
}

# guest_send NAME BYTES SECONDS: send /tmp/out, and wait until as many are in
guest_send()
{
	"$guest" exec "$1" --timeout "$3" "
		cat /tmp/out >$(guest_port "$1")
		while [ \$(stat -c %s /tmp/in) -lt $2 ]; do sleep 1; done"
}

# guests_same FROM TO BYTES: did what was sent arrive? Says so.
guests_same()
{
	local sent received

	sent=$("$guest" exec "$1" 'md5sum </tmp/out')
	received=$("$guest" exec "$2" 'md5sum </tmp/in')
	echo "$1 to $2: $3 bytes, sent ${sent%% *}, received ${received%% *}"
	[ "$sent" = "$received" ]
}

# guests_exchange A B BYTES SECONDS: as many each way at once
guests_exchange()
{
	local a=$1 b=$2 bytes=$3 seconds=$4 name pid status=0
	local -a pids=()

	for name in "$a" "$b"; do
		"$guest" exec "$name" "head -c $bytes /dev/urandom >/tmp/out"
		guest_receive "$name" "$bytes"
	done
	for name in "$a" "$b"; do
		guest_send "$name" "$bytes" "$seconds" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	guests_same "$a" "$b" "$bytes" && guests_same "$b" "$a" "$bytes" &&
		[ "$status" -eq 0 ]
}
