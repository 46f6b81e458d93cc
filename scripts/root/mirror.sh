# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Where Debian's packages come from: the mirror that this machine has in its own
# sources, if it is one of Debian; else Debian's. DEVSHARE_MIRROR and
# DEVSHARE_SECURITY_MIRROR are taken before both.

mirror_default=http://deb.debian.org/debian

# Print "URI SUITE" of each source of the machine that has Debian's main component.
# apt itself reads its sources, in whichever of its formats they are.
mirror_sources()
{
	command -v apt-get >/dev/null || return 0
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' 2>/dev/null |
		sed -n 's|/* \([^ ]*\) main$| \1|p' | grep '^https*://' || :
}

# mirror_of SUITE-PATTERN: the first of those with such a suite
mirror_of()
{
	mirror_sources | while read -r uri suite; do
		if [[ $suite =~ ^($1)$ ]]; then
			printf '%s\n' "$uri"
			break
		fi
	done
}

mirror()
{
	local codename uri

	# shellcheck disable=SC1091
	codename=$(. /etc/os-release 2>/dev/null || :
		[ "${ID:-}" != debian ] || echo "${VERSION_CODENAME:-sid}")
	uri=${DEVSHARE_MIRROR:-}
	[ -n "$uri" ] || [ -z "$codename" ] ||
		uri=$(mirror_of "$codename|sid|unstable|testing|stable|oldstable")
	printf '%s\n' "${uri:-$mirror_default}"
}

# mirror_security MIRROR: of the packages that were mended since the release
mirror_security()
{
	local uri

	uri=${DEVSHARE_SECURITY_MIRROR:-}
	[ -n "$uri" ] || uri=$(mirror_of '[a-z]+-security')
	[ -n "$uri" ] || uri=${1%/debian}/debian-security
	printf '%s\n' "$uri"
}
