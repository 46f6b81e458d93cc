# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Checks that read the sources and compile nothing.

linux_scripts=/usr/src/linux-source-6.1/scripts

check_licences()
{
	source_files | tr '\n' '\0' | xargs -0 -r awk '
		BEGIN {
			for (i = 1; i < ARGC; i++)
				missing[ARGV[i]] = 1
		}
		/SPDX-License-Identifier: GPL-2\.0/ { delete missing[FILENAME] }
		FNR == 2 { nextfile }
		END {
			for (file in missing)
				printf "%s: no \"SPDX-License-Identifier: " \
					"GPL-2.0\" at the top\n", file
		}'
}

# Kernels are asked what they have (include/compat), not how old they are.
check_versions()
{
	c_files | xargs grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION *\(|RHEL_RELEASE'
	return 0
}

# Print each script with all that it sources, directly or not: FILE FILE... A sourced
# file is told by its name alone, whatever directory a variable before it holds. That
# finds too many rather than too few.
# shellcheck disable=SC2016	# those are awk's
shell_sources()
{
	shell_files | tr '\n' '\0' | xargs -0 -r awk '
		function reach(from,	i, n, next_one) {
			if (from in seen)
				return
			seen[from] = 1
			n = split(sourced[from], next_one, " ")
			for (i = 1; i <= n; i++)
				reach(next_one[i])
		}
		BEGIN {
			for (i = 1; i < ARGC; i++) {
				name = ARGV[i]
				sub(/.*\//, "", name)
				with[name] = with[name] " " ARGV[i]
			}
		}
		/(^|[ \t;&(])(\.|source) |shellcheck source=/ {
			n = split($0, word, /[^A-Za-z0-9_.-]+/)
			found = ""
			for (i = 1; i <= n; i++)
				if (word[i] in with)
					found = found with[word[i]]
			sourced[FILENAME] = sourced[FILENAME] found
		}
		END {
			for (i = 1; i < ARGC; i++) {
				for (file in seen)
					delete seen[file]
				reach(ARGV[i])
				line = ARGV[i]
				for (k = 1; k < ARGC; k++)
					if (k != i && ARGV[k] in seen)
						line = line " " ARGV[k]
				print line
			}
		}'
}

run_shellcheck()
{
	local -a options=()

	[ "$1" = program ] || options=(-e SC2154 -e SC2034)
	shift
	shellcheck -x -P SCRIPTDIR:. "${options[@]}" "$@"
}

# Scripts are read with what they source; what is sourced is read alone too, where
# the variables of the script that sources it cannot be known.
check_shell()
{
	local tool

	tool=$(shellcheck --version | sed -n 's/^version: //p')
	shell_sources | awk '
		{
			kind = "library"
			if ((getline line <$1) > 0 && line ~ /^#!/)
				kind = "program"
			close($1)
			$1 = $1 " " kind
			print
		}' | check_files run_shellcheck "shellcheck $tool"
}

# Print each file with the types of complaint, comma-separated, that the list of
# exceptions lets it have. The pattern is to match as one.
checkpatch_exceptions()
{
	local file type pattern i
	local -a types=() patterns=()

	while read -r type pattern _; do
		types+=("$type")
		patterns+=("$pattern")
	done < <(grep -v '^#' scripts/checkpatch.exceptions)
	while read -r file; do
		printf '%s ' "$file"
		for i in "${!types[@]}"; do
			# shellcheck disable=SC2053
			[[ $file != ${patterns[i]} ]] || printf '%s,' "${types[i]}"
		done
		echo -
	done
}

# checkpatch looks for CamelCase in include/ too, once, and keeps what it found in the
# working directory. In one with links to the sources it looks at its arguments alone,
# so that only a file decides about it. It is not to ask git either.
run_checkpatch()
{
	local ignored=$1 scratch status=0
	shift

	scratch=$(mktemp -d)
	ln -s "$PWD"/* "$scratch"
	env -C "$scratch" GIT_DIR=/nonexistent perl "$linux_scripts/checkpatch.pl" \
		--root=. --no-tree --strict --terse --no-summary --show-types \
		--ignore "$ignored" -f "$@" || status=$?
	rm -r "$scratch"
	return "$status"
}

check_checkpatch()
{
	local tool

	tool=$(cd "$linux_scripts" &&
		cat checkpatch.pl spelling.txt const_structs.checkpatch | sha256sum)
	{
		c_files
		makefiles
	} | checkpatch_exceptions | check_files run_checkpatch "$tool"
}

# All files take less time than stamps would.
check_kernel_doc()
{
	kernel_files | xargs perl "$linux_scripts/kernel-doc" -none -Werror
}

# Compiled files would be left in the checkout, next to their source.
check_python()
{
	local scratch status=0
	local -a files

	mapfile -t files < <(python_files)
	[ ${#files[@]} -gt 0 ] || return 0
	python3 -m pyflakes "${files[@]}" || status=1
	scratch=$(mktemp -d)
	PYTHONPYCACHEPREFIX=$scratch python3 -m py_compile "${files[@]}" || status=1
	rm -rf "$scratch"
	return "$status"
}
