# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The modules under test, from $DEVSHARE_BUILD.

# module_load NAME [PARAMETER=VALUE...]
module_load()
{
	local name=$1
	shift

	insmod "$DEVSHARE_BUILD/$name/$name.ko" "$@"
}

module_loaded()
{
	[ -d "/sys/module/$1" ] && [ "$(cat "/sys/module/$1/initstate" 2>/dev/null)" = live ]
}

# module_refcount NAME
module_refcount()
{
	cat "/sys/module/$1/refcnt"
}

# module_unload NAME: also when it is not loaded, for cleaning up.
module_unload()
{
	[ -d "/sys/module/$1" ] || return 0
	rmmod "$1"
}
