# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Checks that read the sources and compile nothing.

check_licences()
{
	local file

	source_files | while read -r file; do
		sed -n 1,2p "$file" | grep -q 'SPDX-License-Identifier: GPL-2\.0' ||
			printf '%s: no "SPDX-License-Identifier: GPL-2.0" at the top\n' "$file"
	done
}

# Kernels are asked what they have (include/compat), not how old they are.
check_versions()
{
	c_files | xargs grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION *\(|RHEL_RELEASE'
	return 0
}

# Scripts are read with what they source; what is sourced is read alone too, where
# the variables of the script that sources it cannot be known.
check_shell()
{
	local status=0

	shell_files | xargs grep -l '^#!' |
		xargs shellcheck -x -P SCRIPTDIR:. || status=1
	shell_files | xargs grep -L '^#!' |
		xargs -r shellcheck -x -P SCRIPTDIR:. -e SC2154,SC2034 || status=1
	return "$status"
}

# Print the types of complaint, comma-separated, that the list lets a file have.
checkpatch_exceptions()
{
	local pattern type

	grep -v '^#' scripts/checkpatch.exceptions | while read -r type pattern _; do
		# The pattern is to match as one.
		# shellcheck disable=SC2053
		[[ -z $type || $1 != $pattern ]] || printf '%s,' "$type"
	done
}

# Without git, for checkpatch looks for CamelCase in what it takes for the
# kernel's repository. The file where it keeps what it found, it leaves behind.
check_checkpatch()
{
	local file script status=0

	script=$(linux_source scripts/checkpatch.pl) || return
	while read -r file; do
		GIT_DIR=/nonexistent perl "$script" --root=. --no-tree --strict --terse --no-summary --show-types \
			--ignore "$(checkpatch_exceptions "$file")" -f "$file" || status=1
	done < <({ c_files; files | grep -E '(^|/)(Kbuild|Makefile)$'; } | sort)
	rm -f .checkpatch-camelcase.*
	return "$status"
}

check_kernel_doc()
{
	local script

	script=$(linux_source scripts/kernel-doc) || return
	kernel_files | xargs perl "$script" -none -Werror
}
