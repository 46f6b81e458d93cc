# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Checks that compile. Their objects are apart from those of the normal build,
# for they are compiled with other flags.

kbuild_for_check()
{
	local kernel=$1

	shift
	timeout 900 scripts/kbuild -d "build/check/$kernel" "$kernel" "$@"
}

# All but the lines in which kbuild says what it does ("  CC [M]  file").
kbuild_complaints()
{
	grep -vE '^  [A-Z][A-Z]+ '
}

check_build()
{
	local status=0

	kbuild_for_check "$1" KCFLAGS=-Werror modules \
		>"build/logs/check-build-$1.log" 2>&1 || status=$?
	kbuild_complaints <"build/logs/check-build-$1.log"
	return "$status"
}

# Kernel headers have findings of their own, on which nothing here depends.
check_sparse()
{
	local status=0 tree

	kbuild_for_check "$1" KCFLAGS=-Werror C=2 modules \
		>"build/logs/check-sparse-$1.log" 2>&1 || status=$?
	tree=$(realpath "build/check/$1")
	if [ "$status" -ne 0 ]; then
		kbuild_complaints <"build/logs/check-sparse-$1.log"
	elif ! grep -q '^  CHECK ' "build/logs/check-sparse-$1.log"; then
		echo "sparse was not run on any file"
	else
		grep -E "^($tree/|serfwd/|pcishare/|include/)" "build/logs/check-sparse-$1.log"
	fi
	return "$status"
}

check_programs()
{
	make -s -C selftests OUTPUT="$PWD/build/check/selftests" |
		kbuild_complaints
	return "${PIPESTATUS[0]}"
}

# A warning is a finding, and so is what the module could not do.
check_policies()
{
	make -s build/pcishare-lint | kbuild_complaints
	build/pcishare-lint -u pcishare/policies/*.policy
}
