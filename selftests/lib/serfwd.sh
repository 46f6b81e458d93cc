# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Attaching real ports to pseudo-UARTs, and looking at them.

declare -A serfwd_owner=()

# serfwd_port VTTY: the port attached to it, or nothing
serfwd_port()
{
	cat "/sys/class/tty/$1/port"
}

# serfwd_attached VTTY PORT; an empty PORT: is none attached?
serfwd_attached()
{
	[ "$(serfwd_port "$1")" = "$2" ]
}

# serfwd_attach VTTY PORT: with ldattach, its pid in serfwd_owner[PORT]
serfwd_attach()
{
	# In the foreground (-d): as a daemon nobody knows its pid.
	ldattach -d 29 "/dev/$2" </dev/null >/dev/null 2>&1 &
	serfwd_owner[$2]=$!
	wait_for 20 "$2 to attach to $1" serfwd_attached "$1" "$2"
}

# serfwd_detach VTTY PORT [SIGNAL]: end what serfwd_attach began
serfwd_detach()
{
	kill "-${3:-TERM}" "${serfwd_owner[$2]}"
	wait_for 20 "$2 to detach from $1" serfwd_attached "$1" ''
}

# The serial core's own line on PORT, for example
# 4: uart:16550A port:0000C000 irq:11 tx:5 rx:5 RTS|CTS|DTR|DSR|CD
# The file is "serial", in Linux 7.2 "serial_8250".
port_report()
{
	grep -h "^${1#ttyS}: " /proc/tty/driver/serial*
}

# port_count PORT tx|rx|fe|pe|brk|oe|bo: one of its counters, 0 if not listed
port_count()
{
	port_report "$1" | grep -o " $2:[0-9]*" | grep -o '[0-9]*$' || echo 0
}

# port_lost PORT: bytes lost to overruns of the UART and of the flip buffer
port_lost()
{
	echo $(($(port_count "$1" oe) + $(port_count "$1" bo)))
}

# port_has_line PORT RTS|CTS|DTR|DSR|CD|RI
port_has_line()
{
	port_report "$1" | tr ' ' '|' | grep -q "|$2\(|\|\$\)"
}

port_lacks_line()
{
	! port_has_line "$1" "$2"
}

# port_has_settings PORT WORDS...: words of "stty -a"
port_has_settings()
{
	local settings word
	settings=" $(stty -F "/dev/$1" -a | tr '\n;' '  ') "
	shift

	for word; do
		case $settings in
		*" $word "*) ;;
		*) return 1 ;;
		esac
	done
}

# bytes COUNT: so many "u"
bytes()
{
	head -c "$1" /dev/zero | tr '\0' u
}

# take FD COUNT: read just as many from it
take()
{
	local got

	# Of what it read before the time-out head shows nothing.
	got=$(timeout 100 head -c "$2" <&"$1" | wc -c)
	[ "$got" -eq "$2" ] || {
		printf 'read %d of %d bytes\n' "$got" "$2"
		cat /proc/tty/driver/serial*
		return 1
	}
}
