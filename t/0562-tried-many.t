#!/bin/sh
# Many events that are tried again or dismissed in one run of loya-apply share
# transactions.  What comes of them is what comes of each by itself.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
LOYA_NOW=2026-01-01T00:00:00Z
export LOYA_NOW
loya-token -q init

# Everyone is suspended when their points come, and active later; the points of
# some are more than they have; one reference comes twice.
who='1 2 3 4 5 6 7 8 9 10'
for i in $who; do
	member hr "a$i" "{\"external_id\":\"E$i\",\"version\":1,\"status\":\"suspended\"}"
done >"$T/in"
for i in $who; do
	points hr "b$i" "{\"external_id\":\"E$i\",\"kind\":\"earn\",\"points\":5,\"reference\":\"r$i\"}"
	points hr "c$i" "{\"external_id\":\"E$i\",\"kind\":\"redeem\",\"points\":$i,\"reference\":\"s$i\"}"
	points hr "d$i" "{\"external_id\":\"E$i\",\"kind\":\"earn\",\"points\":1,\"reference\":\"r1\"}"
done >>"$T/in"
status 1 "points of members who are suspended" loya-apply -q <"$T/in"
for i in $who; do
	member hr "e$i" "{\"external_id\":\"E$i\",\"version\":2,\"status\":\"active\"}"
done | loya-apply -q >"$T/out"
refused() { store "SELECT count(*) FROM event WHERE state = 'refused'"; }
is "are refused" "$(refused)" 30

copy() {	# store
	for s in '' -inbox; do
		sqlite3 "$LOYA_STORE$s" ".backup $1$s"
	done
}
# Everything except ids and salts, which are random.
dump() {	# store
	sqlite3 "$1" "SELECT external_id, status, points FROM member m JOIN link l ON l.member = m.id ORDER BY 1;
	    SELECT seq, state, due_at, why, tries FROM event ORDER BY seq;
	    SELECT seq, kind, event_id, inbox, detail, prev FROM audit ORDER BY seq;
	    SELECT source, reference, kind, points, balance FROM ledger ORDER BY seq;
	    SELECT count(*) FROM merkle" 2>&1
}
strip() { sed 's/"subject":"[^"]*"/"subject":""/' "$1"; }

# In one run and in many; some are dismissed, and some choices are not allowed.
chosen='-r 99999 -r 1'
for i in $(seq 11 40); do
	case $i in
	*7) chosen="$chosen -d $i -d $i -r $i" ;;
	*) chosen="$chosen -r $i" ;;
	esac
	[ $((i % 9)) != 0 ] || chosen="$chosen -r $i -r 2"
done
copy "$T/one"
copy "$T/each"
# shellcheck disable=SC2086
status 1 "tried again in one run" loya-apply -q -s "$T/one" $chosen
strip "$T/out" >"$T/one.out"
cp "$T/err" "$T/one.err"
# shellcheck disable=SC2086
set -- $chosen
while [ $# -gt 0 ]; do
	loya-apply -q -s "$T/each" "$1" "$2"
	shift 2
done >"$T/out" 2>"$T/each.err"
dump "$T/each" >"$T/want"
is "the store is that of a run for each" "$(dump "$T/one")" "$(cat "$T/want")"
is "the lines are, in their order" "$(cat "$T/one.out")" "$(strip "$T/out")"
is "what is said is, in its order" "$(cat "$T/one.err")" "$(cat "$T/each.err")"
is "both dismissed and refused ones are there" "$(sqlite3 "$T/one" "SELECT
    coalesce(why, state), count(*) FROM event WHERE seq BETWEEN 11 AND 40
    GROUP BY 1 ORDER BY 1" | tr '\n' ' ')" \
    "$(sqlite3 "$T/each" "SELECT coalesce(why, state), count(*) FROM event
    WHERE seq BETWEEN 11 AND 40 GROUP BY 1 ORDER BY 1" | tr '\n' ' ')"
status 0 "the record holds" loya-audit -q -s "$T/one" verify
copy "$T/dry"
# shellcheck disable=SC2086
status 1 "with -n" loya-apply -nq -s "$T/dry" $chosen
is "the same lines are printed" "$(strip "$T/out")" "$(cat "$T/one.out")"
is "the same is said" "$(cat "$T/err")" "$(cat "$T/one.err")"
is "and nothing is done" "$(dump "$T/dry")" "$(dump "$LOYA_STORE")"

# One that fails does not take those before it along.
copy "$T/bad"
sqlite3 "$T/bad" "DROP TRIGGER member_owned; UPDATE member SET claims = 'broken'
    WHERE id = (SELECT member FROM link WHERE external_id = 'E3')"
status 78 "a row that is not sound among them" \
    loya-apply -q -s "$T/bad" -r 11 -r 14 -d 15 -r 17 -r 20
like "it is said which" "$(cat "$T/err")" \
    "bad: member .*: its row cannot be understood$"
is "those before it are done" "$(sqlite3 "$T/bad" "SELECT seq || ' ' ||
    coalesce(why, state) FROM event WHERE seq IN (11, 14, 15, 17, 20)" |
    tr '\n' ' ')" \
    "11 applied 14 applied 15 dismissed 17 member_suspended 20 member_suspended "
is "their lines are printed" "$(types "$T/out")" \
    "points.posted points.posted event.refused"

# Killed anywhere, another run makes up for it.
[ -f "$BUILD/t/killat.so" ] || done_testing
# shellcheck disable=SC2086
retry() { loya-apply -q -s "$T/try" $chosen >/dev/null 2>&1; }
chosen='-r 11 -r 14 -d 15 -r 17 -r 20'
copy "$T/try"
retry
last() {	# what is there of the events, whatever the number of tries
	sqlite3 "$T/try" "SELECT seq, state, why FROM event ORDER BY seq;
	    SELECT external_id, points FROM member m JOIN link l
	    ON l.member = m.id ORDER BY 1;
	    SELECT reference, points, balance FROM ledger ORDER BY seq;
	    SELECT kind, inbox, detail FROM audit ORDER BY seq"
}
last >"$T/want"
n=1
bad=0
while :; do
	rm -f "$T/try"*
	copy "$T/try"
	(KILL_AT=$n LD_PRELOAD=$BUILD/t/killat.so retry) 2>/dev/null
	[ $? = 137 ] || break
	retry
	last >"$T/got"
	if ! cmp -s "$T/got" "$T/want" ||
	    ! loya-audit -q -s "$T/try" verify >"$T/verify" 2>&1; then
		bad=$((bad + 1))
		echo "# killed at call $n"
	fi
	n=$((n + SWEEP))
done
is "killed at $(sweep_calls "$n"), it ends the same" "$bad" 0
[ "$n" -gt 5 ]
tap_result $? "there were that many calls to be killed at"
done_testing
