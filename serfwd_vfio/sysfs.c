// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a card, documented in
 * Documentation/ABI/testing/sysfs-bus-mdev-serfwd_vfio.
 */
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "card.h"
#include "sysfs.h"

static ssize_t link_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	const struct serfwd_card *card = dev_get_drvdata(dev);

	return sysfs_emit(buf, "ttySF%u\n", serfwd_card_get_link(card));
}

static ssize_t link_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	const char *number = buf;
	unsigned int link;
	int ret;

	if (str_has_prefix(number, "ttySF"))
		number += strlen("ttySF");
	ret = kstrtouint(number, 10, &link);
	if (ret) {
		dev_warn_ratelimited(dev, "link: '%.*s' is not valid; use ttySFn\n",
				     (int)strcspn(buf, "\n"), buf);
		return ret;
	}
	ret = serfwd_card_set_link(dev_get_drvdata(dev), link);
	if (ret == -ENODEV)
		dev_warn_ratelimited(dev, "link: there is no ttySF%u, see the parameter links of serfwd\n",
				     link);
	else if (ret)
		dev_warn_ratelimited(dev, "link: the device is open, or ttySF%u is another one's\n",
				     link);
	return ret ?: count;
}
static DEVICE_ATTR_RW(link);

static ssize_t name_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct serfwd_card *card = dev_get_drvdata(dev);

	return vdev_label_show(&card->label, buf);
}

static ssize_t name_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	struct serfwd_card *card = dev_get_drvdata(dev);

	return vdev_label_store(&card->label, dev, buf, count);
}
static DEVICE_ATTR_RW(name);

static struct serfwd_vuart_stats serfwd_card_stats(struct device *dev)
{
	struct serfwd_card *card = dev_get_drvdata(dev);
	struct serfwd_vuart_stats stats;

	serfwd_vuart_get_stats(&card->vuart, &stats);
	return stats;
}

static ssize_t accesses_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%llu\n", serfwd_card_stats(dev).accesses);
}
static DEVICE_ATTR_RO(accesses);

static ssize_t lost_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%llu\n", serfwd_card_stats(dev).lost);
}
static DEVICE_ATTR_RO(lost);

static struct serfwd_vdma_stats serfwd_card_dma_stats(struct device *dev)
{
	struct serfwd_card *card = dev_get_drvdata(dev);
	struct serfwd_vdma_stats stats;

	serfwd_vdma_get_stats(&card->vdma, &stats);
	return stats;
}

static ssize_t dma_blocks_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", serfwd_card_dma_stats(dev).blocks);
}
static DEVICE_ATTR_RO(dma_blocks);

static ssize_t dma_sent_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%llu\n", serfwd_card_dma_stats(dev).sent);
}
static DEVICE_ATTR_RO(dma_sent);

static ssize_t dma_received_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", serfwd_card_dma_stats(dev).received);
}
static DEVICE_ATTR_RO(dma_received);

static struct attribute *serfwd_card_attrs[] = {
	&dev_attr_link.attr,
	&dev_attr_name.attr,
	&dev_attr_accesses.attr,
	&dev_attr_lost.attr,
	NULL
};

static const struct attribute_group serfwd_card_group = {
	.attrs = serfwd_card_attrs,
};

static struct attribute *serfwd_card_dma_attrs[] = {
	&dev_attr_dma_blocks.attr,
	&dev_attr_dma_sent.attr,
	&dev_attr_dma_received.attr,
	NULL
};

static umode_t serfwd_card_dma_is_visible(struct kobject *kobj,
					  struct attribute *attr, int index)
{
	const struct serfwd_card *card = dev_get_drvdata(kobj_to_dev(kobj));

	return card->model->has_dma ? attr->mode : 0;
}

static const struct attribute_group serfwd_card_dma_group = {
	.attrs = serfwd_card_dma_attrs,
	.is_visible = serfwd_card_dma_is_visible,
};

const struct attribute_group *serfwd_card_groups[] = {
	&serfwd_card_group,
	&serfwd_card_dma_group,
	NULL
};
