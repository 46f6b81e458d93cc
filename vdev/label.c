// SPDX-License-Identifier: GPL-2.0
/*
 * The administrator's name for a device.
 */
#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <vdev/label.h>
#include <vdev/vdev.h>

/**
 * vdev_label_init - set up a name that is empty
 * @label: the name, zeroed
 */
void vdev_label_init(struct vdev_label *label)
{
	mutex_init(&label->lock);
}
EXPORT_SYMBOL_NS_GPL(vdev_label_init, VDEV_NS);

/**
 * vdev_label_show - the show of an attribute "name"
 * @label: the name
 * @buf: a page
 *
 * Return: the length of the text.
 * Context: may sleep.
 */
ssize_t vdev_label_show(struct vdev_label *label, char *buf)
{
	ssize_t len;

	mutex_lock(&label->lock);
	len = sysfs_emit(buf, "%s\n", label->text);
	mutex_unlock(&label->lock);
	return len;
}
EXPORT_SYMBOL_NS_GPL(vdev_label_show, VDEV_NS);

static bool vdev_label_is_printable(const char *text, size_t len)
{
	while (len--)
		if (!isprint(*text++))
			return false;
	return true;
}

/**
 * vdev_label_store - the store of an attribute "name"
 * @label: the name
 * @dev: whose it is, for the kernel log
 * @buf: what was written, with or without a newline at its end
 * @count: how many bytes
 *
 * Return: @count; -EINVAL if it is too long or not printable, which is said in
 * the kernel log; the name is as it was then.
 * Context: may sleep.
 */
ssize_t vdev_label_store(struct vdev_label *label, struct device *dev,
			 const char *buf, size_t count)
{
	size_t len = strcspn(buf, "\n");

	if (len > VDEV_LABEL_MAX || len + 1 < count ||
	    !vdev_label_is_printable(buf, len)) {
		dev_err_ratelimited(dev, "name: up to %d printable characters\n",
				    VDEV_LABEL_MAX);
		return -EINVAL;
	}
	mutex_lock(&label->lock);
	memcpy(label->text, buf, len);
	label->text[len] = '\0';
	mutex_unlock(&label->lock);
	return count;
}
EXPORT_SYMBOL_NS_GPL(vdev_label_store, VDEV_NS);

/**
 * vdev_label_get - a copy of the name
 * @label: the name
 * @text: filled, with a NUL at the end
 * @size: of @text, 1 or more; what does not fit is left out
 *
 * Return: how many characters @text has.
 * Context: may sleep.
 */
size_t vdev_label_get(struct vdev_label *label, char *text, size_t size)
{
	mutex_lock(&label->lock);
	snprintf(text, size, "%s", label->text);
	mutex_unlock(&label->lock);
	return strlen(text);
}
EXPORT_SYMBOL_NS_GPL(vdev_label_get, VDEV_NS);
