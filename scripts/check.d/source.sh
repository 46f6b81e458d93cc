# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which files are ours, by kind; all relative to the top of the checkout.

# Everything but what was built and what git keeps.
files()
{
	find . -name .git -prune -o -path ./build -prune -o -type f -print |
		sed 's|^\./||' | sort
}

c_files()
{
	files | grep '\.[ch]$'
}

# C that goes into the kernel, or is asked of it.
kernel_files()
{
	c_files | grep -E '^(include|serfwd|pcishare)/'
}

shell_files()
{
	local file

	files | while read -r file; do
		case $file in
		*.c | *.h | *.md | *.rst | *.mk) continue ;;
		esac
		if sed -n 1p "$file" | grep -Eq '^#!.*[/ ](ba|da|)sh$' ||
		   sed -n 1,3p "$file" | grep -q '^# shellcheck shell='; then
			printf '%s\n' "$file"
		fi
	done
}

# What has to name its licence: all that is compiled, run or included by those.
source_files()
{
	{
		c_files
		shell_files
		files | grep -E '(^|/)(Kbuild|Makefile|dkms\.conf)$|\.(mk|py|awk|pl)$'
	} | sort -u
}

# A file of the kernel's source, unpacked into the cache if it is not there.
linux_source()
{
	local archive tree

	tree=$(cache_dir)/linux-source-6.1
	archive=/usr/src/linux-source-6.1.tar.xz
	if [ ! -f "$tree/$1" ]; then
		tar -C "$(dirname "$tree")" -xJf "$archive" "linux-source-6.1/$1" || return
	fi
	printf '%s\n' "$tree/$1"
}
