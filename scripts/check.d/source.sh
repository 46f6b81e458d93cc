# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which files are ours, by kind; all relative to the top of the checkout.
#
# A process costs more here than what it reads, so that one reads all files.

# Everything except what was built and what git keeps.
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
	c_files | grep -E '^(include|serfwd|serfwd_vfio|vdev|pcishare)/'
}

makefiles()
{
	files | grep -E '(^|/)(Kbuild|Makefile)$'
}

# files_by INTERPRETER [PATTERN]: those whose first line names the interpreter, a
# regular expression, or whose first three lines have the pattern
# shellcheck disable=SC2016	# those are awk's
files_by()
{
	files | grep -vE '\.([ch]|md|rst|mk)$' | tr '\n' '\0' |
		xargs -0 -r awk -v interpreter="^#!.*[/ ]$1\$" -v pattern="${2:-^$}" '
			FNR == 1 && $0 ~ interpreter { print FILENAME; nextfile }
			pattern != "^$" && $0 ~ pattern { print FILENAME; nextfile }
			FNR == 3 { nextfile }'
}

shell_files()
{
	files_by '(ba|da|)sh' '^# shellcheck shell='
}

python_files()
{
	{
		files_by 'python3?'
		files | grep '\.py$'
	} | sort -u
}

# The files that have to name a licence: all that is compiled, run or included by those.
source_files()
{
	{
		c_files
		shell_files
		python_files
		files | grep -E '(^|/)(Kbuild|Makefile|dkms\.conf)$|\.(mk|awk|pl)$'
	} | sort -u
}
