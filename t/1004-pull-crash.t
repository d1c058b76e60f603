#!/bin/sh
# loya-pull is killed at every call that changes something, one run for each:
# the next run has every record, each once, and the cursor never skips one.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"

start_org
salesforce
loya-token -q init
secret crm.oauth hush
clock 2026-03-04T06:00:00Z
for i in 1 2 3; do
	record $i 2026-03-04T05:00:0$i 0 "N$i" Dell "n$i@example.org"
done >"$org/records"
printf '{"specversion":"1.0","id":"g","source":"crm","type":"loya.received","datacontenttype":"application/json","data":{"ChangeEventHeader":{"entityName":"Contact","recordIds":["%s"],"changeType":"GAP_UPDATE","transactionKey":"g","sequenceNumber":1,"commitTimestamp":1772600000000}}}\n' \
    "$(id 2)" | loya-apply >"$T/out"
# Both lists of missed changes are due.
sqlite3 "$LOYA_STORE-inbox" "INSERT INTO cursor(source, name, value, at) VALUES
    ('crm', 'missed.updated', '2026-03-04T04:00:00.000000Z', 0),
    ('crm', 'missed.deleted', '2026-03-04T04:00:00.000000Z', 0)"
# The token is asked for only once: the rest is about records.
loya-token get crm >/dev/null
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"
LOYA_STORE=$T/try/loya.db

# sweep FLAG: for each call; then judge
bad() {
	faults=$((faults + 1))
	[ "$faults" -gt 3 ] || echo "# killed at call $n: $*"
}
killed() {
	KILL_AT=$n LD_PRELOAD=$BUILD/t/killat.so loya-pull ${1:+"$1"} crm \
	    >"$T/out" 2>"$T/err"
}
sweep() {
	n=1
	faults=0
	while :; do
		rm -rf "$T/try"
		cp -r "$T/begin" "$T/try"
		(killed "$@") 2>/dev/null
		[ $? = 137 ] || break
		[ -z "$(cursor)" ] || [ "$(rows)" -ge 3 ] ||
		    bad "the cursor passed a row"
		loya-pull ${1:+"$1"} crm >"$T/out" 2>"$T/err" ||
		    bad "the next run: $(cat "$T/err")"
		loya-apply -b >"$T/applied" 2>&1 || bad "$(cat "$T/applied")"
		judge
		n=$((n + SWEEP))
	done
	is "killed at $(sweep_calls "$n"), nothing is lost" "$faults" 0
	[ "$n" -gt 15 ]
	tap_result $? "there were that many calls to be killed at"
}
rows() { inbox "SELECT count(DISTINCT body) FROM inbox
    WHERE event_id LIKE 'pull-%'"; }
members() { store "SELECT group_concat(given_name, ' ') FROM
    (SELECT given_name FROM member ORDER BY 1)"; }
common() {
	[ "$(members)" = "N1 N2 N3" ] || bad "members $(members)"
	[ "$(store "SELECT state || why FROM event WHERE seq = 1")" = \
	    appliedread ] || bad "the thin event waits"
	[ "$(cursor)" = 2026-03-04T05:59:55.000000Z ] || bad "cursor $(cursor)"
	loya-audit verify >"$T/verify" 2>&1 || bad "$(cat "$T/verify")"
}
judge() {
	common
	[ "$(inbox "SELECT count(*) FROM inbox")" = 4 ] || bad "a row twice"
	[ "$(inbox "SELECT group_concat(substr(value, 1, 16), ' ') FROM cursor
	    WHERE name LIKE 'missed.%'")" = \
	    "2026-03-04T06:00 2026-03-04T06:00" ] || bad "a list stands"
}
sweep ""
judge() {
	[ "$(members)" = "N1 N2 N3" ] || bad "members $(members)"
	[ "$(inbox "SELECT count(*) FROM inbox")" = 4 ] || bad "a row twice"
	[ -z "$(cursor)" ] || bad "cursor $(cursor)"
	[ "$(store "SELECT count(*) FROM audit
	    WHERE kind = 'pull.compared'")" -ge 1 ] || bad "it is not recorded"
	loya-audit verify >"$T/verify" 2>&1 || bad "$(cat "$T/verify")"
}
sweep -i
judge() {
	common
	[ "$(store "SELECT count(*) FROM snapshot WHERE state = 'done'
	    AND count = 3 AND rows = 3")" = 1 ] || bad "no snapshot"
	[ "$(store "SELECT count(*) FROM audit
	    WHERE kind = 'pull.ended'")" -ge 1 ] || bad "no end in the record"
}
sweep -f
done_testing
