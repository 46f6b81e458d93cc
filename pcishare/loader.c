// SPDX-License-Identifier: GPL-2.0
/*
 * The policy of a device: found by the firmware loader, parsed, and compared
 * with the device, or else made from what the device is; and what there is to
 * say of the one that was loaded last, in debugfs.
 */
#include <linux/crc32.h>
#include <linux/ctype.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/firmware.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "loader.h"
#include "module.h"
#include "policy/policy.h"
#include "source.h"

/* Below the directories that the firmware loader looks in. */
#define PCISHARE_POLICY_DIR	"pcishare/"
#define PCISHARE_POLICY_SUFFIX	".policy"

/* Of more, only how many there are is told. */
#define PCISHARE_MESSAGES_MAX	256

/*
 * Reports
 */

/**
 * struct pcishare_report - what there is to say of a policy
 * @file: its name
 * @log: takes it
 * @messages: of @log
 */
struct pcishare_report {
	char file[PCISHARE_FILE_MAX];
	struct pcishare_policy_log log;
	struct pcishare_message messages[PCISHARE_MESSAGES_MAX];
};

static DEFINE_MUTEX(pcishare_report_lock);	/* which report is the last */
static struct pcishare_report *pcishare_last_report;

static struct pcishare_report *pcishare_report_alloc(const char *file)
{
	struct pcishare_report *report = kvzalloc(sizeof(*report), GFP_KERNEL);

	if (!report)
		return NULL;
	strscpy(report->file, file, sizeof(report->file));
	report->log.messages = report->messages;
	report->log.size = PCISHARE_MESSAGES_MAX;
	return report;
}

/* It is the last one now, and not the caller's any more. */
static void pcishare_report_publish(struct pcishare_report *report)
{
	mutex_lock(&pcishare_report_lock);
	swap(report, pcishare_last_report);
	mutex_unlock(&pcishare_report_lock);
	kvfree(report);
}

static void pcishare_report_print(const struct pcishare_report *report,
				  struct seq_file *seq)
{
	const struct pcishare_policy_log *log = &report->log;
	unsigned int lost = log->errors + log->warnings - log->count;
	unsigned int i;

	for (i = 0; i < log->count; i++) {
		const struct pcishare_message *message = &log->messages[i];

		seq_printf(seq, "%s:%u:%u: %s: %s\n", report->file, message->pos.line,
			   message->pos.column, message->error ? "error" : "warning",
			   message->text);
	}
	if (lost)
		seq_printf(seq, "%s: and %u more\n", report->file, lost);
}

static int pcishare_policy_log_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&pcishare_report_lock);
	if (pcishare_last_report)
		pcishare_report_print(pcishare_last_report, seq);
	mutex_unlock(&pcishare_report_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pcishare_policy_log);

/* The first error, or if warnings took all the room, the first of those. */
static const struct pcishare_message *
pcishare_report_first(const struct pcishare_report *report)
{
	unsigned int i;

	for (i = 0; i < report->log.count; i++) {
		if (report->messages[i].error)
			return &report->messages[i];
	}
	return report->messages;
}

/* One line for the kernel log. */
static void pcishare_report_complain(const struct pcishare_report *report,
				     struct pci_dev *pdev)
{
	const struct pcishare_message *first = pcishare_report_first(report);

	if (report->log.errors > 1)
		dev_err_ratelimited(&pdev->dev,
				    "%s:%u:%u: error: %s (and %u more: debugfs pcishare/policy_log)\n",
				    report->file, first->pos.line,
				    first->pos.column, first->text,
				    report->log.errors - 1);
	else
		dev_err_ratelimited(&pdev->dev, "%s:%u:%u: error: %s\n",
				    report->file, first->pos.line,
				    first->pos.column, first->text);
}

/*
 * Reading
 */

static int pcishare_read(struct pci_dev *pdev, const char *file,
			 const struct firmware **text)
{
	char path[sizeof(PCISHARE_POLICY_DIR) + PCISHARE_FILE_MAX];

	snprintf(path, sizeof(path), PCISHARE_POLICY_DIR "%s", file);
	return firmware_request_nowarn(text, path, &pdev->dev);
}

/*
 * That of the subsystem comes first. @file is filled with the name of what is
 * read.
 */
static int pcishare_read_by_ids(struct pci_dev *pdev, char *file,
				const struct firmware **text)
{
	int ret;

	snprintf(file, PCISHARE_FILE_MAX, "%04x-%04x-%04x-%04x" PCISHARE_POLICY_SUFFIX,
		 pdev->vendor, pdev->device, pdev->subsystem_vendor,
		 pdev->subsystem_device);
	ret = pcishare_read(pdev, file, text);
	if (ret != -ENOENT)
		return ret;
	snprintf(file, PCISHARE_FILE_MAX, "%04x-%04x" PCISHARE_POLICY_SUFFIX,
		 pdev->vendor, pdev->device);
	return pcishare_read(pdev, file, text);
}

static bool pcishare_has_suffix(const char *name)
{
	size_t len = strlen(name);
	size_t suffix = strlen(PCISHARE_POLICY_SUFFIX);

	return len > suffix &&
	       !strcmp(name + len - suffix, PCISHARE_POLICY_SUFFIX);
}

/* No such name leads out of the directory. */
static bool pcishare_may_be_file(const char *name)
{
	for (; *name; name++) {
		if (!(isascii(*name) && isalnum(*name)) && !strchr("._-", *name))
			return false;
	}
	return true;
}

/* With or without the suffix. */
static int pcishare_read_named(struct pci_dev *pdev, const char *name,
			       char *file, const struct firmware **text)
{
	const char *suffix = pcishare_has_suffix(name) ? "" : PCISHARE_POLICY_SUFFIX;

	if (!pcishare_may_be_file(name) ||
	    strlen(name) + strlen(suffix) >= PCISHARE_FILE_MAX) {
		dev_err_ratelimited(&pdev->dev,
				    "policy is a file in /lib/firmware/%s, named by at most %zu letters, digits and ._-\n",
				    PCISHARE_POLICY_DIR,
				    PCISHARE_FILE_MAX - strlen(suffix) - 1);
		return -EINVAL;
	}
	snprintf(file, PCISHARE_FILE_MAX, "%s%s", name, suffix);
	return pcishare_read(pdev, file, text);
}

/*
 * Judging
 */

static u8 pcishare_bar_space(unsigned long flags)
{
	if (flags & IORESOURCE_IO)
		return PCISHARE_IO;
	return flags & IORESOURCE_MEM_64 ? PCISHARE_MEM64 : PCISHARE_MEM;
}

static void pcishare_look_at_bar(struct pci_dev *pdev, unsigned int index,
				 struct pcishare_hardware_bar *bar)
{
	unsigned long flags = pci_resource_flags(pdev, index);

	if (!pci_resource_len(pdev, index))
		return;
	bar->size = pci_resource_len(pdev, index);
	bar->space = pcishare_bar_space(flags);
	bar->prefetch = flags & IORESOURCE_PREFETCH;
}

static void pcishare_look_at(struct pci_dev *pdev,
			     struct pcishare_hardware *hardware)
{
	unsigned int i;

	hardware->vendor = pdev->vendor;
	hardware->device = pdev->device;
	hardware->subvendor = pdev->subsystem_vendor;
	hardware->subdevice = pdev->subsystem_device;
	for (i = 0; i < PCISHARE_BARS; i++)
		pcishare_look_at_bar(pdev, i, &hardware->bars[i]);
	hardware->intx = pcishare_source_has_line(pdev);
}

/*
 * Returns NULL if it has errors, cannot be done, or is not that of the device.
 */
static struct pcishare_policy *pcishare_judge(struct pci_dev *pdev,
					      const struct firmware *text,
					      struct pcishare_policy_log *log)
{
	struct pcishare_hardware hardware = {};
	struct pcishare_policy *policy;

	policy = pcishare_policy_parse(text->data, text->size, log);
	if (!policy)
		return NULL;
	pcishare_look_at(pdev, &hardware);
	pcishare_policy_unsupported(policy, log);
	pcishare_policy_unfit(policy, &hardware, log);
	if (!log->errors)
		return policy;
	pcishare_policy_free(policy);
	return NULL;
}

static int pcishare_accept(struct pci_dev *pdev, const struct firmware *text,
			   struct pcishare_loaded *loaded)
{
	struct pcishare_report *report = pcishare_report_alloc(loaded->file);

	if (!report)
		return -ENOMEM;
	loaded->policy = pcishare_judge(pdev, text, &report->log);
	if (!loaded->policy)
		pcishare_report_complain(report, pdev);
	pcishare_report_publish(report);
	if (!loaded->policy)
		return text->size > PCISHARE_POLICY_SIZE_MAX ? -EFBIG : -EINVAL;
	loaded->checksum = ~crc32_le(~0, text->data, text->size);
	return 0;
}

/**
 * pcishare_load_policy - load the policy of a device
 * @pdev: the device
 * @name: of its file, with or without the suffix; NULL or "" if it is to be
 *	found by the IDs of the device
 *
 * The kernel log says what is wrong with it, and debugfs says that and all that
 * is doubtful.
 *
 * Return: the policy, to be given to pcishare_unload_policy(); -ENOENT if there
 * is none; -EINVAL if it has errors, or wants what cannot be done yet, or is
 * not that of the device, or if there can be no file of this name; -EFBIG;
 * -ENOMEM; another error of reading it.
 * Context: may sleep.
 */
struct pcishare_loaded *pcishare_load_policy(struct pci_dev *pdev,
					     const char *name)
{
	struct pcishare_loaded *loaded = kzalloc(sizeof(*loaded), GFP_KERNEL);
	const struct firmware *text;
	int ret;

	if (!loaded)
		return ERR_PTR(-ENOMEM);
	ret = name && *name ?
		      pcishare_read_named(pdev, name, loaded->file, &text) :
		      pcishare_read_by_ids(pdev, loaded->file, &text);
	if (ret)
		goto err_free;
	ret = pcishare_accept(pdev, text, loaded);
	release_firmware(text);
	if (ret)
		goto err_free;
	return loaded;

err_free:
	kfree(loaded);
	return ERR_PTR(ret);
}

/**
 * pcishare_load_hardware - make the policy of a device that has no file
 * @pdev: the device, enabled: before, its interrupt is not known
 *
 * Return: the policy, to be given to pcishare_unload_policy(); -ENOMEM.
 * Context: may sleep.
 */
struct pcishare_loaded *pcishare_load_hardware(struct pci_dev *pdev)
{
	struct pcishare_loaded *loaded = kzalloc(sizeof(*loaded), GFP_KERNEL);
	struct pcishare_hardware hardware = {};

	if (!loaded)
		return ERR_PTR(-ENOMEM);
	pcishare_look_at(pdev, &hardware);
	loaded->policy = pcishare_policy_of_hardware(&hardware);
	if (loaded->policy)
		return loaded;
	kfree(loaded);
	return ERR_PTR(-ENOMEM);
}

/**
 * pcishare_unload_policy - free a policy that was loaded
 * @loaded: the policy, or NULL
 */
void pcishare_unload_policy(struct pcishare_loaded *loaded)
{
	if (!loaded)
		return;
	pcishare_policy_free(loaded->policy);
	kfree(loaded);
}

/**
 * pcishare_loader_init - offer what there is to say of policies, in debugfs
 *
 * Without debugfs it is said to nobody.
 */
void pcishare_loader_init(void)
{
	debugfs_create_file("policy_log", 0444, pcishare_debugfs(), NULL,
			    &pcishare_policy_log_fops);
}

/**
 * pcishare_loader_exit - forget what there is to say of policies
 *
 * Context: may sleep; no policy is loaded any more, and nothing is in debugfs.
 */
void pcishare_loader_exit(void)
{
	kvfree(pcishare_last_report);
}
