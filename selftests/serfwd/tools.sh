#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --serial pci=null
# time-out: 300
#
# The usual programs, on a vtty as on a port: stty, setserial, pyserial, picocom and
# minicom.
#
#	ttySF0 - ttyNM0 === ttyNM1
#	         ttyNM2 === ttyNM3
#	ttySF1 - PORT, a real 16550, also opened directly

set -eu
export LC_ALL=C

. "$(dirname "$0")/../lib/lib.sh"


port=$(port_name 0)

terminal=$DEVSHARE_CHECKOUT/selftests/serfwd/terminal.py
work=$(mktemp -d)
cleanup_push rm -rf "$work"

# The same settings on the vtty and on the far plug, which is a port, read back
# the same.
test_stty()
{
	local settings device
	local -a said

	for settings in '115200 cs8 -parenb' '1200 cs7 parenb parodd cstopb' \
			'230400 crtscts ixon ixoff' '50 cs5' '4000000 cmspar parenb' \
			'raw' 'sane' 'hupcl -clocal cread'; do
		said=()
		for device in ttySF0 ttyNM1; do
			# shellcheck disable=SC2086	# words are meant
			stty -F "/dev/$device" $settings clocal
			said+=("$(stty -F "/dev/$device" -a)")
		done
		printf '%s\n' "$settings"
		[ "${said[0]}" = "${said[1]}" ]
	done
}

test_setserial()
{
	local vtty port

	vtty=$(setserial -g -a /dev/ttySF0)
	port=$(setserial -g -a /dev/ttyNM1)
	printf '%s\n' "$vtty"
	[ "${vtty//ttySF0/}" = "${port//ttyNM1/}" ] ||
		[ "$(sed 1d <<<"$vtty")" = "$(sed 1d <<<"$port")" ]
	setserial /dev/ttySF0 closing_wait 300 close_delay 30
	setserial -g -a /dev/ttySF0 >"$work/now"
	grep -q 'closing_wait: 300' "$work/now"
	grep -qi 'close_delay: 30,' "$work/now"
	setserial /dev/ttySF0 spd_vhi
	setserial /dev/ttySF0 spd_normal
	setserial /dev/ttySF0 irq 7 && return 1
	setserial /dev/ttySF0 uart 8250 && return 1
	return 0
}

# The words of the programs on a device after each of many things they are told to do,
# with its name left out; and whether it was refused.
tell_stty()
{
	local settings

	for settings in sane '115200 cs8 -parenb' '1200 cs7 parenb parodd cstopb' \
			'57600 crtscts ixon ixoff' '50 cs5' '300 cs6 cmspar parenb' \
			'4000000' '0' 'raw 9600' 'hupcl -clocal cread' '-hupcl' sane; do
		# shellcheck disable=SC2086	# words are meant
		stty -F "/dev/$1" $settings 2>&1 || echo refused
		stty -F "/dev/$1" clocal
		stty -F "/dev/$1" -a
	done
}

tell_setserial()
{
	local settings

	for settings in '' 'closing_wait 300 close_delay 30' 'closing_wait none' \
			spd_vhi spd_hi spd_shi 'spd_cust divisor 12' \
			'low_latency' '^low_latency' 'baud_base 57600' \
			'baud_base 300' 'closing_wait 3000 close_delay 50 spd_normal'; do
		# shellcheck disable=SC2086	# words are meant
		setserial "/dev/$1" $settings 2>&1 || echo refused
		setserial -g -a "/dev/$1" 2>&1
		stty -F "/dev/$1" speed
	done
	setserial "/dev/$1" baud_base 115200 divisor 0
}

# as_port COMMAND: it says of ttySF1 what it says of PORT opened directly
as_port()
{
	local device

	for device in "$port" ttySF1; do
		[ "$device" = "$port" ] || echo "$port" >/sys/class/tty/ttySF1/port
		exec {fd}<>"/dev/$device"
		"$@" "$device" | sed "s|$device|DEVICE|g" >"$work/of-$device"
		exec {fd}<&-
	done
	echo >/sys/class/tty/ttySF1/port
	wc -l "$work/of-$port"
	diff "$work/of-$port" "$work/of-ttySF1"
	grep -c refused "$work/of-$port"
}

test_pyserial()
{
	# It leaves BRKINT as it finds it.
	stty -F /dev/ttySF0 raw
	stty -F /dev/ttyNM1 raw
	/usr/bin/python3 - <<-'END'
		import serial, threading, time

		def until(what, condition):
		    for _ in range(2000):
		        if condition():
		            return
		        time.sleep(0.005)
		    raise SystemExit('not in 10 s: ' + what)

		near = serial.Serial('/dev/ttySF0', 250000, timeout=10, exclusive=True)
		far = serial.Serial('/dev/ttyNM1', 250000, timeout=10)
		near.write(b'hello')
		near.flush()
		assert far.read(5) == b'hello'
		far.write(bytes(range(256)))
		assert near.read(256) == bytes(range(256))

		far.rts = False
		until('CTS low', lambda: not near.cts)
		far.rts = True
		until('CTS high', lambda: near.cts)
		far.dtr = False
		until('DSR and DCD low', lambda: not near.dsr and not near.cd)
		far.dtr = True
		until('DSR and DCD high', lambda: near.dsr and near.cd)
		assert not near.ri

		near.send_break(0.05)
		assert far.read(1) == bytes(1)
		near.break_condition = True
		near.break_condition = False
		assert far.read(1) == bytes(1)

		far.write(b'x' * 100)
		until('100 bytes', lambda: near.in_waiting == 100)
		near.reset_input_buffer()
		assert near.in_waiting == 0

		for baudrate in (300, 9600, 123456, 921600):
		    near.baudrate = baudrate
		    near.write(b'z')
		    assert far.read(1) == b'z'
		near.apply_settings({'bytesize': 7, 'parity': 'E', 'stopbits': 2})
		near.write(b'\xff')
		assert far.read(1) == b'\x7f'
		near.rtscts = True
		far.rts = False
		until('CTS low', lambda: not near.cts)
		near.write(b'held')
		time.sleep(0.2)
		assert far.in_waiting == 0 and near.out_waiting == 4
		far.rts = True
		assert far.read(4) == b'held'
		try:
		    serial.Serial('/dev/ttySF0', exclusive=True)
		    raise SystemExit('opened twice')
		except serial.SerialException:
		    pass
		near.close()
		far.close()
	END
}

# test_terminal PROGRAM...: what is typed and shown, and what the lines do, on a
# vtty and on a port that is opened directly
test_terminal()
{
	"$terminal" /dev/ttySF0 /dev/ttyNM1 "$@" >"$work/vtty" || {
		cat "$work/vtty"
		return 1
	}
	"$terminal" /dev/ttyNM2 /dev/ttyNM3 "$@" >"$work/port"
	cat "$work/vtty"
	cmp "$work/vtty" "$work/port"
}

ktap_plan 8
module_load serfwd nullmodems=2
cleanup_push module_unload serfwd
echo ttyNM0 >/sys/class/tty/ttySF0/port
cleanup_push sh -c 'echo >/sys/class/tty/ttySF0/port'
ktap_run stty test_stty
ktap_run setserial test_setserial
ktap_run 'stty, as on a 16550' as_port tell_stty
ktap_run 'setserial, as on a 16550' as_port tell_setserial
ktap_run pyserial test_pyserial
ktap_run picocom test_terminal picocom -b 115200
ktap_run 'picocom that leaves the lines' test_terminal picocom -b 115200 --noreset
ktap_run minicom test_terminal minicom -o -b 115200
ktap_finish
