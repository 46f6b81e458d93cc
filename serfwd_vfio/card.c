// SPDX-License-Identifier: GPL-2.0
/*
 * A PCI card at the guest end of a link: what is the same of all models.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/pci.h>

#include <compat/vfio.h>
#include <serfwd_end.h>

#include "card.h"
#include "module.h"

/* All cards, in the order in which they were made. */
static LIST_HEAD(serfwd_cards);
static DEFINE_MUTEX(serfwd_cards_mutex);

static struct serfwd_card *serfwd_card_of(struct vdev *vdev)
{
	return container_of(vdev, struct serfwd_card, vdev);
}

static struct serfwd_card *serfwd_vfio_card(struct vfio_device *vfio)
{
	return serfwd_card_of(vdev_of(vfio));
}

/*
 * Accesses
 */

/*
 * The parts behind the registers have locks of their own. While a line is being
 * set up, say, others may look into the configuration space.
 */
static u64 serfwd_card_read(struct vdev *vdev, unsigned int index, u64 offset,
			    unsigned int width)
{
	struct serfwd_card *card = serfwd_card_of(vdev);
	u64 value;

	if (card->state != SERFWD_CARD_OPEN)
		return U64_MAX;
	if (index == VFIO_PCI_CONFIG_REGION_INDEX) {
		if (card->model->ops->window)
			card->model->ops->window(card, offset, width, false);
		return vdev_config_read(vdev, offset, width);
	}
	if (!vdev_decodes(vdev, index))
		return U64_MAX;
	mutex_unlock(&card->lock);
	value = card->model->ops->read(card, index, offset, width);
	mutex_lock(&card->lock);
	return value;
}

static void serfwd_card_write(struct vdev *vdev, unsigned int index,
			      u64 offset, unsigned int width, u64 value)
{
	struct serfwd_card *card = serfwd_card_of(vdev);

	if (card->state == SERFWD_CARD_CLOSED)
		return;
	if (index == VFIO_PCI_CONFIG_REGION_INDEX) {
		if (card->state != SERFWD_CARD_OPEN)
			return;
		vdev_config_write(vdev, offset, width, value);
		if (card->model->ops->window)
			card->model->ops->window(card, offset, width, true);
		return;
	}
	if (!vdev_decodes(vdev, index))
		return;
	mutex_unlock(&card->lock);
	card->model->ops->write(card, index, offset, width, value);
	mutex_lock(&card->lock);
}

static int serfwd_card_reset(struct vdev *vdev)
{
	struct serfwd_card *card = serfwd_card_of(vdev);

	return card->model->ops->reset(card);
}

static u32 serfwd_card_pending(struct vdev *vdev)
{
	struct serfwd_card *card = serfwd_card_of(vdev);

	return card->model->ops->pending(card);
}

static bool serfwd_card_asserted(struct vdev *vdev)
{
	struct serfwd_card *card = serfwd_card_of(vdev);

	return card->model->ops->asserted(card);
}

static void serfwd_card_listens(struct vdev *vdev)
{
	struct serfwd_card *card = serfwd_card_of(vdev);

	card->model->ops->listens(card);
}

static void serfwd_card_show(struct vdev *vdev, u64 offset, size_t count)
{
	struct serfwd_card *card = serfwd_card_of(vdev);

	if (card->model->ops->show)
		card->model->ops->show(card, offset, count);
}

static const struct vdev_ops serfwd_card_vdev_ops = {
	.read		= serfwd_card_read,
	.write		= serfwd_card_write,
	.reset		= serfwd_card_reset,
	.pending	= serfwd_card_pending,
	.asserted	= serfwd_card_asserted,
	.listens	= serfwd_card_listens,
	.show		= serfwd_card_show,
};

/*
 * Opening, closing, and taking it back
 */

/* When it returns no access has begun in the old state. */
static void serfwd_card_set_state(struct serfwd_card *card,
				  enum serfwd_card_state state)
{
	mutex_lock(&card->lock);
	card->state = state;
	mutex_unlock(&card->lock);
}

static void serfwd_card_power_on(struct serfwd_card *card)
{
	vdev_irqs_open(&card->vdev);
	mutex_lock(&card->lock);
	card->vdev.model = card->model->vdev;
	vdev_config_reset(&card->vdev);
	mutex_unlock(&card->lock);
}

/* Returns 0 if the card has its link from here on. */
static int serfwd_card_take_link(struct serfwd_card *card)
{
	int ret;

	mutex_lock(&card->state_lock);
	ret = card->model->ops->take_link(card, serfwd_card_get_link(card));
	if (!ret)
		serfwd_card_set_state(card, SERFWD_CARD_OPEN);
	mutex_unlock(&card->state_lock);
	return ret;
}

/* Nothing is asked of the link, which it does not have or not have any more. */
static void serfwd_card_power_off(struct serfwd_card *card)
{
	vdev_irqs_close(&card->vdev);
	/* Writes still come until here. */
	vdev_page_disconnect(&card->vdev);
	card->model->ops->close(card);
	vdev_page_free(&card->vdev);
}

static int serfwd_card_open(struct vfio_device *vfio)
{
	struct serfwd_card *card = serfwd_vfio_card(vfio);
	int ret = 0;

	serfwd_card_power_on(card);
	/* A guest that polls the page has no access that could wait for memory. */
	if (!vfio_dma_rw_waits(vfio))
		ret = vdev_page_open(&card->vdev);
	if (!ret)
		ret = card->model->ops->open(card);
	if (!ret)
		ret = serfwd_card_take_link(card);
	if (ret)
		serfwd_card_power_off(card);
	return ret;
}

/* Returns whether the card had its link. It is in @state from here on. */
static bool serfwd_card_give_back(struct serfwd_card *card,
				  enum serfwd_card_state state)
{
	bool open;

	mutex_lock(&card->state_lock);
	open = card->state == SERFWD_CARD_OPEN;
	if (open || state == SERFWD_CARD_CLOSED)
		serfwd_card_set_state(card, state);
	if (open) {
		card->model->ops->give_link(card);
		if (card->vdev.page)
			serfwd_card_show(&card->vdev, 0, PAGE_SIZE);
	}
	mutex_unlock(&card->state_lock);
	return open;
}

static void serfwd_card_close(struct vfio_device *vfio)
{
	struct serfwd_card *card = serfwd_vfio_card(vfio);

	serfwd_card_give_back(card, SERFWD_CARD_CLOSED);
	serfwd_card_power_off(card);
}

static void serfwd_card_revoke(struct work_struct *work)
{
	struct serfwd_card *card = container_of(to_delayed_work(work),
						struct serfwd_card,
						revoke_work);

	if (serfwd_card_give_back(card, SERFWD_CARD_REVOKED))
		dev_warn(card->vdev.vfio.dev,
			 "taken away: it was not given back in time\n");
}

/* The vfio core wants it back, and says so every 10 s. */
static void serfwd_card_request(struct vfio_device *vfio, unsigned int count)
{
	struct serfwd_card *card = serfwd_vfio_card(vfio);

	vdev_signal_request(&card->vdev);
	queue_delayed_work(system_long_wq, &card->revoke_work,
			   msecs_to_jiffies(serfwd_vfio_revoke_ms()));
}

static int serfwd_card_init(struct vfio_device *vfio)
{
	struct serfwd_card *card = serfwd_vfio_card(vfio);

	mutex_init(&card->lock);
	mutex_init(&card->state_lock);
	vdev_label_init(&card->label);
	INIT_LIST_HEAD(&card->node);
	INIT_DELAYED_WORK(&card->revoke_work, serfwd_card_revoke);
	vdev_init(&card->vdev, &serfwd_card_vdev_ops, &card->lock);
	return 0;
}

/* The vfio core, which calls init, does not know the model. */
static void serfwd_card_set_model(struct serfwd_card *card,
				  const struct serfwd_card_model *model)
{
	card->model = model;
	model->ops->init(card);
}

static const struct vfio_device_ops serfwd_card_ops = {
	.name = KBUILD_MODNAME,
	.init = serfwd_card_init,
	VFIO_PLAIN_RELEASE_OPS
	VFIO_EMULATED_IOMMUFD_OPS
	VFIO_REGION_INFO_OPS(vdev_region_info)
	.open_device = serfwd_card_open,
	.close_device = serfwd_card_close,
	.read = vdev_read,
	.write = vdev_write,
	.mmap = vdev_mmap,
	.ioctl = vdev_ioctl,
	.request = serfwd_card_request,
};

/*
 * Which links
 */

static bool serfwd_link_is_taken(unsigned int link)
{
	const struct serfwd_card *card;

	lockdep_assert_held(&serfwd_cards_mutex);
	list_for_each_entry(card, &serfwd_cards, node)
		if (card->link == link)
			return true;
	return false;
}

static unsigned int serfwd_card_count(void)
{
	const struct serfwd_card *card;
	unsigned int count = 0;

	lockdep_assert_held(&serfwd_cards_mutex);
	list_for_each_entry(card, &serfwd_cards, node)
		count++;
	return count;
}

/**
 * serfwd_card_room - how many more cards may there be?
 *
 * Return: one for each link, less those that there are.
 * Context: may sleep.
 */
unsigned int serfwd_card_room(void)
{
	unsigned int room;

	mutex_lock(&serfwd_cards_mutex);
	room = serfwd_end_count() - serfwd_card_count();
	mutex_unlock(&serfwd_cards_mutex);
	return room;
}

/**
 * serfwd_card_get_link - which link does a card have when it is opened?
 * @card: the card
 *
 * Return: number of the link.
 * Context: any.
 */
unsigned int serfwd_card_get_link(const struct serfwd_card *card)
{
	return READ_ONCE(card->link);
}

static int serfwd_card_set_link_locked(struct serfwd_card *card,
				       unsigned int link)
{
	if (link == card->link)
		return 0;
	if (card->state != SERFWD_CARD_CLOSED || serfwd_link_is_taken(link))
		return -EBUSY;
	WRITE_ONCE(card->link, link);
	return 0;
}

/**
 * serfwd_card_set_link - have a card have another link
 * @card: the card
 * @link: number of the link
 *
 * Return: 0; -ENODEV if there is no such link; -EBUSY if it is another card's,
 * or this one is open.
 * Context: may sleep.
 */
int serfwd_card_set_link(struct serfwd_card *card, unsigned int link)
{
	int ret;

	if (link >= serfwd_end_count())
		return -ENODEV;
	/* Nobody opens it meanwhile. */
	mutex_lock(&card->state_lock);
	mutex_lock(&serfwd_cards_mutex);
	ret = serfwd_card_set_link_locked(card, link);
	mutex_unlock(&serfwd_cards_mutex);
	mutex_unlock(&card->state_lock);
	return ret;
}

/**
 * serfwd_card_set_hvc - have a console be a console of the guest's, or not
 * @card: the card, which is a console
 * @is_hvc: see &struct serfwd_console
 *
 * Return: 0; -EBUSY if it is open.
 * Context: may sleep.
 */
int serfwd_card_set_hvc(struct serfwd_card *card, bool is_hvc)
{
	int ret = 0;

	mutex_lock(&card->state_lock);
	if (card->state == SERFWD_CARD_CLOSED)
		WRITE_ONCE(card->vconsole.is_hvc, is_hvc);
	else
		ret = -EBUSY;
	mutex_unlock(&card->state_lock);
	return ret;
}

/* The first link that no other card is to have. */
static int serfwd_card_list(struct serfwd_card *card)
{
	int ret = 0;

	mutex_lock(&serfwd_cards_mutex);
	while (serfwd_link_is_taken(card->link))
		card->link++;
	if (card->link < serfwd_end_count())
		list_add_tail(&card->node, &serfwd_cards);
	else
		ret = -EUSERS;
	mutex_unlock(&serfwd_cards_mutex);
	return ret;
}

static void serfwd_card_unlist(struct serfwd_card *card)
{
	mutex_lock(&serfwd_cards_mutex);
	list_del_init(&card->node);
	mutex_unlock(&serfwd_cards_mutex);
}

/**
 * serfwd_card_create - make a card
 * @dev: what it is to its bus
 * @model: what it is to a guest
 *
 * Return: the card, or an error pointer: -EUSERS if there is one for each link.
 * Context: may sleep; it may be opened before it returns.
 */
struct serfwd_card *serfwd_card_create(struct device *dev,
				       const struct serfwd_card_model *model)
{
	struct serfwd_card *card;
	int ret;

	card = vfio_alloc_device(serfwd_card, vdev.vfio, dev,
				 &serfwd_card_ops);
	if (IS_ERR(card))
		return card;
	serfwd_card_set_model(card, model);
	ret = serfwd_card_list(card);
	if (!ret)
		ret = vfio_register_emulated_iommu_dev(&card->vdev.vfio);
	if (!ret)
		return card;
	serfwd_card_unlist(card);
	vfio_put_device(&card->vdev.vfio);
	return ERR_PTR(ret);
}

/**
 * serfwd_card_destroy - take a card away
 * @card: the card
 *
 * Context: may sleep, until its user has closed it. The link is free after
 * revoke_ms at the latest.
 */
void serfwd_card_destroy(struct serfwd_card *card)
{
	vfio_unregister_group_dev(&card->vdev.vfio);
	serfwd_card_unlist(card);
	cancel_delayed_work_sync(&card->revoke_work);
	vfio_put_device(&card->vdev.vfio);
}
