/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Null modem cables: pairs of serial ports without hardware, /dev/ttyNM<2n> and
 * /dev/ttyNM<2n + 1>, joined by a cable. Each is a port of the serial core, so
 * that whatever a real one can do is done to it: a link is bound to it, a
 * program opens it.
 *
 * Lock order: uart.lock of one plug, then the cable's lock. Nothing holds the
 * uart.lock of both.
 */
#ifndef SERFWD_CABLE_H
#define SERFWD_CABLE_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/printk.h>
#include <linux/serial_core.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct dentry;
struct platform_device;

/* For no deeper reason than that two of them are for every link. */
#define SERFWD_MAX_CABLES	256

/* Bytes handed over at once; with pacing no more than a 16550 would. */
#define SERFWD_PLUG_FIFO	256
#define SERFWD_PLUG_FIFO_PACED	16

/* The inputs of a plug, in the order of serfwd_inputs[]. */
enum serfwd_input {
	SERFWD_INPUT_CTS,
	SERFWD_INPUT_DSR,
	SERFWD_INPUT_DCD,
	SERFWD_INPUT_RI,
	SERFWD_INPUTS
};

/**
 * struct serfwd_pin - what drives an input; high if any of it is
 * @far: TIOCM_* outputs of the far plug
 * @own: TIOCM_* outputs of the plug itself
 * @high: it is tied high
 */
struct serfwd_pin {
	unsigned int far;
	unsigned int own;
	bool high;
};

/* Errors to be made of the next bytes that a plug receives. */
enum serfwd_fault {
	SERFWD_FAULT_BREAK,
	SERFWD_FAULT_PARITY,
	SERFWD_FAULT_FRAME,
	SERFWD_FAULT_OVERRUN,
	SERFWD_FAULTS
};

/**
 * struct serfwd_plug - one end of a cable
 * @uart: its port
 * @pdev: parent of the port
 * @cable: the cable
 * @timer: sends what could not be sent at once, or not yet
 * @started: it may send; under uart.lock. The serial core starts transmitters
 *	of closed ports, too
 * @sending: @timer runs; under uart.lock
 * @echoing: what it is to send is an echo; under uart.lock
 * @yielding: its own flip buffer work has something to send, which gives way to
 *	that of the plug that receives it; under uart.lock
 * @stopped: sending was stopped since something was to be sent; under uart.lock
 * @due: when @timer expires
 * @fifo: bytes on their way to the far plug; under uart.lock
 * @fifo_len: how many
 * @data_mask: bits of a byte that go over the wire; under uart.lock
 * @lines_work: tells the serial core of changed inputs, as an interrupt would
 * @faults: how many of the next bytes get which error
 * @pins: what drives the inputs; this and all below under the cable's lock
 * @outputs: TIOCM_* as set
 * @inputs: TIOCM_* as driven
 * @changed: inputs that changed since @lines_work ran
 * @open: it receives
 */
struct serfwd_plug {
	struct uart_port uart;
	struct platform_device *pdev;
	struct serfwd_cable *cable;

	struct hrtimer timer;
	bool started;
	bool sending;
	bool echoing;
	bool yielding;
	bool stopped;
	ktime_t due;
	u8 fifo[SERFWD_PLUG_FIFO];
	unsigned int fifo_len;
	u8 data_mask;

	atomic_t faults[SERFWD_FAULTS];

	struct irq_work lines_work;
	struct serfwd_pin pins[SERFWD_INPUTS];
	unsigned int outputs;
	unsigned int inputs;
	unsigned int changed;
	bool open;
};

/**
 * struct serfwd_cable - a cable
 * @lock: protects the wire: what is driven on it, and receiving
 * @loop: each plug receives what it sends itself
 * @paced: bytes take the time that speed and format say
 * @plugs: its two ends
 */
struct serfwd_cable {
	spinlock_t lock;	/* the wire */
	bool loop;
	bool paced;
	struct serfwd_plug plugs[2];
};

#if IS_ENABLED(CONFIG_SERIAL_CORE)
int serfwd_cables_create(unsigned int count);
void serfwd_cables_destroy(void);
#else
static inline int serfwd_cables_create(unsigned int count)
{
	if (!count)
		return 0;
	pr_err("nullmodems= needs a kernel with CONFIG_SERIAL_CORE\n");
	return -EOPNOTSUPP;
}

static inline void serfwd_cables_destroy(void) { }
#endif

extern const struct uart_ops serfwd_plug_ops;

/* The plug at the other end of the cable. */
static inline struct serfwd_plug *serfwd_plug_far(struct serfwd_plug *plug)
{
	struct serfwd_plug *plugs = plug->cable->plugs;

	return plug == plugs ? plugs + 1 : plugs;
}

void serfwd_wire_init(struct serfwd_plug *plug);
void serfwd_wire_kick(struct serfwd_plug *plug);
void serfwd_wire_open(struct serfwd_plug *plug);
void serfwd_wire_close(struct serfwd_plug *plug);
void serfwd_wire_break(struct serfwd_plug *to);

void serfwd_pins_init(struct serfwd_cable *cable);
void serfwd_pins_exit(struct serfwd_cable *cable);
unsigned int serfwd_pins_get(struct serfwd_plug *plug);
void serfwd_pins_drive(struct serfwd_plug *plug, unsigned int outputs);
int serfwd_pins_set_wiring(struct serfwd_cable *cable, const char *name);
const char *serfwd_pins_wiring(struct serfwd_cable *cable);
int serfwd_pins_parse(struct serfwd_plug *plug, char *text);
ssize_t serfwd_pins_print(struct serfwd_plug *plug, char *buf);

void serfwd_faults_create(struct serfwd_plug *plug, struct dentry *parent);
bool serfwd_faults_wanted(const struct serfwd_plug *plug);
unsigned int serfwd_faults_take(struct serfwd_plug *plug);

static inline struct serfwd_plug *serfwd_uart_plug(struct uart_port *uart)
{
	return container_of(uart, struct serfwd_plug, uart);
}

#endif
