/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The administrator's name for a device, an attribute of it in sysfs.
 */
#ifndef VDEV_LABEL_H
#define VDEV_LABEL_H

#include <linux/mutex.h>
#include <linux/types.h>

struct device;

/* How many characters it has at most. */
#define VDEV_LABEL_MAX	63

/**
 * struct vdev_label - the administrator's name for a device
 * @lock: protects @text
 * @text: printable characters
 */
struct vdev_label {
	struct mutex lock;	/* text */
	char text[VDEV_LABEL_MAX + 1];
};

void vdev_label_init(struct vdev_label *label);
ssize_t vdev_label_show(struct vdev_label *label, char *buf);
ssize_t vdev_label_store(struct vdev_label *label, struct device *dev,
			 const char *buf, size_t count);
size_t vdev_label_get(struct vdev_label *label, char *text, size_t size);

#endif
