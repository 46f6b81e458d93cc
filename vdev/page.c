// SPDX-License-Identifier: GPL-2.0
/*
 * A page of registers that a guest reads without an exit.
 *
 * The page is memory, which the VMM maps and has KVM give to its guest. KVM
 * write-protects it there, and when the guest writes it emulates the access,
 * in the kernel, and calls here. So the guest's value is on the page before
 * anybody knows: what is there is for guests to read, and decides nothing.
 *
 * KVM is to know of the page before it maps it. It does so by a fault of the
 * VMM's page tables, and that is where KVM is told; a slot of memory that goes
 * away takes the page out of the VMM's page tables, so that the next slot has
 * its fault again. Nothing needs to know the value of the BAR.
 *
 * Order of locks: mmap_lock, kvm->srcu, the page's lock, kvm->mmu_lock; and
 * kvm->slots_lock is taken before mmap_lock.
 */
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <compat/kvm.h>
#include <compat/mm.h>
#include <compat/vfio.h>

#include "bytes.h"
#include "region.h"

#define VDEV_NO_GFN	(~(gfn_t)0)

/**
 * struct vdev_page - a page that a guest reads without an exit
 * @vdev: whose
 * @kvm: the virtual machine, while @track is registered
 * @track: has KVM call
 * @lock: held while KVM is told of the page
 * @gfn: where the guest has it, as KVM was told, or VDEV_NO_GFN; written under
 *	@lock
 * @untracked: the VMM's page tables have it, and KVM was not told; under @lock
 * @address: where the VMM has it, or 0: once at most
 */
struct vdev_page {
	struct vdev *vdev;
	struct kvm *kvm;
	struct kvm_page_track_notifier_node track;
	struct mutex lock;	/* gfn, and page tables */
	gfn_t gfn;
	bool untracked;
	unsigned long address;
};

/*
 * Writes
 */

/* As of a region. A process that cannot wait for the lock is about to end. */
static void vdev_page_write(struct vdev_page *page, unsigned int offset,
			    const u8 *bytes, size_t count)
{
	struct vdev *vdev = page->vdev;
	unsigned int width;
	size_t done;

	for (done = 0; done < count; done += width) {
		width = vdev_region_width(offset + done, count - done, 8);
		if (vdev_region_write(vdev, vdev->model.page, offset + done,
				      width,
				      vdev_get_le(bytes + done, width)))
			return;
	}
	vdev->ops->show(vdev, offset, count);
}

/* Comes of all that KVM emulates: in the virtual processor, which may sleep. */
static void vdev_page_written(gpa_t gpa, const u8 *new, int bytes,
			      struct kvm_page_track_notifier_node *node)
{
	struct vdev_page *page = container_of(node, struct vdev_page, track);

	if (gpa_to_gfn(gpa) != READ_ONCE(page->gfn))
		return;
	vdev_page_write(page, offset_in_page(gpa), new,
			min_t(size_t, bytes, PAGE_SIZE - offset_in_page(gpa)));
}

ADAPT_KVM_TRACK_WRITE(vdev_page_written);

/*
 * Page tables
 */

/* The slot that has @address, which may be about to go away; or NULL. */
static const struct kvm_memory_slot *
vdev_page_find_slot(const struct vdev_page *page, unsigned long address)
{
	/* The macro looks at them again and again, and they may be replaced. */
	struct kvm_memslots *slots = kvm_memslots(page->kvm);
	const struct kvm_memory_slot *slot;
	int bkt;

	kvm_for_each_memslot(slot, bkt, slots)
		if (address - slot->userspace_addr < slot->npages << PAGE_SHIFT)
			return slot;
	return NULL;
}

static void vdev_page_untrack(struct vdev_page *page)
{
	lockdep_assert_held(&page->lock);
	if (page->gfn != VDEV_NO_GFN)
		kvm_write_track_remove_gfn(page->kvm, page->gfn);
	WRITE_ONCE(page->gfn, VDEV_NO_GFN);
}

static void vdev_page_track(struct vdev_page *page, gfn_t gfn)
{
	lockdep_assert_held(&page->lock);
	if (gfn == page->gfn)
		return;
	vdev_page_untrack(page);
	WRITE_ONCE(page->gfn, gfn);
	page->untracked = kvm_write_track_add_gfn(page->kvm, gfn);
	if (page->untracked)
		WRITE_ONCE(page->gfn, VDEV_NO_GFN);
}

/*
 * A slot that is about to go away is told of by vdev_page_removed(), after all
 * processors that use it: what is inserted for those is taken out there.
 */
static vm_fault_t vdev_page_insert(struct vdev_page *page,
				   struct vm_fault *vmf)
{
	const struct kvm_memory_slot *slot;
	unsigned long pfn = virt_to_phys(page->vdev->shown) >> PAGE_SHIFT;

	lockdep_assert_held(&page->lock);
	slot = vdev_page_find_slot(page, vmf->address);
	/* As of a BAR of vfio-pci that does not decode. */
	if (!slot)
		return VM_FAULT_SIGBUS;
	if (kvm_write_track_may_add(slot))
		vdev_page_track(page,
				slot->base_gfn +
				((vmf->address - slot->userspace_addr) >>
				 PAGE_SHIFT));
	else
		page->untracked = true;
	return vmf_insert_pfn(vmf->vma, vmf->address, pfn);
}

/* With srcu held until it is inserted, the slot that was found stays. */
static vm_fault_t vdev_page_fault(struct vm_fault *vmf)
{
	struct vdev_page *page = vmf->vma->vm_private_data;
	vm_fault_t ret;
	int idx;

	idx = srcu_read_lock(&page->kvm->srcu);
	mutex_lock(&page->lock);
	ret = vdev_page_insert(page, vmf);
	mutex_unlock(&page->lock);
	srcu_read_unlock(&page->kvm->srcu, idx);
	return ret;
}

/* Of one that was moved before it was moved back, too. */
static void vdev_page_unmapped(struct vm_area_struct *vma)
{
	struct vdev_page *page = vma->vm_private_data;

	cmpxchg(&page->address, vma->vm_start, 0);
}

static int vdev_page_moved(struct vm_area_struct *vma)
{
	return -EINVAL;
}

static const struct vm_operations_struct vdev_page_vm_ops = {
	.close		= vdev_page_unmapped,
	.mremap		= vdev_page_moved,
	.fault		= vdev_page_fault,
};

static void vdev_page_zap(struct vdev_page *page)
{
	struct vdev *vdev = page->vdev;

	vfio_zap(&vdev->vfio, vdev_region_offset(vdev->model.page), PAGE_SIZE,
		 page->kvm->mm, READ_ONCE(page->address), &vdev_page_vm_ops);
}

/*
 * Of a slot that is moved, too, or one of the same frames that only a processor
 * in system management mode has: KVM counts how often it was told of a frame.
 *
 * Nothing is zapped for the sake of other slots: a virtual processor that has
 * its fault at that moment, and does not find what was inserted for it, stops.
 * Those that use this one are through with it.
 */
static void vdev_page_removed(gfn_t gfn, unsigned long nr_pages,
			      struct kvm_page_track_notifier_node *node)
{
	struct vdev_page *page = container_of(node, struct vdev_page, track);
	bool ours;

	mutex_lock(&page->lock);
	ours = page->untracked || page->gfn - gfn < nr_pages;
	if (ours)
		vdev_page_untrack(page);
	page->untracked = false;
	mutex_unlock(&page->lock);
	if (ours)
		vdev_page_zap(page);
}

ADAPT_KVM_TRACK_REMOVE_REGION(vdev_page_removed);

static bool vdev_page_may_map(const struct vdev_page *page,
			      const struct vm_area_struct *vma)
{
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;

	return offset == vdev_region_offset(page->vdev->model.page) &&
	       vma->vm_end - vma->vm_start == PAGE_SIZE &&
	       vma->vm_flags & VM_SHARED && current->mm == page->kvm->mm;
}

/**
 * vdev_mmap - map the page
 * @vfio: the device
 * @vma: where
 *
 * Return: 0; -EINVAL if it is not all of the page, shared, in the process that
 * has the virtual machine; -EBUSY if it is mapped.
 * Context: mmap_lock held for writing.
 */
int vdev_mmap(struct vfio_device *vfio, struct vm_area_struct *vma)
{
	struct vdev_page *page = vdev_of(vfio)->page;

	if (!page || !vdev_page_may_map(page, vma))
		return -EINVAL;
	if (cmpxchg(&page->address, 0, vma->vm_start))
		return -EBUSY;
	/* No child of the VMM's has it, whose page tables nobody looks after. */
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP |
				  VM_DONTCOPY);
	vma->vm_private_data = page;
	vma->vm_ops = &vdev_page_vm_ops;
	return 0;
}
EXPORT_SYMBOL_NS_GPL(vdev_mmap, VDEV_NS);

/*
 * From opening to closing
 */

/**
 * vdev_page_free - forget the page
 * @vdev: the device, disconnected; nobody sets anything any more
 *
 * Context: may sleep.
 */
void vdev_page_free(struct vdev *vdev)
{
	free_page((unsigned long)vdev->shown);
	kfree(vdev->page);
	vdev->shown = NULL;
	vdev->page = NULL;
}
EXPORT_SYMBOL_NS_GPL(vdev_page_free, VDEV_NS);

static int vdev_page_alloc(struct vdev *vdev)
{
	struct vdev_page *page = kzalloc(sizeof(*page), GFP_KERNEL_ACCOUNT);

	vdev->shown = (__le32 *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	vdev->page = page;
	if (!page || !vdev->shown) {
		vdev_page_free(vdev);
		return -ENOMEM;
	}
	mutex_init(&page->lock);
	page->vdev = vdev;
	page->gfn = VDEV_NO_GFN;
	page->track = (struct kvm_page_track_notifier_node){
		.track_write = ADAPTED_KVM_TRACK_WRITE(vdev_page_written),
		ADAPTED_KVM_TRACK_REMOVE_REGION(vdev_page_removed),
	};
	return 0;
}

/**
 * vdev_page_open - have a guest read a page without an exit, where that can be
 * @vdev: the device, its model filled in; nothing of it is reached by its user
 *
 * It can be had of a virtual machine of KVM, on x86, if the kernel has
 * CONFIG_KVM_EXTERNAL_WRITE_TRACKING. Else accesses come as to any BAR.
 *
 * Return: 0, also without a page; -ENOMEM.
 * Context: in the opening of the device; may sleep.
 */
int vdev_page_open(struct vdev *vdev)
{
	struct kvm *kvm = vdev->vfio.kvm;
	int ret;

	if (!vdev->model.paged || !kvm)
		return 0;
	ret = vdev_page_alloc(vdev);
	if (ret)
		return ret;
	/* Slots may go away from here on. */
	vdev->page->kvm = kvm;
	ret = kvm_page_track_register_notifier(kvm, &vdev->page->track);
	if (ret)
		vdev_page_free(vdev);
	return ret == -ENOMEM ? ret : 0;
}
EXPORT_SYMBOL_NS_GPL(vdev_page_open, VDEV_NS);

/**
 * vdev_page_disconnect - have no more writes come
 * @vdev: the device, which nobody has open or mapped any more
 *
 * Context: in the closing of the device; may sleep. No lock held that its
 * writes take.
 */
void vdev_page_disconnect(struct vdev *vdev)
{
	struct vdev_page *page = vdev->page;

	if (!page)
		return;
	mutex_lock(&page->lock);
	vdev_page_untrack(page);
	mutex_unlock(&page->lock);
	kvm_page_track_unregister_notifier(page->kvm, &page->track);
}
EXPORT_SYMBOL_NS_GPL(vdev_page_disconnect, VDEV_NS);
