# SPDX-License-Identifier: GPL-2.0
# Draws pci.svg of pci.dat; see report. TERM=png in the environment draws a bitmap for
# those who cannot show the other.

if (system("echo $TERM") eq "png") {
	set terminal pngcairo size 1000,820 font "Sans,12"
	set output "pci.png"
} else {
	set terminal svg size 1000,820 font "Sans,12" background "white"
	set output "pci.svg"
}

set border 3
set xtics nomirror scale 0
set ytics nomirror
set grid y linecolor "#dddddd"
set key top right horizontal

set multiplot layout 2,1

set title "A guest's access to a register: instructions, relative to the trapped access of vfio-pci"
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9 noborder
set boxwidth 0.92
set xtics rotate by -30
set yrange [0:1.4]
plot "pci.dat" index 0 using 2:xtic(1) linecolor rgb "#1f77b4" title "read", \
	"" index 0 using 3 linecolor rgb "#d62728" title "write", \
	1 linecolor rgb "#808080" notitle

set title "Factorials per instruction of the host, relative to one user"
set xtics norotate ("1" 1, "2" 2, "4" 4, "8" 8)
set xlabel "users at once"
set logscale x 2
set xrange [0.8:10]
set yrange [0:1.2]
plot "pci.dat" index 1 using 1:2 with linespoints linewidth 2 pointtype 7 \
		linecolor rgb "#1f77b4" title "VFIO users, in turn for each", \
	"pci.dat" index 2 using 1:2 with linespoints linewidth 2 pointtype 7 \
		linecolor rgb "#2ca02c" title "stock guests", \
	"pci.dat" index 1 using 1:2:(sprintf("%.2f", $2)) with labels offset 0,-1 notitle, \
	"pci.dat" index 2 using 1:2:(sprintf("%.2f", $2)) with labels offset 0,1 notitle

unset multiplot
