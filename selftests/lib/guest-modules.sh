# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Guests with drivers that their kernel has as modules, and their image does not.

guest=$DEVSHARE_CHECKOUT/scripts/vm/guest
# shellcheck disable=SC2034	# for tests
programs=${DEVSHARE_PROGRAMS:-$DEVSHARE_CHECKOUT/build/selftests}/pcishare
work=$(mktemp -d)
cleanup_push rm -rf "$work"

# guest_modules MODULE...: into $work. Then "guest start" takes "${guest_files[@]}", and
# $guest_insmod is what the guest runs.
# shellcheck disable=SC2034	# for tests
guest_modules()
{
	local release=${DEVSHARE_GUEST_KERNEL##*/vmlinu[xz]-} module file names=''

	guest_files=()
	modprobe -S "$release" --show-depends -a "$@" |
		sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' >"$work/depends"
	while read -r module; do
		file=$work/${module##*/}
		case $module in
		*.xz) file=${file%.xz}; xz -dc "$module" >"$file" ;;
		*) cp "$module" "$file" ;;
		esac
		guest_files+=(--file "$file")
		names+=" ${file##*/}"
	done <"$work/depends"
	# A guest's image has some already.
	guest_insmod="for module in $names; do
		[ -d /sys/module/\$(basename \$module .ko | tr - _) ] ||
			insmod /files/\$module || exit
	done"
}
