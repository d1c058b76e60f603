#!/bin/sh
# Everything is killed at random times, under load, again and again: what was
# acknowledged is there once and is applied once, and all books agree.
# LOYA_TORTURE=SECONDS runs longer; LOYA_DICE=NUMBER repeats a run's choices.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
. "$here/apply.sh"
. "$here/load.sh"

round() {	# SECONDS DICE
	load_begin
	load "$1" "$2"
	# 1: points of a person that nobody has named yet are held.
	loya-apply -b >/dev/null 2>>"$T/talk"
	[ $? -le 1 ] || echo "apply: failed"
	load_books
	load_talk
}

dice=${LOYA_DICE:-$(date +%s)}
left=${LOYA_TORTURE:-4}
kills=0
acked=0
bad=
# A busy machine may need more than the usual time.
while [ "$left" -gt 0 ] || { [ "$left" -gt -60 ] &&
    { [ "$kills" -le 20 ] || [ "$acked" -le 20 ]; }; }; do
	round 2 "$dice" >"$T/found" 2>&1
	if [ -s "$T/found" ]; then
		echo "# LOYA_DICE=$dice"
		tap_show found "$T/found"
		bad=1
	fi
	kills=$((kills + $(sed -n 's/kills //p' "$T/load")))
	acked=$((acked + $(wc -l <"$T/acked")))
	dice=$((dice + 1))
	left=$((left - 2))
done
is "killed $kills times, $acked events acknowledged: all of them once" "$bad" ""
[ "$kills" -gt 20 ] && [ "$acked" -gt 20 ]
tap_result $? "there was something to lose"
done_testing
