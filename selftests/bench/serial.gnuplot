# SPDX-License-Identifier: GPL-2.0
# Draws serial.svg of serial.dat; see report. TERM=png in the environment draws a
# bitmap for those who cannot show the other.

if (system("echo $TERM") eq "png") {
	set terminal pngcairo size 1000,820 font "Sans,12"
	set output "serial.png"
} else {
	set terminal svg size 1000,820 font "Sans,12" background "white"
	set output "serial.svg"
}

array colour[5] = ["#808080", "#d62728", "#1f77b4", "#2ca02c", "#9467bd"]

set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9 noborder
set boxwidth 0.92
set border 3
set xtics nomirror scale 0
set ytics nomirror
set grid y linecolor "#dddddd"
set key top right horizontal
set offsets 0, 0, 0, 0

# The figure of a bar, above it: cluster n, bar b of 5, 6 bar widths per cluster.
at(n, b) = n + (b - 3) / 6.0

set multiplot layout 2,1

set title "Instructions per byte, relative to the port opened directly"
set xtics ("1 byte" 0, "16 bytes" 1, "256 bytes" 2, "256 bytes, streaming" 3, \
	   "a guest sends" 4)
set yrange [0:*]
set offsets 0, 0, 1, 0
plot for [b=1:5] "serial.dat" index 0 using (column(b + 1)) \
		linecolor rgb colour[b] title columnheader(b + 1), \
	for [b=1:5] "serial.dat" index 0 every ::1 \
		using (at($0, b)):(column(b + 1)):(sprintf("%.2f", column(b + 1))) \
		with labels offset 0,0.6 font ",9" notitle

set title "One byte there and back, thousands of virtual ns (instructions and idle time)"
set xtics ("p50" 0, "p99" 1, "p99.9" 2)
set logscale y
set yrange [1:20000]
set offsets 0, 0, 0, 0
plot for [b=1:5] "serial.dat" index 1 using (column(b + 1)) \
		linecolor rgb colour[b] title columnheader(b + 1), \
	for [b=1:5] "serial.dat" index 1 every ::1 \
		using (at($0, b)):(column(b + 1)):(sprintf("%.1f", column(b + 1))) \
		with labels offset 0,0.6 font ",9" notitle

unset multiplot
