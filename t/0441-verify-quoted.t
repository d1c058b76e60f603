#!/bin/sh
# loya-audit verify: a row that quoted a body may be empty once that was pruned,
# and not otherwise.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
source_file hr
refused() {
	member hr "$1" '{"external_id":"C","birthdate":"x"}' |
	    loya-apply >"$T/lines"
	row=$(store "SELECT max(seq) FROM audit")
	sqlite3 "$LOYA_STORE" "UPDATE audit SET detail = NULL, salt = NULL
	    WHERE seq = $row"
}
refused c1
status 1 "a row that is emptied while the body is there" loya-audit verify -q
like "is a fault" "$(cat "$T/out")" \
    "\"row\":\"$row\",.*was emptied, and nobody was erased"
sqlite3 "$LOYA_STORE-inbox" "UPDATE inbox SET body = NULL, head = NULL"
status 1 "and so is one of a body that nobody pruned" loya-audit verify -q
like "which is said" "$(cat "$T/out")" \
    "\"row\":\"$row\",.*was emptied, and neither was anybody erased nor anything pruned since"
member hr c2 '{"external_id":"D"}' | loya-apply >"$T/lines"
LOYA_NOW=2026-11-24T12:00:00Z loya-audit prune -q 0d
status 0 "where something was pruned since it is believed" \
    loya-audit verify -q
refused c3
sqlite3 "$LOYA_STORE-inbox" "UPDATE inbox SET body = NULL, head = NULL"
status 1 "not of a row behind that" loya-audit verify -q
like "either" "$(cat "$T/out")" "\"row\":\"$row\",.*nor anything pruned since"
done_testing
