#!/bin/sh
# A status that its source clears is active, as if nobody had ever given one.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
# said ID VERSION DATA
said() { member hr "$1$2" "{\"external_id\":\"$1\",\"version\":$2,$3}"; }
source_file hr
loya-token -q init

for was in null active suspended closed; do
	case $was in
	null) said "$was" 1 '"status":null' ;;
	*) said "$was" 1 "\"status\":\"$was\"" ;;
	esac
	said "$was" 2 '"status":null'
done | loya-apply >"$T/out"
is "whatever it was: active" "$(store "SELECT DISTINCT status FROM member")" \
    active
said gone 2 '"deleted":true' | loya-apply >"$T/out"
said gone 3 '"status":null' | loya-apply >"$T/out"
like "a record that is back, and says no more" "$(cat "$T/out")" \
    'member.reactivated.*"status":[{]"old":"closed","new":"active"'
status 0 "verify finds no fault in that" loya-audit verify -q
is "nor anything to say" "$(cat "$T/out" "$T/err")" ""
like "why says who cleared it, and what it is" \
    "$(loya-audit why hr/gone status)" \
    '"value":"active","owner":"hr","source":"hr","external_id":"gone","event_id":"gone3"'
# Triggers do not stop the owner of the file.
store "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema
    WHERE type = 'trigger' AND tbl_name = 'member'" >"$T/drop"
{ cat "$T/drop"; echo "UPDATE member SET status = 'pending'
    WHERE num = (SELECT min(num) FROM member);"; } | sqlite3 "$LOYA_STORE"
status 1 "one that is cleared and not active is found" loya-audit verify -q
like "and named" "$(cat "$T/out")" 'status is not what the claim of hr says'
done_testing
