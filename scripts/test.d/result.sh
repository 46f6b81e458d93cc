# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The result in the log of a test: how many results, and why it ended badly.

# result_count LOG STATUS: print "PASSED FAILED SKIPPED PLANNED" of the KTAP in it.
# Results of tests within tests are indented. A bad end counts as one failure more: a
# status that no failed result explains, or results that are missing.
result_count()
{
	awk -v status="$2" '
	/^ok [0-9].*# [Ss][Kk][Ii][Pp]/ { skipped++; next }
	/^ok [0-9]/ { passed++ }
	/^not ok [0-9]/ { failed++ }
	/^1\.\.[0-9]/ { planned += substr($1, 4) }
	END {
		if (!failed && (status != 0 || !planned ||
				passed + skipped != planned))
			failed = 1
		print passed + 0, failed + 0, skipped + 0, planned + 0
	}' "$1"
}

# result_why LOG: in a few lines, the results that failed, what the console said, and
# where in our modules the kernel was
result_why()
{
	{
		grep -m 6 '^not ok ' "$1" || :
		grep -m 4 '^# seed ' "$1" || :
		grep -m 4 -E '^# waited |time-out|^vm: ' "$1" || :
		grep -m 6 -A 4 '^--- line ' "$1" | grep -v '^--' || :
		grep -oE -m 12 '[^ ]+ \[(serfwd|pcishare)\]' "$1" | sort | uniq -c || :
	} | head -n 40 | cut -c 1-150 | sed 's/^/#	/'
}
