# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Stock guests that share a card of several serial ports, a port each, by the 8250
# driver of their own kernel. A guest is named by one letter: a has the first port,
# whose far end sends back what it gets.

guest=$DEVSHARE_CHECKOUT/scripts/vm/guest
card=$(pci_address 1b36:0004)

# serial_number NAME: of its port; a is 0
serial_number()
{
	printf '%d\n' $(($(guest_number "$1") - 1))
}

serial_uuid()
{
	mdev_uuid $((16 + $(serial_number "$1")))
}

# serial_share NAME...: take the card from the host's own driver, and make a mediated
# device for each
serial_share()
{
	local name

	mdev_install_policies
	pcishare_load
	pcishare_take "$card"
	for name; do
		mdev_create "$card" partition "$(serial_uuid "$name")"
		far "$(serial_number "$name")" echo on
	done
}

# serial_prepare VENDOR:DEVICE: commands by which a guest finds its port, the only one of
# that card, and can use it
serial_prepare()
{
	cat <<COMMANDS
	for dir in /sys/bus/pci/devices/*; do
		[ \$(cat \$dir/vendor):\$(cat \$dir/device) = 0x${1%:*}:0x${1#*:} ] || continue
		for port in /sys/class/tty/ttyS*; do
			case \$(readlink -f \$port/device)/ in
			*/\${dir##*/}/*) echo \${port##*/} >>/tmp/ports ;;
			esac
		done
	done
	[ \$(wc -l </tmp/ports) -eq 1 ] || { cat /tmp/ports; exit 1; }
	ln -s \$(cat /tmp/ports) /dev/wire
	stty -F /dev/wire 115200 raw -echo clocal -crtscts
COMMANDS
}

serial_start()
{
	"$guest" start "$1" --cpus "$(guest_cpus "$1")" \
		--device "$(mdev_argument "$(serial_uuid "$1")")"
	"$guest" exec "$1" "$(serial_prepare 1b36:0002)"
}

# serial_stat NAME COUNTER
serial_stat()
{
	mdev_get "$(serial_uuid "$1")" "stats/$2"
}

# serial_bounce NAME BYTES SECONDS: to the far end and back; prints both sums
serial_bounce()
{
	"$guest" exec "$1" --timeout "$3" "
		head -c $2 /dev/urandom >/tmp/out
		: >/tmp/in
		head -c $2 </dev/wire >/tmp/in &
		cat /tmp/out >/dev/wire
		while kill -0 \$! 2>/dev/null; do sleep 0.2; done
		echo $1: $2 bytes, sent \$(md5sum </tmp/out) received \$(md5sum </tmp/in)
		cmp /tmp/out /tmp/in"
}

# serial_bounce_all BYTES SECONDS NAME...: all at once
serial_bounce_all()
{
	local bytes=$1 seconds=$2 name pid status=0
	local -a pids=()
	shift 2

	for name; do
		serial_bounce "$name" "$bytes" "$seconds" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	return "$status"
}

# serial_report NAME: as the guest's serial core has it
serial_report()
{
	"$guest" exec "$1" "grep -h \"^\$(sed s/ttyS// /tmp/ports): \" /proc/tty/driver/serial*"
}
