# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The serial ports under test: what --serial KIND=FAR becomes. The console has
# COM1 to itself, so ISA ports start at COM2.

serial_isa_ports=(0x2f8 0x3e8 0x2e8)
serial_isa_irqs=(3 4 3)
serial_isa_next=0
serial_slot=16
serial_usb_next=0
serial_port=0
serial_args=()
serial_far_ends=()
declare -A serial_cross=()

# The first of two ports listens, with the given options, the second connects.
serial_connect_cross()
{
	local tag=$1 options=$2 id=port$serial_port socket=$run_dir/cross.$1

	case ${serial_cross[$tag]:-0} in
	0) serial_args+=(-chardev "socket,id=$id,path=$socket,server=on,wait=off$options") ;;
	1) serial_args+=(-chardev "socket,id=$id,path=$socket") ;;
	*) usage_error "more than two ports have cross:$tag" ;;
	esac
	serial_cross[$tag]=$((${serial_cross[$tag]:-0} + 1))
}

# Append the chardev of the next port, connected to FAR, to serial_args and set
# serial_far_name to what the machine inside is told.
serial_connect()
{
	local far=$1 id=port$serial_port

	serial_far_name=-
	case $far in
	far)
		serial_far_ends+=("$serial_port")
		serial_far_name=/dev/virtio-ports/far$serial_port
		serial_args+=(-chardev "socket,id=$id,path=$run_dir/far$serial_port.data"
			-chardev "socket,id=$id-control,path=$run_dir/far$serial_port.control"
			-device "virtserialport,bus=vser.0,chardev=$id-control,name=far$serial_port")
		;;
	cross:?*)
		serial_connect_cross "${far#cross:}" ""
		;;
	telnet:?*)
		[ -z "${serial_cross[${far#telnet:}]:-}" ] ||
			usage_error "$far has to come before cross:${far#telnet:}"
		serial_connect_cross "${far#telnet:}" ,telnet=on
		;;
	null)
		serial_args+=(-chardev "null,id=$id")
		;;
	*,*|pty|stdio)
		serial_args+=(-chardev "${far%%,*},id=$id${far#"${far%%,*}"}")
		;;
	*)
		usage_error "unknown far end '$far': far, cross:TAG, telnet:TAG, null or a QEMU chardev"
		;;
	esac
}

serial_add_isa()
{
	local address irq

	[ $serial_isa_next -lt ${#serial_isa_ports[@]} ] ||
		usage_error "an ISA bus has room for 3 ports beside the console"
	address=${serial_isa_ports[$serial_isa_next]}
	irq=${serial_isa_irqs[$serial_isa_next]}
	serial_connect "$1"
	serial_args+=(-device "isa-serial,iobase=$address,irq=$irq,chardev=port$serial_port")
	printf 'isa %s - %s\n' "$address" "$serial_far_name" >>"$run_dir/ports"
	serial_isa_next=$((serial_isa_next + 1))
	serial_port=$((serial_port + 1))
}

# A card of $1 ports; $2 is FAR[+FAR...], the last one serving those left over.
serial_add_pci()
{
	local count=$1 fars=$2 device slot number far

	slot=$(printf '%02x' "$serial_slot")
	serial_slot=$((serial_slot + 1))
	case $count in
	1) device=pci-serial ;;
	*) device=pci-serial-${count}x ;;
	esac
	device=$device,addr=0x$slot
	for ((number = 0; number < count; number++)); do
		far=${fars%%+*}
		fars=${fars#*+}
		serial_connect "$far"
		if [ "$count" -eq 1 ]; then
			device=$device,chardev=port$serial_port
		else
			device=$device,chardev$((number + 1))=port$serial_port
		fi
		printf 'pci %s %d %s\n' "$slot" "$number" "$serial_far_name" >>"$run_dir/ports"
		serial_port=$((serial_port + 1))
	done
	serial_args+=(-device "$device")
}

# An FTDI adapter, which the machine finds when it loads the driver.
serial_add_usb()
{
	serial_connect "$1"
	[ $serial_usb_next -gt 0 ] || serial_args+=(-device "qemu-xhci,id=xhci")
	serial_args+=(-device "usb-serial,bus=xhci.0,id=usb$serial_usb_next,chardev=port$serial_port")
	printf 'usb %d - %s\n' "$serial_usb_next" "$serial_far_name" >>"$run_dir/ports"
	serial_usb_next=$((serial_usb_next + 1))
	serial_port=$((serial_port + 1))
}

# The machine talks to its own QEMU at /dev/virtio-ports/qmp.
serial_add_qmp()
{
	serial_args+=(-chardev "socket,id=qmp,path=$run_dir/qmp,server=on,wait=off"
		-device "virtserialport,bus=vser.0,chardev=qmp,name=qmp"
		-chardev "socket,id=qmp-monitor,path=$run_dir/qmp"
		-mon "chardev=qmp-monitor,mode=control")
}

# KIND=FAR
serial_add()
{
	local far=${1#*=}

	case $1 in
	isa=?*) serial_add_isa "$far" ;;
	pci=?*) serial_add_pci 1 "$far" ;;
	pci2=?*) serial_add_pci 2 "$far" ;;
	pci4=?*) serial_add_pci 4 "$far" ;;
	usb=?*) serial_add_usb "$far" ;;
	*) usage_error "--serial takes KIND=FAR, KIND being isa, pci, pci2, pci4 or usb: '$1'" ;;
	esac
}

serial_check()
{
	local tag

	for tag in "${!serial_cross[@]}"; do
		[ "${serial_cross[$tag]}" -eq 2 ] || usage_error "only one port has cross:$tag"
	done
}

# Start the far-end processes and wait until their sockets are there.
serial_start_far_ends()
{
	local far_end n tries

	[ ${#serial_far_ends[@]} -gt 0 ] || return 0
	far_end=$(tool far-end)
	for n in "${serial_far_ends[@]}"; do
		setpriv --pdeathsig KILL "$far_end" "$run_dir/far$n.data" \
			"$run_dir/far$n.control" 2>"$run_dir/far$n.log" &
		children+=($!)
	done
	for n in "${serial_far_ends[@]}"; do
		for ((tries = 0; tries < 250; tries++)); do
			[ ! -S "$run_dir/far$n.control" ] || continue 2
			sleep 0.02
		done
		cat "$run_dir/far$n.log" >&2
		die "waited 5 s for the sockets of far end $n"
	done
}
