# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Where downloaded and derived things are kept: outside the checkout, so that
# they outlive it and are shared by several checkouts. Everything in it can be
# deleted and is made again.

# Print the cache directory, which exists afterwards.
cache_dir()
{
	local dir

	if [ -n "${DEVSHARE_CACHE:-}" ]; then
		dir=$DEVSHARE_CACHE
	elif [ "$(id -u)" -eq 0 ]; then
		dir=/var/cache/devshare
	else
		dir=${XDG_CACHE_HOME:-$HOME/.cache}/devshare
	fi
	mkdir -p "$dir"
	printf '%s\n' "$dir"
}
