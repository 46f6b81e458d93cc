# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# udevd in the test VM, with the rules of Documentation/examples.

# udev_install RULES: a file of rules that the system does not have
udev_install()
{
	install -D -m 644 -t /run/udev/rules.d "$DEVSHARE_CHECKOUT/Documentation/examples/$1"
}

udev_start()
{
	/lib/systemd/systemd-udevd --daemon
	cleanup_push udevadm control --exit
	wait_for 20 'udevd' udevadm control --ping
}

# udev_takes RULES DEVICE: none of that file is complained of when DEVICE is tried
udev_takes()
{
	local said

	udevadm control --log-level=debug
	said=$(udevadm test "$2" 2>&1)
	! grep -i "$1.*\(invalid\|unknown\|ignoring\|failed\)" <<<"$said"
}
