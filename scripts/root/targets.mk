# SPDX-License-Identifier: GPL-2.0
#
# The targets of ../../Makefile that run in the private root tree; included there.
# Kernels are those of the tree, compilers its own.

# Those of Debian's release that the tree has.
tree_kernels := $(strip $(shell sed 's/\#.*//' scripts/root/kernels))

# Everything that boots or builds for the test VM does so for the debug kernel, or
# with DEBUG=kcsan for the one that looks for data races.
ifneq ($(DEBUG),)
  override KERNELS := $(if $(filter kcsan,$(DEBUG)),kcsan,debug)
endif
test_kernels := $(or $(KERNELS),$(tree_kernels))
# Those of the guests inside; most run the same.
guest_kernels = $(foreach kernel,$(test_kernels),$(shell \
	. scripts/vm/kernel.sh && kernel_of_guests $(kernel)))
# A target that takes one kernel takes the oldest: that of the stable release.
vm_kernel = $(firstword $(test_kernels))

# CI has some tests on one that the tree has not, if it is not told which to take.
newest = $(if $(DEVSHARE_CI),$(if $(KERNELS),,$(lastword $(shell scripts/kernel-dir list))))

jobs := -j$(shell nproc)

# Debug information takes a third of the compiler's time and is read by nobody here, and
# kernel-doc is checked by make check.
without := $(if $(DEBUG),,KCFLAGS=-g0) cmd_checkdoc=

# Modules for tests, too.
with := DEVSHARE_TESTS=m

tree-modules-%:
	+@MAKEFLAGS=$(jobs) scripts/kbuild $* $(without) $(with) modules

tree-programs:
	+@$(MAKE) --no-print-directory $(jobs) -C selftests

# The test VM's: every kernel's modules, and the programs.
tree-tested: tree-programs $(addprefix tree-modules-,$(sort $(test_kernels) $(guest_kernels)))
tree-vm-modules: $(addprefix tree-modules-,$(sort $(vm_kernel) $(guest_kernels)))
tree-vm-ready: tree-programs tree-vm-modules

tree-test: tree-tested
	@KERNELS='$(test_kernels)' NEWEST='$(newest)' scripts/test

# On one kernel.
tree-quick: tree-vm-ready
	@KERNELS='$(vm_kernel)' scripts/test --quick

tree-soak: tree-tested
	@KERNELS='$(test_kernels)' scripts/test --soak

tree-check:
	@KERNELS='$(KERNELS)' scripts/check

tree-dkms-test:
	@KERNELS='$(test_kernels)' scripts/dkms-test

tree-debug-kernel:
	+@scripts/debug-kernel $(or $(filter kcsan,$(DEBUG)),debug)

tree-coverage:
	@scripts/coverage $(T)

tree-demo: tree-vm-modules
	@KERNEL='$(vm_kernel)' scripts/demo

tree-demo-pci: tree-vm-ready
	@KERNEL='$(vm_kernel)' scripts/demo-pci

tree-shell-ready: tree-modules-$(vm_kernel) build/root/pcishare-lint
	+@$(MAKE) -s --no-print-directory -C selftests $(CURDIR)/build/selftests/pcishare/edu-guest

tree-shell:
	@KERNEL='$(vm_kernel)' scripts/shell

tree-bench: tree-vm-ready
	@KERNEL='$(vm_kernel)' selftests/bench/run $(ONLY)

tree-experiments: tree-vm-ready
	@KERNEL='$(vm_kernel)' scripts/experiments $(ONLY)

.PHONY: tree-programs tree-tested tree-vm-modules tree-vm-ready tree-test tree-quick \
	tree-soak tree-check tree-dkms-test tree-debug-kernel tree-coverage tree-demo \
	tree-demo-pci tree-shell-ready tree-shell tree-bench tree-experiments
