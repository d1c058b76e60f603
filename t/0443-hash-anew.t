#!/bin/sh
# Damaged hash indexes are rebuilt, as loya-store(5) says.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store
inbox=$LOYA_STORE-inbox
line member hr e1 2026-11-20T08:00:00Z '{"external_id":"E1"}' >"$T/again"
line member hr e8 2026-11-20T08:00:00Z '{"external_id":"E8"}' >"$T/new"
line member crm c2 2026-11-23T08:00:00Z '{"external_id":"C2",
    "attributes":{"employee_number":"1001"}}' | tr -d '\n' >"$T/same"
rows() { sqlite3 -readonly "$inbox" 'SELECT count(*) FROM inbox'; }
take() {	# FILE
	sqlite3 "$1" "DELETE FROM hash_run; DELETE FROM hash_key;
	    DELETE FROM hash_merge; DELETE FROM meta WHERE key = 'match'"
}

sqlite3 "$inbox" "UPDATE hash_run SET pairs = x'0011'"
status 78 "a guard that is damaged lets nothing in" loya-apply <"$T/new"
like "and says where to read on" "$(cat "$T/err")" \
    ': hash_run 1 is damaged; loya-store.5. says how to rebuild it$'
n=$(rows)
take "$inbox"
status 0 "if removed, it is rebuilt by loya-apply" loya-apply -b
is "which says so" "$(cat "$T/err")" "loya-apply: $inbox: hash_run and hash_key\
 were empty; they know all $n events again"
status 0 "and is whole" loya-audit verify -q
status 0 "once" loya-apply -b
is "and no more" "$(cat "$T/err")" ""
status 0 "an event that was there" loya-apply <"$T/again"
is "does not come again" "$(rows)" "$n"

# loya-recv does it, too.
take "$inbox"
printf 'POST /hooks/open HTTP/1.1\r\nHost: x\r\n%s: 10\r\n\r\n{"id":"o"}' \
    Content-Length >"$T/req"
echo '{"receive":{"auth":{"kind":"none"},"id":"/id"}}' \
    >"$LOYA_CONF/sources/open.json"
loya-token init -q
TCPREMOTEIP=127.0.0.1
export TCPREMOTEIP
status 0 "loya-recv takes an event" loya-recv <"$T/req"
is "after the others" "$(rows)" $((n + 1))
like "of which it knows again" "$(cat "$T/err")" "they know all $n events again"
loya-recv <"$T/req" >"$T/out" 2>"$T/err"
is "and of this one, too" "$(rows) $(grep -c know "$T/err")" "$((n + 1)) 0"
loya-apply -b >"$T/out" 2>"$T/err"
status 0 "the guard is whole" loya-audit verify -q

# The index of the members.
take "$LOYA_STORE"
status 0 "match rules find a member" loya-apply <"$T/same"
is "by an index that was rebuilt" "$(sqlite3 -readonly "$LOYA_STORE" "
    SELECT count(DISTINCT member) FROM link
    WHERE external_id IN ('E1', 'C2')")" 1
status 0 "that one is whole, too" loya-audit verify -q
done_testing
