#!/bin/sh
# `make lint`: every tool that reads the tree and looks for faults.  A missing
# tool is named, and is a fault too.  CC, BUILD and LINT_CFLAGS (as words of
# the shell) come from the Makefile.
#
#	lint.sh			all
#	lint.sh TOOL FILE	shellcheck, gcc or clang reads one file
#
# A file in which a tool found nothing gets a stamp in $BUILD/lint and is not
# checked again until it, something that it includes, or this file changes.
set -u
cd "$(dirname "$0")/.." || exit
CC=${CC:-gcc}
BUILD=${BUILD:-build}
bad=0

fault() {
	echo "make lint: $*" >&2
	bad=1
}

there() {
	command -v "$1" >/dev/null && return
	fault "$1 is missing"
	return 1
}

# The analyzers see one file at a time.  The rule that a call which fails
# returns other than 0, and that otherwise its results are set (status.h), is
# unknown to them for calls into other files: their guesses about NULL and
# unset values are left out.
gcc_quiet="-Wno-analyzer-use-of-uninitialized-value
    -Wno-analyzer-null-argument -Wno-analyzer-null-dereference"
clang_quiet="core.CallAndMessage,core.NullDereference"
clang_quiet="$clang_quiet,core.NonNullParamChecker,core.uninitialized.Assign"
clang_quiet="$clang_quiet,core.UndefinedBinaryOperatorResult"
clang_quiet="$clang_quiet,core.uninitialized.Branch,unix.cstring.NullArg"

# A function of ours is understood after some ten thousand states, or never: by
# default clang would look at 225,000, which takes most of its time.
clang_most="max-nodes=40000"

# analyze TOOL FILE: what it reports is printed, and is a fault.
analyze() {
	tool=$1
	file=$2
	stamp=$BUILD/lint/$tool/$file.good
	case $tool in
	shellcheck) set -- t/*.sh t/*/*.sh .shellcheckrc ;;
	*) set -- common/*.h "$BUILD"/*.inc t/lint.sh ;;
	esac
	[ -f "$stamp" ] &&
	    [ -z "$(find "$file" "$@" -newer "$stamp")" ] && return
	eval "set -- ${LINT_CFLAGS:-}"
	case $tool in
	shellcheck)
		said=$(shellcheck -S warning "$file" 2>&1)
		;;
	gcc)
		# shellcheck disable=SC2086
		said=$($CC "$@" -Werror -fanalyzer $gcc_quiet -c -o /dev/null \
		    "$file" 2>&1)
		;;
	clang)
		said=$(clang --analyze --analyzer-output text "$@" -Werror \
		    -Xclang -analyzer-disable-checker="$clang_quiet" \
		    -Xclang -analyzer-config -Xclang "$clang_most" \
		    -o /dev/null "$file" 2>&1)
		;;
	esac || said="$file: $tool failed
$said"
	if [ -n "$said" ]; then
		printf '%s\n' "$said"
		return 1
	fi
	mkdir -p "${stamp%/*}"
	: >"$stamp"
}

# each TOOL FILE...: two at a time
each() {
	tool=$1
	shift
	printf '%s\n' "$@" | xargs -P 2 -n 1 sh t/lint.sh "$tool" || bad=1
}

if [ $# = 2 ]; then
	analyze "$@"
	exit
fi

if there shellcheck; then
	echo "shellcheck"
	each shellcheck t/*.sh t/*.t t/*/*.sh t/*/*.t t/torture/scene/*.sh \
	    .ci/run
fi
if there mandoc; then
	echo "mandoc"
	mandoc -T lint man/*.[1-8] 2>/dev/null |
	    grep -v 'referenced manual not found' && bad=1
fi
# shellcheck disable=SC2086
if there ${CC##* }; then
	echo "$CC -fanalyzer"
	each gcc common/*.c cmd/*.c
	# libcurl's own check of the options that it is given.
	eval "set -- ${LINT_CFLAGS:-}"
	for f in common/httpc*.c; do
		$CC "$@" -DHTTPC_LINKED= -Werror -c -o /dev/null "$f" || bad=1
	done
fi
if there clang; then
	echo "clang --analyze"
	each clang common/*.c cmd/*.c
fi
# ctuuninitvar takes the address of a struct for its value;
# funcArgOrderDifferent compares names that differ on purpose.
if there cppcheck; then
	echo "cppcheck"
	mkdir -p "$BUILD/lint/cppcheck"
	cppcheck -j 2 -q -I. --std=c11 --inline-suppr --error-exitcode=1 \
	    --cppcheck-build-dir="$BUILD/lint/cppcheck" \
	    --enable=warning,portability --suppress=missingIncludeSystem \
	    --suppress=ctuuninitvar --suppress=funcArgOrderDifferent \
	    common/*.c cmd/*.c || bad=1
fi
exit "$bad"
