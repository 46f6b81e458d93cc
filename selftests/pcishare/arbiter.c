// SPDX-License-Identifier: GPL-2.0
/*
 * The arbiter, which is the module's file, against a simulation of guests: greedy, busy,
 * stopped, returning and dying ones, by the million. Needs no module.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../pcishare/arbiter.h"

#include "../lib/harness.h"

#define US		1000ull
#define MS		(1000 * US)
#define SLICE		(2 * MS)
#define HOLD		(10 * MS)
#define HANDOVER	(50 * US)
#define MANY		1000

/* How a guest behaves. */
enum kind {
	/* Wants the device all the time, and gives it up when its slice is over. */
	EQUAL,
	/* Begins something at the last moment that takes as long as it may. */
	GREEDY,
	/* Never ends what it has begun. */
	HUNG,
	/* Wants it for a moment, at odd times. */
	BRIEF,
	/* Waits for less long than others hold the device, and tries again. */
	IMPATIENT,
	KINDS,
};

/**
 * struct guest - a simulated guest
 * @contender: what the arbiter knows
 * @kind: how it behaves
 * @back: when (ns) it wants the device again; U64_MAX if it has to be given it first
 * @leaves: when (ns) it stops waiting
 * @had: for how long (ns) it had the device
 * @evictions: how often it lost it
 * @late: it waited for longer than it is told that it may have to
 */
struct guest {
	struct pcishare_contender contender;
	enum kind kind;
	u64 back;
	u64 leaves;
	u64 had;
	u64 evictions;
	bool late;
};

/**
 * struct simulation - all of it
 * @arbiter: of the unit
 * @guests: who wants it
 * @count: how many
 * @now: the time (ns)
 * @decisions: how often somebody was given it
 * @worst: the greatest ratio (in thousandths) of a wait to its bound
 */
struct simulation {
	struct pcishare_arbiter arbiter;
	struct guest *guests;
	unsigned int count;
	u64 now;
	u64 decisions;
	u64 worst;
};

static u64 random_below(u64 limit)
{
	static u64 state = 88172645463325252ull;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % limit;
}

static struct guest *guest_of(struct pcishare_contender *contender)
{
	return contender ? list_entry(contender, struct guest, contender) : NULL;
}

static void simulation_init(struct simulation *sim, unsigned int count)
{
	unsigned int i;

	memset(sim, 0, sizeof(*sim));
	pcishare_arbiter_init(&sim->arbiter);
	sim->arbiter.slice = SLICE;
	sim->arbiter.hold = HOLD;
	sim->guests = calloc(count, sizeof(*sim->guests));
	sim->count = count;
	for (i = 0; i < count; i++)
		pcishare_contender_init(&sim->guests[i].contender);
}

static void simulation_exit(struct simulation *sim)
{
	free(sim->guests);
}

/* Begin anew, with so many. */
static void simulation_of(struct simulation *sim, unsigned int count)
{
	simulation_exit(sim);
	simulation_init(sim, count);
}

/* How long (ns) a guest may have to wait, as the device's attributes say. */
static u64 simulation_bound(const struct simulation *sim, const struct guest *guest)
{
	u64 slots = 0;
	unsigned int i;

	for (i = 0; i < sim->count; i++)
		if (&sim->guests[i] != guest)
			slots += pcishare_arbiter_slots(guest->contender.weight,
							sim->guests[i].contender.weight);
	return slots * (SLICE + HOLD + HANDOVER);
}

static void guest_queue(struct simulation *sim, struct guest *guest)
{
	pcishare_arbiter_queue(&sim->arbiter, &guest->contender, sim->now);
	guest->back = U64_MAX;
	guest->leaves = guest->kind == IMPATIENT ? sim->now + HOLD / 4 : U64_MAX;
}

/* Those whose time has come, which is looked for only now and then: it is slow. */
static void simulation_call(struct simulation *sim)
{
	unsigned int i;

	for (i = 0; i < sim->count; i++) {
		struct guest *guest = &sim->guests[i];

		if (guest->leaves <= sim->now) {
			pcishare_arbiter_unqueue(&sim->arbiter, &guest->contender,
						 sim->now);
			guest->back = sim->now;
			guest->leaves = U64_MAX;
		}
		if (guest->back <= sim->now &&
		    sim->arbiter.holder != &guest->contender)
			guest_queue(sim, guest);
	}
}

/* For how long (ns) does it go on after it was given the device, if it may? */
static u64 guest_uses(const struct guest *guest)
{
	switch (guest->kind) {
	case GREEDY:
		/* It has begun just before the end, and what it does is in time. */
		return SLICE + HOLD - HANDOVER - 1;
	case HUNG:
		return U64_MAX;
	case BRIEF:
		return random_below(SLICE / 8);
	default:
		return SLICE;
	}
}

/* Let who has it go on until it ends or is ended. */
static void simulation_hold(struct simulation *sim, struct guest *guest)
{
	u64 given = sim->now, end = guest_uses(guest), next;
	enum pcishare_verdict verdict;

	end = end == U64_MAX ? end : given + end;
	while (sim->now < end) {
		verdict = pcishare_arbiter_judge(&sim->arbiter, sim->now);
		if (verdict == PCISHARE_EVICT)
			break;
		next = pcishare_arbiter_until(&sim->arbiter);
		sim->now = min_t(u64, next, end);
		/* Nobody waits for one that is hung. */
		if (sim->now == U64_MAX)
			sim->now = given += SLICE;
		simulation_call(sim);
	}
	if (sim->now < end)
		guest->evictions++;
}

static void simulation_note(struct simulation *sim, struct guest *guest, u64 waited)
{
	u64 bound = simulation_bound(sim, guest);
	u64 ratio = bound ? waited * 1000 / bound : 0;

	if (ratio > sim->worst)
		sim->worst = ratio;
	guest->late |= waited > bound;
}

/* One turn. */
static void simulation_step(struct simulation *sim)
{
	struct guest *guest;
	u64 given, since;

	if (sim->count < MANY || !(sim->decisions & 15))
		simulation_call(sim);
	guest = guest_of(pcishare_arbiter_next(&sim->arbiter));
	if (!guest) {
		sim->now += SLICE / 16;
		return;
	}
	since = guest->contender.since;
	pcishare_arbiter_give(&sim->arbiter, &guest->contender, sim->now);
	guest->leaves = U64_MAX;
	given = sim->now;
	if (sim->count < MANY || !random_below(64))
		simulation_note(sim, guest, given - since);
	sim->now += HANDOVER;
	simulation_hold(sim, guest);
	pcishare_arbiter_take_back(&sim->arbiter, sim->now);
	guest->had += sim->now - given;
	guest->back = sim->now + (guest->kind == BRIEF ? random_below(20 * SLICE) : 0);
	if (!guest->back || guest->kind != BRIEF)
		guest_queue(sim, guest);
	sim->decisions++;
}

static void simulation_run(struct simulation *sim, u64 decisions)
{
	while (sim->decisions < decisions)
		simulation_step(sim);
}

static unsigned int simulation_late(const struct simulation *sim)
{
	unsigned int i, late = 0;

	for (i = 0; i < sim->count; i++)
		late += sim->guests[i].late;
	return late;
}

/* Jain's index of what guests of a kind had, in millionths. */
static u64 simulation_jain(const struct simulation *sim, enum kind kind)
{
	double sum = 0, squares = 0, had;
	unsigned int i, count = 0;

	for (i = 0; i < sim->count; i++) {
		if (sim->guests[i].kind != kind)
			continue;
		had = sim->guests[i].had;
		sum += had;
		squares += had * had;
		count++;
	}
	return 1000000 * sum * sum / (count * squares);
}

FIXTURE(arbiter) {
	struct simulation sim;
	struct guest *one;
	struct guest *two;
};

FIXTURE_SETUP(arbiter)
{
	simulation_init(&self->sim, 2);
	self->one = &self->sim.guests[0];
	self->two = &self->sim.guests[1];
}

FIXTURE_TEARDOWN(arbiter)
{
	simulation_exit(&self->sim);
}

TEST_F(arbiter, first_come_first_served)
{
	struct pcishare_contender *next;
	unsigned int i;

	simulation_of(&self->sim, 4);
	for (i = 0; i < 4; i++)
		EXPECT_TRUE(pcishare_arbiter_queue(&self->sim.arbiter,
						   &self->sim.guests[i].contender, i));
	EXPECT_FALSE(pcishare_arbiter_queue(&self->sim.arbiter,
					    &self->sim.guests[2].contender, 9));
	for (i = 0; i < 4; i++) {
		next = pcishare_arbiter_next(&self->sim.arbiter);
		EXPECT_EQ(&self->sim.guests[i].contender, next);
		pcishare_arbiter_give(&self->sim.arbiter, next, 10 + i);
		pcishare_arbiter_take_back(&self->sim.arbiter, 11 + i);
	}
	EXPECT_EQ(NULL, pcishare_arbiter_next(&self->sim.arbiter));
}

/* From the moment on when its slice is over, and only while somebody waits. */
TEST_F(arbiter, slice_and_hold)
{
	struct pcishare_arbiter *arbiter = &self->sim.arbiter;
	struct pcishare_contender *one = &self->one->contender;
	struct pcishare_contender *two = &self->two->contender;

	pcishare_arbiter_give(arbiter, one, 0);
	EXPECT_EQ(PCISHARE_KEEP, pcishare_arbiter_judge(arbiter, 10 * SLICE));
	EXPECT_EQ(U64_MAX, pcishare_arbiter_until(arbiter));
	pcishare_arbiter_queue(arbiter, two, SLICE / 2);
	EXPECT_EQ(PCISHARE_KEEP, pcishare_arbiter_judge(arbiter, SLICE - 1));
	EXPECT_EQ(SLICE, pcishare_arbiter_until(arbiter));
	EXPECT_EQ(PCISHARE_CLOSE, pcishare_arbiter_judge(arbiter, SLICE));
	EXPECT_EQ(SLICE + HOLD, pcishare_arbiter_until(arbiter));
	EXPECT_EQ(PCISHARE_CLOSE, pcishare_arbiter_judge(arbiter, SLICE + HOLD - 1));
	EXPECT_EQ(PCISHARE_EVICT, pcishare_arbiter_judge(arbiter, SLICE + HOLD));
	arbiter->hold = 0;
	EXPECT_EQ(PCISHARE_CLOSE, pcishare_arbiter_judge(arbiter, SLICE + HOLD));
	EXPECT_EQ(U64_MAX, pcishare_arbiter_until(arbiter));
}

/* Its waiting counts, and the time between does not. */
TEST_F(arbiter, who_waits_comes_and_goes)
{
	struct pcishare_arbiter *arbiter = &self->sim.arbiter;
	struct pcishare_contender *one = &self->one->contender;
	struct pcishare_contender *two = &self->two->contender;
	u64 now = 0;
	int i;

	arbiter->slice = 0;
	pcishare_arbiter_give(arbiter, one, now);
	for (i = 0; i < 4; i++) {
		pcishare_arbiter_queue(arbiter, two, now);
		EXPECT_EQ(PCISHARE_CLOSE, pcishare_arbiter_judge(arbiter, now));
		now += HOLD / 4;
		pcishare_arbiter_unqueue(arbiter, two, now);
		EXPECT_EQ(PCISHARE_KEEP, pcishare_arbiter_judge(arbiter, now));
		now += 100 * HOLD;
	}
	pcishare_arbiter_queue(arbiter, two, now);
	EXPECT_EQ(PCISHARE_EVICT, pcishare_arbiter_judge(arbiter, now));
	/* Something that it begins meanwhile is not that. */
	pcishare_arbiter_unqueue(arbiter, two, now);
	pcishare_arbiter_begin(arbiter);
	pcishare_arbiter_queue(arbiter, two, now);
	EXPECT_EQ(PCISHARE_CLOSE, pcishare_arbiter_judge(arbiter, now));
	EXPECT_EQ(now + HOLD, pcishare_arbiter_until(arbiter));
}

/* One that has it and wants it once more is behind who waits. */
TEST_F(arbiter, the_holder_waits_behind)
{
	struct pcishare_arbiter *arbiter = &self->sim.arbiter;
	struct pcishare_contender *one = &self->one->contender;
	struct pcishare_contender *two = &self->two->contender;

	pcishare_arbiter_give(arbiter, one, 0);
	pcishare_arbiter_queue(arbiter, one, SLICE);
	pcishare_arbiter_queue(arbiter, two, 2 * SLICE);
	pcishare_arbiter_take_back(arbiter, 3 * SLICE);
	EXPECT_EQ(two, pcishare_arbiter_next(arbiter));
	EXPECT_EQ(SLICE, one->since);
}

/* Time in which nobody else wanted it is held against nobody. */
TEST_F(arbiter, alone_for_long)
{
	struct pcishare_arbiter *arbiter = &self->sim.arbiter;
	struct pcishare_contender *one = &self->one->contender;
	struct pcishare_contender *two = &self->two->contender;
	u64 now = 3600 * 1000 * MS;

	pcishare_arbiter_give(arbiter, one, 0);
	pcishare_arbiter_queue(arbiter, two, now);
	EXPECT_EQ(PCISHARE_CLOSE, pcishare_arbiter_judge(arbiter, now));
	now += SLICE;
	pcishare_arbiter_queue(arbiter, one, now);
	pcishare_arbiter_take_back(arbiter, now);
	EXPECT_EQ(SLICE, one->vtime);
	EXPECT_EQ(two, pcishare_arbiter_next(arbiter));
	pcishare_arbiter_give(arbiter, two, now);
	now += SLICE;
	pcishare_arbiter_queue(arbiter, two, now);
	pcishare_arbiter_take_back(arbiter, now);
	EXPECT_EQ(one, pcishare_arbiter_next(arbiter));
	/* Nor is it evicted when it is the only one that waits. */
	pcishare_arbiter_give(arbiter, one, now);
	pcishare_arbiter_judge(arbiter, now + SLICE);
	pcishare_arbiter_queue(arbiter, one, now + SLICE);
	pcishare_arbiter_unqueue(arbiter, two, now + SLICE);
	EXPECT_EQ(PCISHARE_CLOSE, pcishare_arbiter_judge(arbiter, now + 10 * HOLD));
	EXPECT_EQ(U64_MAX, pcishare_arbiter_until(arbiter));
}

TEST_F(arbiter, histograms)
{
	struct pcishare_contender *one = &self->one->contender;

	pcishare_arbiter_queue(&self->sim.arbiter, one, 0);
	pcishare_arbiter_give(&self->sim.arbiter, one, 5 * US);
	pcishare_arbiter_take_back(&self->sim.arbiter, 5 * US + 999);
	pcishare_arbiter_give(&self->sim.arbiter, one, 6 * US);
	pcishare_arbiter_take_back(&self->sim.arbiter, U64_MAX / 200);
	EXPECT_EQ(1, one->waits.slots[0]);
	EXPECT_EQ(1, one->waits.slots[3]);
	EXPECT_EQ(5 * US, one->waits.worst);
	EXPECT_EQ(5 * US, one->waits.total);
	EXPECT_EQ(1, one->leases.slots[0]);
	EXPECT_EQ(1, one->leases.slots[PCISHARE_HISTOGRAM_SLOTS - 1]);
}

/* 8 that are alike, with one of each kind that is not. */
TEST_F(arbiter, equals_beside_others)
{
	struct simulation *sim = &self->sim;
	unsigned int i;

	simulation_of(sim, 12);
	for (i = EQUAL + 1; i < KINDS; i++)
		sim->guests[i].kind = i;
	simulation_run(sim, 1000000);
	TH_LOG("worst wait %llu thousandths of the bound; Jain's index %llu millionths",
	       sim->worst, simulation_jain(sim, EQUAL));
	EXPECT_EQ(0, simulation_late(sim));
	EXPECT_LE(990000, simulation_jain(sim, EQUAL));
	EXPECT_LT(0, sim->guests[HUNG].evictions);
	EXPECT_EQ(0, sim->guests[GREEDY].evictions);
	/* None has more than its share by being so. */
	EXPECT_LE(sim->guests[GREEDY].had, sim->guests[0].had * 101 / 100);
	EXPECT_LE(sim->guests[HUNG].had, sim->guests[0].had * 101 / 100);
}

TEST_F(arbiter, weights)
{
	static const unsigned int weights[] = { 1, 10, 33, 100, 100, 250, 999, 1000 };
	struct simulation *sim = &self->sim;
	double each, error, worst = 0;
	unsigned int i, sum = 0;

	simulation_of(sim, ARRAY_SIZE(weights));
	for (i = 0; i < ARRAY_SIZE(weights); i++) {
		sim->guests[i].contender.weight = weights[i];
		sim->guests[i].kind = i == 5 ? GREEDY : i == 1 ? HUNG : EQUAL;
		sum += weights[i];
	}
	simulation_run(sim, 4000000);
	for (i = 0; i < ARRAY_SIZE(weights); i++) {
		each = (double)sim->guests[i].had / sim->now * sum / weights[i];
		error = each < 1 ? 1 - each : each - 1;
		worst = error > worst ? error : worst;
	}
	TH_LOG("a weight is off by %.4f %% at most; worst wait %llu thousandths of the bound",
	       100 * worst, sim->worst);
	EXPECT_GT(0.01, worst);
	EXPECT_EQ(0, simulation_late(sim));
}

/*
 * Turns of a thousand guests, some of which die and come again: a million, or ten in
 * "make soak".
 */
TEST_F(arbiter, a_thousand)
{
	const char *soak = getenv("DEVSHARE_SOAK");
	unsigned int turns = soak && *soak ? 10000000 : 1000000;
	struct simulation *sim = &self->sim;
	unsigned int i, victim;

	simulation_of(sim, MANY);
	for (i = 0; i < MANY; i++)
		sim->guests[i].kind = i % 100 < 90 ? EQUAL : i % 10 % KINDS;
	for (i = 0; i < 100; i++) {
		simulation_run(sim, sim->decisions + turns / 100);
		victim = i % 10 * 100 + 91;
		pcishare_arbiter_unqueue(&sim->arbiter,
					 &sim->guests[victim].contender, sim->now);
		memset(&sim->guests[victim], 0, sizeof(sim->guests[victim]));
		pcishare_contender_init(&sim->guests[victim].contender);
	}
	TH_LOG("worst wait %llu thousandths of the bound; Jain's index %llu millionths",
	       sim->worst, simulation_jain(sim, EQUAL));
	EXPECT_EQ(0, simulation_late(sim));
	EXPECT_LE(990000, simulation_jain(sim, EQUAL));
}

TEST_HARNESS_MAIN
