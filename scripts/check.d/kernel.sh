# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Checks that compile. They do it on copies of the sources in the cache, which a later
# check updates, that of another checkout too: make then compiles what changed. Links to
# a checkout would not do, for in a new one all files are new.

# copy_sources DIR: make the sources there those that standard input names. A file that
# is the same already keeps its time. Objects of one that is gone go with it.
copy_sources()
{
	local dir=$1 list=$1/.sources name

	mkdir -p "$dir"
	touch "$list" "$dir"
	tr '\n' '\0' | xargs -0 sha256sum | sort -k 2 >"$list.new"
	cut -c 67- "$list" | sort | comm -23 - <(cut -c 67- "$list.new" | sort) |
		while read -r name; do
			rm -f "$dir/$name" "$dir/${name%.*}".{o,answer} \
				"$dir/${name%/*}/.$(basename "${name%.*}")".*cmd
		done
	comm -13 <(sort "$list") <(sort "$list.new") | cut -c 67- | tr '\n' '\0' |
		xargs -0 -r cp --parents -t "$dir" || return
	mv "$list.new" "$list"
}

# in_cache NAME COMMAND...: run it while no other checkout uses this directory of objects
in_cache()
{
	local lock dir=$check_cache/$1
	shift

	exec {lock}>"$dir.lock"
	flock -w 1800 "$lock" || {
		echo "another checkout has used $dir for half an hour"
		return 1
	}
	"$@"
}

# All except the lines in which make says what it does ("  CC [M]  file"), with names as
# they are in the checkout.
complaints()
{
	grep -vE '^  [A-Z][A-Z]+ |^make\[[0-9]+\]: (Entering|Leaving)' |
		sed "s|$1/||g"
}

kernel_sources()
{
	find Kbuild dkms.conf include serfwd serfwd_vfio vdev pcishare selftests/serfwd/end -type f ! -name '.*' ! -name '*~'
}

# The identity of what objects depend on beside the sources: the kernel, told by more than its
# directory, and the tools.
kernel_identity()
{
	local kdir=$1

	echo "$kdir"
	gcc --version
	sparse --version
	(cd "$kdir" && cat include/config/kernel.release Module.symvers \
		include/generated/{autoconf,utsrelease,utsversion}.h 2>/dev/null)
	cat scripts/kbuild scripts/check.d/{kernel.sh,sparse}
}

# has_sparse KERNEL: is it the newest? sparse reads the kernel's headers again for each
# file, and what it knows of ours, user and device memory, byte order and locks, is the
# same on all.
has_sparse()
{
	[ "$1" = "${kernels##*[[:space:]]}" ]
}

# Objects are kept here, so that ccache has no part in it. Debug and type information
# cost a third of the compiler's time and show nothing here, nor does the last link,
# after modpost. kernel-doc is a check of its own. Kernels are built at the same time and
# share the processors.
kbuild_for_check()
{
	local count share sparse=0

	! has_sparse "$2" || sparse=1
	count=$(wc -w <<<"$kernels")
	share=$(((jobs + count - 1) / count))
	CCACHE_DISABLE=1 MAKEFLAGS=-j$share timeout --foreground 900 \
		scripts/kbuild -p -d "$1" "$2" -k C=$sparse CHECK="$PWD/scripts/check.d/sparse" KCFLAGS='-Werror -g0' \
		CONFIG_DEBUG_INFO_BTF_MODULES= KBUILD_MODPOST_NOFINAL=1 cmd_checkdoc= \
		DEVSHARE_TESTS=m modules
}

build_kernel()
{
	local kernel=$1 identity=$2 status=0
	local dir=$check_cache/$1 log=build/logs/check-build-$1.log

	[ "$(cat "$dir/.identity" 2>/dev/null)" = "$identity" ] || rm -rf "$dir"
	kernel_sources | copy_sources "$dir" || return
	printf '%s\n' "$identity" >"$dir/.identity"
	kbuild_for_check "$dir" "$kernel" >"$log" 2>&1 || status=$?
	complaints "$dir" <"$log"
	return "$status"
}

# Warnings are errors, and sparse looks at each file that is compiled for the newest.
check_build()
{
	local kernel=$1 kdir identity

	kdir=${KDIR:-$(scripts/kernel-dir "$kernel")} || return
	identity=$({
		kernel_identity "$kdir"
		! has_sparse "$kernel" || echo sparse
	} | sha256sum)
	with_stamp "$(kernel_sources | stamp_key build "$identity")" \
		in_cache "$kernel" build_kernel "$kernel" "$identity"
}

program_sources()
{
	find include pcishare serfwd_vfio selftests \( -name '*.[ch]' -o -path selftests/Makefile \)
}

build_programs()
{
	local dir=$check_cache/programs

	program_sources | copy_sources "$dir" || return
	CCACHE_DISABLE=1 make -s -k -j"$jobs" -C "$dir/selftests" OUTPUT="$dir/objects" 2>&1 |
		complaints "$dir"
	return "${PIPESTATUS[0]}"
}

check_programs()
{
	with_stamp "$(program_sources | stamp_key programs "$(gcc --version)" \
		"$(cat scripts/check.d/kernel.sh)")" \
		in_cache programs build_programs
}

# A warning is a finding, and so is what the module could not do.
lint_policies()
{
	local status=0

	make -s build/pcishare-lint 2>&1 | complaints "$PWD"
	[ "${PIPESTATUS[0]}" -eq 0 ] || return
	build/pcishare-lint -u pcishare/policies/*.policy || status=$?
	return "$status"
}

check_policies()
{
	with_stamp "$(find scripts/tools pcishare/policies \
		pcishare/policy -type f | stamp_key policies "$(gcc --version)" \
		"$(declare -f lint_policies)")" lint_policies
}
