# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which tests there are, and what the head of each says. A script selftests/*/*.sh
# whose head says where it runs is a test. The head ends with the first empty line.
#
#	# vm: OPTIONS		in a test VM with these options of scripts/vm/run
#	# host:			once, in the root tree, and starts what VMs it takes
#	# time-out: SECONDS	at most (600)
#	# soak-time-out: SECONDS	at most in a soak run (36000)
#	# kernels: KERNEL...	only on these (all)
#	# ci: WORD...		"all": in CI on each kernel, not on one in turn;
#				"newest": in CI on the newest kernel as well
#	# quick:		is of the quick group
#
# The first sentence after that is its purpose, which scripts/list prints.

# Print the names of all tests, such as serfwd/counters.
head_tests()
{
	local file

	grep -lE '^# (vm|host):' selftests/*/*.sh | while read -r file; do
		file=${file#selftests/}
		printf '%s\n' "${file%.sh}"
	done
}

# head_says TEST KEY: what its head says for KEY; false if it has no such line
head_says()
{
	awk -v key="# $2:" '
	/^$/ { exit }
	index($0, key) == 1 {
		sub(/^# [^:]*: */, "")
		print
		found = 1
		exit
	}
	END { exit !found }' "selftests/$1.sh"
}

# head_has TEST KEY WORD: is WORD among what its head says for KEY?
head_has()
{
	[[ " $(head_says "$1" "$2") " == *" $3 "* ]]
}

head_runs_here()
{
	head_says "$1" host >/dev/null
}

# head_takes TEST KERNEL: does it run on that kernel?
head_takes()
{
	local kernels

	kernels=$(head_says "$1" kernels) || return 0
	[[ " $kernels " == *" $2 "* ]]
}
