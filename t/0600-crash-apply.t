#!/bin/sh
# loya-apply is killed at every call that changes something, one run for each:
# the next run always ends in the same store.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"

source_file hr
LOYA_NOW=2026-01-01T00:00:00Z
export LOYA_NOW

{
	member hr 1 '{"external_id":"E1","version":1,"name":"A","email":"a@x"}'
	points hr 2 '{"external_id":"E2","kind":"earn","points":5,"reference":"r"}'
	member hr 3 '{"external_id":"E2","version":1,"name":"B"}'
	member hr 4 '{"external_id":"E1","version":2,"status":"suspended"}'
	member hr 5 '{"external_id":"E1","version":1,"status":"active"}'
	points hr 6 '{"external_id":"E1","kind":"earn","points":5,"reference":"s"}'
	member hr 7 '{"external_id":"E2","version":3,"effective_at":"2027-01-01T00:00:00Z","status":"closed"}'
} >"$T/in"

# Everything except ids and salts, which are random.
dump() {	# store
	sqlite3 "$1" "SELECT external_id, status, points, name, email, hold FROM member m JOIN link l ON l.member = m.id ORDER BY 1;
	    SELECT seq, state, due_at, why, tries FROM event ORDER BY seq;
	    SELECT a.seq, kind, event_id, inbox, detail, prev FROM audit a ORDER BY seq;
	    SELECT source, reference, kind, points, balance FROM ledger ORDER BY seq;
	    SELECT * FROM pending;
	    SELECT count(*) FROM merkle" 2>&1
	sqlite3 "$1-inbox" "SELECT seq, source, event_id, hex(body) FROM inbox" 2>&1
}

run() { loya-apply -s "$1" <"$T/in" >/dev/null 2>&1; }

run "$T/golden"
dump "$T/golden" >"$T/want"

n=1
bad=0
while :; do
	mkdir "$T/try"
	(KILL_AT=$n LD_PRELOAD=$BUILD/t/killat.so run "$T/try/s") 2>/dev/null
	[ $? = 137 ] || break
	# What was there before is read again: only duplicates.
	run "$T/try/s"
	dump "$T/try/s" >"$T/got"
	if ! cmp -s "$T/got" "$T/want" || ! loya-audit -s "$T/try/s" verify >"$T/verify" 2>&1; then
		bad=$((bad + 1))
		[ "$bad" -gt 3 ] || {
			echo "# killed at call $n"
			diff "$T/want" "$T/got" | sed 's/^/# /'
			sed 's/^/# /' "$T/verify"
		}
	fi
	rm -rf "$T/try"
	n=$((n + SWEEP))
done
is "killed at $(sweep_calls "$n"), it ends the same" "$bad" 0
[ "$n" -gt 20 ]
tap_result $? "there were that many calls to be killed at"
done_testing
