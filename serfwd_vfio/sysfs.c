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

/*
 * A console's line, which its guest has no say of, in the words of "line" of a
 * pseudo-UART
 */

/* Longer than all that there are. */
#define SERFWD_LINE_MAX	32

static const char serfwd_parities[] = {
	[SERFWD_END_PARITY_NONE]	= 'n',
	[SERFWD_END_PARITY_ODD]		= 'o',
	[SERFWD_END_PARITY_EVEN]	= 'e',
	[SERFWD_END_PARITY_MARK]	= 'm',
	[SERFWD_END_PARITY_SPACE]	= 's',
};

static bool serfwd_parse_parity(char letter, u8 *parity)
{
	const char *found = memchr(serfwd_parities, letter,
				   sizeof(serfwd_parities));

	if (found)
		*parity = found - serfwd_parities;
	return found;
}

/* "8n1" */
static int serfwd_parse_format(const char *text,
			       struct serfwd_end_settings *settings)
{
	if (strlen(text) != 3 || text[0] < '5' || text[0] > '8' ||
	    !serfwd_parse_parity(text[1], &settings->parity) ||
	    text[2] < '1' || text[2] > '2')
		return -EINVAL;
	settings->data_bits = text[0] - '0';
	settings->stop_bits = text[2] - '0';
	return 0;
}

/* Returns 0, or -EINVAL for what is no line. */
static int serfwd_parse_line(const char *text,
			     struct serfwd_end_settings *settings)
{
	char copy[SERFWD_LINE_MAX], *rest, *baud, *format;

	if (strscpy(copy, text, sizeof(copy)) < 0)
		return -EINVAL;
	rest = strim(copy);
	baud = strsep(&rest, " ");
	format = strsep(&rest, " ");
	settings->rtscts = rest;
	if (!format || kstrtouint(baud, 10, &settings->baud) ||
	    !settings->baud || serfwd_parse_format(format, settings) ||
	    (rest && strcmp(rest, "rtscts")))
		return -EINVAL;
	return 0;
}

static ssize_t line_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct serfwd_card *card = dev_get_drvdata(dev);
	struct serfwd_end_settings settings;

	serfwd_vconsole_get_settings(&card->vconsole, &settings);
	return sysfs_emit(buf, "%u %u%c%u%s\n", settings.baud,
			  settings.data_bits, serfwd_parities[settings.parity],
			  settings.stop_bits,
			  settings.rtscts ? " rtscts" : "");
}

static ssize_t line_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	struct serfwd_card *card = dev_get_drvdata(dev);
	struct serfwd_end_settings settings = {};
	int ret = serfwd_parse_line(buf, &settings);

	if (ret) {
		dev_warn_ratelimited(dev, "line: '%.*s' is not valid; use a line such as 115200 8n1, or 115200 8n1 rtscts\n",
				     (int)strcspn(buf, "\n"), buf);
		return ret;
	}
	serfwd_vconsole_set_settings(&card->vconsole, &settings);
	return count;
}
static DEVICE_ATTR_RW(line);

static ssize_t hvc_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	const struct serfwd_card *card = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", READ_ONCE(card->vconsole.is_hvc));
}

static ssize_t hvc_store(struct device *dev, struct device_attribute *attr,
			 const char *buf, size_t count)
{
	bool is_hvc;
	int ret = kstrtobool(buf, &is_hvc);

	if (ret)
		dev_warn_ratelimited(dev, "hvc: '%.*s' is not valid; use 0 or 1\n",
				     (int)strcspn(buf, "\n"), buf);
	else
		ret = serfwd_card_set_hvc(dev_get_drvdata(dev), is_hvc);
	if (ret == -EBUSY)
		dev_warn_ratelimited(dev, "hvc: the device is open\n");
	return ret ?: count;
}
static DEVICE_ATTR_RW(hvc);

/*
 * Counters
 */

/**
 * struct serfwd_card_stats - what a card has counted
 * @uart: its UART
 * @dma: its DMA controller, if it has one
 * @console: its console, if it has that and no UART
 */
struct serfwd_card_stats {
	struct serfwd_vuart_stats uart;
	struct serfwd_vdma_stats dma;
	struct serfwd_vconsole_stats console;
};

static void serfwd_card_get_stats(struct serfwd_card *card,
				  struct serfwd_card_stats *stats)
{
	*stats = (struct serfwd_card_stats){};
	if (card->model->is_console) {
		serfwd_vconsole_get_stats(&card->vconsole, &stats->console);
		/* Attributes that all cards have. */
		stats->uart.accesses = stats->console.accesses;
		stats->uart.lost = stats->console.lost;
		return;
	}
	serfwd_vuart_get_stats(&card->serial.vuart, &stats->uart);
	if (card->model->has_dma)
		serfwd_vdma_get_stats(&card->serial.vdma, &stats->dma);
}

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
	struct serfwd_card_stats stats;

	serfwd_card_get_stats(card, &stats);
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
SERFWD_COUNTER_ATTR(sent, console.sent);
SERFWD_COUNTER_ATTR(received, console.received);

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

static struct attribute *serfwd_card_console_attrs[] = {
	&dev_attr_line.attr,
	&dev_attr_hvc.attr,
	&serfwd_attr_sent.attr.attr,
	&serfwd_attr_received.attr.attr,
	NULL
};

static umode_t serfwd_card_console_is_visible(struct kobject *kobj,
					      struct attribute *attr, int index)
{
	const struct serfwd_card *card = dev_get_drvdata(kobj_to_dev(kobj));

	return card->model->is_console ? attr->mode : 0;
}

static const struct attribute_group serfwd_card_console_group = {
	.attrs = serfwd_card_console_attrs,
	.is_visible = serfwd_card_console_is_visible,
};

const struct attribute_group *serfwd_card_groups[] = {
	&serfwd_card_group,
	&serfwd_card_dma_group,
	&serfwd_card_console_group,
	NULL
};
