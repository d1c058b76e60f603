#!/bin/sh
# `make fuzz`: each target for so many seconds, one after the other.
#
#   run.sh SECONDS [NAME]...
#
# What is found goes to $BUILD/crashes: when it is mended it belongs to
# t/fuzz/seeds/NAME.  What is learnt stays in $BUILD/corpus for the next run.
set -u
here=$(cd "$(dirname "$0")" && pwd)
BUILD=${BUILD:-build-fuzz}

usage() {
	echo "usage: run.sh SECONDS [NAME]..." >&2
	exit 64
}

case ${1-} in
''|*[!0-9]*) usage ;;
esac
seconds=$1
shift
[ $# -gt 0 ] || {
	for f in "$here"/*.c; do
		f=${f##*/}
		set -- "$@" "${f%.c}"
	done
}
mkdir -p "$BUILD/crashes" "$BUILD/log"

# What the target printed last about itself: executions, and places reached.
said() {
	sed -n 's/^#\([0-9]*\).*cov: \([0-9]*\).*corp: \([0-9]*\).*/\1 \2 \3/p' \
	    "$BUILD/log/$1" | tail -n 1
}

bad=0
for name; do
	[ -x "$BUILD/fuzz/$name" ] || {
		echo "run.sh: $name: no such target" >&2
		exit 64
	}
	mkdir -p "$BUILD/corpus/$name"
	set -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
	    -max_len=8192 -print_final_stats=1 \
	    -artifact_prefix="$BUILD/crashes/$name-"
	[ ! -f "$here/$name.dict" ] || set -- "$@" -dict="$here/$name.dict"
	if "$BUILD/fuzz/$name" "$@" "$BUILD/corpus/$name" \
	    "$here/seeds/$name" >"$BUILD/log/$name" 2>&1; then
		verdict=clean
	else
		verdict="FAULT, see $BUILD/log/$name"
		bad=1
	fi
	# shellcheck disable=SC2046
	set -- $(said "$name")
	printf '%-10s %9s runs %6s places %5s inputs  %s\n' "$name" \
	    "${1-0}" "${2-0}" "${3-0}" "$verdict"
done
exit "$bad"
