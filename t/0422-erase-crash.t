#!/bin/sh
# loya-audit erase is killed at calls that change something: the store stays
# sound, and the next run always ends in the same store, without a trace.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/erase.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"

erase_conf
hook_on='{"push":{"kind":"webhook","on":"*","webhook":{"url":"http://127.0.0.1:9/in","private":true}}}'
echo "$hook_on" >"$LOYA_CONF/sources/tgt.json"
LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
{ others 1 3 other; zaphira; others 4 6 other; zaphiras_life; } |
    grep -v '"z5\.[1-9][0-9]"' | loya-apply >"$T/applied" 2>"$T/apply.err"
zaphira=$(store "SELECT member FROM link WHERE external_id = 'PQZQ77'")
last_audit=$(store "SELECT max(seq) FROM audit")
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"
LOYA_STORE=$T/try/loya.db

dump() {
	elsewhere
	store "SELECT seq, state, why FROM event ORDER BY seq;
	    SELECT seq, kind, CASE kind WHEN 'erasure.kept' THEN
	    json_array_length(detail, '\$.hashes') ELSE detail END, prev,
	    member FROM audit ORDER BY seq;
	    SELECT * FROM outbox ORDER BY seq; SELECT * FROM pending;
	    SELECT status, points, claims FROM member ORDER BY num;
	    SELECT count(*) FROM tombstone; SELECT count(*) FROM binding"
	inbox "SELECT seq, hex(body), head FROM inbox ORDER BY seq"
}

mkdir "$T/try"
cp "$T/begin"/* "$T/try"
status 0 "a whole run" loya-audit erase hr/PQZQ77
dump >"$T/want"
is "leaves no trace" "$(traces)" ""
rm -rf "$T/try"

killed() {
	KILL_AT=$1 LD_PRELOAD=$BUILD/t/killat.so loya-audit erase hr/PQZQ77 \
	    >"$T/out" 2>&1
}
bad() {
	faults=$((faults + 1))
	[ "$faults" -gt 5 ] || echo "# killed at call $n: $*"
}

# A member is complete, or closed and empty, and everything verifies.
judge() {
	loya-audit verify >"$T/out" 2>&1 || bad "does not verify: $(cat "$T/out")"
	is_now=$(store "SELECT status || claims = 'closed[]',
	    (SELECT count(*) FROM tombstone) FROM member WHERE id = '$zaphira'")
	case $is_now in
	'0|0') whole=$((whole + 1)) ;;
	'1|3') ;;
	*) bad "half a member: $is_now" ;;
	esac
	loya-audit erase hr/PQZQ77 >"$T/out" 2>&1 || bad "again: $(cat "$T/out")"
	[ -z "$(traces)" ] || bad "traces: $(traces | head -n 3)"
	dump >"$T/got"
	cmp -s "$T/got" "$T/want" || {
		bad "not as a whole run"
		diff "$T/want" "$T/got" | head -n 5 | sed 's/^/# /'
	}
	loya-audit verify >"$T/out" 2>&1 || bad "does not verify in the end"
}

n=1
tried=0
faults=0
whole=0
while :; do
	mkdir "$T/try"
	cp "$T/begin"/* "$T/try"
	(killed $n) 2>/dev/null
	[ $? = 137 ] || break
	judge
	rm -rf "$T/try"
	n=$((n + SWEEP))
	tried=$((tried + 1))
done
is "killed at $(sweep_calls "$n"), it ends the same" "$faults" 0
[ "$whole" -gt 2 ] && [ "$whole" -lt $((tried - 5)) ]
tap_result $? "in $whole of them she was still there"
done_testing
