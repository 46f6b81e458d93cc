# SPDX-License-Identifier: GPL-2.0
#
# devshare: what people run. kbuild itself reads Kbuild, not this file.
#
# The first half builds for this machine, with its own compiler and headers, and
# installs nothing that is missing. The second half runs in a private root tree in the
# cache (scripts/root), which has all that tests take.

.DEFAULT_GOAL := all
SHELL := /bin/bash

# Which kernels. KERNEL is one series, KERNELS several; KDIR the build directory of a
# kernel. Modules are built for the running kernel if none is given, tests run on all
# kernels of the root tree.
ifneq ($(KERNEL),)
  override KERNELS := $(KERNEL)
endif
export KDIR KERNELS T DEBUG JOBS GUESTS ONLY

DESTDIR ?=
INSTALL_MOD_PATH ?= $(DESTDIR)
FIRMWARE_DIR ?= $(DESTDIR)/lib/firmware/pcishare
policies = $(wildcard pcishare/policies/*.policy)

# Nobody else uses build/ meanwhile.
locked = scripts/lock 'make $@'

## all: build the modules for this machine (the default)
.PHONY: all
all: modules

## modules: the same [KERNEL=6.12 | KERNELS="6.1 6.12" | KDIR=dir]
.PHONY: modules
modules:
	+@$(locked) scripts/modules build

## modules_install: build and install the modules [INSTALL_MOD_PATH=dir]
.PHONY: modules_install
modules_install:
	+@$(locked) scripts/modules install '$(INSTALL_MOD_PATH)'

## install: install the modules and the device policies [DESTDIR=dir]
.PHONY: install
install: modules_install
	@$(if $(policies),install -D -m 644 -t '$(FIRMWARE_DIR)' $(policies))

# Plain C, with the parser that the module has; the second for what runs in the tree.
build/pcishare-lint build/root/pcishare-lint: $(wildcard scripts/tools/pcishare-*.[ch] pcishare/policy/*.[ch])
	@. scripts/need.sh && need 'build pcishare-lint' '$(CC):gcc'
	@echo '  CC      $@'
	@mkdir -p $(@D)
	@$(CC) -O2 -Wall -Wextra -Werror -std=gnu11 $(filter %.c,$^) -o $@

## lint: build build/pcishare-lint, which checks device policies
.PHONY: lint
lint: build/pcishare-lint

## clean: remove everything that was built
.PHONY: clean
clean:
	@$(locked) find build -mindepth 1 -maxdepth 1 ! -name .lock -exec rm -rf {} +

## demo: two guests talk through two real ports; three minutes, eight the first time
## demo-pci: guests share one PCI device, and another; about three minutes
## test: run the self-tests in the test VM [T=name] [KERNELS="6.1 6.12" | KERNELS=rt | DEBUG=1 | DEBUG=kcsan] [JOBS=2]
## soak: run the long self-tests in the test VM [T=name] [KERNELS=...]
## quick: those of them that touch everything once; three minutes
## check: sparse, warnings, checkpatch, kernel-doc, shellcheck, python, licences, policies [KERNELS=...] [JOBS=n]
## bench: count instructions, of serial links and of shared PCI devices; ten to fifteen minutes [ONLY=serial | ONLY=pci | ONLY="serfwd socat"]
## experiments: those of the thesis, side by side, with a report; half an hour [ONLY="2 5"]
## dkms-test: add, build, install and remove by dkms, in a scratch directory
## debug-kernel: build the one with KASAN and lockdep, or [DEBUG=kcsan]; half an hour, once
## coverage: which lines of the modules tests reach, by gcov on the debug kernel [T=pcishare | T=name]
in_tree := demo demo-pci test quick soak check bench experiments dkms-test debug-kernel coverage programs
.PHONY: $(in_tree)
$(in_tree):
	@$(if $(KDIR),echo 'KDIR is for building: tests take KERNELS' >&2; false)
	@$(locked) scripts/root/enter make --no-print-directory tree-$@

## shell: a prompt in the test VM, ports, devices and modules at hand [KERNEL=6.12] [GUESTS=2]
# Others may use build/ while the prompt is open.
.PHONY: shell
shell:
	@scripts/shell check
	@$(locked) scripts/root/enter make --no-print-directory tree-shell-ready
	@scripts/root/enter make --no-print-directory tree-shell

include scripts/root/targets.mk

## list: all self-tests: where they run, how long they took last, and their purpose
.PHONY: list
list:
	@scripts/list

## fresh: run README's commands in an empty Debian tree, from nothing [RELEASE=trixie] [SHORT=1]
.PHONY: fresh
fresh:
	@RELEASE='$(RELEASE)' scripts/fresh $(if $(SHORT),--short)

## help: this list
.PHONY: help
help:
	@sed -n 's/^## \([^:]*\): \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | \
		awk -F '\t' '{ printf "  %-16s %s\n", $$1, $$2 }'
