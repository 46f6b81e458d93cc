# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A virtio device behind a root port, bound to pcishare, and errors of it reported. With a
# policy, or without if $exclusive is 1.

# Not all of lib.sh: it has a shell wait for the test, which would have to end.
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

# ask COMMAND: of QEMU
ask()
{
	local answer

	echo "$1" >&"$qmp"
	while IFS= read -r -t 20 -u "$qmp" answer; do
		case $answer in
		*'"return"'*) return 0 ;;
		*'"error"'*) printf '# %s\n# %s\n' "$1" "$answer"; return 1 ;;
		esac
	done
	return 1
}

exec {qmp}<>/dev/virtio-ports/qmp
ask '{"execute": "qmp_capabilities"}'
exec {qmp}>&-
[ "${exclusive:=0}" -eq 1 ] ||
	policy_install selftests/pcishare/policies/virtio-lost.policy 1af4-1044.policy
card=$(pci_address 1af4:1044)
[ ! -e "/sys/bus/pci/devices/$card/driver" ] ||
	echo "$card" >"/sys/bus/pci/devices/$card/driver/unbind"
# As firmware does that leaves errors to the system: they are reported, and bridges pass
# them on.
bridge=$(basename "$(realpath "/sys/bus/pci/devices/$card/..")")
setpci -s "$card" CAP_EXP+8.w=f:f COMMAND=100:100
setpci -s "$bridge" CAP_EXP+8.w=f:f COMMAND=100:100 BRIDGE_CONTROL=2:2
pcishare_load exclusive="$exclusive"
echo pcishare >"/sys/bus/pci/devices/$card/driver_override"
echo "$card" >/sys/bus/pci/drivers_probe
