# loya-audit verify finds what was tampered with, and names it.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store
good=$LOYA_STORE

status 0 "a store that is sound" loya-audit verify
like "its size, its root and no faults" "$(cat "$T/out")" \
    '^\{"size":[0-9]+,"root":"[A-Za-z0-9+/]{43}=","members":3,"ledger":2,"inbox":13,"heads":0,"cosignatures":0,"erased":0,"unknown":0,"faults":0\}$'
status 0 "verify -q" loya-audit verify -q
is "says nothing" "$(cat "$T/out" "$T/err")" ""

# What somebody can do who owns the file: no trigger stops them, and afterwards
# everything looks as before.
copies() {	# for tampered, of the store as it is now
	rm -rf "$T/copy"
	mkdir "$T/copy"
	for s in "" -inbox; do
		sqlite3 "$good$s" ".backup $T/copy/${good##*/}$s" \
		    ".once $T/drop$s" "SELECT 'DROP TRIGGER ' || name || ';'
		    FROM sqlite_schema WHERE type = 'trigger'" \
		    ".once $T/triggers$s" "SELECT sql || ';'
		    FROM sqlite_schema WHERE type = 'trigger'"
	done
}
tampered() {	# suffix sql
	rm -rf "$T/bad"
	cp -R "$T/copy" "$T/bad"
	bad=$T/bad/${good##*/}
	printf "PRAGMA foreign_keys = OFF; %s;\n" "$2" |
	    cat "$T/drop$1" - "$T/triggers$1" |
	    sqlite3 -bail "$bad$1" || tap_result 1 "tampering: $2"
}

finds() {	# sentence suffix sql wanted-fault...
	tap_s=$1
	tampered "$2" "$3"
	shift 3
	loya-audit verify -q -s "$bad" >"$T/out" 2>"$T/err"
	tap_rc=$?
	for tap_want in "$@"; do
		tap_line="{\"table\":\"${tap_want%% *}\",\"row\":\"${tap_want#* }\","
		grep -qF -- "$tap_line" "$T/out" || tap_rc=no
	done
	is "$tap_s" "$tap_rc" 1
	[ "$tap_rc" = 1 ] || tap_show stdout "$T/out"
	[ "$tap_rc" = 1 ] || tap_show stderr "$T/err"
}

copies
finds "an inbox row of the largest number there is" "" \
    "UPDATE audit SET inbox = 9223372036854775807 WHERE seq = 8" "audit 8"
finds "a changed detail" "" "UPDATE audit
    SET detail = replace(detail, 'Anna', 'Anno') WHERE seq = 1" "audit 1"
for col in at kind source event_id inbox member prev actor; do
	case $col in
	at|inbox|prev) v="$col + 1" ;;
	*) v="$col || 'x'" ;;
	esac
	finds "a changed $col" "" \
	    "UPDATE audit SET $col = $v WHERE seq = 8" "audit 8"
done
finds "a changed count of rows" "" "UPDATE tally SET count = count + 1
    WHERE kind = 'member.suspended'" "tally hour 498732 member.suspended hr"
finds "a kind with a NUL" "" "UPDATE tally SET kind = kind || char(0)
    WHERE kind = 'member.suspended'" "tally hour 498732 member.suspended hr"
finds "a count of rows that are not there" "" "INSERT INTO tally
    VALUES (1, 'a', '', 7)" "tally hour 1 a"
finds "a count that is gone" "" \
    "DELETE FROM tally WHERE kind = 'points.posted'" \
    "tally hour 498732 points.posted hr"
finds "a changed salt" "" \
    "UPDATE audit SET salt = zeroblob(16) WHERE seq = 2" "audit 2"
finds "a changed commitment" "" \
    "UPDATE audit SET commitment = zeroblob(32) WHERE seq = 2" "audit 2"
finds "half an erasure" "" \
    "UPDATE audit SET salt = NULL WHERE seq = 2" "audit 2"
finds "a row taken out" "" "DELETE FROM audit WHERE seq = 6" "audit 6"
finds "the last row taken off" "" "DELETE FROM audit
    WHERE seq = (SELECT max(seq) FROM audit)" "audit 13"
finds "all rows taken off" "" "DELETE FROM audit" "merkle level 0 tile 0"
finds "two rows swapped" "" "UPDATE audit SET seq = -4 WHERE seq = 4;
    UPDATE audit SET seq = 4 WHERE seq = 5;
    UPDATE audit SET seq = 5 WHERE seq = -4" "audit 4" "audit 5"
finds "a row added at the end" "" "INSERT INTO audit SELECT 14, at, kind, source,
    event_id, inbox, member, prev, actor, detail, salt, commitment
    FROM audit WHERE seq = 1" "audit 14"
finds "a row added far beyond the end" "" "INSERT INTO audit SELECT 1 << 50, at, kind,
    source, event_id, inbox, member, prev, actor, detail, salt, commitment
    FROM audit WHERE seq = 1" "audit 1125899906842624"
finds "a row put in before" "" "INSERT INTO audit SELECT -1, at, kind, source,
    event_id, inbox, member, prev, actor, detail, salt, commitment
    FROM audit WHERE seq = 1" "audit -1"
finds "a changed leaf" "" "UPDATE merkle
    SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB)" "audit 1"
finds "a tile cut short" "" \
    "UPDATE merkle SET hashes = substr(hashes, 1, 320)" "audit 11" "merkle level 0 tile 0"
finds "a tile gone" "" "DELETE FROM merkle" "audit 1" "merkle level 0 tile 0"
finds "a tile too many" "" \
    "INSERT INTO merkle VALUES (1, 0, zeroblob(32))" "merkle level 1 tile 0"
finds "a changed field of a member" "" "UPDATE member SET email = 'x@evil'
    WHERE id = '$anna'" "member $anna"
finds "a changed attribute" "" "UPDATE member
    SET attributes = '{\"employee_number\":\"7\"}' WHERE id = '$anna'" \
    "member $anna"
finds "a changed status" "" \
    "UPDATE member SET status = 'active' WHERE id = '$anna'" "member $anna"
finds "a hold that was lifted" "" \
    "UPDATE member SET hold = NULL WHERE id = '$cyd'" "member $cyd"
finds "points from nowhere" "" \
    "UPDATE member SET points = 1000000 WHERE id = '$cyd'" "member $cyd"
finds "a tier from nowhere" "" \
    "UPDATE member SET tier = 'gold' WHERE id = '$cyd'" "member $cyd"
finds "a member taken out" "" "DELETE FROM member WHERE id = '$cyd'" \
    "member $cyd" "binding hr/E3"
finds "a member whose history was cut" "" \
    "UPDATE member SET audit = 1 WHERE id = '$anna'" "member $anna"
finds "a changed claim" "" "UPDATE member SET
    claims = replace(claims, 'anna@crm', 'eve@crm')" "member $anna"
finds "claims that are not JSON" "" \
    "UPDATE member SET claims = '[' WHERE id = '$anna'" "member $anna"
finds "a field that another link is said to have decided" "" "UPDATE member
    SET decided = json_set(decided, '\$.email', 0) WHERE id = '$anna'" \
    "member $anna"
finds "fields without a deciding claim" "" \
    "UPDATE member SET decided = '{}' WHERE id = '$anna'" "member $anna"
finds "a link that was moved" "" "UPDATE binding SET member =
    (SELECT num FROM member WHERE id = '$cyd') WHERE external_id = 'E1'" \
    "binding hr/E1" "member $anna"
finds "a link of a place that does not exist" "" "UPDATE binding SET slot = -1
    WHERE external_id = 'E1'" "binding hr/E1"
finds "a link that is said to have ended, at 0" "" \
    "UPDATE binding SET to_at = 0 WHERE external_id = 'E1'" "binding hr/E1"
finds "a link that was cut" "" "DELETE FROM binding WHERE external_id = 'E1'" \
    "member $anna"
finds "changed points in the ledger" "" \
    "UPDATE ledger SET points = 5000, balance = 5000 WHERE seq = 1" "ledger 1"
finds "a changed reference in the ledger" "" \
    "UPDATE ledger SET reference = 'zz' WHERE seq = 1" "ledger 1"
finds "an entry taken out" "" "DELETE FROM ledger WHERE seq = 1" \
    "ledger 1" "audit 4"
finds "the last entry taken off" "" "DELETE FROM ledger WHERE seq = 2" \
    "audit 5"
finds "an entry put in" "" "INSERT INTO ledger SELECT 3, member, source, 'zz',
    kind, points, balance + points, reverses, inbox, 9, at FROM ledger
    WHERE seq = 1" "ledger 3"
finds "a delivery without an event" "" "INSERT INTO outbox(target, audit, due_at)
    VALUES ('x', 99, 1)" "outbox 1"
finds "a delivery that was not sent" "" "INSERT INTO outbox(target, audit,
    member, due_at, state) VALUES ('x', 1, '$anna', 1, 'sent')" "outbox 1"
finds "a delivery that was given up in silence" "" "INSERT INTO outbox(target,
    audit, member, due_at, state) VALUES ('x', 1, '$anna', 1, 'dead')" \
    "outbox 1"
finds "a delivery taken out" "" "INSERT INTO outbox(seq, target, audit, member,
    due_at) VALUES (2, 'x', 1, '$anna', 1)" "outbox 1"
finds "a delivery with a number that none has" "" "INSERT INTO outbox(seq,
    target, audit, member, due_at) VALUES (1 << 50, 'x', 1, '$anna', 1)" \
    "outbox 1125899906842624"
finds "a delivery that would never have its turn" "" "INSERT INTO outbox(target,
    audit, member, due_at, behind) VALUES ('x', 1, '$anna', 1, 7)" "outbox 1"
finds "a delivery about somebody else" "" "INSERT INTO outbox(target, audit,
    member, due_at) VALUES ('x', 1, '$cyd', 1)" "outbox 1"
finds "an event that would never be looked at" "" \
    "DELETE FROM event WHERE seq = 3" "event 3"
finds "... and the first ones" "" "DELETE FROM event WHERE seq < 3" \
    "event 1"
finds "... and the last ones" "" "DELETE FROM event WHERE seq > 11" "event 12"
for i in event_open outbox_new sqlite_autoindex_ledger_1; do
	finds "$i without its rows" "" "PRAGMA writable_schema = ON;
	    CREATE TABLE empty(a, b); CREATE INDEX hollow ON empty(a, b);
	    UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM
	    sqlite_schema WHERE name = 'hollow') WHERE name = '$i'" \
	    "schema file"
done
finds "an event without its inbox row" "" \
    "INSERT INTO event(seq, state) VALUES (77, 'held')" "event 77"
finds "an event that is said to have been refused" "" "UPDATE event
    SET state = 'refused', why = 'malformed' WHERE seq = 1" "event 1"
finds "an event that is said to wait" "" "UPDATE event
    SET state = 'scheduled', due_at = 1 << 50 WHERE seq = 1" "event 1"
finds "a refused event that is due, at 0" "" \
    "UPDATE event SET due_at = 0 WHERE seq = 6" "event 6"
finds "an event with another reason" "" \
    "UPDATE event SET why = 'duplicate' WHERE seq = 1" "event 1"
finds "a refused event called superseded, after another try" "" \
    "UPDATE event SET state = 'applied', why = 'superseded', tries = 2
    WHERE seq = 6" "event 6"
finds "... as the end of a snapshot that was not superseded" "" \
    "UPDATE event SET state = 'applied', why = 'superseded', tries = 2
    WHERE seq = 6; INSERT INTO snapshot(source, id, end_seq, state, num)
    VALUES ('hr', 's', 6, 'superseded', 9)" "event 6"
finds "... and one that waits for its time" "" "UPDATE event
    SET state = 'applied', why = 'superseded', tries = 2, due_at = NULL
    WHERE seq = 13; DELETE FROM pending" "event 13" "pending 13"
finds "an event postponed, after another try" "" "UPDATE event
    SET due_at = due_at + 1, tries = 2 WHERE seq = 13" "event 13"
finds "an event that is said to be read back" "" "INSERT INTO event(seq, state,
    why) SELECT max(seq) + 1, 'applied', 'read' FROM event" "event 14"
finds "an event that was not looked at, called applied" "" \
    "INSERT INTO event(seq, state) SELECT max(seq) + 1, 'applied' FROM event" \
    "event 14"
finds "an event that waits for nothing" "" \
    "INSERT INTO pending VALUES ('hr', 'E1', 1)" "pending 1"
finds "an inbox row taken out" -inbox "DELETE FROM inbox WHERE seq = 3" \
    "inbox 3" "audit 3"
finds "an inbox file that is behind" -inbox \
    "DELETE FROM inbox WHERE seq = 13" "event 13" "audit 13"
finds "the guard against replays emptied" -inbox "DELETE FROM hash_run" \
    "hash_run -" "inbox 13"
finds "a changed event id in the inbox" -inbox \
    "UPDATE inbox SET event_id = 'zz' WHERE seq = 3" "inbox 3"
finds "a trigger that is not loya's, by the name of a table" "" "CREATE TRIGGER
    member AFTER INSERT ON audit BEGIN SELECT 1; END" "schema member"
finds "... of an index" "" "CREATE TRIGGER event_open AFTER INSERT ON audit
    BEGIN SELECT 1; END" "schema event_open"
finds "... in the inbox file" -inbox "CREATE TRIGGER inbox AFTER INSERT ON inbox
    BEGIN SELECT 1; END"
like "is named" "$(cat "$T/out")" '"inbox schema","row":"inbox","fault":"a trig'
finds "a table that is not loya's" "" "CREATE TABLE extra(a)" "schema extra"

sqlite3 "$good" ".backup $T/bad/one.db"
sqlite3 "$good-inbox" ".backup $T/bad/one.db-inbox"
sqlite3 "$T/bad/one.db" "DROP TRIGGER audit_keep"
status 1 "a trigger that is gone" loya-audit verify -q -s "$T/bad/one.db"
is "is named" "$(cat "$T/out")" \
    '{"table":"schema","row":"audit_keep","fault":"the trigger is missing"}'

# An inbox that is ahead is normal, because a backup copies the store first.
tampered -inbox "SELECT 1"
line member hr ahead 2026-11-22T13:00:00Z '{"external_id":"E1","version":9}' |
    loya-apply -s "$bad" >"$T/applied"
sqlite3 "$good" ".backup $bad"
status 0 "an inbox that is ahead is normal" loya-audit verify -s "$bad"

# The trigger allows erasing, and the tree still verifies; but the audit log
# must say who was erased.
finds "rows of a member that were emptied" "" "UPDATE audit
    SET detail = NULL, salt = NULL WHERE member = '$cyd'" "member $cyd"
finds "a row about no member that was emptied" "" "UPDATE audit
    SET detail = NULL, salt = NULL WHERE seq = 12" "audit 12"
# Nor does an erased member exempt others from the comparison.
finds "a member emptied by hand" "" "UPDATE member SET claims = '[]',
    decided = '{}', status = 'closed', name = NULL, hold = NULL
    WHERE id = '$cyd'; DELETE FROM binding WHERE external_id = 'E3'" \
    "member $cyd"
num=$(sqlite3 "$good" "SELECT num FROM member WHERE id = '$cyd'")
finds "a tombstone of somebody who was not erased" "" \
    "INSERT INTO tombstone VALUES (zeroblob(32), $num)" "tombstone $num"
status 0 "erase" loya-audit erase "$anna"
status 0 "it is sound" loya-audit verify
like "and counted, and known" "$(cat "$T/out")" \
    '"erased":[1-9][0-9]*,"unknown":0,"faults":0'
copies
finds "an erased member that has a field again" "" \
    "UPDATE member SET name = 'Anna' WHERE id = '$anna'" "member $anna"
finds "... or a link" "" "UPDATE member SET claims = (SELECT claims FROM member
    WHERE id = '$cyd') WHERE id = '$anna'" "member $anna"
finds "... or is active" "" "UPDATE member SET status = 'active'
    WHERE id = '$anna'" "member $anna"

num=$(sqlite3 "$good" "SELECT num FROM member WHERE id = '$anna'")
finds "a tombstone taken out" "" "DELETE FROM tombstone" "tombstone $num"
finds "... or the key of all" "" \
    "DELETE FROM meta WHERE key = 'tombstone_key'" "tombstone $num"
kept=$(sqlite3 "$good" "SELECT seq FROM audit WHERE kind = 'erasure.kept'")
finds "one of its tombstones, with the row that has their hashes emptied" "" \
    "UPDATE audit SET detail = NULL, salt = NULL WHERE seq = $kept;
    DELETE FROM tombstone WHERE hash = (SELECT min(hash) FROM tombstone)" \
    "audit $kept"
loya-token -q init
init=$(sqlite3 "$good" "SELECT seq FROM audit WHERE kind = 'store.init'")
copies
finds "what is about no person, emptied where somebody was erased" "" \
    "UPDATE audit SET detail = NULL, salt = NULL WHERE seq = $init" \
    "audit $init"
status 0 "an erased person" loya-audit erase "$cyd"
status 0 "verifies" loya-audit verify
like "and is counted" "$(cat "$T/out")" '"erased":[1-9][0-9]*,.*"faults":0'
status 0 "an erasure is lifted" loya-audit erase -u "$cyd"
status 0 "which is not a fault" loya-audit verify -q
like "log shows an erased row without its detail" \
    "$(loya-audit -e e3)" '"detail":null'
like "and so does the table" "$(loya-audit -T -e e3)" '\(erased\)$'

# Deliveries: if one is made unsent again, it is sent twice.
echo '{"push":{"kind":"exec","on":"*","exec":{"command":["cat"]}}}' \
    >"$LOYA_CONF/sources/out.json"
line member hr f1 2026-11-22T13:00:00Z '{"external_id":"F1","version":1}' |
    loya-apply >"$T/applied"
status 0 "a delivery" loya-push -bq
row=$(sqlite3 -readonly "$good" "SELECT max(seq) FROM outbox")
sent=$(sqlite3 -readonly "$good" "SELECT max(seq) FROM audit
    WHERE kind = 'delivery.sent'")
status 0 "is sound" loya-audit verify -q
copies
finds "a delivery that is to be made once more" "" \
    "UPDATE outbox SET state = 'waiting' WHERE seq = $row" "outbox $row"
finds "all deliveries taken out" "" "DELETE FROM outbox" "audit $sent"

status 78 "a file that is not a store is 78" loya-audit verify -s "$0"
done_testing
