# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which accelerator QEMU uses. A /dev/kvm that exists may still not run a
# stock kernel, or not let it run guests of its own, so KVM is used only where
# a kernel was seen to boot with it and to find svm or vmx.

# A probe's answer holds for one kernel, QEMU and processor.
accel_key()
{
	{
		uname -srv
		qemu-system-x86_64 --version
		grep -m 1 '^model name' /proc/cpuinfo || :
	} | sha256sum | cut -c 1-16
}

accel_probe()
{
	local log=$run_dir/accel.log

	[ -w /dev/kvm ] || return 1
	grep -qs '[Y1]' /sys/module/kvm_{amd,intel}/parameters/nested || return 1
	say "trying once whether KVM boots a kernel here (at most 60 s)"
	timeout 60 qemu-system-x86_64 -accel kvm -cpu host -m 512M \
		-nodefaults -display none -no-reboot -serial "file:$log" \
		-kernel "$kernel_image" -initrd "$1" \
		-append "console=ttyS0 panic=-1 devshare_probe=1" >/dev/null 2>&1 || :
	grep -q devshare-boots "$log" && grep -q devshare-nests "$log"
}

# Print kvm or tcg for "auto" with initramfs $1.
accel_auto()
{
	local file

	file=$cache/accel-$(accel_key)
	if [ ! -f "$file" ]; then
		if accel_probe "$1"; then
			echo kvm >"$file"
		else
			echo tcg >"$file"
		fi
		say "accelerator: $(cat "$file")"
	fi
	cat "$file"
}
