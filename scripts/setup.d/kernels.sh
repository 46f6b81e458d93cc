# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernels modules are built for and tested on. Headers are installed
# packages. Images are not installed by us, for that would change what the
# machine boots next: they are unpacked into the cache.
#
#   CACHE/kernel/RELEASE/vmlinuz, config, lib/modules/RELEASE/
#   CACHE/kernel/6.1, CACHE/kernel/6.12 -> RELEASE

# Print the newest installed headers' release of series $1 (6.1, 6.12), if any.
kernel_headers_release()
{
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' \
		"linux-headers-$1*-amd64" 2>/dev/null |
		sed -n "s/^installed linux-headers-\($1\.[0-9][0-9.]*[-+][^ ]*\)\$/\1/p" |
		grep -Ev -e '-(rt|cloud|dbg)-' | sort -V | tail -n 1
}

# Print the newest release of series $1 in the package lists, by what the
# metapackages depend on: series 6.12 comes from backports or, later in a
# release's life, from the security suite under its own name.
kernel_available_release()
{
	apt-cache show linux-headers-amd64 "linux-headers-$1-amd64" 2>/dev/null |
		sed -n "s/^Depends:.*linux-headers-\($1\.[0-9][^ ,]*-amd64\).*/\1/p" |
		sort -V | tail -n 1
}

# Print codename-backports of this release of Debian.
kernel_backports_suite()
{
	# shellcheck disable=SC1091
	(. /etc/os-release && printf '%s-backports\n' "$VERSION_CODENAME")
}

kernel_install_headers()
{
	local release

	[ -z "$(kernel_headers_release "$1")" ] || return 0
	apt_update
	release=$(kernel_available_release "$1")
	if [ -z "$release" ]; then
		apt_add_suite "$(kernel_backports_suite)"
		apt_update
		release=$(kernel_available_release "$1")
	fi
	[ -n "$release" ] || die "no linux-headers-$1 in the package lists"
	apt_install "linux-headers-$release"
	kernel_tell_image "$release"
}

# From 6.12 on Debian's headers depend on the image they belong to.
kernel_tell_image()
{
	[ -f "/boot/vmlinuz-$1" ] || return 0
	[ "$1" != "$(uname -r)" ] || return 0
	say "note: the headers of $1 brought its kernel image along; the machine may"
	say "boot it next. Removing it (linux-image-$1) removes the headers as well."
}

# Headers of 6.1 and 6.12.
kernels_headers()
{
	kernel_install_headers 6.1
	kernel_install_headers 6.12
}

# Link an installed image instead of fetching one.
kernel_use_installed()
{
	[ -f "/boot/vmlinuz-$1" ] && [ -f "/lib/modules/$1/modules.dep" ] || return 1
	mkdir -p "$2/lib/modules"
	ln -sfn "/boot/vmlinuz-$1" "$2/vmlinuz"
	ln -sfn "/boot/config-$1" "$2/config"
	ln -sfn "/lib/modules/$1" "$2/lib/modules/$1"
}

kernel_fetch_image()
{
	local release=$1 work=$2

	apt_update
	say "fetching the kernel image $release (unpacked in the cache, not installed)"
	(
		cd "$work"
		# The sandbox user of apt cannot write here; it need not.
		apt-get -q -o Dpkg::Use-Pty=0 -o APT::Sandbox::User=root \
			download "linux-image-$release" >&2
	) || die "the package lists have no linux-image-$release, which the installed headers need"
	dpkg-deb -x "$work"/linux-image-*.deb "$work/tree"
	mkdir -p "$work/kernel/lib"
	mv "$work/tree/boot/vmlinuz-$release" "$work/kernel/vmlinuz"
	mv "$work/tree/boot/config-$release" "$work/kernel/config"
	mv "$work/tree/lib/modules" "$work/kernel/lib/modules"
	ln -s "/usr/src/linux-headers-$release" "$work/kernel/lib/modules/$release/build"
	depmod -b "$work/kernel" "$release"
}

# The image and modules of series $1, for the release its headers have.
kernel_image()
{
	local base release work

	base=$(cache_dir)/kernel
	release=$(kernel_headers_release "$1")
	[ -n "$release" ] || die "no headers of $1: run scripts/setup build"
	if [ ! -f "$base/$release/vmlinuz" ]; then
		mkdir -p "$base"
		work=$(mktemp -d "$base/.new.XXXXXX")
		if ! kernel_use_installed "$release" "$work/kernel"; then
			kernel_fetch_image "$release" "$work"
		fi
		rm -rf "${base:?}/$release"
		mv "$work/kernel" "$base/$release"
		rm -rf "$work"
	fi
	[ "$(readlink "$base/$1")" = "$release" ] || ln -sfn "$release" "$base/$1"
}

kernels_images()
{
	kernel_image 6.1
	kernel_image 6.12
}
