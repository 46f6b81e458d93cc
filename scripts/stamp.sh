# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Stamps: a file that holds the key of what something was done for last. A key stands
# for the contents of files, and for words such as options and versions.

# stamp_key WORD...: print the key of these and of the files named on standard input
stamp_key()
{
	{
		printf '%s\n' "$@"
		sort | tr '\n' '\0' | xargs -0 -r sha256sum --
	} | sha256sum | cut -c 1-32
}

# stamp_is FILE KEY: was it done for just that?
stamp_is()
{
	[ "$(cat "$1" 2>/dev/null)" = "$2" ]
}

# stamp_set FILE KEY: it was
stamp_set()
{
	mkdir -p "$(dirname "$1")"
	printf '%s\n' "$2" >"$1.$$"
	mv "$1.$$" "$1"
}
