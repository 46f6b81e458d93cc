/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The registers of a 16550A, with the autoflow control of a 16C550C, without
 * anything that only a kernel has: its owner is told what they do to the wire,
 * and tells what the wire does.
 *
 * Sections in the source are those of National Semiconductor's PC16550D
 * (June 1995); "TI" are headings of Texas Instruments' TL16C550C (SLLS177).
 */
#ifndef SERFWD_UART_H
#define SERFWD_UART_H

#include "env.h"
#include "uart_fifo.h"

/* Eight registers, of a byte each. */
#define SERFWD_UART_REGS	8

/* Bits per second at divisor 1, with the usual crystal of 1.8432 MHz. */
#define SERFWD_UART_BAUD_BASE	115200

#define SERFWD_UART_OUTPUTS \
	(UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT1 | UART_MCR_OUT2)
#define SERFWD_UART_INPUTS \
	(UART_MSR_CTS | UART_MSR_DSR | UART_MSR_RI | UART_MSR_DCD)

struct serfwd_uart;

/**
 * struct serfwd_uart_settings - how bytes are on the wire
 * @divisor: of the base rate; not 0
 * @lcr: word length, stop bits and parity, as in LCR
 * @afe: the transmitter is to obey CTS, as MCR says
 */
struct serfwd_uart_settings {
	u16 divisor;
	u8 lcr;
	bool afe;
};

/**
 * struct serfwd_uart_ops - the way from registers to the wire
 * @write: send bytes; returns how many were taken. The rest is lost.
 * @send: send bytes that a DMA controller has fetched; returns how many were
 *	taken. The rest stays where it is, and serfwd_uart_wake() follows.
 * @room: how many bytes @write would take. It only shrinks by @write and
 *	@send, and is SERFWD_UART_FIFO at least when all was sent: a guest that
 *	sees THRE writes so many without looking again. serfwd_uart_wake() says
 *	that it has grown.
 * @drained: all that was taken is on the far side of the wire
 * @outputs: DTR, RTS, OUT1 and OUT2 are now as these bits of MCR
 * @set_break: a break begins or ends now
 * @settings: the line is set anew
 * @interrupt: the interrupt line is now so
 * @unthrottle: after serfwd_uart_receive() has taken less than all, it would
 *	take more
 * @timer: call serfwd_uart_expired() at this time (ns); there is never more
 *	than one such request at a time: an earlier one replaces the other
 *
 * All are called within a call of the UART's owner, with the locks it holds,
 * and may not call back.
 */
struct serfwd_uart_ops {
	size_t (*write)(struct serfwd_uart *uart, const u8 *bytes,
			size_t count);
	size_t (*send)(struct serfwd_uart *uart, const u8 *bytes, size_t count);
	size_t (*room)(struct serfwd_uart *uart);
	bool (*drained)(struct serfwd_uart *uart);
	void (*outputs)(struct serfwd_uart *uart, u8 mcr);
	void (*set_break)(struct serfwd_uart *uart, bool on);
	void (*settings)(struct serfwd_uart *uart,
			 const struct serfwd_uart_settings *settings);
	void (*interrupt)(struct serfwd_uart *uart, bool on);
	void (*unthrottle)(struct serfwd_uart *uart);
	void (*timer)(struct serfwd_uart *uart, u64 at);
};

/**
 * enum serfwd_uart_fetcher - who reads received bytes
 * @SERFWD_UART_GUEST: the guest, from RBR
 * @SERFWD_UART_DMA: a DMA controller, by serfwd_uart_dma_fetch(). The guest is
 *	told of no data except by a time-out
 * @SERFWD_UART_DMA_BUSY: it has fetched bytes that are not in memory yet, or a
 *	whole block, of which the guest does not know. It is told of nothing
 *	that the receiver has, for that comes after
 */
enum serfwd_uart_fetcher {
	SERFWD_UART_GUEST,
	SERFWD_UART_DMA,
	SERFWD_UART_DMA_BUSY,
};

/**
 * struct serfwd_uart_receiver - received bytes and their errors
 * @fifo: bytes that were not read
 * @rbr: the byte that RBR holds without FIFOs, read or not
 * @errors: bits of LSR that are set until it is read
 * @timed_out: bytes below the trigger level have waited for long enough
 * @armed: the timer was asked for
 * @expires: when (ns) it is over then
 * @deadline: when (ns) waiting is long enough
 * @came: when (ns) the last bytes came from the wire
 * @burst: how many came then, up to a FIFO full
 * @refused: bytes wait upstream
 * @full: the other end was told by RTS to stop
 * @fetcher: &enum serfwd_uart_fetcher
 * @flagged: there are, or were, errors to be told with the next byte that is
 *	read, which is the guest's to read therefore
 * @announces: the guest has a DMA controller on: while it is interrupted for data,
 *	LSR has DR only for bytes that IIR has announced
 * @announced: how many bytes that are
 */
struct serfwd_uart_receiver {
	struct serfwd_uart_fifo fifo;
	u8 rbr;
	u8 errors;
	bool timed_out;
	bool armed;
	u64 expires;
	u64 deadline;
	u64 came;
	u8 burst;
	bool refused;
	bool full;
	u8 fetcher;
	bool flagged;
	bool announces;
	u8 announced;
};

/**
 * struct serfwd_uart_transmitter - the state of sending
 * @empty: THRE: the guest may write
 * @pending: it was not told so by an interrupt
 * @lost: how many bytes it wrote that nobody took
 */
struct serfwd_uart_transmitter {
	bool empty;
	bool pending;
	u64 lost;
};

/**
 * struct serfwd_uart_told - the state that the owner knows
 * @settings: of the line
 * @unset: the guest has set none since the UART was reset
 * @known: the owner was told of @settings since then
 * @outputs: as in MCR
 * @breaking: a break is being sent
 * @interrupt: the state of the interrupt line
 */
struct serfwd_uart_told {
	struct serfwd_uart_settings settings;
	bool unset;
	bool known;
	u8 outputs;
	bool breaking;
	bool interrupt;
};

/**
 * struct serfwd_uart - the registers of one UART
 * @ops: its owner's operations
 * @baud_base: bits per second at divisor 1
 * @divisor: DLM and DLL
 * @ier: IER
 * @fcr: FCR, of what lasts
 * @lcr: LCR
 * @mcr: MCR
 * @msr: MSR, as read
 * @scr: SCR
 * @inputs: the lines of the wire, as in MSR
 * @rx: the receiver
 * @tx: the transmitter
 * @told: all that the owner was told
 *
 * Locking: the owner calls one function at a time.
 */
struct serfwd_uart {
	const struct serfwd_uart_ops *ops;
	u32 baud_base;
	u16 divisor;
	u8 ier;
	u8 fcr;
	u8 lcr;
	u8 mcr;
	u8 msr;
	u8 scr;
	u8 inputs;
	struct serfwd_uart_receiver rx;
	struct serfwd_uart_transmitter tx;
	struct serfwd_uart_told told;
};

void serfwd_uart_init(struct serfwd_uart *uart,
		      const struct serfwd_uart_ops *ops, u32 baud_base);
void serfwd_uart_reset(struct serfwd_uart *uart);

u8 serfwd_uart_read(struct serfwd_uart *uart, unsigned int offset, u64 now);
void serfwd_uart_write(struct serfwd_uart *uart, unsigned int offset, u8 value,
		       u64 now);

size_t serfwd_uart_receive(struct serfwd_uart *uart, const u8 *bytes,
			   const u8 *flags, size_t count, u64 now);
void serfwd_uart_lines(struct serfwd_uart *uart, u8 msr);
void serfwd_uart_wake(struct serfwd_uart *uart);
void serfwd_uart_expired(struct serfwd_uart *uart, u64 now);

/* uart_dma.c */
void serfwd_uart_dma_set(struct serfwd_uart *uart,
			 enum serfwd_uart_fetcher fetcher);
void serfwd_uart_dma_announce(struct serfwd_uart *uart, bool on);
u64 serfwd_uart_char_ns(const struct serfwd_uart *uart);

size_t serfwd_uart_dma_room(const struct serfwd_uart *uart);
size_t serfwd_uart_dma_fetch(struct serfwd_uart *uart, u8 *bytes, size_t count,
			     u64 now);
size_t serfwd_uart_dma_send(struct serfwd_uart *uart, const u8 *bytes,
			    size_t count, u64 now);

#endif
