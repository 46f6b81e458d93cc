// SPDX-License-Identifier: GPL-2.0
/*
 * Any accesses and any events, for libFuzzer: pairs of bytes, the first says what is
 * done, the second with what. A model of what was accepted and of what is pending goes
 * along, and has to agree each time.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../serfwd_vfio/uart-owner.h"

#define MODEL_MAX	SERFWD_UART_FIFO

/**
 * struct model - the state that the guest is to see
 * @bytes: received and not read, the oldest first
 * @count: how many
 * @sent: how many bytes were written outside of loop-back
 * @lost: how many of them were not taken
 */
struct model {
	u8 bytes[MODEL_MAX];
	unsigned int count;
	u64 sent;
	u64 lost;
};

#define must(held)	must_hold(held, #held, __LINE__)

static void must_hold(bool held, const char *what, int line)
{
	if (held)
		return;
	fprintf(stderr, "line %d: not %s\n", line, what);
	abort();
}

static bool has_fifo(const struct owner *owner)
{
	return owner->uart.fcr & UART_FCR_ENABLE_FIFO;
}

static void model_put(const struct owner *owner, struct model *model, u8 byte)
{
	unsigned int size = has_fifo(owner) ? SERFWD_UART_FIFO : 1;

	if (model->count < size)
		model->bytes[model->count++] = byte;
	else if (size == 1)
		model->bytes[0] = byte;
}

static void model_get(struct model *model, u8 byte)
{
	if (!model->count)
		return;
	must(model->bytes[0] == byte);
	memmove(model->bytes, model->bytes + 1, --model->count);
}

static void model_write(const struct owner *owner, struct model *model,
			unsigned int reg, u8 value)
{
	const struct serfwd_uart *uart = &owner->uart;

	if (reg == UART_TX && !(uart->lcr & UART_LCR_DLAB)) {
		if (uart->mcr & UART_MCR_LOOP) {
			model_put(owner, model, value);
		} else {
			model->sent++;
			model->lost += !owner->room;
		}
	}
	if (reg != UART_FCR)
		return;
	if ((value ^ uart->fcr) & UART_FCR_ENABLE_FIFO ||
	    (value & UART_FCR_ENABLE_FIFO && value & UART_FCR_CLEAR_RCVR))
		model->count = 0;
}

static void do_write(struct owner *owner, struct model *model, unsigned int reg, u8 value)
{
	model_write(owner, model, reg, value);
	owner_out(owner, reg, value);
}

static void check_lsr(const struct owner *owner, const struct model *model, u8 lsr)
{
	/* Of what was not announced nothing is shown; see UART_IIR_RDI. */
	if (!owner->uart.rx.announces || !(owner->uart.ier & UART_IER_RDI))
		must(!(lsr & UART_LSR_DR) == !model->count);
	must(!(lsr & UART_LSR_DR) || model->count);
	must(lsr & UART_LSR_THRE || !(lsr & UART_LSR_TEMT));
	if (lsr & UART_LSR_FIFOE)
		must(has_fifo(owner) && model->count);
	/* 16 bytes can be written. */
	if (lsr & UART_LSR_THRE && has_fifo(owner) && !(owner->uart.mcr & UART_MCR_LOOP))
		must(owner->room >= SERFWD_UART_FIFO);
}

static void check_iir(const struct owner *owner, const struct model *model, u8 iir, bool was)
{
	u8 ier = owner->uart.ier;

	must(!(iir & 0x30));
	must((iir & 0xc0) == (has_fifo(owner) ? 0xc0 : 0));
	must(!(iir & UART_IIR_NO_INT) == was);
	switch (iir & 0x0f) {
	case UART_IIR_RLSI:
		must(ier & UART_IER_RLSI);
		break;
	case UART_IIR_RX_TIMEOUT:
		must(ier & UART_IER_RDI && model->count && has_fifo(owner));
		break;
	case UART_IIR_RDI:
		must(ier & UART_IER_RDI && model->count);
		break;
	case UART_IIR_THRI:
		must(ier & UART_IER_THRI && owner->uart.tx.empty);
		break;
	case UART_IIR_MSI:
		must(ier & UART_IER_MSI);
		break;
	default:
		must(iir & UART_IIR_NO_INT && (iir & 0x0f) == UART_IIR_NO_INT);
	}
}

static void do_read(struct owner *owner, struct model *model, unsigned int reg)
{
	bool dlab = owner->uart.lcr & UART_LCR_DLAB;
	bool interrupt = owner->interrupt;
	u8 value = owner_in(owner, reg);

	switch (reg) {
	case UART_RX:
		if (!dlab)
			model_get(model, value);
		break;
	case UART_IER:
		must(dlab || !(value & 0xf0));
		break;
	case UART_IIR:
		check_iir(owner, model, value, interrupt);
		break;
	case UART_MCR:
		must(!(value & 0xc0));
		break;
	case UART_LSR:
		check_lsr(owner, model, value);
		break;
	case UART_MSR:
		must(!(owner_in(owner, UART_MSR) & UART_MSR_ANY_DELTA));
		break;
	}
}

/* Up to 31 bytes, the same flag for every third. */
static void do_receive(struct owner *owner, struct model *model, u8 value)
{
	unsigned int count = value & 0x1f, i;
	u8 bytes[32], flags[32];
	size_t taken;

	for (i = 0; i < count; i++) {
		bytes[i] = value + i;
		flags[i] = i % 3 ? TTY_NORMAL : value >> 5;
	}
	taken = serfwd_uart_receive(&owner->uart, bytes, flags, count, owner->now);
	must(taken <= count);
	must(!(owner->uart.mcr & UART_MCR_LOOP) || !taken);
	for (i = 0; i < taken; i++)
		if (flags[i] != TTY_OVERRUN) {
			must(model->count < (has_fifo(owner) ? SERFWD_UART_FIFO : 1));
			model_put(owner, model, flags[i] == TTY_BREAK ? 0 : bytes[i]);
		}
	/* It is not refused without a reason. */
	if (taken < count && !(owner->uart.mcr & UART_MCR_LOOP))
		must(model->count == (has_fifo(owner) ? SERFWD_UART_FIFO : 1));
	must(taken == count || owner->uart.rx.refused);
}

/* A DMA controller takes what it may, which is never the last byte, nor a bad one. */
static void do_fetch(struct owner *owner, struct model *model, unsigned int count)
{
	bool bad = owner->uart.rx.fifo.bad == owner->uart.rx.fifo.count;
	u8 bytes[32];
	size_t i, fetched;

	fetched = serfwd_uart_dma_fetch(&owner->uart, bytes, count, owner->now);
	must(fetched <= count);
	must(!fetched || owner->uart.rx.fetcher != SERFWD_UART_GUEST);
	must(!fetched || !bad);
	for (i = 0; i < fetched; i++)
		model_get(model, bytes[i]);
	must(!fetched || model->count);
}

static void do_send(struct owner *owner, struct model *model, unsigned int count)
{
	bool loop = owner->uart.mcr & UART_MCR_LOOP;
	u8 bytes[32];
	size_t i, sent;

	for (i = 0; i < count; i++)
		bytes[i] = count + i;
	sent = serfwd_uart_dma_send(&owner->uart, bytes, count, owner->now);
	must(sent <= count);
	if (!loop)
		model->sent += sent;
	for (i = 0; loop && i < sent; i++)
		model_put(owner, model, bytes[i]);
}

static void do_dma(struct owner *owner, struct model *model, u8 value)
{
	if (value & 0x80)
		do_fetch(owner, model, value & 0x1f);
	else if (value & 0x40)
		do_send(owner, model, value & 0x1f);
	else if (value & 0x20)
		serfwd_uart_dma_announce(&owner->uart, value & 1);
	else
		serfwd_uart_dma_set(&owner->uart, value % 3);
}

static void do_event(struct owner *owner, struct model *model, unsigned int event, u8 value)
{
	switch (event) {
	case 0:
		do_receive(owner, model, value);
		break;
	case 1:
		serfwd_uart_lines(&owner->uart, value);
		break;
	case 2:
		owner->room += value;
		serfwd_uart_wake(&owner->uart);
		break;
	case 3:
		owner->drained = value & 1;
		break;
	case 4:
		owner_pass(owner, 1ull << value % 40);
		break;
	case 5:
		/* One that is early. */
		if (!owner->timer)
			break;
		owner->timer = 0;
		serfwd_uart_expired(&owner->uart, owner->now);
		break;
	case 6:
		if (value)
			break;
		serfwd_uart_reset(&owner->uart);
		model->count = 0;
		break;
	case 7:
		do_dma(owner, model, value);
		break;
	}
}

/* This holds at any time. */
static void check(const struct owner *owner, const struct model *model)
{
	const struct serfwd_uart *uart = &owner->uart;
	bool loop = uart->mcr & UART_MCR_LOOP;

	must(!owner->wrong);
	must(uart->rx.fifo.count == model->count);
	must(owner->nr_sent == model->sent - model->lost);
	must(uart->tx.lost == model->lost);
	must(!(owner->outputs & ~uart->mcr));
	must(!loop || (!owner->outputs && !owner->breaking));
	if (!(uart->lcr & UART_LCR_DLAB))
		must(owner->breaking == (uart->lcr & UART_LCR_SBC && !loop));
	if (!loop)
		must((uart->msr & SERFWD_UART_INPUTS) == uart->inputs);
	/* Upstream is told when there is room again. */
	if (uart->rx.refused)
		must(loop || model->count > (has_fifo(owner) ? SERFWD_UART_FIFO / 2 : 0));
	/* Data in a FIFO is told of sooner or later. */
	if (has_fifo(owner) && model->count)
		must(uart->rx.timed_out || owner->timer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model model = {};
	struct owner owner;

	owner_init(&owner);
	for (; size >= 2; data += 2, size -= 2) {
		unsigned int what = data[0] % 24;

		if (what < 8)
			do_write(&owner, &model, what, data[1]);
		else if (what < 16)
			do_read(&owner, &model, what - 8);
		else
			do_event(&owner, &model, what - 16, data[1]);
		check(&owner, &model);
	}
	return 0;
}
