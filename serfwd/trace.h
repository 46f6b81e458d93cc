/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints, in /sys/kernel/tracing/events/serfwd. "link" is the number of
 * the pseudo-UART.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM serfwd

#if !defined(SERFWD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SERFWD_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "stats.h"

#define SERFWD_TRACE_NAME	16

/* For whoever reads the format and knows no enum of ours. */
TRACE_DEFINE_ENUM(SERFWD_RX_CLOSED);
TRACE_DEFINE_ENUM(SERFWD_RX_FLUSHED);
TRACE_DEFINE_ENUM(SERFWD_RX_DETACHED);
TRACE_DEFINE_ENUM(SERFWD_RX_MOVED);
TRACE_DEFINE_ENUM(SERFWD_RX_DROPPED_NEWEST);
TRACE_DEFINE_ENUM(SERFWD_RX_DROPPED_OLDEST);
TRACE_DEFINE_ENUM(SERFWD_RX_LISTENER_FULL);
TRACE_DEFINE_ENUM(SERFWD_TX_CLOSED);
TRACE_DEFINE_ENUM(SERFWD_TX_FLUSHED);
TRACE_DEFINE_ENUM(SERFWD_TX_DETACHED);
TRACE_DEFINE_ENUM(SERFWD_TX_HANDED_OVER);

/* As the files of stats/ are called. */
#define serfwd_show_loss(loss)						\
	__print_symbolic(loss,						\
			 { SERFWD_RX_CLOSED, "rx_closed" },		\
			 { SERFWD_RX_FLUSHED, "rx_flushed" },		\
			 { SERFWD_RX_DETACHED, "rx_detached" },		\
			 { SERFWD_RX_MOVED, "rx_moved" },		\
			 { SERFWD_RX_DROPPED_NEWEST, "rx_dropped_newest" }, \
			 { SERFWD_RX_DROPPED_OLDEST, "rx_dropped_oldest" }, \
			 { SERFWD_RX_LISTENER_FULL, "rx_listener_full" }, \
			 { SERFWD_TX_CLOSED, "tx_closed" },		\
			 { SERFWD_TX_FLUSHED, "tx_flushed" },		\
			 { SERFWD_TX_DETACHED, "tx_detached" },		\
			 { SERFWD_TX_HANDED_OVER, "tx_handed_over" })

#define serfwd_show_direction(dir) \
	__print_symbolic(dir, { 0, "rx" }, { 1, "tx" })

DECLARE_EVENT_CLASS(serfwd_bytes,
	TP_PROTO(unsigned int link, size_t offered, size_t taken),
	TP_ARGS(link, offered, taken),
	TP_STRUCT__entry(
		__field(unsigned int, link)
		__field(size_t, offered)
		__field(size_t, taken)
	),
	TP_fast_assign(
		__entry->link = link;
		__entry->offered = offered;
		__entry->taken = taken;
	),
	TP_printk("link=%u offered=%zu taken=%zu", __entry->link,
		  __entry->offered, __entry->taken)
);

/* From the real port to the pseudo-UART. */
DEFINE_EVENT(serfwd_bytes, serfwd_rx,
	TP_PROTO(unsigned int link, size_t offered, size_t taken),
	TP_ARGS(link, offered, taken)
);

/* From the pseudo-UART to the real port. */
DEFINE_EVENT(serfwd_bytes, serfwd_tx,
	TP_PROTO(unsigned int link, size_t offered, size_t taken),
	TP_ARGS(link, offered, taken)
);

/*
 * The bytes themselves, for whoever captures, in pieces that fit in a trace
 * buffer; @flags has a TTY_* for each byte, or nothing when all are good.
 */
TRACE_EVENT(serfwd_data,
	TP_PROTO(unsigned int link, unsigned int dir, const u8 *data,
		 const u8 *flags, size_t count),
	TP_ARGS(link, dir, data, flags, count),
	TP_STRUCT__entry(
		__field(unsigned int, link)
		__field(unsigned int, dir)
		__dynamic_array(u8, data, count)
		__dynamic_array(u8, flags, flags ? count : 0)
	),
	TP_fast_assign(
		__entry->link = link;
		__entry->dir = dir;
		memcpy(__get_dynamic_array(data), data, count);
		if (flags)
			memcpy(__get_dynamic_array(flags), flags, count);
	),
	TP_printk("link=%u dir=%s data=%s flags=%s", __entry->link,
		  serfwd_show_direction(__entry->dir),
		  __print_hex_str(__get_dynamic_array(data),
				  __get_dynamic_array_len(data)),
		  __print_hex_str(__get_dynamic_array(flags),
				  __get_dynamic_array_len(flags)))
);

/* Bytes were lost. */
TRACE_EVENT(serfwd_drop,
	TP_PROTO(unsigned int link, unsigned int cause, size_t count),
	TP_ARGS(link, cause, count),
	TP_STRUCT__entry(
		__field(unsigned int, link)
		__field(unsigned int, cause)
		__field(size_t, count)
	),
	TP_fast_assign(
		__entry->link = link;
		__entry->cause = cause;
		__entry->count = count;
	),
	TP_printk("link=%u cause=%s count=%zu", __entry->link,
		  serfwd_show_loss(__entry->cause), __entry->count)
);

/* One end does not take what the other one has; with stats/enabled only. */
TRACE_EVENT(serfwd_stall,
	TP_PROTO(unsigned int link, unsigned int dir, bool begin),
	TP_ARGS(link, dir, begin),
	TP_STRUCT__entry(
		__field(unsigned int, link)
		__field(unsigned int, dir)
		__field(bool, begin)
	),
	TP_fast_assign(
		__entry->link = link;
		__entry->dir = dir;
		__entry->begin = begin;
	),
	TP_printk("link=%u dir=%s %s", __entry->link,
		  serfwd_show_direction(__entry->dir),
		  __entry->begin ? "begin" : "end")
);

/* The modem lines were read and differ: TIOCM_* bits. */
TRACE_EVENT(serfwd_lines,
	TP_PROTO(unsigned int link, unsigned int was, unsigned int now),
	TP_ARGS(link, was, now),
	TP_STRUCT__entry(
		__field(unsigned int, link)
		__field(unsigned int, was)
		__field(unsigned int, now)
	),
	TP_fast_assign(
		__entry->link = link;
		__entry->was = was;
		__entry->now = now;
	),
	TP_printk("link=%u was=%#x now=%#x changed=%#x", __entry->link,
		  __entry->was, __entry->now, __entry->was ^ __entry->now)
);

/* The user of the pseudo-UART asked for this and got it. */
TRACE_EVENT(serfwd_termios,
	TP_PROTO(unsigned int link, unsigned int iflag, unsigned int cflag,
		 unsigned int ospeed),
	TP_ARGS(link, iflag, cflag, ospeed),
	TP_STRUCT__entry(
		__field(unsigned int, link)
		__field(unsigned int, iflag)
		__field(unsigned int, cflag)
		__field(unsigned int, ospeed)
	),
	TP_fast_assign(
		__entry->link = link;
		__entry->iflag = iflag;
		__entry->cflag = cflag;
		__entry->ospeed = ospeed;
	),
	TP_printk("link=%u iflag=%#x cflag=%#x ospeed=%u", __entry->link,
		  __entry->iflag, __entry->cflag, __entry->ospeed)
);

/* A break was received (-1), or the vtty's user begins (-1) or ends (0) one. */
TRACE_EVENT(serfwd_break,
	TP_PROTO(unsigned int link, unsigned int dir, int state),
	TP_ARGS(link, dir, state),
	TP_STRUCT__entry(
		__field(unsigned int, link)
		__field(unsigned int, dir)
		__field(int, state)
	),
	TP_fast_assign(
		__entry->link = link;
		__entry->dir = dir;
		__entry->state = state;
	),
	TP_printk("link=%u dir=%s state=%d", __entry->link,
		  serfwd_show_direction(__entry->dir), __entry->state)
);

/* A name is an array, for what __assign_str() takes differs by version. */
DECLARE_EVENT_CLASS(serfwd_port,
	TP_PROTO(unsigned int link, const char *port),
	TP_ARGS(link, port),
	TP_STRUCT__entry(
		__field(unsigned int, link)
		__array(char, port, SERFWD_TRACE_NAME)
	),
	TP_fast_assign(
		__entry->link = link;
		strscpy(__entry->port, port, SERFWD_TRACE_NAME);
	),
	TP_printk("link=%u port=%s", __entry->link, __entry->port)
);

DEFINE_EVENT(serfwd_port, serfwd_attach,
	TP_PROTO(unsigned int link, const char *port),
	TP_ARGS(link, port)
);

DEFINE_EVENT(serfwd_port, serfwd_detach,
	TP_PROTO(unsigned int link, const char *port),
	TP_ARGS(link, port)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
