# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Stamps of what passed a check, and need not be checked again. A stamp is an empty file whose
# name is a key, which stands for all that the outcome depends on. No path of a
# checkout goes into a key, so that another checkout has the use of it.
#
#   CACHE/check/stamps/KEY	one for each file or check that passed
#   CACHE/check/DIR/		sources and objects of a check that compiles
#
# Everything that was not used for two weeks is removed.

check_cache=$(cache_dir)/check
stamps=$check_cache/stamps

# forget_old: a directory in use has the time of its last use
forget_old()
{
	mkdir -p "$stamps"
	find "$stamps" -type f -mtime +14 -delete
	find "$check_cache" -mindepth 1 -maxdepth 1 -type d ! -path "$stamps" \
		-mtime +14 -exec rm -rf {} +
}

# with_stamp KEY COMMAND...: run it unless it has passed. It fails by its status or by
# saying anything.
with_stamp()
{
	local key=$1 said status=0
	shift

	if [ -f "$stamps/$key" ]; then
		touch "$stamps/$key"
		return 0
	fi
	said=$("$@" 2>&1) || status=$?
	[ -z "$said" ] || printf '%s\n' "$said"
	[ "$status" -eq 0 ] && [ -z "$said" ] || return 1
	: >"$stamps/$key"
}

# file_keys WORD...: read lines FILE GROUP [FILE...], print KEY GROUP FILE for each. The
# key stands for the line, the words, and what all files of the line hold. Each line is
# made a file of its own, for sha256sum to read them all at once.
file_keys()
{
	local scratch

	scratch=$(mktemp -d)
	cat >"$scratch/lines"
	cut -d ' ' -f 1,3- "$scratch/lines" | tr ' ' '\n' | sort -u | tr '\n' '\0' |
		xargs -0 -r sha256sum >"$scratch/sums"
	mkdir "$scratch/keys"
	awk -v words="$(stamp_key "$@" </dev/null)" -v keys="$scratch/keys" '
		NR == FNR { sum[$2] = $1; next }
		{
			name = sprintf("%s/%06d", keys, FNR)
			print words, $1, $2, sum[$1] >name
			for (i = 3; i <= NF; i++)
				print $i, sum[$i] >name
			close(name)
		}' "$scratch/sums" "$scratch/lines"
	find "$scratch/keys" -type f -print0 | sort -z | xargs -0 -r sha256sum |
		cut -c 1-32 | paste -d ' ' - <(awk '{ print $2, $1 }' "$scratch/lines")
	rm -r "$scratch"
}

# Read lines KEY GROUP FILE, print those that have no stamp.
without_stamp()
{
	local key rest
	local -a used=()

	while read -r key rest; do
		if [ -f "$stamps/$key" ]; then
			used+=("$stamps/$key")
		else
			printf '%s %s\n' "$key" "$rest"
		fi
	done
	[ ${#used[@]} -eq 0 ] || touch "${used[@]}"
}

# Read lines KEY GROUP FILE, write them to files $1/N.batch: files of one group, at most
# eight, and fewer if there would not be one for each processor.
make_batches()
{
	sort -k 2,2 -k 3,3 >"$1/stale"
	awk -v dir="$1" -v jobs="$jobs" -v lines="$(wc -l <"$1/stale")" '
		BEGIN {
			size = int((lines + jobs - 1) / jobs)
			if (size > 8)
				size = 8
		}
		$2 != group || count == size {
			count = 0
			group = $2
			name = sprintf("%s/%04d.batch", dir, ++batch)
		}
		{ count++; print >name }' "$1/stale"
}

# check_batch COMMAND BATCH: one that finds something has said nothing for sure of its
# other files, for tools say some things once only. So none of them is stamped.
check_batch()
{
	local group status=0
	local -a keys names

	mapfile -t keys < <(cut -d ' ' -f 1 "$2")
	mapfile -t names < <(cut -d ' ' -f 3 "$2")
	read -r _ group _ <"$2"
	"$1" "$group" "${names[@]}" >"$2.said" 2>&1 || status=$?
	[ "$status" -ne 0 ] || [ -s "$2.said" ] || touch "${keys[@]/#/$stamps/}"
	return "$status"
}

# check_files COMMAND WORD...: read lines FILE GROUP [FILE...]; run COMMAND GROUP FILE...
# for files that have no stamp, on all processors. The words tell the tool's version, the
# other files are what the first one includes.
check_files()
{
	local command=$1 scratch batch running=0 status=0
	shift

	scratch=$(mktemp -d)
	file_keys "$(declare -f "$command")" "$@" | without_stamp |
		make_batches "$scratch"
	for batch in "$scratch"/*.batch; do
		[ -f "$batch" ] || break
		if [ "$running" -ge "$jobs" ]; then
			wait -n || status=1
			running=$((running - 1))
		fi
		check_batch "$command" "$batch" &
		running=$((running + 1))
	done
	for ((; running > 0; running--)); do
		wait -n || status=1
	done
	find "$scratch" -name '*.said' -print0 | sort -z | xargs -0 -r cat
	rm -r "$scratch"
	return "$status"
}
