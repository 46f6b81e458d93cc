# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Mounts that nobody else sees and that end with the last process that has them. The
# script that sources this has die.

# Is this process allowed to mount, in a name space of its own?
mounts_need()
{
	[ "$(id -u)" -eq 0 ] || die 'this takes root: run make as root'
	! unshare --mount --propagation private true 2>/dev/null || return 0
	! unshare --mount --propagation unchanged true 2>/dev/null ||
		die 'the root of this chroot is not a mount point: before chroot DIR, mount --bind DIR DIR'
	die 'mounting is refused here (no CAP_SYS_ADMIN): in a container, start that with --privileged, or --cap-add SYS_ADMIN and no AppArmor or seccomp profile'
}
