# SPDX-License-Identifier: GPL-2.0
#
# median.awk: for reports of names that are measured several times.
#
# times[name] is how often; samples[name, 1] and on are the values.

# Sorts the @samples of a name.
function median(samples, name,    n, m, value)
{
	for (n = 2; n <= times[name]; n++) {
		value = samples[name, n]
		for (m = n - 1; m && samples[name, m] > value; m--)
			samples[name, m + 1] = samples[name, m]
		samples[name, m + 1] = value
	}
	return samples[name, int((times[name] + 1) / 2)]
}

# By how much sorted samples differ, to their @middle.
function spread(samples, name, middle)
{
	return (samples[name, times[name]] - samples[name, 1]) / middle
}

function key(name, value, format)
{
	printf "%s " format "\n", name, value
}
