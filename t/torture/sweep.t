#!/bin/sh
# Each scene is killed at its calls that change something, one run for each:
# what was promised holds, and the next run always ends the same.
. "$(dirname "$0")/lib.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"
echo "# LOYA_DICE=$dice"

# A run may end earlier: how many calls it makes is random where threads are at
# work, and where a transaction ends because its time is up.
over() {
	[ "$rc" = "$end" ] && [ -s "$T/count" ] &&
	    [ "$(cat "$T/count")" -lt "$n" ]
}

# sweep VARIABLE WANTED-STATUS: one run with each number
sweep() {
	bad=0
	done=0
	for n in $(numbers "$calls" 150); do
		rm -f "$T/count"
		try env "LD_PRELOAD=$BUILD/t/killat.so" "$1=$n" \
		    "KILL_COUNT=$T/count" || why=${why:-otherwise}
		[ "$rc" = "$2" ] || over || why="$why; it ends with $rc"
		done=$((done + 1))
		[ -n "$why" ] || continue
		bad=$((bad + 1))
		[ "$bad" -gt 3 ] || echo "# $name: $1=$n: $why"
	done
}

for name in $(scenes "$@"); do
	scene "$name"
	end=$rc
	sweep KILL_AT 137
	is "$name: killed at $done of $calls calls" "$bad" 0
	sweep SHORT_AT "$end"
	is "$name: a write that takes half, $done times" "$bad" 0
done
done_testing
