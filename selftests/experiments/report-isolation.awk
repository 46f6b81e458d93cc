# SPDX-License-Identifier: GPL-2.0
#
# report-isolation.awk: prints keys and values of lines
#
#   isolation WAY mapped M secret S ring R faults F
#
# Status 1: a frame that has to arrive did not, or one arrived that must not.

function complain(what)
{
	print "report: isolation: " what > "/dev/stderr"
	failed = 1
}

$1 == "isolation" {
	way = $2
	seen[way] = 1
	for (n = 3; n < NF; n += 2) {
		print "vtd.isolation." way "." $n " " $(n + 1)
		value[way, $n] = $(n + 1)
	}
	# The control: what the test would see if nothing was isolated.
	foreign = way == "vfio" ? 0 : 1
	if (!value[way, "mapped"])
		complain("by " way " not even the mapped page was sent")
	if (value[way, "secret"] != foreign)
		complain("by " way " another process's page: " value[way, "secret"])
	if (value[way, "ring"] != foreign)
		complain("by " way " a ring that is not mapped: " value[way, "ring"])
	if (way == "vfio" && !value[way, "faults"])
		complain("the IOMMU reported nothing")
}

END {
	exit failed
}
