/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The modules are written for the newest kernel. This header, included ahead of
 * each file of serfwd, brings older tty cores up to it, and the others of this
 * directory, included where they are needed, the rest; so that no other file
 * knows that there are several kernels.
 *
 * Features are asked for, not deduced from the version, since stable and vendor
 * kernels take changes from later ones. To add a difference:
 *
 * 1. Add include/compat/STATEMENT.c, which compiles exactly where STATEMENT is
 *    true. It names types and never calls: see tty_write_takes_u8.c for a
 *    signature and port_has_flip_wq.c for a member. Include linux/tty.h first,
 *    and write no macro of the kernel around what may be missing
 *    (static_assert(), __same_type()): an error located in a kernel header
 *    counts as a broken kernel, not as "no".
 * 2. Use COMPAT_STATEMENT below, defined (as 1) where it compiled, and supply
 *    there what the older kernel lacks.
 *
 * The build finds the file by itself and asks it again whenever it, or the kernel,
 * changes. The answers are in include/compat/probes.h of the build directory.
 *
 * Operations whose signature changed
 * ----------------------------------
 * Write the function as the newest kernel wants it. Before the table of
 * operations, adapt it; in the table, name it through the same word:
 *
 *	ADAPT_TTY_WRITE(vtty_write);
 *
 *	static const struct tty_operations vtty_ops = {
 *		.write = ADAPTED_TTY_WRITE(vtty_write),
 *
 * On a kernel that needs nothing, that is vtty_write itself; on others it is a
 * function of the older type into which the compiler inlines vtty_write. A
 * forgotten one does not compile there.
 */
#ifndef DEVSHARE_COMPAT_H
#define DEVSHARE_COMPAT_H

#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_flip.h>
#include <linux/tty_ldisc.h>
#include <linux/tty_port.h>
#include <linux/workqueue.h>

#include <compat/probes.h>

/* A function of an older type around @fn; @params and @args in parentheses. */
#define COMPAT_ADAPT(ret, fn, params, args)				\
	static ret fn##_compat params					\
	{								\
		return fn args;						\
	}								\
	static_assert(true)

/* Takes the semicolon where nothing is to be adapted. */
#define COMPAT_NATIVE()	static_assert(true)

#ifdef COMPAT_TTY_WRITE_TAKES_U8
#define ADAPTED_TTY_WRITE(fn)	fn
#define ADAPT_TTY_WRITE(fn)	COMPAT_NATIVE()
#else
#define ADAPTED_TTY_WRITE(fn)	fn##_compat
#define ADAPT_TTY_WRITE(fn)						\
	COMPAT_ADAPT(int, fn,						\
		     (struct tty_struct *tty, const u8 *buf, int count),\
		     (tty, buf, count))
#endif

#ifdef COMPAT_TTY_SEND_XCHAR_TAKES_U8
#define ADAPTED_TTY_SEND_XCHAR(fn)	fn
#define ADAPT_TTY_SEND_XCHAR(fn)	COMPAT_NATIVE()
#else
#define ADAPTED_TTY_SEND_XCHAR(fn)	fn##_compat
#define ADAPT_TTY_SEND_XCHAR(fn)					\
	COMPAT_ADAPT(void, fn, (struct tty_struct *tty, char ch), (tty, ch))
#endif

#ifdef COMPAT_LDISC_DCD_CHANGE_TAKES_BOOL
#define ADAPTED_LDISC_DCD_CHANGE(fn)	fn
#define ADAPT_LDISC_DCD_CHANGE(fn)	COMPAT_NATIVE()
#else
#define ADAPTED_LDISC_DCD_CHANGE(fn)	fn##_compat
#define ADAPT_LDISC_DCD_CHANGE(fn)					\
	COMPAT_ADAPT(void, fn,						\
		     (struct tty_struct *tty, unsigned int active),	\
		     (tty, active))
#endif

#ifdef COMPAT_PORT_RECEIVE_BUF_RETURNS_SIZE_T
#define ADAPTED_PORT_RECEIVE_BUF(fn)	fn
#define ADAPT_PORT_RECEIVE_BUF(fn)	COMPAT_NATIVE()
#else
#define ADAPTED_PORT_RECEIVE_BUF(fn)	fn##_compat
#define ADAPT_PORT_RECEIVE_BUF(fn)					\
	COMPAT_ADAPT(int, fn,						\
		     (struct tty_port *port, const unsigned char *cp,	\
		      const unsigned char *fp, size_t count),		\
		     (port, cp, fp, count))
#endif

#ifdef COMPAT_PORT_LOOKAHEAD_BUF_TAKES_SIZE_T
#define ADAPTED_PORT_LOOKAHEAD_BUF(fn)	fn
#define ADAPT_PORT_LOOKAHEAD_BUF(fn)	COMPAT_NATIVE()
#else
#define ADAPTED_PORT_LOOKAHEAD_BUF(fn)	fn##_compat
#define ADAPT_PORT_LOOKAHEAD_BUF(fn)					\
	COMPAT_ADAPT(void, fn,						\
		     (struct tty_port *port, const unsigned char *cp,	\
		      const unsigned char *fp, unsigned int count),	\
		     (port, cp, fp, count))
#endif

#ifdef COMPAT_PORT_CARRIER_RAISED_RETURNS_BOOL
#define ADAPTED_PORT_CARRIER_RAISED(fn)	fn
#define ADAPT_PORT_CARRIER_RAISED(fn)	COMPAT_NATIVE()
#else
#define ADAPTED_PORT_CARRIER_RAISED(fn)	fn##_compat
#define ADAPT_PORT_CARRIER_RAISED(fn)					\
	COMPAT_ADAPT(int, fn, (struct tty_port *port), (port))
#endif

#ifdef COMPAT_PORT_DTR_RTS_TAKES_BOOL
#define ADAPTED_PORT_DTR_RTS(fn)	fn
#define ADAPT_PORT_DTR_RTS(fn)		COMPAT_NATIVE()
#else
#define ADAPTED_PORT_DTR_RTS(fn)	fn##_compat
#define ADAPT_PORT_DTR_RTS(fn)						\
	COMPAT_ADAPT(void, fn, (struct tty_port *port, int raise),	\
		     (port, raise))
#endif

/*
 * Functions
 */

#ifndef COMPAT_TTY_LDISC_RECEIVE_BUF_TAKES_U8
static inline size_t compat_tty_ldisc_receive_buf(struct tty_ldisc *ld,
						  const u8 *p, const u8 *f,
						  size_t count)
{
	return tty_ldisc_receive_buf(ld, p, (const char *)f,
				     min_t(size_t, count, INT_MAX));
}

#define tty_ldisc_receive_buf	compat_tty_ldisc_receive_buf
#endif

/*
 * Since 7.1 the flip work of a port runs on its driver's workqueue or on one the
 * driver gave the port, if there is one; before, on the system's unbound one.
 * No kernel has an accessor: these are ours, for every kernel. port_flip_wq() is where
 * the work is queued, port_linked_wq() what port_link_wq() would give back, and both of
 * these do nothing where port_may_link_wq() is false.
 */

#ifdef COMPAT_PORT_HAS_FLIP_WQ
static inline struct workqueue_struct *port_flip_wq(const struct tty_port *port)
{
	return port->buf.flip_wq ?: system_dfl_wq;
}

static inline bool port_may_link_wq(void)
{
	return true;
}

static inline struct workqueue_struct *
port_linked_wq(const struct tty_port *port)
{
	return port->buf.flip_wq;
}

static inline void port_link_wq(struct tty_port *port,
				struct workqueue_struct *wq)
{
	tty_port_link_wq(port, wq);
}
#else
static inline struct workqueue_struct *port_flip_wq(const struct tty_port *port)
{
	return system_unbound_wq;
}

static inline bool port_may_link_wq(void)
{
	return false;
}

static inline struct workqueue_struct *
port_linked_wq(const struct tty_port *port)
{
	return NULL;
}

static inline void port_link_wq(struct tty_port *port,
				struct workqueue_struct *wq)
{
}
#endif

#endif /* DEVSHARE_COMPAT_H */
