# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A machine for "make" to find itself on: $work/bin is all its programs.

# machine RELEASE [COMMAND...]: one that runs that kernel and lacks these commands
machine()
{
	local release=$1 name

	rm -rf "${work:?}/bin"
	mkdir "$work/bin"
	ln -s /usr/bin/* /usr/sbin/* "$work/bin/" 2>/dev/null || :
	shift
	for name in uname "$@"; do
		rm -f "${work:?}/bin/$name"
	done
	cat >"$work/bin/uname" <<-TXT
	#!/bin/sh
	[ "\$1" = -r ] && echo $release || exec /usr/bin/uname "\$@"
	TXT
	chmod 755 "$work/bin/uname"
}
