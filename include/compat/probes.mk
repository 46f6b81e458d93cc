# SPDX-License-Identifier: GPL-2.0
#
# Ask the kernel that is built for what it has: compile each C file of this
# directory with the kernel's own flags, and write the answers to
# include/compat/probes.h of the build directory, where compat.h takes them from.
# Included by Kbuild; how to add a probe is told in compat.h.
#
# A probe is asked again when the probe, the way it is compiled, or the kernel
# changes, and its answer is a file of its own, so that neither the order nor
# the number of jobs matters.

compat-header := include/compat/probes.h
compat-names := $(sort $(basename $(notdir $(wildcard $(src)/include/compat/*.c))))
compat-answers := $(patsubst %,include/compat/%.answer,$(compat-names))

# The flags as they are before kbuild adds ours, which include the answers.
compat-cflags := $(NOSTDINC_FLAGS) $(LINUXINCLUDE) \
	-include $(srctree)/include/linux/compiler_types.h \
	$(KBUILD_CPPFLAGS) $(KBUILD_CFLAGS) $(KBUILD_CFLAGS_MODULE) \
	-DMODULE -Werror

# Which kernel was asked. Time stamps do not tell: the headers of another
# kernel, or of the next revision of the same package, can be older than the
# answers. The symbol versions change with every type an export can reach.
compat-kernel-files := $(wildcard $(addprefix $(objtree)/, \
	include/generated/autoconf.h include/generated/utsrelease.h \
	include/generated/utsversion.h include/generated/compile.h \
	Module.symvers))

filechk_compat_kernel = \
	echo '$(abspath $(objtree)) $(KERNELRELEASE)'; \
	$(CC) --version | sed 1q; \
	cat $(compat-kernel-files) | cksum

quiet_cmd_compat_ask =
      cmd_compat_ask = $(CONFIG_SHELL) $(src)/include/compat/ask $< $@ \
	$(CC) $(compat-cflags)

filechk_compat_header = \
	$(CONFIG_SHELL) $(src)/include/compat/join \
		$(obj)/include/compat/kernel $(addprefix $(obj)/,$(compat-answers))

$(obj)/include/compat/kernel: FORCE
	$(call filechk,compat_kernel)

$(obj)/include/compat/%.answer: $(src)/include/compat/%.c \
		$(src)/include/compat/ask $(obj)/include/compat/kernel FORCE
	$(call if_changed,compat_ask)

$(obj)/$(compat-header): $(addprefix $(obj)/,$(compat-answers)) \
		$(src)/include/compat/join $(obj)/include/compat/kernel FORCE
	$(call filechk,compat_header)

targets += $(compat-answers) $(compat-header) include/compat/kernel
clean-files += $(compat-answers) $(compat-header) include/compat/kernel
