/* SPDX-License-Identifier: GPL-2.0 */
/*
 * edu-user.h - guests of one educational device, as their drivers would use it
 */
#ifndef SELFTESTS_EDU_USER_H
#define SELFTESTS_EDU_USER_H

#include <pthread.h>

#include "../lib/now.h"
#include "edu.h"
#include "vfio.h"

#define EDU_BAR		VFIO_PCI_BAR0_REGION_INDEX
#define EDU_INTX	VFIO_PCI_INTX_IRQ_INDEX
#define EDU_MSI		VFIO_PCI_MSI_IRQ_INDEX

/* How often a status is read that is to change. */
#define EDU_POLLS	1000000
/* For how long (ms) a start may take, those of others before it included. */
#define EDU_PATIENCE	30000
/* The device multiplies as many times: so long that others can be looked at. */
#define EDU_LONG	0x08000000u

/**
 * struct edu_guest - one of several guests
 * @number: which one
 * @user: has its device open
 * @event: its interrupt
 * @thread: what it does beside the others
 * @rounds: how often it is to do that
 * @wrong: how often something was not right
 * @text: what was the first time
 */
struct edu_guest {
	unsigned int number;
	struct vfio_user user;
	int event;
	pthread_t thread;
	unsigned int rounds;
	unsigned int wrong;
	char text[128];
};

/* As wide as no register, so that a read that fails is no value of one. */
static inline uint64_t edu_get(const struct edu_guest *guest, unsigned int offset)
{
	return region_get(guest->user.device, EDU_BAR, offset, 4);
}

static inline int edu_put(const struct edu_guest *guest, unsigned int offset,
			  uint32_t value)
{
	return region_put(guest->user.device, EDU_BAR, offset, 4, value);
}

/* The number that the device makes of @n. */
static inline uint32_t edu_factorial(uint32_t n)
{
	uint32_t product = 1;

	/* Of 34 on it is a multiple of 2^32. */
	if (n > 33)
		return 0;
	while (n > 1)
		product *= n--;
	return product;
}

static inline bool edu_computes(const struct edu_guest *guest)
{
	return edu_get(guest, EDU_STATUS) & EDU_STATUS_COMPUTING;
}

/**
 * edu_finish() - wait until a guest's start is through
 * @guest: the guest
 *
 * Return: whether it was before patience ended.
 */
static inline bool edu_finish(const struct edu_guest *guest)
{
	long long end = now_ms() + EDU_PATIENCE;
	int polls;

	for (polls = 1; edu_computes(guest); polls++) {
		if (polls % 1000)
			continue;
		if (now_ms() > end)
			return false;
		sleep_ms(1);
	}
	return true;
}

/**
 * edu_note() - something is not right
 * @guest: with this guest
 * @what: for example "factorial"
 * @n: of what
 * @got: what it was
 */
static inline void edu_note(struct edu_guest *guest, const char *what,
			    unsigned int n, unsigned long long got)
{
	if (!guest->wrong++)
		snprintf(guest->text, sizeof(guest->text),
			 "guest %u: %s of %u: %llu", guest->number, what, n,
			 got);
}

/**
 * edu_expect() - note what is not as it has to be
 * @guest: with this guest
 * @what: for example "factorial"
 * @n: of what
 * @want: what it has to be
 * @got: what it is
 */
static inline void edu_expect(struct edu_guest *guest, const char *what,
			      unsigned int n, uint64_t want, uint64_t got)
{
	if (got != want)
		edu_note(guest, what, n, got);
}

/**
 * edu_compute() - a factorial, as a driver without interrupts does it
 * @guest: the guest; counts what is wrong
 * @n: of which number
 */
static inline void edu_compute(struct edu_guest *guest, uint32_t n)
{
	edu_put(guest, EDU_FACTORIAL, n);
	if (!edu_finish(guest))
		edu_note(guest, "no end", n, 0);
	edu_expect(guest, "factorial", n, edu_factorial(n),
		   edu_get(guest, EDU_FACTORIAL));
}

/**
 * edu_guest_open_cold() - a guest whose firmware has not run yet
 * @guest: filled
 * @number: which one; its mediated device is there
 *
 * Return: 0 or -errno.
 */
static inline int edu_guest_open_cold(struct edu_guest *guest,
				      unsigned int number)
{
	*guest = (struct edu_guest) { .number = number };
	guest->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return vfio_open(&guest->user, number);
}

/* As its driver does: it answers, and may write to memory. */
static inline int edu_guest_enable(const struct edu_guest *guest)
{
	return config_put(guest->user.device, PCI_COMMAND, 2,
			  PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

/**
 * edu_guest_open() - a guest whose driver is about to use the device
 * @guest: filled
 * @number: which one; its mediated device is there
 *
 * Return: 0 or -errno.
 */
static inline int edu_guest_open(struct edu_guest *guest, unsigned int number)
{
	int ret = edu_guest_open_cold(guest, number);

	return ret ?: edu_guest_enable(guest);
}

static inline void edu_guest_close(struct edu_guest *guest)
{
	vfio_close(&guest->user);
	close(guest->event);
}

/**
 * edu_irq_start() - have an interrupt of a guest's signalled
 * @guest: the guest
 * @index: EDU_INTX or EDU_MSI
 *
 * Return: 0 or -errno.
 */
static inline int edu_irq_start(const struct edu_guest *guest,
				unsigned int index)
{
	return irq_set(guest->user.device, index, IRQ_TRIGGER_FD, 1,
		       guest->event);
}

/* The end of an interrupt: whoever raises it may do so again. */
static inline int edu_irq_end(const struct edu_guest *guest)
{
	return irq_set(guest->user.device, EDU_INTX, IRQ_UNMASK, 1, 0);
}

static inline unsigned int edu_irq_comes(const struct edu_guest *guest, int ms)
{
	return irq_comes(guest->event, ms);
}

/**
 * edu_guests_run() - all guests at once, each in a thread
 * @guests: the guests
 * @count: how many
 * @thread: what each does, with its guest as the argument
 * @rounds: how often
 *
 * Return: how many things were wrong; each guest knows its first.
 */
static inline unsigned int edu_guests_run(struct edu_guest *guests,
					  unsigned int count,
					  void *(*thread)(void *),
					  unsigned int rounds)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < count; i++) {
		guests[i].rounds = rounds;
		guests[i].wrong = 0;
		guests[i].text[0] = '\0';
		if (pthread_create(&guests[i].thread, NULL, thread, &guests[i]))
			abort();
	}
	for (i = 0; i < count; i++) {
		pthread_join(guests[i].thread, NULL);
		wrong += guests[i].wrong;
		if (guests[i].wrong)
			dprintf(STDOUT_FILENO, "# %s\n", guests[i].text);
	}
	return wrong;
}

#endif
