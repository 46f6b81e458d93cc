# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# libvirtd in the test VM, and the domains of Documentation/examples under it. Their needs are
# in $work.

libvirt_user=libvirt-qemu

libvirt()
{
	virsh -q -c qemu:///system "$@"
}

# As Debian's package libvirt-daemon-system does.
libvirt_make_user()
{
	getent passwd "$libvirt_user" >/dev/null && return
	groupadd -r "$libvirt_user"
	useradd -r -g kvm -G "$libvirt_user" -d /var/lib/libvirt -s /usr/sbin/nologin \
		"$libvirt_user"
}

# The rules of every host say who may use which device.
libvirt_start_udevd()
{
	udev_start
	udevadm trigger --subsystem-match=tty --subsystem-match=misc --action=add
	udevadm settle --timeout=60
}

libvirt_start()
{
	modprobe kvm-amd || modprobe kvm-intel
	libvirt_make_user
	libvirt_start_udevd
	virtlogd >"$work/virtlogd.log" 2>&1 &
	cleanup_push kill $!
	libvirtd >"$work/libvirtd.log" 2>&1 &
	cleanup_push kill $!
	wait_for 120 'libvirtd' libvirt version
}

# libvirt_in_guest [--timeout S] COMMAND
libvirt_in_guest()
{
	local timeout=60

	if [ "$1" = --timeout ]; then
		timeout=$2
		shift 2
	fi
	"$DEVSHARE_AGENT" exec -w 'the domain' -b $((120 * DEVSHARE_SLOWNESS)) \
		-t $((timeout * DEVSHARE_SLOWNESS)) "$work/agent" sh -c "$*"
}

# The guests' image, and behind it a second archive with FILE... in /files.
libvirt_make_image()
{
	mkdir -p "$work/tree/files"
	[ $# -eq 0 ] || cp "$@" "$work/tree/files"
	{
		cat "$DEVSHARE_GUEST_INITRAMFS"
		(cd "$work/tree" && find . | cpio -o -H newc -R 0:0 --quiet)
	} >"$work/initrd"
	rm -r "$work/tree"
}

# libvirt_make_domain EXAMPLE [FILE...]: in $work/domain.xml the example, with a kernel
# that is there, and a channel to the guest's agent
libvirt_make_domain()
{
	local example=$1
	shift

	cp "$DEVSHARE_GUEST_KERNEL" "$work/vmlinuz"
	libvirt_make_image "$@"
	chmod 711 "$work"
	sed -e "s|/boot/vmlinuz|$work/vmlinuz|; s|/boot/initrd.img|$work/initrd|" \
		-e 's|console=tty0|panic=-1 mitigations=off nowatchdog rcupdate.rcu_cpu_stall_suppress=1|' \
		-e "s|</devices>|<channel type='unix'>\
<source mode='bind' path='$work/agent'/>\
<target type='virtio' name='agent'/></channel></devices>|" \
		"$example" >"$work/domain.xml"
}

# libvirt_domain_start NAME: it runs and its kernel is up
libvirt_domain_start()
{
	libvirt start "$1" || {
		tail -n 20 "$work/libvirtd.log"
		return 1
	}
	libvirt_in_guest true
}
