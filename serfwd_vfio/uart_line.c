// SPDX-License-Identifier: GPL-2.0
/*
 * The line: its settings, break, and modem lines.
 *
 * While DLAB is set, settings and break are not told. Drivers write the
 * divisor in two halves then, and look for other UARTs by values of LCR whose
 * bit of a break is an accident: 0xe0, by Linux, for less than a bit's time. On
 * a wire that is noise; a port of the host would take longer over it.
 */
#include "uart_parts.h"

#define SERFWD_UART_LCR_SETTINGS \
	(UART_LCR_SPAR | UART_LCR_EPAR | UART_LCR_PARITY | UART_LCR_STOP | \
	 UART_LCR_WLEN8)

#define SERFWD_UART_NSEC_PER_SEC	1000000000ull

/* 8.7, bit 4: which input has the state of which output in loop-back. */
static const struct {
	u8 mcr;
	u8 msr;
} loops[] = {
	{ UART_MCR_RTS, UART_MSR_CTS },
	{ UART_MCR_DTR, UART_MSR_DSR },
	{ UART_MCR_OUT1, UART_MSR_RI },
	{ UART_MCR_OUT2, UART_MSR_DCD },
};

/**
 * serfwd_uart_char_ns - how long a character takes
 * @uart: whose
 *
 * Return: the time (ns) of its start bit, data, parity, and stop bits.
 */
u64 serfwd_uart_char_ns(const struct serfwd_uart *uart)
{
	const struct serfwd_uart_settings *settings = &uart->told.settings;
	unsigned int bits = 1 + 5 + (settings->lcr & UART_LCR_WLEN8) + 1;

	if (settings->lcr & UART_LCR_PARITY)
		bits++;
	if (settings->lcr & UART_LCR_STOP)
		bits++;
	return div_u64(bits * settings->divisor * SERFWD_UART_NSEC_PER_SEC,
		       uart->baud_base);
}

/*
 * 8.2: divisors are from 1 on; at 0 the line stays as it is. Settings that a
 * reset leaves are told when the guest says that it wants them.
 */
static void serfwd_uart_settings_update(struct serfwd_uart *uart)
{
	struct serfwd_uart_settings *told = &uart->told.settings;
	struct serfwd_uart_settings settings = {
		.divisor = uart->divisor ?: told->divisor,
		.lcr = uart->lcr & SERFWD_UART_LCR_SETTINGS,
		.afe = serfwd_uart_has_autoflow(uart),
	};

	if (settings.divisor == told->divisor && settings.lcr == told->lcr &&
	    settings.afe == told->afe &&
	    (uart->told.known || uart->told.unset))
		return;
	uart->told.known = true;
	*told = settings;
	uart->ops->settings(uart, told);
}

/* 8.1, bit 6, and 8.7, bit 4: in loop-back the wire is at rest. */
static void serfwd_uart_break_update(struct serfwd_uart *uart)
{
	bool breaking = uart->lcr & UART_LCR_SBC;

	if (uart->lcr & UART_LCR_DLAB)
		breaking = uart->told.breaking;
	if (serfwd_uart_loops(uart))
		breaking = false;
	if (breaking == uart->told.breaking)
		return;
	uart->told.breaking = breaking;
	uart->ops->set_break(uart, breaking);
}

/**
 * serfwd_uart_line_update - tell the owner of settings and break
 * @uart: whose
 */
void serfwd_uart_line_update(struct serfwd_uart *uart)
{
	if (!(uart->lcr & UART_LCR_DLAB))
		serfwd_uart_settings_update(uart);
	serfwd_uart_break_update(uart);
}

/* TI, auto-RTS: RTS is what MCR says unless the receiver has enough. */
static u8 serfwd_uart_outputs(const struct serfwd_uart *uart)
{
	u8 outputs = uart->mcr & SERFWD_UART_OUTPUTS;

	return uart->rx.full ? outputs & ~UART_MCR_RTS : outputs;
}

static u8 serfwd_uart_looped(u8 outputs)
{
	unsigned int i;
	u8 inputs = 0;

	for (i = 0; i < ARRAY_SIZE(loops); i++)
		if (outputs & loops[i].mcr)
			inputs |= loops[i].msr;
	return inputs;
}

/*
 * 8.8: which changes are noted. RI is noted when it ends; CTS is not when it
 * only controls the transmitter (TI, modem status register).
 */
static void serfwd_uart_modem_inputs(struct serfwd_uart *uart, u8 inputs)
{
	u8 deltas = ((uart->msr ^ inputs) & SERFWD_UART_INPUTS) >> 4;

	if (inputs & UART_MSR_RI)
		deltas &= ~UART_MSR_TERI;
	if (serfwd_uart_has_autoflow(uart))
		deltas &= ~UART_MSR_DCTS;
	uart->msr = inputs | deltas | (uart->msr & UART_MSR_ANY_DELTA);
}

/**
 * serfwd_uart_modem_update - find the modem lines anew
 * @uart: whose
 *
 * 8.7, bit 4: in loop-back outputs are inputs, and inactive on the wire.
 */
void serfwd_uart_modem_update(struct serfwd_uart *uart)
{
	u8 outputs = serfwd_uart_outputs(uart);

	if (serfwd_uart_loops(uart)) {
		serfwd_uart_modem_inputs(uart, serfwd_uart_looped(outputs));
		outputs = 0;
	} else {
		serfwd_uart_modem_inputs(uart, uart->inputs);
	}
	if (outputs == uart->told.outputs)
		return;
	uart->told.outputs = outputs;
	uart->ops->outputs(uart, outputs);
}
