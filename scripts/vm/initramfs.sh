# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Initramfs images: busybox, an init script and the modules it loads. Cached
# under a hash of all that goes in.

# Print the paths of the modules $@ and all they need, in loading order.
initramfs_modules()
{
	local module

	[ -n "$kernel_modules" ] || return 0
	for module; do
		modprobe -d "$kernel_root" -S "$kernel_release" --show-depends "$module" \
			2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p'
	done | awk '!seen[$0]++'
}

# The kernel unpacks compressed modules only if told by its own modprobe.
initramfs_copy_module()
{
	local name=${1##*/}

	case $1 in
	*.xz) name=${name%.xz}; xz -dc "$1" >"$2/$name" ;;
	*.zst) name=${name%.zst}; zstd -qdc "$1" >"$2/$name" ;;
	*.gz) name=${name%.gz}; gzip -dc "$1" >"$2/$name" ;;
	*) cp "$1" "$2/$name" ;;
	esac
	printf '%s\n' "$name" >>"$2/order"
}

initramfs_build()
{
	local init=$1 agent=$2 out=$3 tree module
	shift 3

	tree=$(mktemp -d "$cache/.initramfs.XXXXXX")
	mkdir -p "$tree"/{bin,proc,sys,dev,modules}
	cp "$init" "$tree/init"
	chmod 755 "$tree/init"
	cp /bin/busybox "$tree/bin/busybox"
	ln -s busybox "$tree/bin/sh"
	[ -z "$agent" ] || cp "$agent" "$tree/bin/agent"
	: >"$tree/modules/order"
	for module; do
		initramfs_copy_module "$module" "$tree/modules"
	done
	(cd "$tree" && find . | cpio -o -H newc -R 0:0 --quiet) >"$out.$$"
	mv "$out.$$" "$out"
	rm -rf "$tree"
}

# Print the image made of init script $1, agent $2 ('' for none) and modules
# $3..., building it unless it is there.
initramfs()
{
	local init=$1 agent=$2 key out
	local -a modules inputs
	shift 2

	mapfile -t modules < <(initramfs_modules "$@")
	inputs=("$init" /bin/busybox "$vm_dir/initramfs.sh" "${modules[@]}")
	[ -z "$agent" ] || inputs+=("$agent")
	key=$(cat "${inputs[@]}" | sha256sum | cut -c 1-20)
	out=$cache/initramfs/${init##*/}-$kernel_release-$key.cpio
	if [ ! -f "$out" ]; then
		mkdir -p "$cache/initramfs"
		# Those it replaces are of no more use.
		find "$cache/initramfs" -name "${init##*/}-$kernel_release-*" \
			-mmin +1440 -delete
		initramfs_build "$init" "$agent" "$out" "${modules[@]}"
	fi
	printf '%s\n' "$out"
}
