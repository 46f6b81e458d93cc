# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The QEMU that the test VM itself runs in: of a VM with --qmp.

# One at a time may have it open.
host_qmp_open()
{
	exec {host_qmp}<>/dev/virtio-ports/qmp
	host_qmp '{"execute": "qmp_capabilities"}'
}

host_qmp_close()
{
	exec {host_qmp}>&-
}

# host_qmp COMMAND: prints the answer; false if it is an error, or there is none
host_qmp()
{
	local answer

	echo "$1" >&"$host_qmp"
	while IFS= read -r -t 20 -u "$host_qmp" answer; do
		case $answer in
		*'"return"'*) printf '%s\n' "$answer"; return 0 ;;
		*'"error"'*) printf '# %s\n# %s\n' "$1" "$answer"; return 1 ;;
		esac
	done
	printf '# %s\n# no answer\n' "$1"
	return 1
}

# host_inject ID ERROR: have a device report an error, of PCIe's Advanced Error Reporting
host_inject()
{
	host_qmp "{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"pcie_aer_inject_error $1 $2\"}}" |
		grep '"return": "OK'
}
