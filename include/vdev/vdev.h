/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev - a PCI device of vfio whose registers are software: its configuration
 * space, its interrupts, and the calls of its user, a VMM. The embedding driver
 * says what it is and what its BARs do. Documentation/vdev.rst.
 */
#ifndef VDEV_VDEV_H
#define VDEV_VDEV_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <linux/workqueue.h>

#include <compat/export.h>

/* Of what is exported: MODULE_IMPORT_NS(VDEV_NS). */
#define VDEV_NS	SYMBOL_NS(DEVSHARE_VDEV)

struct eventfd_ctx;
struct vdev;
struct vdev_page;
struct virqfd;

/* As many has MSI at most: PCI Local Bus Specification 3.0, section 6.8.1.3. */
#define VDEV_VECTORS_MAX	32

/*
 * A BAR with the table of MSI-X: the table from the beginning on, 16 bytes a
 * vector, and the pending bits at VDEV_PENDING_BITS. A page of its own, so that
 * a VMM can leave out of it what it maps.
 */
#define VDEV_TABLE_SIZE		4096
#define VDEV_PENDING_BITS	2048

/*
 * The model of the device
 */

/**
 * struct vdev_bar - a BAR
 * @type: its low bits, which say what it is: PCI_BASE_ADDRESS_SPACE_IO and so
 *	on
 * @size: in bytes, a power of two; 0 if there is none
 */
struct vdev_bar {
	u32 type;
	u64 size;
};

/* As many bytes has a capability of a model at most, after its ID and link. */
#define VDEV_CAP_BODY		18

/**
 * struct vdev_cap - a capability that is memory, for the embedding driver
 * @offset: in the configuration space, from VDEV_CAP_FIRST on; by these they
 *	are in order
 * @id: PCI_CAP_ID_*
 * @size: bytes of @body
 * @body: what follows ID and link
 * @writable: which bits of it a guest may write
 */
struct vdev_cap {
	u8 offset;
	u8 id;
	u8 size;
	u8 body[VDEV_CAP_BODY];
	u8 writable[VDEV_CAP_BODY];
};

/* Where capabilities of a model may be: power management and MSI are before. */
#define VDEV_CAP_FIRST		0x64

/**
 * struct vdev_model - what a device is
 * @vendor: its ID
 * @device: its ID
 * @subvendor: its ID
 * @subdevice: its ID
 * @class_revision: as PCI_CLASS_REVISION has them
 * @bars: its BARs; of one with PCI_BASE_ADDRESS_MEM_TYPE_64 the next is none
 * @intx: it has INTx
 * @msi: how many messages of MSI it has, up to VDEV_VECTORS_MAX; 0 without MSI
 * @msix: the same of MSI-X
 * @table: with @msix, the BAR of VDEV_TABLE_SIZE with the table
 * @paged: there is a BAR of registers that reading does not change, @page: where
 *	KVM can tell of writes, guests read it without an exit. See
 *	vdev_page_open()
 * @page: with @paged, the BAR, in memory and of PAGE_SIZE
 * @resettable: it can be reset
 * @caps: capabilities besides those of what is said here, or NULL
 * @nr_caps: how many
 */
struct vdev_model {
	u16 vendor;
	u16 device;
	u16 subvendor;
	u16 subdevice;
	u32 class_revision;
	struct vdev_bar bars[PCI_STD_NUM_BARS];
	bool intx;
	u8 msi;
	u8 msix;
	u8 table;
	bool paged;
	u8 page;
	bool resettable;
	const struct vdev_cap *caps;
	unsigned int nr_caps;
};

/**
 * struct vdev_ops - what the embedding driver does
 * @read: read @width bytes, 1 to 8, of the region @index, a BAR or
 *	VFIO_PCI_CONFIG_REGION_INDEX, at @offset, a multiple of @width within
 *	it; with the vdev's lock held, which it may leave and take again
 * @write: the same for writing
 * @reset: VFIO_DEVICE_RESET; in process context, with no lock held
 * @pending: which messages there are for the guest to be told by, a bit each;
 *	in any context
 * @asserted: does the device still want INTx up? In any context
 * @listens: the guest may hear again of what it was not told, or is through
 *	with what it was: if there is still something, vdev_raise() it. In any
 *	context, without locks that whoever waits for the guest's eventfds may
 *	take
 * @show: of a @paged model: the guest has overwritten @count bytes of its page
 *	at @offset, of which @write came, and vdev_page_set() is to restore all
 *	that are touched; in process context, with no lock held
 */
struct vdev_ops {
	u64 (*read)(struct vdev *vdev, unsigned int index, u64 offset,
		    unsigned int width);
	void (*write)(struct vdev *vdev, unsigned int index, u64 offset,
		      unsigned int width, u64 value);
	int (*reset)(struct vdev *vdev);
	u32 (*pending)(struct vdev *vdev);
	bool (*asserted)(struct vdev *vdev);
	void (*listens)(struct vdev *vdev);
	void (*show)(struct vdev *vdev, u64 offset, size_t count);
};

/*
 * The state of it. The embedding driver reads none of this except what is said
 * here.
 */

/**
 * struct vdev_config - a configuration space, without the extended one
 * @value: what is read
 * @writable: which bits a guest may write
 */
struct vdev_config {
	u8 value[PCI_CFG_SPACE_SIZE];
	u8 writable[PCI_CFG_SPACE_SIZE];
};

/**
 * struct vdev_trigger - an eventfd that is signalled, or none
 * @ctx: the eventfd, NULL if there is none; written under @mutex, read under
 *	RCU
 * @mutex: serialises its user's calls
 * @work: signals it from where that is possible
 */
struct vdev_trigger {
	struct eventfd_ctx __rcu *ctx;
	struct mutex *mutex;	/* ctx */
	struct work_struct work;
};

/**
 * struct vdev_intx - INTx
 * @trigger: signalled
 * @asserted: the level, as it was when it was last looked at; as the next three
 *	under &vdev_irqs.lock
 * @signalled: the guest was told and is not through with it
 * @masked: the user wants to hear nothing
 * @disabled: nor does the guest, by its configuration space
 * @unmask: unmasks when @unmask_ctx is signalled; under &vdev_irqs.mutex
 * @unmask_ctx: of @unmask; under &vdev_irqs.mutex
 */
struct vdev_intx {
	struct vdev_trigger trigger;
	bool asserted;
	bool signalled;
	bool masked;
	bool disabled;
	struct virqfd *unmask;
	struct eventfd_ctx *unmask_ctx;
};

/**
 * struct vdev_msi - MSI or MSI-X
 * @vectors: signalled
 * @count: how many there are, since they were enabled; written under
 *	&vdev_irqs.mutex and &vdev_irqs.lock, read under either
 * @withheld: the guest's configuration space does not let any be sent; under
 *	&vdev_irqs.lock
 */
struct vdev_msi {
	struct vdev_trigger vectors[VDEV_VECTORS_MAX];
	unsigned int count;
	bool withheld;
};

/**
 * struct vdev_irqs - interrupts
 * @mutex: serialises SET_IRQS
 * @lock: protects @mode, what @intx says and how many messages @msi has
 * @mode: which kind the user has enabled: VFIO_PCI_INTX_IRQ_INDEX,
 *	VFIO_PCI_MSI_IRQ_INDEX, VFIO_PCI_MSIX_IRQ_INDEX, or VFIO_PCI_NUM_IRQS
 *	for none; written under @mutex and @lock, read under either
 * @intx: INTx
 * @msi: MSI or MSI-X, whichever is enabled
 * @error: signalled when the device fails
 * @request: signalled when the device is to be given back
 * @signalled: how many INTx and messages were; for anybody to read
 */
struct vdev_irqs {
	struct mutex mutex;	/* SET_IRQS */
	spinlock_t lock;	/* mode, intx, msi.count */
	u32 mode;
	struct vdev_intx intx;
	struct vdev_msi msi;
	struct vdev_trigger error;
	struct vdev_trigger request;
	atomic64_t signalled;
};

/**
 * struct vdev - a device
 * @vfio: first, as the vfio core wants it
 * @ops: what the embedding driver does
 * @lock: the embedding driver's, held around accesses: protects @config
 * @model: what it is, written by the embedding driver ahead of
 *	vdev_config_reset(); while it is open it stays
 * @config: its configuration space
 * @irqs: its interrupts
 * @page: what a guest reads without an exit, or NULL; while it is open it stays
 * @shown: the registers there
 */
struct vdev {
	struct vfio_device vfio;
	const struct vdev_ops *ops;
	struct mutex *lock;	/* config */
	struct vdev_model model;
	struct vdev_config config;
	struct vdev_irqs irqs;
	struct vdev_page *page;
	__le32 *shown;
};

static inline struct vdev *vdev_of(struct vfio_device *vfio)
{
	return container_of(vfio, struct vdev, vfio);
}

/* ioctl.c */
void
vdev_init(struct vdev *vdev, const struct vdev_ops *ops, struct mutex *lock);
long vdev_ioctl(struct vfio_device *vfio, unsigned int cmd, unsigned long arg);

/* region.c */
int vdev_region_info(struct vfio_device *vfio, struct vfio_region_info *info,
		     struct vfio_info_cap *caps);
ssize_t vdev_read(struct vfio_device *vfio, char __user *buf, size_t count,
		  loff_t *ppos);
ssize_t vdev_write(struct vfio_device *vfio, const char __user *buf,
		   size_t count, loff_t *ppos);

/* page.c */
#ifdef CONFIG_KVM_EXTERNAL_WRITE_TRACKING
int vdev_page_open(struct vdev *vdev);
void vdev_page_disconnect(struct vdev *vdev);
void vdev_page_free(struct vdev *vdev);
int vdev_mmap(struct vfio_device *vfio, struct vm_area_struct *vma);
#else
static inline int vdev_page_open(struct vdev *vdev)
{
	return 0;
}

static inline void vdev_page_disconnect(struct vdev *vdev)
{
}

static inline void vdev_page_free(struct vdev *vdev)
{
}

static inline int vdev_mmap(struct vfio_device *vfio,
			    struct vm_area_struct *vma)
{
	return -EINVAL;
}
#endif

/**
 * vdev_page_set - have a guest read a value
 * @vdev: the device
 * @offset: of the register in its page, a multiple of 4
 * @value: what it reads from here on
 *
 * Without a page nothing is done.
 *
 * Context: any. Writers of one register are serialised by the embedding driver.
 */
static inline void vdev_page_set(struct vdev *vdev, unsigned int offset,
				 u32 value)
{
	/* Pairs with nothing: a guest sees each register by itself. */
	if (vdev->shown)
		WRITE_ONCE(vdev->shown[offset / 4], cpu_to_le32(value));
}

/* config.c */
void vdev_config_reset(struct vdev *vdev);
void vdev_config_wake(struct vdev *vdev);
u32 vdev_config_read(struct vdev *vdev, unsigned int offset,
		     unsigned int width);
void vdev_config_write(struct vdev *vdev, unsigned int offset,
		       unsigned int width, u32 value);
bool vdev_decodes(const struct vdev *vdev, unsigned int index);
bool vdev_may_master(const struct vdev *vdev);

/* irq.c */
void vdev_irqs_open(struct vdev *vdev);
void vdev_irqs_close(struct vdev *vdev);
void vdev_raise(struct vdev *vdev, u32 vectors);
void vdev_signal_request(struct vdev *vdev);
void vdev_signal_error(struct vdev *vdev);

#endif
