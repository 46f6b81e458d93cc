# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Debian packages: what is missing, and how it is installed. Nothing here
# touches the network unless a package is missing.

apt_updated=

apt_installed()
{
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Print the packages of the argument list that are not installed.
apt_missing()
{
	local package

	for package; do
		apt_installed "$package" || printf '%s\n' "$package"
	done
}

apt_need_root()
{
	[ "$(id -u)" -eq 0 ] ||
		die "to install $*, this has to run as root: sudo scripts/setup"
}

# Refresh the package lists, once per run.
apt_update()
{
	[ -z "$apt_updated" ] || return 0
	apt_need_root "packages"
	say "reading the package lists"
	apt-get -q -o Dpkg::Use-Pty=0 update >&2 ||
		die "the package lists cannot be read: is there a network?"
	apt_updated=1
}

# Services of the packages we install must not start because of us. A machine
# that has its own policy keeps it.
apt_block_services()
{
	apt_policy=/usr/sbin/policy-rc.d
	if [ -e "$apt_policy" ]; then
		apt_policy=
		return 0
	fi
	printf '#!/bin/sh\nexit 101\n' >"$apt_policy"
	chmod 755 "$apt_policy"
	trap apt_unblock_services EXIT
}

apt_unblock_services()
{
	[ -z "${apt_policy:-}" ] || rm -f "$apt_policy"
	apt_policy=
}

# A package may also enable its service for the next boot. Two of ours do; who had
# it before keeps it as it was.
apt_disable_services()
{
	local package

	for package; do
		[[ $package =~ ^(ser2net|setserial)$ ]] || continue
		command -v systemctl >/dev/null || continue
		say "disabling the system service of $package"
		systemctl disable --quiet "$package.service" 2>/dev/null ||
			say "the service of $package could not be disabled"
	done
}

# Install what is missing of the packages given; silent when nothing is.
apt_install()
{
	local -a missing

	mapfile -t missing < <(apt_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	apt_need_root "${missing[*]}"
	apt_update
	say "installing ${missing[*]}"
	apt_block_services
	DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 \
		install --no-install-recommends "${missing[@]}" >&2 ||
		die "apt-get could not install ${missing[*]}"
	apt_unblock_services
	apt_disable_services "${missing[@]}"
}

apt_sources()
{
	local file

	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
		    /etc/apt/sources.list.d/*.sources; do
		[ ! -f "$file" ] || printf '%s\n' "$file"
	done
}

# Is the suite in any source that is not a comment?
apt_has_suite()
{
	local file

	while read -r file; do
		! grep -Eq "^[^#]*[[:space:]]$1([[:space:]]|\$)" "$file" || return 0
	done < <(apt_sources)
	return 1
}

# Print a deb822 stanza for suite $2 made from the first one that serves $1:
# the same address and the same key.
apt_derive_source()
{
	local file

	while read -r file; do
		awk -v base="$1" -v suite="$2" -v one_line="${file##*.}" '
		function finish(   i, n, words, hit) {
			n = split(suites, words, " ")
			for (i = 1; i <= n; i++)
				hit = hit || words[i] == base
			if (hit && uri != "") {
				printf "Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n", uri, suite
				if (key != "")
					printf "Signed-By:%s\n", key
				found = 1
				exit
			}
			suites = uri = key = ""
		}
		/^#/ { next }
		one_line != "sources" {
			if ($1 != "deb")
				next
			i = 2
			if ($2 ~ /^\[/)
				while ($i !~ /\]$/)
					i++
			if ($2 ~ /^\[/) {
				options = $0
				if (match(options, /signed-by=[^] ]+/))
					key = " " substr(options, RSTART + 10, RLENGTH - 10)
				i++
			}
			uri = $i
			suites = $(i + 1)
			finish()
			next
		}
		/^[[:space:]]*$/ { finish(); field = ""; next }
		/^[[:space:]]/ { if (field == "signed-by:") key = key "\n" $0; next }
		{ field = tolower($1) }
		field == "suites:" { sub(/^[^:]*:[[:space:]]*/, ""); suites = $0 }
		field == "uris:" { uri = $2 }
		field == "signed-by:" { sub(/^[^:]*:/, ""); key = $0 }
		END { if (!found && suites != "") finish() }
		' "$file"
	done < <(apt_sources) | awk 'NR > 1 && /^Types:/ { exit } { print }'
}

# Make suite $1 available, with the machine's own mirror and key.
apt_add_suite()
{
	local target=/etc/apt/sources.list.d/devshare-backports.sources
	local stanza

	! apt_has_suite "$1" || return 0
	apt_need_root "a package source for $1"
	stanza=$(apt_derive_source "${1%-backports}" "$1")
	[ -n "$stanza" ] ||
		die "no package source for ${1%-backports} to derive $1 from"
	say "adding the suite $1 ($target)"
	printf '%s\n' "$stanza" >"$target"
	apt_updated=
}
