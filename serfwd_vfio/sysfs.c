// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a card, documented in
 * Documentation/ABI/testing/sysfs-bus-mdev-serfwd_vfio.
 */
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/stddef.h>
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

/**
 * struct serfwd_card_stats - what a card has counted
 * @uart: its UART
 * @dma: its DMA controller, if it has one
 */
struct serfwd_card_stats {
	struct serfwd_vuart_stats uart;
	struct serfwd_vdma_stats dma;
};

/* A counter of a card: @offset is where it is in its stats. */
struct serfwd_counter_attr {
	struct device_attribute attr;
	size_t offset;
};

static ssize_t serfwd_counter_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	const struct serfwd_counter_attr *counter =
		container_of(attr, struct serfwd_counter_attr, attr);
	struct serfwd_card *card = dev_get_drvdata(dev);
	struct serfwd_card_stats stats = {};

	serfwd_vuart_get_stats(&card->serial.vuart, &stats.uart);
	if (card->model->has_dma)
		serfwd_vdma_get_stats(&card->serial.vdma, &stats.dma);
	return sysfs_emit(buf, "%llu\n",
			  *(u64 *)((char *)&stats + counter->offset));
}

#define SERFWD_COUNTER_ATTR(_name, _member)				\
	static struct serfwd_counter_attr serfwd_attr_##_name = {	\
		.attr = __ATTR(_name, 0444, serfwd_counter_show, NULL),	\
		.offset = offsetof(struct serfwd_card_stats, _member),	\
	}

SERFWD_COUNTER_ATTR(accesses, uart.accesses);
SERFWD_COUNTER_ATTR(lost, uart.lost);
SERFWD_COUNTER_ATTR(dma_blocks, dma.blocks);
SERFWD_COUNTER_ATTR(dma_sent, dma.sent);
SERFWD_COUNTER_ATTR(dma_received, dma.received);

static struct attribute *serfwd_card_attrs[] = {
	&dev_attr_link.attr,
	&dev_attr_name.attr,
	&serfwd_attr_accesses.attr.attr,
	&serfwd_attr_lost.attr.attr,
	NULL
};

static const struct attribute_group serfwd_card_group = {
	.attrs = serfwd_card_attrs,
};

static struct attribute *serfwd_card_dma_attrs[] = {
	&serfwd_attr_dma_blocks.attr.attr,
	&serfwd_attr_dma_sent.attr.attr,
	&serfwd_attr_dma_received.attr.attr,
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
