// SPDX-License-Identifier: GPL-2.0
/*
 * The policies of a link in sysfs: each is a choice among a few words, or a
 * number.
 * Documented in Documentation/ABI/testing/sysfs-tty-serfwd.
 */
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "control.h"
#include "link.h"
#include "policy.h"
#include "rate.h"
#include "share.h"

/* Room for the words of a policy and for a NULL. */
#define SERFWD_WORDS	5

/* As much of what was written as goes to the log. */
#define SERFWD_WORD_SHOWN	32

/* An hour, in ms. */
#define SERFWD_HOUR	3600000

/**
 * struct serfwd_choice - one policy as an attribute
 * @attr: the attribute
 * @offset: of its value in struct serfwd_policy
 * @set: has it take effect, in place of just being noted; or NULL
 * @words: what may be written, then NULL; the place of a word is its value
 */
struct serfwd_choice {
	struct device_attribute attr;
	size_t offset;
	int (*set)(struct serfwd_link *link, int value);
	const char *words[SERFWD_WORDS];
};

static struct serfwd_choice *serfwd_attr_choice(struct device_attribute *attr)
{
	return container_of(attr, struct serfwd_choice, attr);
}

static int *serfwd_policy_value(struct serfwd_link *link, size_t offset)
{
	return (void *)&link->policy + offset;
}

static ssize_t serfwd_choice_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	struct serfwd_choice *choice = serfwd_attr_choice(attr);
	int *value = serfwd_policy_value(dev_get_drvdata(dev), choice->offset);

	return sysfs_emit(buf, "%s\n", choice->words[READ_ONCE(*value)]);
}

/* Guests cannot get here; the administrator is to learn what is accepted. */
static void serfwd_word_refused(struct serfwd_link *link, const char *name,
				const char *const *words, const char *buf)
{
	char list[64];
	int i, len = 0;

	for (i = 0; words[i]; i++)
		len += scnprintf(list + len, sizeof(list) - len, "%s%s",
				 i ? ", " : "", words[i]);
	/* Escaped: what was written may be anything. */
	pr_warn_ratelimited("ttySF%u: %s: '%*pE' is not valid; use %s\n",
			    link->index, name,
			    (int)min_t(size_t, strcspn(buf, "\n"),
				       SERFWD_WORD_SHOWN), buf, list);
}

/**
 * serfwd_match_word - find what was written to an attribute
 * @link: whose attribute it is
 * @name: of the attribute
 * @words: what may be written, then NULL
 * @buf: what was written
 *
 * Says in the kernel log what is accepted if it is something else.
 *
 * Return: the place of the word, or -EINVAL.
 */
int serfwd_match_word(struct serfwd_link *link, const char *name,
		      const char *const *words, const char *buf)
{
	int value = __sysfs_match_string(words, SERFWD_WORDS, buf);

	if (value < 0)
		serfwd_word_refused(link, name, words, buf);
	return value;
}

static ssize_t serfwd_choice_store(struct device *dev,
				   struct device_attribute *attr,
				   const char *buf, size_t count)
{
	struct serfwd_choice *choice = serfwd_attr_choice(attr);
	struct serfwd_link *link = dev_get_drvdata(dev);
	int value = serfwd_match_word(link, attr->attr.name, choice->words,
				      buf);
	int ret = 0;

	if (value < 0)
		return value;
	if (choice->set)
		ret = choice->set(link, value);
	else
		WRITE_ONCE(*serfwd_policy_value(link, choice->offset), value);
	serfwd_share_decide(link);
	return ret ?: count;
}

#define SERFWD_CHOICE(_name, _set, ...)					\
	static struct serfwd_choice serfwd_##_name##_choice = {		\
		.attr = __ATTR(_name, 0644, serfwd_choice_show,		\
			       serfwd_choice_store),			\
		.offset = offsetof(struct serfwd_policy, _name),	\
		.set = _set,						\
		.words = { __VA_ARGS__ },				\
	}

SERFWD_CHOICE(on_detach, NULL,
	      [SERFWD_ON_DETACH_HOLD] = "hold",
	      [SERFWD_ON_DETACH_HANGUP] = "hangup");
SERFWD_CHOICE(flow, serfwd_set_flow,
	      [SERFWD_FLOW_GUEST] = "guest",
	      [SERFWD_FLOW_AUTO_RTSCTS] = "auto-rtscts",
	      [SERFWD_FLOW_AUTO_XONXOFF] = "auto-xonxoff");
SERFWD_CHOICE(hup, serfwd_set_hup,
	      [SERFWD_HUP_GUEST] = "guest",
	      [SERFWD_HUP_NEVER] = "never");

SERFWD_CHOICE(stall, serfwd_set_stall,
	      [SERFWD_STALL_BLOCK] = "block",
	      [SERFWD_STALL_DROP_NEWEST] = "drop-newest",
	      [SERFWD_STALL_DROP_OLDEST] = "drop-oldest",
	      [SERFWD_STALL_HANGUP] = "hangup");

SERFWD_CHOICE(share_write, NULL,
	      [SERFWD_SHARE_WRITE_ADMIN] = "admin",
	      [SERFWD_SHARE_WRITE_EXCLUSIVE] = "exclusive",
	      [SERFWD_SHARE_WRITE_TOKEN] = "token",
	      [SERFWD_SHARE_WRITE_PRIORITY] = "priority");
SERFWD_CHOICE(share_read, NULL,
	      [SERFWD_SHARE_READ_ALL] = "all",
	      [SERFWD_SHARE_READ_OWNER] = "owner");

/**
 * struct serfwd_number - one policy as an attribute
 * @attr: the attribute
 * @offset: of its value in struct serfwd_policy
 * @min: the least that may be written
 * @max: the most
 * @changed: called after it was changed, or NULL
 */
struct serfwd_number {
	struct device_attribute attr;
	size_t offset;
	int min;
	int max;
	void (*changed)(struct serfwd_link *link);
};

static struct serfwd_number *serfwd_attr_number(struct device_attribute *attr)
{
	return container_of(attr, struct serfwd_number, attr);
}

static ssize_t serfwd_number_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	struct serfwd_number *number = serfwd_attr_number(attr);
	int *value = serfwd_policy_value(dev_get_drvdata(dev), number->offset);

	return sysfs_emit(buf, "%d\n", READ_ONCE(*value));
}

static ssize_t serfwd_number_store(struct device *dev,
				   struct device_attribute *attr,
				   const char *buf, size_t count)
{
	struct serfwd_number *number = serfwd_attr_number(attr);
	struct serfwd_link *link = dev_get_drvdata(dev);
	int value, ret = kstrtoint(buf, 0, &value);

	if (!ret && (value < number->min || value > number->max))
		ret = -ERANGE;
	if (ret) {
		pr_warn_ratelimited("ttySF%u: %s is %d to %d\n", link->index,
				    attr->attr.name, number->min, number->max);
		return ret;
	}
	WRITE_ONCE(*serfwd_policy_value(link, number->offset), value);
	if (number->changed)
		number->changed(link);
	return count;
}

#define SERFWD_NUMBER(_name, _min, _max, _changed)			\
	static struct serfwd_number serfwd_##_name##_number = {		\
		.attr = __ATTR(_name, 0644, serfwd_number_show,		\
			       serfwd_number_store),			\
		.offset = offsetof(struct serfwd_policy, _name),	\
		.min = _min,						\
		.max = _max,						\
		.changed = _changed,					\
	}

SERFWD_NUMBER(stall_timeout_ms, 1, SERFWD_HOUR, NULL);
SERFWD_NUMBER(token_idle_ms, 1, SERFWD_HOUR, serfwd_share_decide);
SERFWD_NUMBER(priority, 0, 100, serfwd_share_decide);
SERFWD_NUMBER(rate_limit, 0, SERFWD_RATE_MAX, serfwd_rate_changed);
SERFWD_NUMBER(rate_burst, SERFWD_RATE_BURST_MIN, SERFWD_RATE_BURST_MAX,
	      serfwd_rate_changed);

/* For the link's own attribute group, in sysfs.c. */
struct attribute *serfwd_policy_attrs[] = {
	&serfwd_on_detach_choice.attr.attr,
	&serfwd_flow_choice.attr.attr,
	&serfwd_hup_choice.attr.attr,
	&serfwd_stall_choice.attr.attr,
	&serfwd_stall_timeout_ms_number.attr.attr,
	&serfwd_share_write_choice.attr.attr,
	&serfwd_share_read_choice.attr.attr,
	&serfwd_token_idle_ms_number.attr.attr,
	&serfwd_priority_number.attr.attr,
	&serfwd_rate_limit_number.attr.attr,
	&serfwd_rate_burst_number.attr.attr,
	NULL
};
