// SPDX-License-Identifier: GPL-2.0
/*
 * Open a PCI device that is bound to vfio-pci, as a VMM does, and read from it.
 *
 * usage: vfio-open ADDRESS [hold]
 *
 * Printed is what its configuration space and its first BAR are. With "hold" it stays
 * open until the standard input ends.
 */
#include "../pcishare/vfio.h"

/* The number of the IOMMU group of the device at @address, or -errno. */
static int group_of(const char *address)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t length;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/iommu_group", address);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	return atoi(strrchr(target, '/') + 1);
}

static int open_device(struct vfio_user *user, const char *address)
{
	int ret = vfio_attach_group(user, group_of(address));

	if (ret)
		return ret;
	user->device = ioctl(user->group, VFIO_GROUP_GET_DEVICE_FD, address);
	return user->device < 0 ? -errno : 0;
}

/* A VF's configuration space has no IDs of its own: vfio-pci fills them in. */
static int tell(const struct vfio_user *user, const char *address)
{
	struct vfio_region_info bar = {
		.argsz = sizeof(bar),
		.index = VFIO_PCI_BAR0_REGION_INDEX,
	};
	uint64_t word;

	if (ioctl(user->device, VFIO_DEVICE_GET_REGION_INFO, &bar))
		return -errno;
	if (!bar.size)
		return -ENXIO;
	word = region_get(user->device, VFIO_PCI_BAR0_REGION_INDEX, 0, 4);
	if (errno)
		return -errno;
	printf("%s %04x:%04x, BAR 0 of %lld bytes, first word %08x\n", address,
	       (unsigned int)config_get(user->device, PCI_VENDOR_ID, 2),
	       (unsigned int)config_get(user->device, PCI_DEVICE_ID, 2),
	       (long long)bar.size, (unsigned int)word);
	return fflush(stdout);
}

int main(int argc, char **argv)
{
	struct vfio_user user;
	char byte;
	int ret;

	if (argc < 2) {
		fprintf(stderr, "usage: vfio-open ADDRESS [hold]\n");
		return 2;
	}
	ret = open_device(&user, argv[1]);
	if (!ret)
		ret = tell(&user, argv[1]);
	if (ret)
		fprintf(stderr, "vfio-open: %s: %s\n", argv[1], strerror(-ret));
	else if (argc > 2)
		while (read(STDIN_FILENO, &byte, 1) > 0)
			;
	vfio_close(&user);
	return ret != 0;
}
