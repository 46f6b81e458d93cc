// SPDX-License-Identifier: GPL-2.0
/*
 * The model of a guest's device: as its policy says, and otherwise as the
 * physical device was found, which another guest may have now.
 */
#include <linux/pci.h>

#include <vdev/vdev.h>

#include "../device.h"
#include "guest.h"
#include "model.h"

static void pcishare_model_identify(struct vdev_model *model,
				    const struct pci_dev *pdev)
{
	model->vendor = pdev->vendor;
	model->device = pdev->device;
	model->subvendor = pdev->subsystem_vendor;
	model->subdevice = pdev->subsystem_device;
	model->class_revision = pdev->class << 8 | pdev->revision;
}

/* The part of the device that a guest has may be a model of its own. */
static void pcishare_model_pose(struct vdev_model *model,
				const struct pcishare_policy_device *as)
{
	if (!as->name)
		return;
	model->vendor = as->vendor;
	model->device = as->device;
	if (!as->subsystem)
		return;
	model->subvendor = as->subvendor;
	model->subdevice = as->subdevice;
}

static void pcishare_model_set_bar(struct vdev_bar *bar,
				   const struct pcishare_policy_bar *declared)
{
	static const u32 types[] = {
		[PCISHARE_IO] = PCI_BASE_ADDRESS_SPACE_IO,
		[PCISHARE_MEM] = PCI_BASE_ADDRESS_MEM_TYPE_32,
		[PCISHARE_MEM64] = PCI_BASE_ADDRESS_MEM_TYPE_64,
		[PCISHARE_TABLE] = PCI_BASE_ADDRESS_MEM_TYPE_32,
	};

	if (declared->space == PCISHARE_NO_BAR)
		return;
	bar->size = declared->size;
	bar->type = types[declared->space];
	if (declared->prefetch)
		bar->type |= PCI_BASE_ADDRESS_MEM_PREFETCH;
}

static void pcishare_model_set_bars(struct vdev_model *model,
				    const struct pcishare_policy *policy)
{
	unsigned int i;

	static_assert(PCISHARE_BARS == PCI_STD_NUM_BARS, "as many");
	static_assert(PCISHARE_TABLE_SIZE == VDEV_TABLE_SIZE, "the same table");
	for (i = 0; i < PCISHARE_BARS; i++) {
		pcishare_model_set_bar(&model->bars[i], &policy->guest_bars[i]);
		if (policy->guest_bars[i].space == PCISHARE_TABLE)
			model->table = i;
	}
}

static void pcishare_model_set_irqs(struct vdev_model *model,
				    const struct pcishare_policy *policy)
{
	static_assert(PCISHARE_VECTORS_MAX == VDEV_VECTORS_MAX, "as many");
	model->intx = policy->irqs & PCISHARE_INTX;
	if (policy->irqs & PCISHARE_MSI)
		model->msi = policy->nr_vectors;
	if (policy->irqs & PCISHARE_MSIX)
		model->msix = policy->nr_vectors;
}

/**
 * pcishare_model_set - say what a guest's device is
 * @guest: the guest, with its policy, which is being opened
 *
 * Locking: the guest's lock held.
 */
void pcishare_model_set(struct pcishare_guest *guest)
{
	const struct pcishare_policy *policy = guest->policy;
	struct vdev_model *model = &guest->vdev.model;

	memset(model, 0, sizeof(*model));
	pcishare_model_identify(model, guest->device->pdev);
	pcishare_model_pose(model, &policy->share.as);
	pcishare_model_set_bars(model, policy);
	pcishare_model_set_irqs(model, policy);
	/* If not the device, then the guest's own registers. */
	model->resettable = !policy->passthrough || guest->device->resettable;
}
