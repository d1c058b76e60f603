#!/bin/sh
# Each scene is killed at its calls that change something, one run for each:
# what was promised holds, and the next run always ends the same.
. "$(dirname "$0")/lib.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"
echo "# LOYA_DICE=$dice"

# sweep VARIABLE WANTED-STATUS: with it at each number
sweep() {
	bad=0
	done=0
	for n in $(numbers "$calls" 150); do
		try env "LD_PRELOAD=$BUILD/t/killat.so" "$1=$n" ||
		    why=${why:-otherwise}
		# Threads do not count alike every time.
		[ "$rc" = "$2" ] || [ "$name" = server ] ||
		    why="$why; it ends with $rc"
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
