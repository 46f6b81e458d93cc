/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kvm.h - a virtual machine of a few instructions
 *
 * It has one processor in real mode, which sleeps until an interrupt comes, tells
 * us by writing to a port, and ends the interrupt at both of its controllers. These
 * are the kernel's, so eventfds reach them, and the end of an interrupt reaches
 * eventfds, with nobody between.
 */
#ifndef SELFTESTS_KVM_H
#define SELFTESTS_KVM_H

#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/sysfs.h"

#define KVM_RAM		0x10000
#define KVM_CODE	0x1000
#define KVM_PORT	0x10	/* written at an interrupt */
#define KVM_PORT_READY	0x11	/* written once it can be interrupted */
/* Of the interrupt controller's fifth line, by which the interrupt comes. */
#define KVM_LINE	5
#define KVM_VECTOR	0x25
#define KVM_LOCAL_APIC	0xfee00000
/* A number beyond all lines, for the message. */
#define KVM_MESSAGE	24

/* The line is a level (ELCR, port 0x4d0). FS is where the local APIC is. */
asm("	.pushsection .rodata\n"
	"kvm_guest_begin:\n"
	".code16\n"
	"	movb $0x11, %al; outb %al, $0x20\n"
	"	movb $0x20, %al; outb %al, $0x21\n"
	"	movb $0x04, %al; outb %al, $0x21\n"
	"	movb $0x01, %al; outb %al, $0x21\n"
	"	movb $0xdf, %al; outb %al, $0x21\n"
	"	movw $0x4d0, %dx; movb $0x20, %al; outb %al, %dx\n"
	"	outb %al, $0x11\n"
	"	sti\n"
	"1:	hlt\n"
	"	jmp 1b\n"
	"kvm_guest_interrupt:\n"
	"	outb %al, $0x10\n"
	"	movl $0, %fs:0xb0\n"
	"	movb $0x20, %al; outb %al, $0x20\n"
	"	iret\n"
	".code64\n"
	"kvm_guest_end:\n"
	".popsection\n");

extern const char kvm_guest_begin[], kvm_guest_interrupt[], kvm_guest_end[];

/**
 * struct kvm_guest - a virtual machine
 * @vm: the machine
 * @vcpu: its processor
 * @ram: its memory
 * @run: where its processor says why it stopped
 * @run_size: of that
 * @thread: runs it
 * @on_interrupt: called when the machine has been interrupted, before it ends that
 * @arg: for @on_interrupt
 * @ready: it can be interrupted
 * @stop: it is to end
 * @exits: stops for other reasons than ours
 */
struct kvm_guest {
	int vm;
	int vcpu;
	uint8_t *ram;
	struct kvm_run *run;
	size_t run_size;
	pthread_t thread;
	void (*on_interrupt)(void *arg);
	void *arg;
	atomic_bool ready;
	atomic_bool stop;
	unsigned int exits;
};

static inline void kvm_on_signal(int sig)
{
	(void)sig;
}

static inline void *kvm_thread(void *arg)
{
	struct kvm_guest *guest = arg;

	while (!guest->stop) {
		/* A signal ends it. */
		if (ioctl(guest->vcpu, KVM_RUN, 0))
			continue;
		if (guest->run->exit_reason == KVM_EXIT_IO &&
		    guest->run->io.port == KVM_PORT) {
			guest->on_interrupt(guest->arg);
			continue;
		}
		if (guest->run->exit_reason == KVM_EXIT_IO &&
		    guest->run->io.port == KVM_PORT_READY) {
			guest->ready = true;
			continue;
		}
		dprintf(STDOUT_FILENO, "# the machine stopped: reason %u\n",
			guest->run->exit_reason);
		guest->exits++;
		break;
	}
	return NULL;
}

static inline int kvm_memory(struct kvm_guest *guest)
{
	struct kvm_userspace_memory_region region = { .memory_size = KVM_RAM };
	uint16_t vector[2] = {
		KVM_CODE + (kvm_guest_interrupt - kvm_guest_begin), 0,
	};

	guest->ram = mmap(NULL, KVM_RAM, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (guest->ram == MAP_FAILED)
		return -errno;
	memcpy(guest->ram + KVM_CODE, kvm_guest_begin,
	       kvm_guest_end - kvm_guest_begin);
	memcpy(guest->ram + 4 * KVM_VECTOR, vector, sizeof(vector));
	region.userspace_addr = (uintptr_t)guest->ram;
	return ioctl(guest->vm, KVM_SET_USER_MEMORY_REGION, &region) ? -errno : 0;
}

/* Its local APIC takes messages once it is enabled (SVR, offset 0xf0). */
static inline int kvm_enable_apic(struct kvm_guest *guest)
{
	struct kvm_lapic_state apic;
	const uint32_t enabled = 0x1ff;

	if (ioctl(guest->vcpu, KVM_GET_LAPIC, &apic))
		return -errno;
	memcpy(apic.regs + 0xf0, &enabled, sizeof(enabled));
	return ioctl(guest->vcpu, KVM_SET_LAPIC, &apic) ? -errno : 0;
}

static inline int kvm_processor(struct kvm_guest *guest)
{
	struct kvm_regs regs = { .rip = KVM_CODE, .rsp = KVM_RAM - 2, .rflags = 2 };
	struct kvm_sregs sregs;

	if (ioctl(guest->vcpu, KVM_GET_SREGS, &sregs))
		return -errno;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	sregs.fs.base = KVM_LOCAL_APIC;
	if (ioctl(guest->vcpu, KVM_SET_SREGS, &sregs) ||
	    ioctl(guest->vcpu, KVM_SET_REGS, &regs))
		return -errno;
	return 0;
}

/**
 * kvm_guest_start() - make a machine and let it run
 * @guest: filled; @on_interrupt and @arg are the caller's
 *
 * Return: 0 or -errno.
 */
static inline int kvm_guest_start(struct kvm_guest *guest)
{
	struct sigaction on_signal = { .sa_handler = kvm_on_signal };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int ret, waited;

	if (kvm < 0)
		return -errno;
	guest->ready = false;
	guest->stop = false;
	guest->exits = 0;
	guest->run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	guest->vm = ioctl(kvm, KVM_CREATE_VM, 0);
	close(kvm);
	if (guest->vm < 0 || ioctl(guest->vm, KVM_CREATE_IRQCHIP, 0))
		return -errno;
	guest->vcpu = ioctl(guest->vm, KVM_CREATE_VCPU, 0);
	if (guest->vcpu < 0)
		return -errno;
	guest->run = mmap(NULL, guest->run_size, PROT_READ | PROT_WRITE,
			  MAP_SHARED, guest->vcpu, 0);
	if (guest->run == MAP_FAILED)
		return -errno;
	ret = kvm_memory(guest) ?: kvm_processor(guest) ?: kvm_enable_apic(guest);
	if (ret)
		return ret;
	sigaction(SIGUSR1, &on_signal, NULL);
	if (pthread_create(&guest->thread, NULL, kvm_thread, guest))
		return -EAGAIN;
	/* An interrupt from before would come a second time. */
	for (waited = 0; !guest->ready && waited < SYSFS_PATIENCE; waited++)
		sleep_ms(1);
	return guest->ready ? 0 : -ETIMEDOUT;
}

/**
 * kvm_guest_stop() - end a machine
 * @guest: the machine
 *
 * Return: whether it ran well until now.
 */
static inline bool kvm_guest_stop(struct kvm_guest *guest)
{
	guest->stop = true;
	guest->run->immediate_exit = 1;
	pthread_kill(guest->thread, SIGUSR1);
	pthread_join(guest->thread, NULL);
	munmap(guest->run, guest->run_size);
	munmap(guest->ram, KVM_RAM);
	close(guest->vcpu);
	close(guest->vm);
	return !guest->exits;
}

/**
 * kvm_join_line() - an interrupt that is a level
 * @guest: the machine
 * @event: raises the line
 * @resample: signalled when the machine has ended an interrupt, and the line is low
 *
 * Return: 0 or -errno.
 */
static inline int kvm_join_line(struct kvm_guest *guest, int event, int resample)
{
	struct kvm_irqfd irqfd = {
		.fd = event,
		.gsi = KVM_LINE,
		.flags = KVM_IRQFD_FLAG_RESAMPLE,
		.resamplefd = resample,
	};

	return ioctl(guest->vm, KVM_IRQFD, &irqfd) ? -errno : 0;
}

/**
 * kvm_join_message() - an interrupt that is a message
 * @guest: the machine; it has no lines any more
 * @event: sends it
 *
 * Return: 0 or -errno.
 */
static inline int kvm_join_message(struct kvm_guest *guest, int event)
{
	struct {
		struct kvm_irq_routing routing;
		struct kvm_irq_routing_entry entry;
	} arg = {
		.routing = { .nr = 1 },
		.entry = {
			.gsi = KVM_MESSAGE,
			.type = KVM_IRQ_ROUTING_MSI,
			.u.msi = {
				.address_lo = KVM_LOCAL_APIC,
				.data = KVM_VECTOR,
			},
		},
	};
	struct kvm_irqfd irqfd = { .fd = event, .gsi = KVM_MESSAGE };

	if (ioctl(guest->vm, KVM_SET_GSI_ROUTING, &arg) ||
	    ioctl(guest->vm, KVM_IRQFD, &irqfd))
		return -errno;
	return 0;
}

#endif
