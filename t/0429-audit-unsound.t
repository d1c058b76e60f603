#!/bin/sh
# verify of files that are hardly readable, and of logs that were removed.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store
inbox=$LOYA_STORE-inbox
line member hr w1 2026-11-23T08:00:00Z \
    '{"external_id":"E9","version":1,"name":"W"}' >"$T/new"

# Copy both files without their logs, and put them back.
for f in "$LOYA_STORE" "$inbox"; do
	sqlite3 "$f" "PRAGMA wal_checkpoint(TRUNCATE)" >"$T/out"
	rm -f "$f-wal" "$f-shm"
done
mkdir "$T/kept"
cp "$LOYA_STORE" "$inbox" "$T/kept"
again() {
	rm -f "$LOYA_STORE"-* "$LOYA_STORE"
	cp "$T/kept"/* "$T"
}

# One page of each table and index is made invalid: never 0, never a signal.
# SQLite after 3.40 goes on after a bad page of an index, and it is a fault.
broken() {	# file
	sqlite3 -readonly "$T/kept/${1##*/}" "SELECT name || ' ' || rootpage
	    FROM sqlite_schema WHERE rootpage > 0" >"$T/pages"
	while read -r name page; do
		again
		dd if=/dev/zero of="$1" bs=4096 seek=$((page - 1)) count=1 \
		    conv=notrunc 2>"$T/dd"
		loya-audit verify -q >"$T/out" 2>"$T/err" </dev/null
		rc=$?
		case $rc in
		78) grep -q 'malformed$' "$T/err" ;;
		1) grep -q 'schema","row":"file"' "$T/out" ;;
		*) false ;;
		esac || echo "$name $rc"
	done <"$T/pages"
}
is "an invalid page of the store is reported" "$(broken "$LOYA_STORE")" ""
is "and of the inbox file" "$(broken "$inbox")" ""

# tampered SENTENCE FILE SQL TABLE ROW FAULT
tampered() {
	again
	sqlite3 "$2" "$3"
	status 1 "$1" timeout 20 loya-audit verify -q
	is "and is named" "$(grep -c \
	    "\"table\":\"$4\",\"row\":\"$5\",\"fault\":\"$6" "$T/out")" 1
}
tampered "an event of a number that none has" "$LOYA_STORE" \
    "INSERT INTO event VALUES (1 << 50, 'applied', NULL, NULL, 1)" \
    event $((1 << 50)) "has an impossible number"
tampered "one of a number that takes an hour" "$LOYA_STORE" \
    "INSERT INTO event VALUES (1000000000, 'applied', NULL, NULL, 1)" \
    event 1000000000 "has an impossible number"
tampered "a delivery of such a number" "$LOYA_STORE" \
    "INSERT INTO outbox(seq, target, audit, due_at)
    VALUES (1000000000, 'x', 1, 1)" outbox 1000000000 \
    "has an impossible number"
tampered "a delivery of one below" "$LOYA_STORE" "INSERT INTO outbox(seq,
    target, audit, due_at) VALUES (-7, 'x', 1, 1)" outbox -7 \
    "has an impossible number"
tampered "a guard against replays that is damaged" "$inbox" \
    "UPDATE hash_run SET pairs = x'0011'" hash_run - ".*: hash_run 1 is damaged"
tampered "a member that its e-mail address does not find" "$LOYA_STORE" \
    "DELETE FROM hash_run" member "$anna" "its e-mail address is not in"
tampered "an index of members that is damaged" "$LOYA_STORE" \
    "UPDATE hash_run SET pairs = x'0011'" hash_run - ".*: hash_run 1 is damaged"
tampered "a body that an event waits with is gone" "$inbox" \
    "UPDATE inbox SET body = NULL, head = NULL WHERE event_id = 'e7'" \
    inbox 13 "its body is gone, but the event still waits"
tampered "a trigger that is another" "$LOYA_STORE" \
    "DROP TRIGGER ledger_stay; CREATE TRIGGER ledger_stay
    BEFORE DELETE ON ledger BEGIN SELECT 1; END" \
    schema ledger_stay "the trigger is not as loya makes it"
tampered "a row of the record far beyond the end" "$LOYA_STORE" "DROP TRIGGER
    audit_append; INSERT INTO audit SELECT 1 << 50, at, kind, source, event_id,
    inbox, member, prev, actor, detail, salt, commitment FROM audit
    WHERE seq = 1" audit $((1 << 50)) "is past the end of the tree"
status 1 "... of which there is a page all the same" timeout 20 \
    loya-audit report -o "$T/page"
ok "... that names it" grep -q $((1 << 50)) "$T/page"
# An erased member counts as erased all the same.
again
sqlite3 "$LOYA_STORE" "INSERT INTO pending VALUES ('hr', 'E9', -(1 << 40))"
sqlite3 "$inbox" "DROP TRIGGER inbox_append; INSERT INTO inbox
    VALUES (-(1 << 40), 'hr', 'below', 0, 'x', NULL, CAST('{}' AS BLOB))"
status 0 "rows with unknown numbers belong to no member" \
    loya-audit erase -n hr/E1

# A log that was removed.
again
loya-apply <"$T/new" >"$T/out"
rm -f "$LOYA_STORE-wal" "$LOYA_STORE-shm"
status 0 "a store that ends early is as before loya-apply came" \
    loya-audit verify -q
status 0 "which does it again" loya-apply -b
like "to the letter" "$(cat "$T/out")" 'member.enrolled.*"external_id":"E9"'
rm -f "$inbox-wal" "$inbox-shm"
status 1 "an inbox file that ends early" loya-audit verify -q
like "is older than the store" "$(cat "$T/out")" \
    '"table":"event","row":"14","fault":".*the inbox file is older than the store"'
done_testing
