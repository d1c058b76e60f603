#!/bin/sh
# What no test ran, after `make coverage`: for each source how many lines it
# has, how many of them were not run, and which.
#
#   coverage.sh BUILD [FILE]...
set -u
cd "$(dirname "$0")/.." || exit
build=$1
shift
[ $# -gt 0 ] || set -- common/*.c cmd/*.c
out=$(mktemp -d "${TMPDIR:-/tmp}/loya-coverage.XXXXXX") || exit
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM HUP

# A line that gcov marks with ##### was not run; 3-5 are those from 3 to 5.
summary='
	function end_range() {
		if (from) list = list " " from (to > from ? "-" to : "")
		from = 0
	}
	{ gsub(/[ *]/, "", $1) }
	$1 == "-" || $2 + 0 == 0 { next }
	{ lines++ }
	$1 !~ /^[#=]/ { end_range(); next }
	{ missed++; to = $2 + 0; if (!from) from = to }
	END {
		end_range()
		printf "%6d %6d  %-28s%s\n", lines, missed, name, list
	}'

printf '%6s %6s  %s\n' lines "not run" ""
for f; do
	if [ -f "$build/${f%.c}.gcda" ]; then
		gcov -t -o "$build/${f%/*}" "$f" 2>/dev/null |
		    awk -v want="$f" -F : '
			$3 == "Source" { on = $4 == want }
			on' >"$out/lines"
		awk -F : -v name="$f" "$summary" "$out/lines"
	else
		printf '%6s %6s  %s: was not run\n' - - "$f"
	fi
done >"$out/all"
sort -k2,2nr "$out/all"
awk '{ n += $1; m += $2 } END { printf "%6d %6d  %.1f%% of all lines were run\n",
    n, m, n ? 100 * (n - m) / n : 0 }' "$out/all"
