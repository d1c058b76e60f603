#!/bin/sh
# loya-audit erase leaves no byte of a person in any file of the store, and
# touches nobody else.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
. "$here/erase.sh"

erase_store
# Snapshots that were checked up to her.
sqlite3 "$LOYA_STORE" ".dbconfig no_ckpt_on_close on" "INSERT INTO
    snapshot(source, id, num, state, position) VALUES ('hr', 's1', 1, 'superseded', 'PQZQ77'),
    ('crm', 's2', 2, 'superseded', 'CRMZQ88'),
    ('hr', 's3', 3, 'superseded', 'P1')" >"$T/out"
is "she has a history" "$(store "SELECT DISTINCT kind FROM audit
    WHERE member = '$zaphira' ORDER BY 1" | tr '\n' ' ')" \
    "event.refused event.scheduled event.superseded member.enrolled member.unchanged member.updated points.posted "
like "there is plenty of her" "$(traces | wc -l)" '^(2[5-9]|[3-9][0-9])$'
status 0 "the store is sound" loya-audit verify -q

last_audit=$(store "SELECT max(seq) FROM audit")
elsewhere >"$T/before"
status 0 "-n says what would go" loya-audit erase -n hr/PQZQ77
cp "$T/out" "$T/dry"
elsewhere >"$T/after"
ok "and takes nothing away" cmp "$T/before" "$T/after"
like "of her neither" "$(traces | wc -l)" '^(2[5-9]|[3-9][0-9])$'
status 0 "erase" loya-audit erase hr/PQZQ77
cp "$T/out" "$T/receipt"
is "the receipt is what -n said" "$(cat "$T/receipt")" "$(cat "$T/dry")"
like "it counts" "$(cat "$T/receipt")" \
    "^\{\"member\":\"$zaphira\",\"links\":3,\"events\":1,\"bodies\":42,\"audit\":[0-9]+,\"deliveries\":0,\"hashes\":[0-9]+,\"left\":0\}\$"
is "no trace of her is left in any file" "$(traces)" ""
is "nor of anybody where nothing points to" "$(leavings)" ""
elsewhere >"$T/after"
ok "everybody else is as before" cmp "$T/before" "$T/after"
status 0 "everything verifies" loya-audit verify
like "no member is unknown" "$(cat "$T/out")" '"unknown":0,"faults":0'
is "she is closed, and has her points" "$(store "SELECT status, points,
    claims, decided FROM member WHERE id = '$zaphira'")" 'closed|100|[]|{}'
is "snapshots go on where they were" "$(store "SELECT group_concat(position)
    FROM (SELECT position FROM snapshot ORDER BY num)")" "P99,,P1"
is "the ledger is as it was" "$(store "SELECT sum(points) FROM ledger
    WHERE member = '$zaphira'")" 100
done_testing
