#!/bin/sh
# `make lint`: everything that reads the tree and finds fault with it.  A tool
# that is missing is named, and that is a fault, too.  CC and CFLAGS come from
# the Makefile.
set -u
cd "$(dirname "$0")/.." || exit
CC=${CC:-gcc}
out=$(mktemp -d "${TMPDIR:-/tmp}/loya-lint.XXXXXX") || exit
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM HUP
bad=0
sources="common/*.c cmd/*.c"

fault() {
	echo "make lint: $*" >&2
	bad=1
}

there() {
	command -v "$1" >/dev/null && return
	fault "$1 is missing"
	return 1
}

# each COMMAND: it is given one source file after the other, two at a time.
each() {
	# shellcheck disable=SC2086
	ls $sources | xargs -P 2 -I '{}' "$@" '{}'
}

if there shellcheck; then
	echo "shellcheck"
	shellcheck t/*.sh t/*.t .ci/run || bad=1
fi
if there mandoc; then
	echo "mandoc"
	mandoc -T lint man/*.[1-8] 2>/dev/null |
	    grep -v 'referenced manual not found' && bad=1
fi
if there "$CC"; then
	echo "$CC -fanalyzer"
	# shellcheck disable=SC2086
	each "$CC" $CFLAGS -Werror -fanalyzer -c -o /dev/null || bad=1
fi
if there clang; then
	echo "clang --analyze"
	# shellcheck disable=SC2086
	each clang --analyze --analyzer-output text $CFLAGS -Werror \
	    -o /dev/null >"$out/clang" 2>&1 || bad=1
	grep -q 'warning:' "$out/clang" && bad=1
	cat "$out/clang"
fi
if there cppcheck; then
	echo "cppcheck"
	# shellcheck disable=SC2086
	cppcheck -j 2 -q -I. --std=c11 --inline-suppr --error-exitcode=1 \
	    --enable=warning,portability --suppress=missingIncludeSystem \
	    --cppcheck-build-dir="$out" $sources || bad=1
fi
exit "$bad"
