// SPDX-License-Identifier: GPL-2.0
/*
 * Modem lines on a null modem cable: which outputs drive which inputs.
 */
#include <linux/irq_work.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/tty.h>
#include <linux/wait.h>

#include <compat/uart.h>

#include "cable.h"

/* The inputs, as they are named and as TIOCMGET has them. */
static const struct {
	const char *name;
	unsigned int line;
} serfwd_inputs[SERFWD_INPUTS] = {
	[SERFWD_INPUT_CTS]	= { "cts", TIOCM_CTS },
	[SERFWD_INPUT_DSR]	= { "dsr", TIOCM_DSR },
	[SERFWD_INPUT_DCD]	= { "dcd", TIOCM_CAR },
	[SERFWD_INPUT_RI]	= { "ri", TIOCM_RNG },
};

/* Outputs that may drive an input. */
static const struct {
	const char *name;
	struct serfwd_pin pin;
} serfwd_sources[] = {
	{ "rts",	{ .far = TIOCM_RTS } },
	{ "dtr",	{ .far = TIOCM_DTR } },
	{ "out1",	{ .far = TIOCM_OUT1 } },
	{ "out2",	{ .far = TIOCM_OUT2 } },
	{ "own-rts",	{ .own = TIOCM_RTS } },
	{ "own-dtr",	{ .own = TIOCM_DTR } },
	{ "own-out1",	{ .own = TIOCM_OUT1 } },
	{ "own-out2",	{ .own = TIOCM_OUT2 } },
	{ "high",	{ .high = true } },
};

/**
 * struct serfwd_wiring - a cable that can be bought
 * @name: in sysfs
 * @loop: the data lines of each end are joined, too
 * @pins: of its two ends
 */
struct serfwd_wiring {
	const char *name;
	bool loop;
	struct serfwd_pin pins[2][SERFWD_INPUTS];
};

#define SERFWD_PINS_CROSSED {				\
	[SERFWD_INPUT_CTS] = { .far = TIOCM_RTS },	\
	[SERFWD_INPUT_DSR] = { .far = TIOCM_DTR },	\
	[SERFWD_INPUT_DCD] = { .far = TIOCM_DTR } }

#define SERFWD_PINS_OWN {				\
	[SERFWD_INPUT_CTS] = { .own = TIOCM_RTS },	\
	[SERFWD_INPUT_DSR] = { .own = TIOCM_DTR },	\
	[SERFWD_INPUT_DCD] = { .own = TIOCM_DTR } }

static const struct serfwd_wiring serfwd_wirings[] = {
	{
		/* Null modem with full handshake. */
		.name = "crossed",
		.pins = { SERFWD_PINS_CROSSED, SERFWD_PINS_CROSSED },
	},
	{
		/*
		 * The second end is a modem: it drives each input of the first.
		 */
		.name = "straight",
		.pins = {
			{
				[SERFWD_INPUT_CTS] = { .far = TIOCM_RTS },
				[SERFWD_INPUT_DSR] = { .far = TIOCM_DTR },
				[SERFWD_INPUT_DCD] = { .far = TIOCM_OUT1 },
				[SERFWD_INPUT_RI] = { .far = TIOCM_OUT2 },
			},
			{
				[SERFWD_INPUT_CTS] = { .far = TIOCM_RTS },
				[SERFWD_INPUT_DSR] = { .far = TIOCM_DTR },
			},
		},
	},
	{
		/* Three wires: each end shakes hands with itself. */
		.name = "three-wire",
		.pins = { SERFWD_PINS_OWN, SERFWD_PINS_OWN },
	},
	{
		/* No cable, but a plug on each port. */
		.name = "loopback",
		.loop = true,
		.pins = { SERFWD_PINS_OWN, SERFWD_PINS_OWN },
	},
};

static bool serfwd_pin_driven(const struct serfwd_pin *pin, unsigned int far,
			      unsigned int own)
{
	return pin->high || (pin->far & far) || (pin->own & own);
}

static unsigned int serfwd_plug_driven(struct serfwd_plug *plug)
{
	unsigned int far = serfwd_plug_far(plug)->outputs;
	unsigned int inputs = 0;
	int i;

	for (i = 0; i < SERFWD_INPUTS; i++)
		if (serfwd_pin_driven(&plug->pins[i], far, plug->outputs))
			inputs |= serfwd_inputs[i].line;
	return inputs;
}

static void serfwd_plug_follow(struct serfwd_plug *plug)
{
	unsigned int inputs = serfwd_plug_driven(plug);

	plug->changed |= inputs ^ plug->inputs;
	plug->inputs = inputs;
	/* A plug that is not open is perhaps no port yet. */
	if (plug->changed && plug->open)
		irq_work_queue(&plug->lines_work);
}

/* Something that drives an input may have changed. */
static void serfwd_pins_follow(struct serfwd_cable *cable)
{
	lockdep_assert_held(&cable->lock);
	serfwd_plug_follow(&cable->plugs[0]);
	serfwd_plug_follow(&cable->plugs[1]);
}

static unsigned int serfwd_pins_take_changed(struct serfwd_plug *plug,
					     unsigned int *inputs)
{
	unsigned int changed;

	spin_lock(&plug->cable->lock);
	*inputs = plug->inputs;
	changed = plug->open ? plug->changed : 0;
	plug->changed = 0;
	spin_unlock(&plug->cable->lock);
	return changed;
}

/* As a driver does on a modem status interrupt; uart.lock held. */
static void serfwd_pins_report(struct uart_port *uart, unsigned int changed,
			       unsigned int inputs)
{
	/* Both edges of RI: there is hardware that tells of both. */
	if (changed & TIOCM_RNG)
		uart->icount.rng++;
	if (changed & TIOCM_DSR)
		uart->icount.dsr++;
	if (changed & TIOCM_CAR)
		uart_handle_dcd_change(uart, inputs & TIOCM_CAR);
	if (changed & TIOCM_CTS)
		uart_handle_cts_change(uart, inputs & TIOCM_CTS);
	if (changed)
		wake_up_interruptible(&uart->state->port.delta_msr_wait);
}

/**
 * serfwd_pins_get - the inputs of a plug
 * @plug: the plug
 *
 * Changes that are not reported yet are, as by a driver that finds them in the
 * modem status register: nobody sees a line before its counter.
 *
 * Return: TIOCM_*.
 * Locking: uart.lock held.
 */
unsigned int serfwd_pins_get(struct serfwd_plug *plug)
{
	unsigned int inputs, changed = serfwd_pins_take_changed(plug, &inputs);

	serfwd_pins_report(&plug->uart, changed, inputs);
	return inputs;
}

static void serfwd_pins_interrupt(struct irq_work *work)
{
	struct serfwd_plug *plug = container_of(work, struct serfwd_plug,
						lines_work);
	unsigned long flags;

	uart_port_lock_irqsave(&plug->uart, &flags);
	serfwd_pins_get(plug);
	uart_port_unlock_irqrestore(&plug->uart, flags);
}

static void serfwd_pins_wire(struct serfwd_cable *cable,
			     const struct serfwd_wiring *wiring)
{
	cable->loop = wiring->loop;
	memcpy(cable->plugs[0].pins, wiring->pins[0], sizeof(wiring->pins[0]));
	memcpy(cable->plugs[1].pins, wiring->pins[1], sizeof(wiring->pins[1]));
}

/**
 * serfwd_pins_init - set the lines of a new cable up, crossed
 * @cable: the cable
 */
void serfwd_pins_init(struct serfwd_cable *cable)
{
	init_irq_work(&cable->plugs[0].lines_work, serfwd_pins_interrupt);
	init_irq_work(&cable->plugs[1].lines_work, serfwd_pins_interrupt);
	serfwd_pins_wire(cable, &serfwd_wirings[0]);
}

/**
 * serfwd_pins_exit - a cable's lines are followed no more
 * @cable: the cable, whose plugs nobody can open or set any more
 *
 * Context: may sleep.
 */
void serfwd_pins_exit(struct serfwd_cable *cable)
{
	irq_work_sync(&cable->plugs[0].lines_work);
	irq_work_sync(&cable->plugs[1].lines_work);
}

/**
 * serfwd_pins_drive - set the outputs of a plug
 * @plug: the plug
 * @outputs: TIOCM_*
 *
 * Context: interrupts off.
 */
void serfwd_pins_drive(struct serfwd_plug *plug, unsigned int outputs)
{
	struct serfwd_cable *cable = plug->cable;

	spin_lock(&cable->lock);
	plug->outputs = outputs;
	serfwd_pins_follow(cable);
	spin_unlock(&cable->lock);
}

static const struct serfwd_wiring *serfwd_wiring_named(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(serfwd_wirings); i++)
		if (sysfs_streq(name, serfwd_wirings[i].name))
			return &serfwd_wirings[i];
	return NULL;
}

/**
 * serfwd_pins_set_wiring - exchange the cable
 * @cable: the cable
 * @name: of the wiring
 *
 * Return: 0, or -EINVAL for an unknown name.
 * Context: interrupts on.
 */
int serfwd_pins_set_wiring(struct serfwd_cable *cable, const char *name)
{
	const struct serfwd_wiring *wiring = serfwd_wiring_named(name);

	if (!wiring)
		return -EINVAL;
	spin_lock_irq(&cable->lock);
	serfwd_pins_wire(cable, wiring);
	serfwd_pins_follow(cable);
	spin_unlock_irq(&cable->lock);
	return 0;
}

static bool serfwd_pin_same(const struct serfwd_pin *a,
			    const struct serfwd_pin *b)
{
	return a->far == b->far && a->own == b->own && a->high == b->high;
}

static bool serfwd_wiring_is(const struct serfwd_wiring *wiring,
			     const struct serfwd_cable *cable)
{
	int i;

	if (wiring->loop != cable->loop)
		return false;
	for (i = 0; i < SERFWD_INPUTS; i++)
		if (!serfwd_pin_same(&wiring->pins[0][i],
				     &cable->plugs[0].pins[i]) ||
		    !serfwd_pin_same(&wiring->pins[1][i],
				     &cable->plugs[1].pins[i]))
			return false;
	return true;
}

/**
 * serfwd_pins_wiring - what cable is it?
 * @cable: the cable
 *
 * Return: the name of its wiring, "custom" if it has none.
 * Context: interrupts on.
 */
const char *serfwd_pins_wiring(struct serfwd_cable *cable)
{
	const char *name = "custom";
	size_t i;

	spin_lock_irq(&cable->lock);
	for (i = 0; i < ARRAY_SIZE(serfwd_wirings); i++)
		if (serfwd_wiring_is(&serfwd_wirings[i], cable))
			name = serfwd_wirings[i].name;
	spin_unlock_irq(&cable->lock);
	return name;
}

static int serfwd_pin_add(struct serfwd_pin *pin, const char *source)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(serfwd_sources); i++) {
		if (strcmp(source, serfwd_sources[i].name))
			continue;
		pin->far |= serfwd_sources[i].pin.far;
		pin->own |= serfwd_sources[i].pin.own;
		pin->high |= serfwd_sources[i].pin.high;
		return 0;
	}
	return -EINVAL;
}

/* "rts|own-dtr"; nothing at all is a pin that nothing drives. */
static int serfwd_pin_parse(struct serfwd_pin *pin, char *text)
{
	char *source;
	int ret = 0;

	memset(pin, 0, sizeof(*pin));
	if (!*text)
		return 0;
	while (!ret && (source = strsep(&text, "|")))
		ret = serfwd_pin_add(pin, source);
	return ret;
}

static struct serfwd_pin *serfwd_pin_named(struct serfwd_pin *pins,
					   const char *name)
{
	int i;

	for (i = 0; i < SERFWD_INPUTS; i++)
		if (!strcmp(name, serfwd_inputs[i].name))
			return &pins[i];
	return NULL;
}

/* "cts=rts" */
static int serfwd_pins_assign(struct serfwd_pin *pins, char *text)
{
	char *name = strsep(&text, "=");
	struct serfwd_pin *pin = serfwd_pin_named(pins, name);

	return pin && text ? serfwd_pin_parse(pin, text) : -EINVAL;
}

/**
 * serfwd_pins_parse - set what drives the inputs of a plug
 * @plug: the plug
 * @text: words such as "cts=rts|own-dtr"; is changed. Inputs that are not
 *	named stay as they are
 *
 * Return: 0, or -EINVAL and nothing is changed.
 * Context: interrupts on.
 */
int serfwd_pins_parse(struct serfwd_plug *plug, char *text)
{
	struct serfwd_cable *cable = plug->cable;
	struct serfwd_pin pins[SERFWD_INPUTS];
	char *word;
	int ret = 0;

	spin_lock_irq(&cable->lock);
	memcpy(pins, plug->pins, sizeof(pins));
	while (!ret && (word = strsep(&text, " \t\n")))
		if (*word)
			ret = serfwd_pins_assign(pins, word);
	if (!ret) {
		memcpy(plug->pins, pins, sizeof(pins));
		serfwd_pins_follow(cable);
	}
	spin_unlock_irq(&cable->lock);
	return ret;
}

static bool serfwd_pin_has(const struct serfwd_pin *pin,
			   const struct serfwd_pin *source)
{
	return (pin->far & source->far) || (pin->own & source->own) ||
	       (pin->high && source->high);
}

static int serfwd_pin_print(const struct serfwd_pin *pin, char *buf, int at)
{
	const char *separator = "";
	int begin = at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(serfwd_sources); i++) {
		if (!serfwd_pin_has(pin, &serfwd_sources[i].pin))
			continue;
		at += sysfs_emit_at(buf, at, "%s%s", separator,
				    serfwd_sources[i].name);
		separator = "|";
	}
	return at - begin;
}

/**
 * serfwd_pins_print - tell what drives the inputs of a plug
 * @plug: the plug
 * @buf: a page
 *
 * Return: bytes written to @buf, in the form that serfwd_pins_parse() takes.
 * Context: interrupts on.
 */
ssize_t serfwd_pins_print(struct serfwd_plug *plug, char *buf)
{
	int i, len = 0;

	spin_lock_irq(&plug->cable->lock);
	for (i = 0; i < SERFWD_INPUTS; i++) {
		len += sysfs_emit_at(buf, len, "%s%s=", i ? " " : "",
				     serfwd_inputs[i].name);
		len += serfwd_pin_print(&plug->pins[i], buf, len);
	}
	spin_unlock_irq(&plug->cable->lock);
	return len + sysfs_emit_at(buf, len, "\n");
}
