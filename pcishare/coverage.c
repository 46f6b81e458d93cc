// SPDX-License-Identifier: GPL-2.0
/*
 * Places that guests touch and the policy does not name, as lines of a policy
 * to fill in, in /sys/kernel/debug/pcishare/<device>/coverage. Writing to it
 * forgets all of it.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "coverage.h"
#include "device.h"
#include "module.h"

/*
 * A guest may try as many places as it likes: of more it is only counted how
 * often.
 */
#define PCISHARE_PLACES_MAX	512

/**
 * struct pcishare_place - a place that was touched
 * @offset: in the guests' BAR
 * @bar: which
 * @bytes: how many at once
 * @reads: how often
 * @writes: how often
 */
struct pcishare_place {
	u32 offset;
	u8 bar;
	u8 bytes;
	u64 reads;
	u64 writes;
};

/* Places are in this order. */
static u64 pcishare_place_key(unsigned int bar, u32 offset, unsigned int bytes)
{
	return (u64)bar << 40 | (u64)offset << 8 | bytes;
}

/* Returns where it is, or has to be. */
static unsigned int
pcishare_coverage_find(const struct pcishare_coverage *coverage, u64 key)
{
	unsigned int low = 0, high = coverage->count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;
		const struct pcishare_place *place = &coverage->places[middle];

		if (pcishare_place_key(place->bar, place->offset,
				       place->bytes) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Returns NULL if there is no room. */
static struct pcishare_place *
pcishare_coverage_place(struct pcishare_coverage *coverage, unsigned int bar,
			u32 offset, unsigned int bytes)
{
	u64 key = pcishare_place_key(bar, offset, bytes);
	unsigned int i = pcishare_coverage_find(coverage, key);
	struct pcishare_place *place = &coverage->places[i];

	lockdep_assert_held(&coverage->lock);
	if (i < coverage->count &&
	    pcishare_place_key(place->bar, place->offset, place->bytes) == key)
		return place;
	if (coverage->count == PCISHARE_PLACES_MAX)
		return NULL;
	memmove(place + 1, place, (coverage->count - i) * sizeof(*place));
	coverage->count++;
	*place = (struct pcishare_place) {
		.offset = offset,
		.bar = bar,
		.bytes = bytes,
	};
	return place;
}

static void pcishare_coverage_note_one(struct pcishare_coverage *coverage,
				       unsigned int bar, u32 offset,
				       unsigned int bytes, bool write)
{
	struct pcishare_place *place =
		pcishare_coverage_place(coverage, bar, offset, bytes);

	if (!place)
		coverage->more++;
	else if (write)
		place->writes++;
	else
		place->reads++;
}

/**
 * pcishare_coverage_note - a guest has touched what the policy does not name
 * @device: the device
 * @bar: in which BAR
 * @offset: where
 * @bytes: how many of an access
 * @write: it has written
 *
 * Bytes that are no register by their size or place are noted one by one.
 *
 * Context: process.
 */
void pcishare_coverage_note(struct pcishare_device *device, unsigned int bar,
			    u32 offset, unsigned int bytes, bool write)
{
	struct pcishare_coverage *coverage = &device->coverage;
	bool whole = is_power_of_2(bytes) && IS_ALIGNED(offset, bytes);
	unsigned int i;

	spin_lock(&coverage->lock);
	if (whole)
		pcishare_coverage_note_one(coverage, bar, offset, bytes, write);
	else
		for (i = 0; i < bytes; i++)
			pcishare_coverage_note_one(coverage, bar, offset + i, 1,
						   write);
	spin_unlock(&coverage->lock);
}

/**
 * pcishare_coverage_clear - forget what was touched
 * @device: the device
 *
 * Context: process.
 */
void pcishare_coverage_clear(struct pcishare_device *device)
{
	struct pcishare_coverage *coverage = &device->coverage;

	spin_lock(&coverage->lock);
	coverage->count = 0;
	coverage->more = 0;
	spin_unlock(&coverage->lock);
}

static void pcishare_place_show(struct seq_file *file,
				const struct pcishare_place *place)
{
	seq_printf(file, "reg bar%u_0x%x %u 0x%x %u %sdeny # read %llu, written %llu\n",
		   place->bar, place->offset, place->bar, place->offset,
		   8 * place->bytes,
		   !place->reads ? "write " : !place->writes ? "read " : "",
		   place->reads, place->writes);
}

/* A copy, for printing may take long. */
static int pcishare_coverage_show(struct seq_file *file, void *unused)
{
	struct pcishare_device *device = file->private;
	struct pcishare_coverage *coverage = &device->coverage;
	struct pcishare_place *places;
	unsigned int i, count;
	u64 more;

	places = kvcalloc(PCISHARE_PLACES_MAX, sizeof(*places), GFP_KERNEL);
	if (!places)
		return -ENOMEM;
	spin_lock(&coverage->lock);
	count = coverage->count;
	more = coverage->more;
	memcpy(places, coverage->places, count * sizeof(*places));
	spin_unlock(&coverage->lock);
	for (i = 0; i < count; i++)
		pcishare_place_show(file, &places[i]);
	if (more)
		seq_printf(file, "# and %llu accesses to other places\n", more);
	kvfree(places);
	return 0;
}

static int pcishare_coverage_open(struct inode *inode, struct file *file)
{
	return single_open(file, pcishare_coverage_show, inode->i_private);
}

static ssize_t pcishare_coverage_write(struct file *file,
				       const char __user *text, size_t count,
				       loff_t *pos)
{
	struct seq_file *seq = file->private_data;

	pcishare_coverage_clear(seq->private);
	return count;
}

static const struct file_operations pcishare_coverage_fops = {
	.owner = THIS_MODULE,
	.open = pcishare_coverage_open,
	.read = seq_read,
	.write = pcishare_coverage_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * pcishare_coverage_init - begin to note what guests of a device touch
 * @device: the device
 *
 * Return: 0 or -ENOMEM.
 */
int pcishare_coverage_init(struct pcishare_device *device)
{
	struct pcishare_coverage *coverage = &device->coverage;

	spin_lock_init(&coverage->lock);
	coverage->places = kvcalloc(PCISHARE_PLACES_MAX,
				    sizeof(*coverage->places), GFP_KERNEL);
	if (!coverage->places)
		return -ENOMEM;
	coverage->dir = debugfs_create_dir(pci_name(device->pdev),
					   pcishare_debugfs());
	debugfs_create_file("coverage", 0600, coverage->dir, device,
			    &pcishare_coverage_fops);
	return 0;
}

/**
 * pcishare_coverage_exit - a device is going
 * @device: the device, which no guest has open
 *
 * Context: may sleep, until nobody reads it.
 */
void pcishare_coverage_exit(struct pcishare_device *device)
{
	debugfs_remove_recursive(device->coverage.dir);
	kvfree(device->coverage.places);
}
