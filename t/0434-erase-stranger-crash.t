#!/bin/sh
# loya-audit erase of a person who never was a member is killed at calls that
# change something: the store stays sound, and the next run completes it.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"
left() {	# lines of files that have anything of the person
	cat "$LOYA_STORE"* | grep -a -i -c -e Zebulon -e ZQ77
}
source_file hr
echo '{"authority":{"*":["hr"]}}' >"$LOYA_CONF/loya.json"
echo '{"push":{"kind":"webhook","on":"*","webhook":{"url":"http://127.0.0.1:9/in","private":true}}}' \
    >"$LOYA_CONF/sources/tgt.json"
LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
{
	member hr o1 '{"external_id":"E0","version":1,"name":"Other"}'
	member hr z1 '{"external_id":"ZQ77","version":1,"name":"Zebulon","effective_at":"2036-01-01T00:00:00Z"}'
	points hr z2 '{"external_id":"ZQ77","kind":"earn","points":5,"reference":"order 1"}'
	member hr z3 '{"external_id":"ZQ77","version":2,"birthdate":"Zebulon"}'
} | loya-apply >"$T/applied" 2>"$T/err"
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"
LOYA_STORE=$T/try/loya.db

dump() {
	store "SELECT kind, CASE kind WHEN 'erasure.kept' THEN
	    json_array_length(detail, '\$.hashes') ELSE detail END, prev
	    FROM audit ORDER BY seq; SELECT * FROM outbox ORDER BY seq;
	    SELECT seq, state, why FROM event ORDER BY seq;
	    SELECT * FROM pending; SELECT count(*) FROM tombstone;
	    SELECT status, name, claims FROM member ORDER BY num"
	inbox "SELECT seq, hex(body), head FROM inbox ORDER BY seq"
}
killed() {
	KILL_AT=$1 LD_PRELOAD=$BUILD/t/killat.so loya-audit erase hr/ZQ77 \
	    >"$T/out" 2>&1
}
bad() {
	faults=$((faults + 1))
	echo "# killed at call $n: $*"
}
judge() {
	loya-audit verify >"$T/out" 2>&1 || bad "$(cat "$T/out")"
	loya-audit erase hr/ZQ77 >"$T/out" 2>&1 || bad "again: $(cat "$T/out")"
	[ "$(left)" = 0 ] || bad "traces"
	dump >"$T/got"
	cmp -s "$T/got" "$T/want" || bad "$(diff "$T/want" "$T/got")"
	loya-audit verify >"$T/out" 2>&1 || bad "in the end: $(cat "$T/out")"
}

mkdir "$T/try"
cp "$T/begin"/* "$T/try"
status 0 "a whole run" loya-audit erase hr/ZQ77
dump >"$T/want"
is "leaves no trace" "$(left)" 0
rm -rf "$T/try"
n=1
faults=0
while :; do
	mkdir "$T/try"
	cp "$T/begin"/* "$T/try"
	(killed $n) 2>/dev/null
	[ $? = 137 ] || break
	judge
	rm -rf "$T/try"
	n=$((n + SWEEP))
done
is "killed at $(sweep_calls "$n"), it ends the same" "$faults" 0
[ "$n" -gt 20 ]
tap_result $? "at $n and more"
done_testing
