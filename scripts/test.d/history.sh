# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The history of earlier runs, by test and kernel, in the cache: how long each took,
# and which kernel CI chose for which commit.
#
#   CACHE/tests/times		TEST KERNEL SECONDS
#   CACHE/tests/rotation	TEST COMMIT KERNEL, the last choice for each test

history_dir()
{
	local dir

	dir=$(cache_dir)/tests
	mkdir -p "$dir"
	printf '%s\n' "$dir"
}

# Replace the line that begins with "$2 $3 " or "$2 " in file $1; several runs may.
history_put()
{
	local file=$1 key=$2 line=$3 lock

	exec {lock}>>"$file.lock"
	flock "$lock"
	{
		awk -v key="$key " 'index($0, key) != 1' "$file" 2>/dev/null || :
		printf '%s\n' "$key $line"
	} >"$file.new"
	mv "$file.new" "$file"
	exec {lock}>&-
}

# history_took TEST KERNEL SECONDS
history_took()
{
	history_put "$(history_dir)/times" "$1 $2" "$3"
}

# history_seconds TEST KERNEL: how long it took last, 30 if that is not known
history_seconds()
{
	awk -v test="$1" -v kernel="$2" '
	$1 == test { any = $3 }
	$1 == test && $2 == kernel { seconds = $3 }
	END { print seconds ? seconds : any ? any : 30 }' \
		"$(history_dir)/times" 2>/dev/null || echo 30
}

# history_choose TEST COMMIT KERNEL...: print the kernel whose turn it is in CI. The
# same commit has the same again; the next one has the kernel after the last. Where
# nothing is known the commit chooses.
history_choose()
{
	local test=$1 commit=$2 file last last_commit index=0 kernel number
	shift 2

	file=$(history_dir)/rotation
	read -r _ last_commit last < <(grep "^$test " "$file" 2>/dev/null) || :
	if [ -n "${last:-}" ]; then
		for kernel; do
			index=$((index + 1))
			[ "$kernel" != "$last" ] || break
		done
		[ "$last_commit" != "$commit" ] || index=$((index - 1))
	else
		number=$(printf '%s %s' "$test" "$commit" | cksum)
		index=${number%% *}
	fi
	index=$((index % $#))
	shift "$index"
	history_put "$file" "$test" "$commit $1"
	printf '%s\n' "$1"
}
