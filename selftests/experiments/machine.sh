# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Shared by the experiments, for a script that runs in the private root tree:
# where things are, machines, and the results of each. The script has set name, what
# its keys begin with, and gets:
#
#   here, checkout	directories
#   kernel		of the machine, and of its guests
#   out			build/experiments/NAME, empty
#   programs		build/selftests/experiments, to be made by "built"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$here/../.." && pwd)
kernel=${KERNEL:-6.1}
out=$checkout/build/experiments/${name:?}
programs=$checkout/build/selftests/experiments

. "$here/../bench/plugin.sh"

rm -rf "$out"
mkdir -p "$out"

# built PROGRAM...: such as bench/bench
built()
{
	make -s --no-print-directory -C "$checkout/selftests" "${@/#/${programs%/*}/}"
}

# machine NAME OPTION... -- COMMAND...: one that can have guests
machine()
{
	local machine=$1
	shift

	"$checkout/scripts/vm/run" --name "experiments-$machine" --kernel "$kernel" \
		--guests --boot-timeout 600 "$@"
}

# facts QEMU: what every figure of this experiment is of, as keys
facts()
{
	printf '%s.kernel %s\n' "$name" \
		"$(awk -v series="$kernel" '$1 == series { print $2 }' /etc/devshare-kernels)"
	printf '%s.qemu %s\n' "$name" \
		"$("$1" --version | sed -n '1s/.* version \([0-9.]*\).*/\1/p')"
	printf '%s.date %(%Y-%m-%d)T\n' "$name" -1
}
