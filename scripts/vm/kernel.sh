# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which kernel to boot: a name known to scripts/setup, "debug" or "kcsan", or a
# directory that holds vmlinuz (or bzImage) and lib/modules/RELEASE.

# Set kernel_dir, kernel_image, kernel_release and kernel_modules from $1.
kernel_find()
{
	local modules

	case $1 in
	*/*) kernel_dir=$1 ;;
	*) kernel_dir=$cache/kernel/$1 ;;
	esac
	kernel_dir=$(readlink -e "$kernel_dir") ||
		die "no kernel '$1': 6.1, 6.12 (made by scripts/setup vm), 7.2 (by scripts/newer-kernel), debug or kcsan (by scripts/debug-kernel) or a directory"
	for kernel_image in vmlinuz bzImage arch/x86/boot/bzImage; do
		kernel_image=$kernel_dir/$kernel_image
		[ ! -f "$kernel_image" ] || break
	done
	[ -f "$kernel_image" ] || die "no vmlinuz or bzImage in $kernel_dir"
	kernel_image=$(readlink -e "$kernel_image")
	kernel_release=$(kernel_image_release "$kernel_image")
	# A kernel with everything built in has no modules at all.
	modules=$(readlink -e "$kernel_dir/lib/modules/$kernel_release" || :)
	kernel_modules=$modules
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
	else
		echo 1
	fi
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
	debug*|kcsan*|7.2*) echo 6.1 ;;
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
