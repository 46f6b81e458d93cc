/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Page tracking, by which KVM tells of writes to pages of guests: brings
 * asm/kvm_page_track.h up to the newest kernel's. There is such a thing only
 * with CONFIG_KVM_EXTERNAL_WRITE_TRACKING.
 */
#ifndef DEVSHARE_COMPAT_KVM_H
#define DEVSHARE_COMPAT_KVM_H

#include <linux/kvm_host.h>

#include <asm/kvm_page_track.h>

#include <compat/probes.h>

/*
 * Write the functions as the newest kernel wants them, adapt them, and name
 * them in the node through the same words, ADAPTED_KVM_TRACK_REMOVE_REGION()
 * without a member, of which the name changed.
 */
#ifndef COMPAT_KVM_TRACK_WRITE_TAKES_VCPU
/*
 * A slot that is about to go away may stay, if it was to be moved; it is told
 * of when it has gone.
 */
static inline bool kvm_write_track_may_add(const struct kvm_memory_slot *slot)
{
	return true;
}

#define ADAPT_KVM_TRACK_WRITE(fn)	static_assert(true)
#define ADAPTED_KVM_TRACK_WRITE(fn)	(fn)
#define ADAPT_KVM_TRACK_REMOVE_REGION(fn)	static_assert(true)
#define ADAPTED_KVM_TRACK_REMOVE_REGION(fn)	.track_remove_region = (fn)
#else
#define ADAPT_KVM_TRACK_WRITE(fn)					\
	static void							\
	fn##_compat(struct kvm_vcpu *vcpu, gpa_t gpa, const u8 *new,	\
		    int bytes, struct kvm_page_track_notifier_node *node) \
	{								\
		fn(gpa, new, bytes, node);				\
	}								\
	static_assert(true)
#define ADAPTED_KVM_TRACK_WRITE(fn)	(fn##_compat)

#define ADAPT_KVM_TRACK_REMOVE_REGION(fn)				\
	static void							\
	fn##_compat(struct kvm *kvm, struct kvm_memory_slot *slot,	\
		    struct kvm_page_track_notifier_node *node)		\
	{								\
		fn(slot->base_gfn, slot->npages, node);			\
	}								\
	static_assert(true)
#define ADAPTED_KVM_TRACK_REMOVE_REGION(fn)	.track_flush_slot = (fn##_compat)

/* One that is about to go away was told of, or is going to be. */
static inline bool kvm_write_track_may_add(const struct kvm_memory_slot *slot)
{
	return !(slot->flags & KVM_MEMSLOT_INVALID);
}

/* That of KVM checks nothing and cannot fail. */
static inline int
compat_kvm_page_track_register(struct kvm *kvm,
			       struct kvm_page_track_notifier_node *node)
{
	if (kvm->mm != current->mm)
		return -ESRCH;
	kvm_get_kvm(kvm);
	kvm_page_track_register_notifier(kvm, node);
	return 0;
}

static inline void
compat_kvm_page_track_unregister(struct kvm *kvm,
				 struct kvm_page_track_notifier_node *node)
{
	kvm_page_track_unregister_notifier(kvm, node);
	kvm_put_kvm(kvm);
}

#define kvm_page_track_register_notifier	compat_kvm_page_track_register
#define kvm_page_track_unregister_notifier	compat_kvm_page_track_unregister

static inline int
compat_kvm_track_gfn(struct kvm *kvm, gfn_t gfn,
		     void (*fn)(struct kvm *kvm, struct kvm_memory_slot *slot,
				gfn_t gfn, enum kvm_page_track_mode mode))
{
	struct kvm_memory_slot *slot;
	int idx = srcu_read_lock(&kvm->srcu);

	slot = gfn_to_memslot(kvm, gfn);
	if (slot) {
		write_lock(&kvm->mmu_lock);
		fn(kvm, slot, gfn, KVM_PAGE_TRACK_WRITE);
		write_unlock(&kvm->mmu_lock);
	}
	srcu_read_unlock(&kvm->srcu, idx);
	return slot ? 0 : -EINVAL;
}

static inline int kvm_write_track_add_gfn(struct kvm *kvm, gfn_t gfn)
{
	return compat_kvm_track_gfn(kvm, gfn, kvm_slot_page_track_add_page);
}

static inline int kvm_write_track_remove_gfn(struct kvm *kvm, gfn_t gfn)
{
	return compat_kvm_track_gfn(kvm, gfn, kvm_slot_page_track_remove_page);
}
#endif

#endif /* DEVSHARE_COMPAT_KVM_H */
