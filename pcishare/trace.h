/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints, in /sys/kernel/tracing/events/pcishare. "guest" is the UUID of
 * the guest's mediated device.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM pcishare

#if !defined(PCISHARE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define PCISHARE_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "guest/guest.h"

/* A UUID. */
#define PCISHARE_TRACE_NAME	37
/* "access", "start" or "interrupt". */
#define PCISHARE_TRACE_WHAT	10

/* An access to a BAR. */
TRACE_EVENT(pcishare_access,
	TP_PROTO(const struct pcishare_guest *guest, unsigned int bar,
		 u64 offset, unsigned int width, u64 value, bool write),
	TP_ARGS(guest, bar, offset, width, value, write),
	TP_STRUCT__entry(
		__array(char, guest, PCISHARE_TRACE_NAME)
		__field(unsigned int, bar)
		__field(u64, offset)
		__field(unsigned int, width)
		__field(u64, value)
		__field(bool, write)
	),
	TP_fast_assign(
		strscpy(__entry->guest, pcishare_guest_name(guest),
			PCISHARE_TRACE_NAME);
		__entry->bar = bar;
		__entry->offset = offset;
		__entry->width = width;
		__entry->value = value;
		__entry->write = write;
	),
	TP_printk("guest=%s %s bar=%u offset=%#llx width=%u value=%#llx",
		  __entry->guest, __entry->write ? "write" : "read",
		  __entry->bar, __entry->offset, __entry->width,
		  __entry->value)
);

/* A write that a mask or a range does not let through. */
TRACE_EVENT(pcishare_refused,
	TP_PROTO(const struct pcishare_guest *guest, const char *reg,
		 const char *field, u64 value),
	TP_ARGS(guest, reg, field, value),
	TP_STRUCT__entry(
		__array(char, guest, PCISHARE_TRACE_NAME)
		__array(char, reg, PCISHARE_REG_NAME_MAX + 1)
		__array(char, field, PCISHARE_NAME_MAX + 1)
		__field(u64, value)
	),
	TP_fast_assign(
		strscpy(__entry->guest, pcishare_guest_name(guest),
			PCISHARE_TRACE_NAME);
		strscpy(__entry->reg, reg, PCISHARE_REG_NAME_MAX + 1);
		strscpy(__entry->field, field, PCISHARE_NAME_MAX + 1);
		__entry->value = value;
	),
	TP_printk("guest=%s reg=%s field=%s value=%#llx", __entry->guest,
		  __entry->reg, __entry->field, __entry->value)
);

/* A guest does something more often than its quota lets it. */
TRACE_EVENT(pcishare_limited,
	TP_PROTO(const struct pcishare_guest *guest, const char *what),
	TP_ARGS(guest, what),
	TP_STRUCT__entry(
		__array(char, guest, PCISHARE_TRACE_NAME)
		__array(char, what, PCISHARE_TRACE_WHAT)
	),
	TP_fast_assign(
		strscpy(__entry->guest, pcishare_guest_name(guest),
			PCISHARE_TRACE_NAME);
		strscpy(__entry->what, what, PCISHARE_TRACE_WHAT);
	),
	TP_printk("guest=%s what=%s", __entry->guest, __entry->what)
);

DECLARE_EVENT_CLASS(pcishare_guest,
	TP_PROTO(const struct pcishare_guest *guest),
	TP_ARGS(guest),
	TP_STRUCT__entry(
		__array(char, guest, PCISHARE_TRACE_NAME)
	),
	TP_fast_assign(
		strscpy(__entry->guest, pcishare_guest_name(guest),
			PCISHARE_TRACE_NAME);
	),
	TP_printk("guest=%s", __entry->guest)
);

/* The device has an interrupt for this guest. */
DEFINE_EVENT(pcishare_guest, pcishare_irq,
	TP_PROTO(const struct pcishare_guest *guest),
	TP_ARGS(guest)
);

/* The guest is given the device. */
DEFINE_EVENT(pcishare_guest, pcishare_turn,
	TP_PROTO(const struct pcishare_guest *guest),
	TP_ARGS(guest)
);

/* The device is taken from the guest, which has kept it busy. */
DEFINE_EVENT(pcishare_guest, pcishare_evict,
	TP_PROTO(const struct pcishare_guest *guest),
	TP_ARGS(guest)
);

DECLARE_EVENT_CLASS(pcishare_guest_ret,
	TP_PROTO(const struct pcishare_guest *guest, int ret),
	TP_ARGS(guest, ret),
	TP_STRUCT__entry(
		__array(char, guest, PCISHARE_TRACE_NAME)
		__field(int, ret)
	),
	TP_fast_assign(
		strscpy(__entry->guest, pcishare_guest_name(guest),
			PCISHARE_TRACE_NAME);
		__entry->ret = ret;
	),
	TP_printk("guest=%s ret=%d", __entry->guest, __entry->ret)
);

/* The guest's user resets its device. */
DEFINE_EVENT(pcishare_guest_ret, pcishare_reset,
	TP_PROTO(const struct pcishare_guest *guest, int ret),
	TP_ARGS(guest, ret)
);

DEFINE_EVENT(pcishare_guest_ret, pcishare_open,
	TP_PROTO(const struct pcishare_guest *guest, int ret),
	TP_ARGS(guest, ret)
);

DEFINE_EVENT(pcishare_guest, pcishare_close,
	TP_PROTO(const struct pcishare_guest *guest),
	TP_ARGS(guest)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
