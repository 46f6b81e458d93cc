# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# devshare-assign, as a user has it: copied, without the checkout.

# assign_install: to where it is called from
assign_install()
{
	install -m 755 "$DEVSHARE_CHECKOUT/scripts/tools/devshare-assign" /usr/local/sbin
}

# pci_driver ADDRESS: which has it, or nothing
pci_driver()
{
	local driver

	driver=$(readlink "/sys/bus/pci/devices/$1/driver") || return 0
	printf '%s\n' "${driver##*/}"
}

# pci_driver_is ADDRESS DRIVER
pci_driver_is()
{
	[ "$(pci_driver "$1")" = "$2" ]
}

# pci_behind ADDRESS: what is in that slot behind that port
pci_behind()
{
	basename "$(dirname "$(ls -d "/sys/bus/pci/devices/$1"/0000:*:00.0/vendor)")"
}

# interface_of ADDRESS: its network interface
interface_of()
{
	ls "/sys/bus/pci/devices/$1/net"
}

# disk_of ADDRESS: its NVMe disk
disk_of()
{
	basename "$(ls -d "/sys/bus/pci/devices/$1"/nvme/nvme*/nvme*n1)"
}

# nothing_kept: of what was given before, and no file half written
nothing_kept()
{
	[ -z "$(find /run/devshare-assign -type f ! -name lock 2>/dev/null)" ]
}

# refused CODE ARGUMENT...: with that code, a sentence, which $said has, and nothing done
refused()
{
	local code=$1 drivers status=0
	shift

	drivers=$(readlink /sys/bus/pci/devices/*/driver)
	said=$(devshare-assign "$@" --json) || status=$?
	printf '%s: %s\n' "$*" "$said"
	[ "$status" -eq 1 ]
	python3 -c 'import json, sys; sys.exit(json.load(sys.stdin)["error"] != sys.argv[1])' \
		"$code" <<<"$said"
	[ "$(readlink /sys/bus/pci/devices/*/driver)" = "$drivers" ]
}

# refused_because TEXT CODE ARGUMENT...: and the sentence has that text
refused_because()
{
	local text=$1
	shift

	refused "$@"
	grep -qF -- "$text" <<<"$said"
}

# shows TEXT COMMAND...: it succeeds, and says something with that text
shows()
{
	local text=$1 said
	shift

	said=$("$@" 2>&1) || {
		printf '%s\n' "$said"
		return 1
	}
	printf '%s\n' "$said"
	grep -qF -- "$text" <<<"$said"
}

# hold ADDRESS: a process opens it, $holder, and keeps it until let_go
hold()
{
	local dir

	dir=$(mktemp -d)
	mkfifo "$dir/end"
	"$DEVSHARE_PROGRAMS/assign/vfio-open" "$1" hold <"$dir/end" >"$dir/said" &
	holder=$!
	exec {hold_fd}>"$dir/end"
	wait_for 120 'somebody to have it open' test -s "$dir/said"
	rm -r "$dir"
}

let_go()
{
	exec {hold_fd}>&-
	wait "$holder"
}

# A VMM opens it and reads from it.
opens()
{
	shows "$1 $2, BAR 0" "$DEVSHARE_PROGRAMS/assign/vfio-open" "$1"
}
