# SPDX-License-Identifier: GPL-2.0
#
# devshare: what people run. kbuild itself reads Kbuild, not this file.

.DEFAULT_GOAL := all
SHELL := /bin/bash

# Which kernels. KDIR names a build directory; KERNEL or KERNELS name series, of
# which the newest installed headers are taken; else it is the newest series that
# has headers. Tests run on every series that has them.
have_kernels := $(shell scripts/kernel-dir have)
ifneq ($(KDIR),)
  override KERNELS := $(shell scripts/kernel-dir series $(KDIR))
  $(if $(KERNELS),,$(error KDIR=$(KDIR) cannot be used))
endif
ifneq ($(KERNEL),)
  override KERNELS := $(KERNEL)
endif
build_kernels = $(or $(KERNELS),$(lastword $(have_kernels)),none)
test_kernels = $(or $(KERNELS),$(have_kernels),none)
# Those of the guests inside; most run the same.
guest_kernels = $(foreach kernel,$(test_kernels),$(shell \
	. scripts/vm/kernel.sh && kernel_of_guests $(kernel)))
# What takes one kernel takes the oldest: that of the stable release.
vm_kernel = $(firstword $(test_kernels))

# Everything that boots or builds for the test VM does so for the debug kernel, or
# with DEBUG=kcsan for the one that looks for data races.
ifneq ($(DEBUG),)
  override KERNELS := $(if $(filter kcsan,$(DEBUG)),kcsan,debug)
endif

export KDIR

# Install what GROUP of packages a target needs; says nothing when all is there.
setup = @scripts/setup $(1)

DESTDIR ?=
INSTALL_MOD_PATH ?= $(DESTDIR)
FIRMWARE_DIR ?= $(DESTDIR)/lib/firmware/pcishare
policies = $(wildcard pcishare/policies/*.policy)

## all: build the modules (the default)
.PHONY: all
all: modules

## modules: build both modules [KDIR=dir | KERNEL=6.12 | KERNELS="6.1 6.12"]
.PHONY: modules
modules: setup-build
	+@$(MAKE) --no-print-directory built

# After setup-build, headers may be there that were not when make started: so a
# second make, which looks again.
.PHONY: built
built: $(addprefix modules-,$(build_kernels))

.PHONY: modules-none
modules-none:
	@echo 'no headers of a supported kernel ($(shell scripts/kernel-dir list)); give KDIR' >&2
	@false

modules-%:
	+@scripts/kbuild $* modules

## programs: build the user programs of the self-tests
.PHONY: programs
programs: setup-build setup-check
	+@$(MAKE) --no-print-directory -C selftests

# Plain C, with the parser that the module has.
build/pcishare-lint: scripts/host/pcishare-lint.c $(wildcard pcishare/policy*.[ch])
	@echo '  CC      $@'
	@mkdir -p $(@D)
	@$(CC) -O2 -Wall -Wextra -Werror -std=gnu11 $(filter %.c,$^) -o $@

## lint: build build/pcishare-lint, which checks device policies
.PHONY: lint
lint: setup-build build/pcishare-lint

## modules_install: install the modules [INSTALL_MOD_PATH=dir]
.PHONY: modules_install
modules_install: modules
	+@$(MAKE) --no-print-directory installed

.PHONY: installed
installed: $(addprefix modules_install-,$(build_kernels))

modules_install-%:
	+@scripts/install-modules $* '$(INSTALL_MOD_PATH)'

## install: install the modules and the device policies [DESTDIR=dir]
.PHONY: install
install: modules_install
	@$(if $(policies),install -D -m 644 -t '$(FIRMWARE_DIR)' $(policies))

## clean: remove everything that was built
.PHONY: clean
clean:
	rm -rf build

## check: sparse, warnings, checkpatch, kernel-doc, shellcheck, licences, policies
.PHONY: check
check: setup-build setup-check
	@KERNELS='$(KERNELS)' scripts/check

## dkms-test: add, build, install and remove by dkms, in a scratch directory
.PHONY: dkms-test
dkms-test: setup-dkms
	@KERNELS='$(KERNELS)' scripts/dkms-test

## test: run the self-tests in the test VM [T=name] [KERNELS="6.1 6.12" | DEBUG=1 | DEBUG=kcsan]
.PHONY: test
test: tested
	@T='$(T)' KERNELS='$(test_kernels)' scripts/test

## soak: run the long self-tests in the test VM [T=name] [KERNELS=...]
.PHONY: soak
soak: tested
	@T='$(T)' KERNELS='$(test_kernels)' scripts/test --soak

# KASAN, lockdep, kmemleak and more, or KCSAN; half an hour to build, once.
.PHONY: debug-kernel
debug-kernel: setup-debug
	+@scripts/debug-kernel $(or $(filter kcsan,$(DEBUG)),debug)

## coverage: which lines of serfwd/ tests reach, by gcov on the debug kernel [T=name]
.PHONY: coverage
coverage: setup-vm setup-debug
	@scripts/coverage $(T)

# What the test VM gets: every kernel's modules, and the programs.
.PHONY: tested
tested: setup-vm programs $(if $(DEBUG),debug-kernel)
	+@$(MAKE) --no-print-directory built DEBUG= KERNELS='$(sort $(test_kernels) $(guest_kernels))'

## demo: two guests talk through two real ports; about ten minutes
.PHONY: demo
demo: vm-ready
	@KERNEL='$(vm_kernel)' scripts/demo

## demo-pci: guests share one PCI device, and another; about five minutes
.PHONY: demo-pci
demo-pci: vm-ready
	@KERNEL='$(vm_kernel)' scripts/demo-pci

## shell: a prompt in the test VM, modules at hand [KERNEL=6.12]
.PHONY: shell
shell: vm-ready
	@scripts/vm/run --kernel $(vm_kernel) --shell

## bench: count instructions, of serial links and of shared PCI devices; ten to fifteen minutes
.PHONY: bench
bench: setup-bench vm-ready
	@KERNEL='$(vm_kernel)' selftests/bench/run

.PHONY: vm-ready
vm-ready: setup-vm programs $(if $(DEBUG),debug-kernel)
	+@$(MAKE) --no-print-directory built KERNELS='$(vm_kernel)'

## help: this list
.PHONY: help
help:
	@sed -n 's/^## \([^:]*\): \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | \
		awk -F '\t' '{ printf "  %-16s %s\n", $$1, $$2 }'

.PHONY: setup-%
setup-build setup-vm setup-check setup-bench setup-dkms setup-debug: setup-%:
	$(call setup,$*)
