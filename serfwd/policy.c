// SPDX-License-Identifier: GPL-2.0
/*
 * The policies of a link in sysfs: each is a choice among a few words.
 * Documented in Documentation/ABI/testing/sysfs-tty-serfwd.
 */
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "control.h"
#include "link.h"
#include "policy.h"
#include "stall.h"

/* Room for the words of a policy and for a NULL. */
#define SERFWD_WORDS	4

/**
 * struct serfwd_choice - one policy as an attribute
 * @attr: the attribute
 * @offset: of its value in struct serfwd_policy
 * @words: what may be written, then NULL; the place of a word is its value
 */
struct serfwd_choice {
	struct device_attribute attr;
	size_t offset;
	const char *words[SERFWD_WORDS];
};

static struct serfwd_choice *serfwd_attr_choice(struct device_attribute *attr)
{
	return container_of(attr, struct serfwd_choice, attr);
}

static int *serfwd_choice_value(const struct serfwd_choice *choice,
				struct serfwd_link *link)
{
	return (void *)&link->policy + choice->offset;
}

static ssize_t serfwd_choice_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	struct serfwd_choice *choice = serfwd_attr_choice(attr);
	int *value = serfwd_choice_value(choice, dev_get_drvdata(dev));

	return sysfs_emit(buf, "%s\n", choice->words[READ_ONCE(*value)]);
}

/* Guests cannot get here; the administrator is to learn what is accepted. */
static void serfwd_choice_refused(struct serfwd_link *link,
				  const struct serfwd_choice *choice)
{
	const char *third = choice->words[2];

	pr_warn_ratelimited("ttySF%u: %s is %s, %s%s%s\n", link->index,
			    choice->attr.attr.name, choice->words[0],
			    choice->words[1], third ? ", " : "", third ?: "");
}

static ssize_t serfwd_choice_store(struct device *dev,
				   struct device_attribute *attr,
				   const char *buf, size_t count)
{
	struct serfwd_choice *choice = serfwd_attr_choice(attr);
	struct serfwd_link *link = dev_get_drvdata(dev);
	int value = __sysfs_match_string(choice->words, SERFWD_WORDS, buf);

	if (value < 0) {
		serfwd_choice_refused(link, choice);
		return value;
	}
	serfwd_set_policy(link, serfwd_choice_value(choice, link), value);
	return count;
}

#define SERFWD_CHOICE(_name, ...)					\
	static struct serfwd_choice serfwd_##_name##_choice = {		\
		.attr = __ATTR(_name, 0644, serfwd_choice_show,		\
			       serfwd_choice_store),			\
		.offset = offsetof(struct serfwd_policy, _name),	\
		.words = { __VA_ARGS__ },				\
	}

SERFWD_CHOICE(on_detach,
	      [SERFWD_ON_DETACH_HOLD] = "hold",
	      [SERFWD_ON_DETACH_HANGUP] = "hangup");
SERFWD_CHOICE(flow,
	      [SERFWD_FLOW_GUEST] = "guest",
	      [SERFWD_FLOW_AUTO_RTSCTS] = "auto-rtscts");
SERFWD_CHOICE(hup,
	      [SERFWD_HUP_GUEST] = "guest",
	      [SERFWD_HUP_NEVER] = "never");

SERFWD_CHOICE(stall,
	      [SERFWD_STALL_BLOCK] = "block",
	      [SERFWD_STALL_DROP_NEWEST] = "drop-newest",
	      [SERFWD_STALL_HANGUP] = "hangup");

static ssize_t stall_timeout_ms_show(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	struct serfwd_link *link = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(link->policy.stall_timeout_ms));
}

static ssize_t stall_timeout_ms_store(struct device *dev,
				      struct device_attribute *attr,
				      const char *buf, size_t count)
{
	struct serfwd_link *link = dev_get_drvdata(dev);
	unsigned int ms;
	int ret = kstrtouint(buf, 0, &ms);

	if (!ret && (ms < 1 || ms > SERFWD_STALL_TIMEOUT_MAX))
		ret = -ERANGE;
	if (ret) {
		pr_warn_ratelimited("ttySF%u: stall_timeout_ms is 1 to %d\n",
				    link->index, SERFWD_STALL_TIMEOUT_MAX);
		return ret;
	}
	WRITE_ONCE(link->policy.stall_timeout_ms, ms);
	return count;
}
static DEVICE_ATTR_RW(stall_timeout_ms);

/* For the link's own attribute group, in sysfs.c. */
struct attribute *serfwd_policy_attrs[] = {
	&serfwd_on_detach_choice.attr.attr,
	&serfwd_flow_choice.attr.attr,
	&serfwd_hup_choice.attr.attr,
	&serfwd_stall_choice.attr.attr,
	&dev_attr_stall_timeout_ms.attr,
	NULL
};
