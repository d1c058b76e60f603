#!/bin/sh
# `make lint`: everything that reads the tree and finds fault with it.  A tool
# that is missing is named, and that is a fault, too.  CC and LINT_CFLAGS (as
# words of the shell) come from the Makefile.
set -u
cd "$(dirname "$0")/.." || exit
CC=${CC:-gcc}
out=$(mktemp -d "${TMPDIR:-/tmp}/loya-lint.XXXXXX") || exit
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM HUP
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

# The analyzers see one file at a time.  That a call which fails returns other
# than 0, and that its results are there otherwise, is the rule of the house
# (status.h), but they cannot know it of calls into other files: what they
# guess about NULL and about what is not set is left out.
gcc_quiet="-Wno-analyzer-use-of-uninitialized-value
    -Wno-analyzer-null-argument -Wno-analyzer-null-dereference"
clang_quiet="core.CallAndMessage,core.NullDereference"
clang_quiet="$clang_quiet,core.NonNullParamChecker,core.uninitialized.Assign"
clang_quiet="$clang_quiet,core.UndefinedBinaryOperatorResult"
clang_quiet="$clang_quiet,core.uninitialized.Branch,unix.cstring.NullArg"

# each COMMAND: it is given one source file after the other, two at a time.
each() {
	printf '%s\n' common/*.c cmd/*.c | xargs -P 2 -I '{}' "$@" '{}'
}

eval "set -- ${LINT_CFLAGS:-}"

if there shellcheck; then
	echo "shellcheck"
	shellcheck -S warning t/*.sh t/*.t t/interop/*.sh t/interop/*.t \
	    t/fuzz/*.sh t/torture/*.sh t/torture/*.t t/torture/scene/*.sh \
	    .ci/run || bad=1
fi
if there mandoc; then
	echo "mandoc"
	mandoc -T lint man/*.[1-8] 2>/dev/null |
	    grep -v 'referenced manual not found' && bad=1
fi
if there "$CC"; then
	echo "$CC -fanalyzer"
	# shellcheck disable=SC2086
	each "$CC" "$@" -Werror -fanalyzer $gcc_quiet -c -o /dev/null || bad=1
fi
if there clang; then
	echo "clang --analyze"
	each clang --analyze --analyzer-output text "$@" -Xclang \
	    -analyzer-disable-checker="$clang_quiet" -o /dev/null \
	    >"$out/clang" 2>&1 || bad=1
	grep -q 'warning:' "$out/clang" && bad=1
	cat "$out/clang"
fi
# ctuuninitvar takes the address of a struct for its value;
# funcArgOrderDifferent compares names that differ on purpose.
if there cppcheck; then
	echo "cppcheck"
	cppcheck -j 2 -q -I. --std=c11 --inline-suppr --error-exitcode=1 \
	    --enable=warning,portability --suppress=missingIncludeSystem \
	    --suppress=ctuuninitvar --suppress=funcArgOrderDifferent \
	    common/*.c cmd/*.c || bad=1
fi
exit "$bad"
