# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which kernel to boot: a series of the root tree, one that is in the cache (7.2 by
# scripts/newer-kernel, rt by scripts/rt-kernel, debug and kcsan by
# scripts/debug-kernel), or a directory that
# holds vmlinuz (or bzImage) and lib/modules/RELEASE. Where its ELF image vmlinux is
# at hand, that is booted: by PVH, without unpacking.

kernel_names='6.1 or 6.12, 7.2, rt, debug, kcsan, or a directory with vmlinuz'

# Print the release of series $1 in the root tree, or nothing.
kernel_in_tree()
{
	awk -v series="$1" '$1 == series { print $2 }' /etc/devshare-kernels
}

# Set kernel_image, kernel_release, and kernel_modules, from $1. A kernel with
# everything built in has no modules at all. kernel_root is what modprobe takes for /.
kernel_find()
{
	kernel_release=$(kernel_in_tree "$1")
	if [ -n "$kernel_release" ]; then
		kernel_root=/
		kernel_image=/boot/vmlinux-$kernel_release
	else
		kernel_find_directory "$1"
	fi
	kernel_modules=$(readlink -e "$kernel_root/lib/modules/$kernel_release" || :)
}

kernel_find_directory()
{
	local packed

	case $1 in
	*/*) kernel_root=$1 ;;
	*) kernel_root=$cache/kernel/$1 ;;
	esac
	kernel_root=$(readlink -e "$kernel_root") ||
		die "there is no kernel '$1': --kernel takes $kernel_names"
	for packed in vmlinuz bzImage arch/x86/boot/bzImage; do
		packed=$kernel_root/$packed
		[ ! -f "$packed" ] || break
	done
	[ -f "$packed" ] || die "no vmlinuz or bzImage in $kernel_root"
	packed=$(readlink -e "$packed")
	kernel_release=$(kernel_image_release "$packed")
	kernel_image=$kernel_root/vmlinux
	[ -f "$kernel_image" ] || kernel_image=$packed
}

# Does the debug kernel, or one of its kind, answer to the name $1? The one that
# looks for data races is.
kernel_is_debug()
{
	case ${1##*/} in
	debug*|kcsan*) return 0 ;;
	*) return 1 ;;
	esac
}

# Print by how much time-outs for kernel $1 are longer than those for Debian's.
kernel_slowness()
{
	if kernel_is_debug "$1"; then
		echo 5
		return
	fi
	case ${1##*/} in
	rt) echo 2 ;;
	*) echo 1 ;;
	esac
}

# Print the machine for kernel $1. The older one's ACPI tables compute the routing
# of interrupts in a loop that takes a debug kernel longer than ACPI allows.
kernel_machine()
{
	if kernel_is_debug "$1"; then
		echo q35
	else
		echo pc
	fi
}

# Print the kernel of the guests inside kernel $1: its own, unless it is too slow
# to be emulated twice. 7.2 stops in a guest of QEMU 7.2's emulated KVM: the sizes of
# its FPU states do not add up, and fpu__init_system_xstate() gives up.
kernel_of_guests()
{
	case ${1##*/} in
	debug*|kcsan*|rt|7.2*) echo 6.1 ;;
	*) echo "$1" ;;
	esac
}

# The release is the first word of the version string, whose offset (less
# 0x200) is in the boot protocol's header at 0x20e.
kernel_image_release()
{
	local offset

	offset=$(od -An -tu2 -j $((0x20e)) -N 2 "$1")
	dd if="$1" bs=1 skip=$((offset + 0x200)) count=100 status=none |
		tr '\0' '\n' | sed -n '1s/ .*//p'
}
