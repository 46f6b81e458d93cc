# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Talking to the far ends of the ports under test; the commands are those of
# scripts/vm/far-end.c.

# Port number N (from 0) in the order of --serial.
port_name()
{
	local -a names

	read -r -a names <<<"$DEVSHARE_PORTS"
	printf '%s\n' "${names[$1]}"
}

far_device()
{
	local -a devices

	read -r -a devices <<<"$DEVSHARE_FAR"
	printf '%s\n' "${devices[$1]}"
}

# far_ask N SECONDS COMMAND...: print the answer; false if none came in time.
# The device allows one user at a time and is opened for one question.
far_ask()
{
	local device seconds=$2 answer fd
	device=$(far_device "$1")
	shift 2

	if [ ! -c "$device" ]; then
		printf '# port has no far end to ask: %s\n' "$*" >&2
		return 1
	fi
	exec {fd}<>"$device"
	printf '%s\n' "$*" >&"$fd"
	if ! IFS= read -r -t "$seconds" -u "$fd" answer; then
		exec {fd}>&-
		printf '# waited %d s for the far end to answer: %s\n' "$seconds" "$*" >&2
		return 1
	fi
	exec {fd}>&-
	printf '%s\n' "$answer"
}

# far N COMMAND...: true if the far end answers ok; says what it answered if not.
far()
{
	local port=$1 answer
	shift

	answer=$(far_ask "$port" 10 "$@") || return 1
	case $answer in
	ok|ok\ *) return 0 ;;
	esac
	printf '# far end %d: %s: %s\n' "$port" "$*" "$answer" >&2
	return 1
}

# far_sent N SECONDS, far_received N SECONDS: wait until what "send" or "expect"
# began is complete, print the report, true if it is and is right.
far_sent()
{
	far_wait "$1" "$2" sent
}

far_received()
{
	far_wait "$1" "$2" received
}

far_wait()
{
	local answer

	answer=$(far_ask "$1" $(($2 + 10)) "$3" "$2") || return 1
	printf '%s\n' "$answer"
	case $answer in
	ok*) return 0 ;;
	esac
	return 1
}
