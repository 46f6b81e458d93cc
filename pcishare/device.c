// SPDX-License-Identifier: GPL-2.0
/*
 * The physical device: a PCI driver that binds what it is told to, and who has
 * the device.
 */
#include <linux/delay.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "device.h"
#include "guest.h"
#include "irq.h"
#include "module.h"

/* So often, each 10 ms, a reset is tried before a guest gets the device. */
#define PCISHARE_RESET_TRIES	100

/**
 * pcishare_device_reset - reset the physical device
 * @device: the device
 *
 * Return: 0; -ENOTTY if the kernel knows no way; -EAGAIN if the device is just
 * being bound or unbound.
 * Context: may sleep.
 */
int pcishare_device_reset(struct pcishare_device *device)
{
	return device->resettable ? pci_try_reset_function(device->pdev) :
				    -ENOTTY;
}

/*
 * Taking turns
 */

/* Returns -EBUSY while another has it. */
static int pcishare_device_try_take(struct pcishare_device *device,
				    struct pcishare_guest *guest)
{
	int ret = 0;

	mutex_lock(&device->lock);
	if (device->gone || guest->going)
		ret = -ENODEV;
	else if (device->holder)
		ret = -EBUSY;
	else
		WRITE_ONCE(device->holder, guest);
	mutex_unlock(&device->lock);
	return ret;
}

/* Is it worth trying? */
static bool pcishare_device_is_free(const struct pcishare_device *device,
				    const struct pcishare_guest *guest)
{
	return READ_ONCE(device->gone) || READ_ONCE(guest->going) ||
	       !READ_ONCE(device->holder);
}

static int pcishare_device_take(struct pcishare_device *device,
				struct pcishare_guest *guest)
{
	int ret;

	while ((ret = pcishare_device_try_take(device, guest)) == -EBUSY) {
		ret = wait_event_interruptible(device->turn,
					       pcishare_device_is_free(device,
								       guest));
		if (ret)
			return ret;
	}
	return ret;
}

/* Returns whether the guest had it. */
static bool pcishare_device_pass_on(struct pcishare_guest *guest)
{
	struct pcishare_device *device = guest->device;
	bool had;

	mutex_lock(&device->lock);
	had = device->holder == guest;
	if (had) {
		WRITE_ONCE(device->holder, NULL);
		/* The handler has left the guest after this. */
		pcishare_source_mask(device);
		/* What it began is not to go on; if it does see the next one. */
		if (device->used && !pcishare_device_reset(device))
			device->used = false;
	}
	mutex_unlock(&device->lock);
	if (had)
		wake_up_all(&device->turn);
	return had;
}

/*
 * Nobody is to find what another has left. The reset has to wait for whoever holds
 * the PCI device's lock just now.
 */
static int pcishare_device_clean(struct pcishare_device *device)
{
	unsigned int tries;

	if (!device->resettable || !device->used)
		goto clean;
	for (tries = 0; tries < PCISHARE_RESET_TRIES; tries++) {
		if (!pcishare_device_reset(device))
			goto clean;
		if (READ_ONCE(device->gone) || msleep_interruptible(10))
			break;
	}
	pci_notice_ratelimited(device->pdev,
			       "cannot be reset now: no guest gets it\n");
	return -EIO;
clean:
	device->used = true;
	return 0;
}

/**
 * pcishare_device_acquire - give a guest the device, when it is its turn
 * @guest: the guest
 *
 * Return: 0; -ERESTARTSYS if a signal ended the wait; -ENODEV if the device is
 * being removed; -EIO if it cannot be reset now; an error of waking it up.
 * Context: may sleep, as long as another guest has the device.
 */
int pcishare_device_acquire(struct pcishare_guest *guest)
{
	struct pcishare_device *device = guest->device;
	int ret = pcishare_device_take(device, guest);

	if (ret)
		return ret;
	ret = pm_runtime_resume_and_get(&device->pdev->dev);
	if (!ret) {
		ret = pcishare_device_clean(device);
		if (!ret)
			return 0;
		pm_runtime_put(&device->pdev->dev);
	}
	pcishare_device_pass_on(guest);
	return ret;
}

/**
 * pcishare_device_release - take the device from a guest that may have it
 * @guest: the guest, which accesses it no more
 *
 * Context: may sleep.
 */
void pcishare_device_release(struct pcishare_guest *guest)
{
	if (pcishare_device_pass_on(guest))
		pm_runtime_put(&guest->device->pdev->dev);
}

/**
 * pcishare_device_forsake - a guest is not to get the device any more
 * @guest: the guest, which may have it and may wait for it
 *
 * Context: may sleep.
 */
void pcishare_device_forsake(struct pcishare_guest *guest)
{
	mutex_lock(&guest->device->lock);
	WRITE_ONCE(guest->going, true);
	mutex_unlock(&guest->device->lock);
	wake_up_all(&guest->device->turn);
}

/**
 * pcishare_device_is_pending - does the physical device want its driver?
 * @guest: the guest that has it; for others it does not
 *
 * Context: any.
 */
bool pcishare_device_is_pending(struct pcishare_guest *guest)
{
	return READ_ONCE(guest->device->holder) == guest &&
	       pcishare_source_is_pending(guest->device);
}

/**
 * pcishare_device_unmask - a guest is through with an interrupt
 * @guest: the guest
 *
 * Context: any.
 */
void pcishare_device_unmask(struct pcishare_guest *guest)
{
	if (READ_ONCE(guest->device->holder) == guest)
		pcishare_source_unmask(guest->device);
}

/*
 * Binding
 */

static int pcishare_device_enable(struct pcishare_device *device)
{
	struct pci_dev *pdev = device->pdev;
	int ret = pci_enable_device(pdev);

	if (ret)
		return ret;
	/* No DMA: nobody has checked where to. */
	pci_clear_master(pdev);
	ret = pcishare_bars_map(pdev, device->bars);
	if (ret)
		goto disable;
	ret = pcishare_source_init(device);
	if (ret)
		goto unmap;
	device->resettable = !pci_reset_function_locked(pdev);
	return 0;

unmap:
	pcishare_bars_unmap(pdev, device->bars);
disable:
	pci_disable_device(pdev);
	return ret;
}

static void pcishare_device_disable(struct pcishare_device *device)
{
	pcishare_source_exit(device);
	pcishare_bars_unmap(device->pdev, device->bars);
	pci_disable_device(device->pdev);
}

static struct pcishare_device *pcishare_device_alloc(struct pci_dev *pdev)
{
	struct pcishare_device *device = kzalloc(sizeof(*device), GFP_KERNEL);

	if (!device)
		return NULL;
	device->pdev = pdev;
	mutex_init(&device->lock);
	INIT_LIST_HEAD(&device->guests);
	init_waitqueue_head(&device->turn);
	return device;
}

static int pcishare_device_setup(struct pcishare_device *device)
{
	struct pci_dev *pdev = device->pdev;
	int ret = pcishare_device_enable(device);

	if (ret)
		return ret;
	if (!device->resettable)
		pci_warn(pdev, "cannot be reset: a guest finds it as the one before left it\n");
	pci_set_drvdata(pdev, device);
	ret = pcishare_mdev_offer(device);
	if (ret)
		pcishare_device_disable(device);
	return ret;
}

static int pcishare_device_probe(struct pci_dev *pdev,
				 const struct pci_device_id *id)
{
	struct pcishare_device *device;
	int ret;

	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return -EINVAL;
	if (!pcishare_may_be_exclusive()) {
		pci_err(pdev, "has no policy; exclusive=1 gives it to one guest after another\n");
		return -ENOENT;
	}
	device = pcishare_device_alloc(pdev);
	if (!device)
		return -ENOMEM;
	ret = pcishare_device_setup(device);
	if (ret) {
		kfree(device);
		return ret;
	}
	/* It may sleep as long as no guest has it. */
	pm_runtime_put(&pdev->dev);
	return 0;
}

/* Nobody may open it from here on, and all are asked to close it. */
static void pcishare_device_ask_back(struct pcishare_device *device)
{
	bool at_once = !pci_device_is_present(device->pdev);
	struct pcishare_guest *guest;

	mutex_lock(&device->lock);
	WRITE_ONCE(device->gone, true);
	list_for_each_entry(guest, &device->guests, node)
		pcishare_guest_ask_back(guest, at_once);
	mutex_unlock(&device->lock);
	wake_up(&device->turn);
}

static void pcishare_device_remove(struct pci_dev *pdev)
{
	struct pcishare_device *device = pci_get_drvdata(pdev);

	pm_runtime_get_sync(&pdev->dev);
	pcishare_device_ask_back(device);
	pcishare_mdev_withdraw(device);
	pcishare_device_disable(device);
	kfree(device);
}

static pci_ers_result_t
pcishare_device_error(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct pcishare_device *device = pci_get_drvdata(pdev);
	struct pcishare_guest *guest;

	mutex_lock(&device->lock);
	list_for_each_entry(guest, &device->guests, node)
		pcishare_irq_signal_error(guest);
	mutex_unlock(&device->lock);
	return state == pci_channel_io_perm_failure ?
	       PCI_ERS_RESULT_DISCONNECT : PCI_ERS_RESULT_CAN_RECOVER;
}

static void pcishare_device_reset_done(struct pci_dev *pdev)
{
	struct pcishare_device *device = pci_get_drvdata(pdev);

	/* Not yet, while it is being bound. */
	if (device)
		pcishare_source_follow(device);
}

static const struct pci_error_handlers pcishare_error_handlers = {
	.error_detected = pcishare_device_error,
	.reset_done = pcishare_device_reset_done,
};

/*
 * Attributes, documented in Documentation/ABI/testing/sysfs-bus-pci-pcishare
 */

static ssize_t holder_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	ssize_t len;

	mutex_lock(&device->lock);
	len = sysfs_emit(buf, "%s\n", device->holder ?
			 pcishare_guest_name(device->holder) : "");
	mutex_unlock(&device->lock);
	return len;
}
static DEVICE_ATTR_RO(holder);

static ssize_t guests_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	struct pcishare_guest *guest;
	int len = 0;

	mutex_lock(&device->lock);
	list_for_each_entry(guest, &device->guests, node)
		len += sysfs_emit_at(buf, len, "%s\n",
				     pcishare_guest_name(guest));
	mutex_unlock(&device->lock);
	return len;
}
static DEVICE_ATTR_RO(guests);

static ssize_t sharing_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "exclusive\n");
}
static DEVICE_ATTR_RO(sharing);

static ssize_t unclaimed_interrupts_show(struct device *dev,
					 struct device_attribute *attr,
					 char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%lld\n",
			  (s64)atomic64_read(&device->source.unclaimed));
}
static DEVICE_ATTR_RO(unclaimed_interrupts);

static struct attribute *pcishare_device_attrs[] = {
	&dev_attr_holder.attr,
	&dev_attr_guests.attr,
	&dev_attr_sharing.attr,
	&dev_attr_unclaimed_interrupts.attr,
	NULL
};

static const struct attribute_group pcishare_device_group = {
	.name = "pcishare",
	.attrs = pcishare_device_attrs,
};

static const struct attribute_group *pcishare_device_groups[] = {
	&pcishare_device_group,
	NULL
};

static struct pci_driver pcishare_pci_driver = {
	.name = KBUILD_MODNAME,
	.probe = pcishare_device_probe,
	.remove = pcishare_device_remove,
	.err_handler = &pcishare_error_handlers,
	.dev_groups = pcishare_device_groups,
};

/*
 * Which devices
 */

/* "8086:10c9" or "8086:10c9:15d9:0001" */
static int pcishare_add_id(const char *id)
{
	unsigned int vendor, device;
	unsigned int subvendor = PCI_ANY_ID, subdevice = PCI_ANY_ID;
	int end = 0, fields;

	fields = sscanf(id, "%4x:%4x%n:%4x:%4x%n", &vendor, &device, &end,
			&subvendor, &subdevice, &end);
	if ((fields != 2 && fields != 4) || id[end]) {
		pr_err("ids: %.32s is not vendor:device[:subvendor:subdevice]\n",
		       id);
		return -EINVAL;
	}
	return pci_add_dynid(&pcishare_pci_driver, vendor, device, subvendor,
			     subdevice, 0, 0, 0);
}

static int pcishare_add_ids(const char *ids)
{
	char *copy = kstrdup(ids, GFP_KERNEL);
	char *rest = copy, *id;
	int ret = copy ? 0 : -ENOMEM;

	while (!ret && (id = strsep(&rest, ",")))
		if (*id)
			ret = pcishare_add_id(id);
	kfree(copy);
	return ret;
}

/**
 * pcishare_devices_register - bind devices
 * @ids: which, separated by commas
 *
 * Return: 0; -EINVAL for an id that is none; another error, with nothing left
 * behind.
 */
int pcishare_devices_register(const char *ids)
{
	int ret = pci_register_driver(&pcishare_pci_driver);

	if (ret)
		return ret;
	ret = pcishare_add_ids(ids);
	if (ret)
		pci_unregister_driver(&pcishare_pci_driver);
	return ret;
}

/**
 * pcishare_devices_unregister - unbind all devices
 *
 * Context: may sleep, until no guest has one of them open.
 */
void pcishare_devices_unregister(void)
{
	pci_unregister_driver(&pcishare_pci_driver);
}
