# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# debootstrap, which unpacks a Debian system into a directory: the one thing that is
# installed on this machine, and only if it is not there. The script that sources
# this has say and die.

debootstrap_packages=(debootstrap)

# Debian's keys, which packages are checked with, are there on Debian.
debootstrap_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

debootstrap_get()
{
	if command -v debootstrap >/dev/null && [ -f "$debootstrap_keyring" ]; then
		return 0
	fi
	[ -f "$debootstrap_keyring" ] || debootstrap_packages+=(debian-archive-keyring)
	command -v apt-get >/dev/null ||
		die "install ${debootstrap_packages[*]}, which this machine's packages have"
	say "installing ${debootstrap_packages[*]}; nothing else is installed on this machine"
	apt_install "${debootstrap_packages[@]}" ||
		die "apt-get could not install ${debootstrap_packages[*]}"
}

# Not all of apt's locks are waited for by its own option: that of the package lists is
# not.
apt_patiently()
{
	local deadline=$((SECONDS + 600)) said

	export DEBIAN_FRONTEND=noninteractive
	until said=$(apt-get -q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" 2>&1); do
		if [[ $said != *'Could not get lock'* ]] || [ "$SECONDS" -ge "$deadline" ]; then
			printf '%s\n' "$said" | tail -n 20 >&2
			return 1
		fi
		say 'another apt is at work: waiting for it (at most 10 minutes)'
		sleep 5
	done
}

apt_install()
{
	apt_patiently update || return
	apt_patiently -y --no-install-recommends install "$@"
}
