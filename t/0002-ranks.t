#!/bin/sh
# The ranks of common/README: includes go down only, rooms do not include each
# other, a foreign header appears only in its fence.
. "$(dirname "$0")/lib.sh"
cd "$top" || exit 1

# FILE INCLUDED, without folder and suffix; "<x.h>" for foreign headers.
includes() {
	awk -F '[<">]' '/^#include [<"]/ { print FILENAME, $2 }' \
	    common/*.[ch] cmd/*.c
}
includes >"$T/includes"

# lists: "rank MODULE N", "part MODULE OF" and "fence MODULE HEADER" from the
# README.
awk '/^rank [0-9]+:/ { rank = $2 + 0; parts = fences = 0; next }
	/^parts/ { rank = fences = 0; parts = 1; next }
	/^fences/ { rank = parts = 0; fences = 1; next }
	!/^\t/ { next }
	parts { sub(":", "", $1); for (i = 2; i <= NF; i++)
		print "part", $i, $1 }
	fences { sub(":", "", $1); for (i = 2; i <= NF; i++)
		print "fence", $1, $i }
	rank { for (i = 1; i <= NF; i++) print "rank", $i, rank }' \
    common/README >"$T/lists"

# The module of a file: its name, or the longest listed beginning before a _.
judge() {
	awk -v what="$1" '
	function module(f,   n) {
		sub(/^.*\//, "", f); sub(/\.[ch]$/, "", f)
		for (n = f; !(n in rank) && n ~ /_/; sub(/_[^_]*$/, "", n));
		return n in rank ? n : f
	}
	$1 == "rank" { rank[$2] = $3; next }
	$1 == "part" { of[$2] = $3; next }
	$1 == "fence" { fence[$3] = $2; next }
	{ m = module($1); up = $1 ~ /^cmd\//; in_lib = $2 ~ /^common\// }
	what == "listed" && !up && !(m in rank) { print $1 }
	what == "known" && in_lib && !(module($2) in rank) { print $1, $2 }
	what == "down" && in_lib && !up && rank[module($2)] > rank[m] {
		print $1 " (rank " rank[m] ") includes " $2 }
	what == "rooms" && in_lib && !up && rank[m] == 5 &&
	    rank[module($2)] == 5 && module($2) != m { print $1, $2 }
	what == "inner" && $2 ~ /_(inner|part|work)\.h$/ &&
	    module($2) != m && module($2) != of[m] { print $1, $2 }
	what == "fences" && ($2 in fence) && (up || fence[$2] != m) {
		print $1, $2 }
	' "$T/lists" "$T/includes" | sort -u
}

is "the README lists every module" "$(judge listed)" ""
is "every include of ours is of a module" "$(judge known)" ""
is "includes go down only" "$(judge down)" ""
is "no room includes another" "$(judge rooms)" ""
is "what the parts of a module share is theirs alone" "$(judge inner)" ""
is "a foreign header stands in its fence alone" "$(judge fences)" ""

awk 'FNR == 1 { guard = toupper(FILENAME); gsub("[/.]", "_", guard) }
	$0 == "#ifndef " guard { guarded[FILENAME] = 1 }
	END { for (i = 1; i < ARGC; i++) if (!guarded[ARGV[i]]) print ARGV[i] }
	' common/*.h >"$T/unguarded"
is "every header has its guard" "$(cat "$T/unguarded")" ""

awk '/^#include "/ && !(FILENAME in first) { first[FILENAME] = $2 }
	END { for (i = 1; i < ARGC; i++) print ARGV[i], first[ARGV[i]] }
	' common/*.c | tr -d '"' |
    while read -r c first; do
	[ -f "${c%.c}.h" ] || continue
	# foo_inner.h and the like stand for foo.h, which they include.
	case $first in
	"${c%.c}.h"|"${c%.c}"_inner.h|"${c%.c}"_part.h|"${c%.c}"_work.h) ;;
	*) echo "$c: $first" ;;
	esac
done >"$T/first"
is "every source includes its own header first" "$(cat "$T/first")" ""
done_testing
