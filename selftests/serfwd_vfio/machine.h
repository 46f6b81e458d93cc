/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine.h - a virtual machine that does one access at a time
 *
 * Its processor is in real mode. ES has the memory that is accessed, and BX the offset
 * there; it halts after each access, and that is the only exit there is to be.
 */
#ifndef SELFTESTS_MACHINE_H
#define SELFTESTS_MACHINE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define MACHINE_RAM	0x10000
#define MACHINE_CODE	0x1000
/* Of the memory that is accessed, at first. */
#define MACHINE_PAGE	0x20000

asm("	.pushsection .rodata\n"
	".code16\n"
	"machine_code:\n"
	"machine_store1:	movb %al, %es:(%bx); hlt\n"
	"machine_store2:	movw %ax, %es:(%bx); hlt\n"
	"machine_store4:	movl %eax, %es:(%bx); hlt\n"
	"machine_exchange4:	xchgl %eax, %es:(%bx); hlt\n"
	"machine_copy:		movw %bx, %di; xorw %si, %si; rep movsb; hlt\n"
	"machine_load4:		movl %es:(%bx), %eax; hlt\n"
	"machine_code_end:\n"
	".code64\n"
	".popsection\n");

extern const char machine_code[], machine_code_end[], machine_store1[], machine_store2[],
	machine_store4[], machine_exchange4[], machine_copy[], machine_load4[];

/**
 * struct machine - a virtual machine
 * @vm: the machine
 * @vcpu: its processor
 * @vfio: knows the groups that it has joined
 * @ram: its memory
 * @run: where its processor says why it stopped
 * @run_size: of that
 */
struct machine {
	int vm;
	int vcpu;
	int vfio;
	uint8_t *ram;
	struct kvm_run *run;
	size_t run_size;
};

/* Has a slot of memory be so; of @size 0 it is none. Returns 0 or -errno. */
static inline int machine_set_slot(struct machine *machine, unsigned int slot,
				   uint64_t at, void *memory, size_t size)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.guest_phys_addr = at,
		.memory_size = size,
		.userspace_addr = (uintptr_t)memory,
	};

	return ioctl(machine->vm, KVM_SET_USER_MEMORY_REGION, &region) ? -errno : 0;
}

/* Has ES be where a slot is. Returns 0 or -errno. */
static inline int machine_look_at(struct machine *machine, uint64_t at)
{
	struct kvm_sregs sregs;

	if (ioctl(machine->vcpu, KVM_GET_SREGS, &sregs))
		return -errno;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	sregs.es.base = at;
	return ioctl(machine->vcpu, KVM_SET_SREGS, &sregs) ? -errno : 0;
}

/* Returns 0 or -errno; machine_destroy() in any case. */
static inline int machine_create(struct machine *machine)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	*machine = (struct machine) { -1, -1, -1, MAP_FAILED, MAP_FAILED, 0 };
	if (kvm < 0)
		return -errno;
	machine->run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	machine->vm = ioctl(kvm, KVM_CREATE_VM, 0);
	close(kvm);
	if (machine->vm < 0)
		return -errno;
	machine->vcpu = ioctl(machine->vm, KVM_CREATE_VCPU, 0);
	if (machine->vcpu < 0)
		return -errno;
	machine->run = mmap(NULL, machine->run_size, PROT_READ | PROT_WRITE, MAP_SHARED,
			    machine->vcpu, 0);
	machine->ram = mmap(NULL, MACHINE_RAM, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (machine->run == MAP_FAILED || machine->ram == MAP_FAILED)
		return -errno;
	memcpy(machine->ram + MACHINE_CODE, machine_code, machine_code_end - machine_code);
	return machine_set_slot(machine, 0, 0, machine->ram, MACHINE_RAM) ?:
	       machine_look_at(machine, MACHINE_PAGE);
}

static inline void machine_destroy(struct machine *machine)
{
	if (machine->run != MAP_FAILED)
		munmap(machine->run, machine->run_size);
	if (machine->ram != MAP_FAILED)
		munmap(machine->ram, MACHINE_RAM);
	if (machine->vfio >= 0)
		close(machine->vfio);
	if (machine->vcpu >= 0)
		close(machine->vcpu);
	if (machine->vm >= 0)
		close(machine->vm);
	*machine = (struct machine) { -1, -1, -1, MAP_FAILED, MAP_FAILED, 0 };
}

/**
 * machine_do() - have a machine do one access
 * @machine: the machine
 * @what: machine_store4 and the like
 * @offset: of the access
 * @value: what is stored; filled with what was loaded. Of machine_copy how many bytes
 *	are copied, from the beginning of @machine->ram
 *
 * Return: why it stopped, KVM_EXIT_HLT if nothing else was in the way; -errno.
 */
static inline int machine_do(struct machine *machine, const char *what,
			     unsigned int offset, uint32_t *value)
{
	struct kvm_regs regs = {
		.rip = MACHINE_CODE + (what - machine_code),
		.rax = *value,
		.rcx = *value,
		.rbx = offset,
		.rflags = 2,
	};

	if (ioctl(machine->vcpu, KVM_SET_REGS, &regs) || ioctl(machine->vcpu, KVM_RUN, 0) ||
	    ioctl(machine->vcpu, KVM_GET_REGS, &regs))
		return -errno;
	*value = regs.rax;
	return machine->run->exit_reason;
}

/* Returns whether it did so without an exit. */
static inline bool machine_store(struct machine *machine, unsigned int offset,
				 uint32_t value)
{
	return machine_do(machine, machine_store4, offset, &value) == KVM_EXIT_HLT;
}

/* Returns what was loaded, or something that is no register's value. */
static inline uint32_t machine_load(struct machine *machine, unsigned int offset)
{
	uint32_t value = 0;

	if (machine_do(machine, machine_load4, offset, &value) != KVM_EXIT_HLT)
		return 0xbadbadba;
	return value;
}

/* Devices of a group that are opened later know the machine. Returns 0 or -errno. */
static inline int machine_join(struct machine *machine, int group)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_VFIO };
	struct kvm_device_attr attr = {
		.group = KVM_DEV_VFIO_GROUP,
		.attr = KVM_DEV_VFIO_GROUP_ADD,
		.addr = (uintptr_t)&group,
	};

	if (ioctl(machine->vm, KVM_CREATE_DEVICE, &device))
		return -errno;
	machine->vfio = device.fd;
	return ioctl(device.fd, KVM_SET_DEVICE_ATTR, &attr) ? -errno : 0;
}

#endif
