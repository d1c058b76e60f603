#!/bin/sh
# Snapshots: begin, rows, end; and who is missing from a complete one.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr '{"profile":"plain","snapshot":{"missing":"suspend"}}'
source_file crm '{"profile":"plain"}'
echo '{"authority":{"*":["hr","crm"]}}' >"$LOYA_CONF/loya.json"

# begin/end SOURCE SNAPSHOT [COUNT]; row SOURCE SNAPSHOT PERSON [MORE]
begin() { line "$1" "$2-begin" loya.snapshot "{\"phase\":\"begin\",\"snapshot\":\"$2\"}"; }
end() { line "$1" "$2-end" loya.snapshot "{\"phase\":\"end\",\"snapshot\":\"$2\",\"count\":$3}"; }
row() { line "$1" "$2-$3" loya.member "{\"external_id\":\"$3\"${4-,\"version\":1}}" ",\"loyasnapshot\":\"$2\""; }
apply() {
	loya-apply <"$T/in" >"$T/lines" 2>"$T/err"
	rc=$?
	got=$(types "$T/lines")
}
status_of() {
	store "SELECT m.status FROM member m JOIN link l ON l.member = m.id
	    WHERE l.source = '${2-hr}' AND l.external_id = '$1'"
}
state_of() { store "SELECT state FROM snapshot WHERE id = '$1'"; }
# What verify says if an event is held, as it was before, and then not held.
not_held='"fault":"is held, but the audit log says that its snapshot is done or superseded"'
held_again() {
	held_seq=$(inbox "SELECT seq FROM inbox WHERE event_id = '$1'")
	held_was=$(store "SELECT state FROM event WHERE seq = $held_seq")
	sqlite3 "$LOYA_STORE" "UPDATE event SET state = 'held' WHERE seq = $held_seq"
	loya-audit verify -q | grep -o '"fault":.*"'
	sqlite3 "$LOYA_STORE" "UPDATE event SET state = '$held_was' WHERE seq = $held_seq"
}
lost() { store "SELECT coalesce(sum(count), 0) FROM repair WHERE source = '${1-hr}'"; }

# Ten people, by events; a first snapshot that has all of them and one more.
for i in 0 1 2 3 4 5 6 7 8 9; do
	member hr "e$i" "{\"external_id\":\"E$i\",\"version\":1,\"status\":\"active\",\"name\":\"N$i\"}"
done >"$T/in"
apply
{
	begin hr s1
	for i in 0 1 2 3 4 5 6 7 8 9 X; do row hr s1 "E$i"; done
	end hr s1 11
} >"$T/in"
apply
is "a complete snapshot that has everybody" "$rc $(state_of s1)" "0 done"
is "and enrols who was not known" "$(status_of EX)" active
is "the first snapshot of a source repairs nothing" "$(lost)" 0

{
	begin hr s2
	for i in 1 2 3 4 5 6 7 8 9 X; do row hr s2 "E$i"; done
	end hr s2 10
} >"$T/in"
apply
is "a member that is not in it is suspended" "$(status_of E0)" suspended
is "and no other" "$(store "SELECT count(*) FROM member WHERE status = 'active'")" 10
like "the line says why, and by which snapshot" "$(grep suspended "$T/lines")" \
    '"loyacause":"hr/s2-end".*"why":"missing","snapshot":"s2"'
is "it is counted as a lost event" "$(lost)" 1
ok "verify agrees" loya-audit verify
like "why names the end of the snapshot, and its row" \
    "$(loya-audit why hr/E0 status)" \
    "\"event_id\":\"s2-end\",\"inbox\":[0-9]+,\"audit\":$(store "SELECT seq
    FROM audit WHERE detail ->> 'why' = 'missing'"),.*,\"missing_from\":\"s2\""
like "and says that no source said so" \
    "$(COLUMNS=500 loya-audit why -T hr/E0 status)" \
    '^status is suspended because hr/E0 was missing from the complete snapshot s2, event s2-end [(]received .*, row [0-9]+ of the record[)]; rule sole:'
{ begin hr s3; for i in 1 2 3 4 5 6 7 8 9 X; do row hr s3 "E$i"; done; end hr s3 10; } >"$T/in"
apply
is "still missing from the next one: nothing new" "$rc $(types "$T/lines" | tr ' ' '\n' | grep -cv unchanged) $(lost)" "0 0 1"
member hr back '{"external_id":"E0","version":2,"name":"Back"}' >"$T/in"
apply
is "any later event brings a record back" "$got $(status_of E0)" "member.reactivated active"

# A snapshot that is not plausible changes nothing.
one() { begin hr "$1"; for i in 0 1 2 3 4 5 6 7 8; do row hr "$1" "E$i"; done; end hr "$1" "$2"; }
one s4 10 >"$T/in"
apply
is "rows are missing: held, and the answer is no" "$rc $(store "SELECT state, why FROM event ORDER BY seq DESC LIMIT 1")" "1 held|incomplete"
like "said on standard error" "$(cat "$T/err")" "^loya-apply: inbox [0-9]*: snapshot 's4' of hr: 9 of 10 rows were applied\$"
is "no member is suspended" "$(status_of E9) $(status_of EX)" "active active"
row hr s4 E9 >"$T/in"
apply
is "the last row completes it, though the end came before" "$(state_of s4) $(status_of E9) $(status_of EX)" "done active suspended"
is "and its end is held no more" "$(store "SELECT count(*) FROM event WHERE state = 'held'")" 0
is "which verify says of one that is" "$(held_again s4-end)" "$not_held"
one s5 8 >"$T/in"
apply
is "too many rows: refused" "$rc $(state_of s5) $(store "SELECT why FROM event ORDER BY seq DESC LIMIT 1")" "1 refused miscounted"
like "said on standard error" "$(cat "$T/err")" "snapshot 's5' of hr: it has 9 rows, but its end says 8"
{ begin hr s6; end hr s6 0; } >"$T/in"
apply
is "no rows: refused" "$rc $(store "SELECT why FROM event ORDER BY seq DESC LIMIT 1")" "1 empty"
{ begin hr s7; row hr s7 E1; row hr s7 E2; end hr s7 2; } >"$T/in"
apply
is "much less than before: refused" "$rc $(state_of s7) $(store "SELECT why FROM event ORDER BY seq DESC LIMIT 1")" "1 refused shrunken"
like "said on standard error" "$(cat "$T/err")" "snapshot 's7' of hr: it has 2 of 10 records, less than 0.9 of them"
is "no member was suspended by any of them" "$(store "SELECT count(*) FROM member WHERE status = 'suspended'")" 1
ok "verify agrees" loya-audit verify
{ end hr s8 1; row hr s8 E1; } >"$T/in"
apply
is "no begin: held" "$rc $(store "SELECT why FROM event WHERE state = 'held'")" "1 incomplete"
again=$(inbox "SELECT seq FROM inbox WHERE event_id = 's7-end'")
status 0 "a person who knows better looks what trying s7 again would do" \
    loya-apply -n -r "$again"
is "it would suspend those who are missing, and has not" \
    "$(grep -c member.suspended "$T/out") $(state_of s7)" "8 refused"
status 0 "and tries it" loya-apply -r "$again"
is "that reports each" "$(grep -c member.suspended "$T/out")" 8
is "and it is believed" "$(state_of s7) $(store "SELECT count(*) FROM member WHERE status = 'active'")" "done 2"

# Orders.
begin hr s8 >"$T/in"
apply
is "a begin that comes last completes it, too" "$(state_of s8)" refused
begin hr s9 >"$T/in"
apply
begin hr s10 >"$T/in"
apply
is "a newer snapshot supersedes an older one that is not done" "$(state_of s9)" superseded
like "which the record says" "$(store "SELECT detail FROM audit ORDER BY seq DESC LIMIT 1")" '"supersedes":\["s9"\]'
{ row hr s9 E1; end hr s9 1; } >"$T/in"
apply
is "its end means nothing" "$rc $(state_of s9)" "0 superseded"
line hr s10-again loya.snapshot '{"phase":"begin","snapshot":"s10"}' >"$T/in"
apply
is "an id is not used twice" "$rc $got" "1 event.refused"
{ begin hr sA; end hr sA 1; begin hr sB; } >"$T/in"
apply
is "nor is the end held of one that is superseded" "$(state_of sA) $(held_again sA-end)" "superseded $not_held"

# Listed, not suspended: the default.
crm() { begin crm "$1"; for i in 1 2 3 4 5 6 7 8 9 $2; do row crm "$1" "C$i"; done; end crm "$1" "$3"; }
crm c1 10 10 >"$T/in"
apply
crm c2 '' 9 >"$T/in"
apply
is "by default a missing member is listed" "$(types "$T/lines" | tr ' ' '\n' | grep -v unchanged) $(status_of C10 crm)" "member.missing active"
like "with the snapshot" "$(grep missing "$T/lines")" '"data":{"external_id":"C10","snapshot":"c2"}'
is "that counts as a lost event too" "$(lost crm)" 1
crm c3 '' 9 >"$T/in"
apply
is "once" "$(types "$T/lines" | tr ' ' '\n' | grep -c missing)" 0
member crm c10 '{"external_id":"C10","version":2,"name":"N"}' >"$T/in"
apply
crm c4 '' 9 >"$T/in"
apply
is "again, when events about it had come meanwhile" "$(types "$T/lines" | tr ' ' '\n' | grep -c missing)" 1

# What comes in between.
{
	begin crm c5
	for i in 1 2 3 4 5 6 7 8 9; do row crm c5 "C$i"; done
	member crm meanwhile '{"external_id":"C10","version":3,"name":"M"}'
	member crm new '{"external_id":"C11","version":3,"name":"M"}'
	end crm c5 9
} >"$T/in"
apply
is "an event after the begin says that a record is there" "$(types "$T/lines" | tr ' ' '\n' | grep -c missing)" 0
member crm c12 '{"external_id":"C12","version":1,"name":"N"}' >"$T/in"
apply
{
	begin crm c6
	for i in 1 2 3 4 5 6 7 8 9 10 11; do row crm c6 "C$i" ',"version":1'; done
	line crm c6-late loya.member '{"external_id":"C12","effective_at":"2999-01-01","version":9,"status":"closed"}' ',"loyasnapshot":"c6"'
	end crm c6 12
} >"$T/in"
apply
is "a row that waits for its time names its record, and counts" "$(state_of c6) $(types "$T/lines" | tr ' ' '\n' | grep -c missing)" "done 0"
{
	begin crm c7
	for i in 1 2 3 4 5 6 7 8 9 10 11; do row crm c7 "C$i"; done
	row crm c7 C12 ',"version":2,"birthdate":"yesterday"'
	end crm c7 12
} >"$T/in"
apply
is "a row that was refused does not" "$rc $(state_of c7)" "1 open"
ok "dismissing what is held" loya-apply -d "$(inbox "SELECT seq FROM inbox WHERE event_id = 'c7-end'")"
ok "somebody is erased" loya-audit erase "$(store "SELECT m.id FROM member m JOIN link l ON l.member = m.id WHERE external_id = 'C1'")"
{
	begin crm c8
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do row crm c8 "C$i"; done
	end crm c8 12
} >"$T/in"
apply
is "whose row counts, though it is held" "$rc $(state_of c8)" "1 done"
{ begin hr s11; row hr s11 E1; end hr s11 2; } >"$T/in"
status 1 "-n says what a snapshot would do" loya-apply -n <"$T/in"
is "and does not" "$(state_of s11)" ""

# An erased person stays in the feed: the snapshot has that row.
ok "a member is erased" loya-audit erase hr/E1
{
	begin hr s12
	for i in 1 2 3 4 5 6 7 8 9 X; do row hr s12 "E$i"; done
	end hr s12 10
} >"$T/in"
apply
is "a snapshot with somebody who was erased is complete" \
    "$(state_of s12) $(types "$T/lines" | grep -c event.held)" "done 1"
# The source erases them too, more than a snapshot may lack.
for i in 2 3 4 5 6; do loya-audit erase hr/E$i >"$T/out" 2>&1; done
{
	begin hr s13
	for i in 7 8 9 X; do row hr s13 "E$i"; done
	end hr s13 4
} >"$T/in"
apply
is "who was erased is not missing, and the snapshot is not shrunken" \
    "$rc $(state_of s13) $(types "$T/lines" | grep -c missing)" "0 done 0"
{
	begin hr s14
	for i in 1 2 3 4 5 6; do row hr s14 "E$i"; done
	end hr s14 6
} >"$T/in"
apply
is "one of only them is complete, and lacks the others" \
    "$rc $(state_of s14)" "1 refused"
like "as the message says" "$(cat "$T/err")" 'it has 0 of 4 records'
# Versions that are not numbers.
{
	member hr v1 '{"external_id":"V","version":"b","name":"B"}'
	begin hr s15
	row hr s15 V ',"version":"a","name":"A"'
	member hr v2 '{"external_id":"W","version":"b","name":"B"}'
	member hr v3 '{"external_id":"W","version":"b","name":"C"}'
	begin hr s15b
	row hr s15b W ',"version":"b","name":"F"'
} >"$T/in"
apply
is "a row whose version is older, as text, takes no event's place" \
    "$(store "SELECT name FROM member JOIN link ON member = id
    WHERE external_id = 'V'")" B
is "and equal ones are a tie" "$(store "SELECT detail ->> 'tie' FROM audit
    WHERE event_id = 'v3'")" '["name"]'
is "a row of the same version as an event before the begin takes its place" \
    "$(store "SELECT name FROM member JOIN link ON member = id
    WHERE external_id = 'W'")" F

# A future change in a row takes effect on its day, whoever else named it.
member hr w1 '{"external_id":"L","version":1,"status":"active"}' >"$T/in"
row hr s16 L ',"version":2,"status":"suspended","effective_at":"2100-02-01"' \
    >>"$T/in"
apply
before=$(lost)
LOYA_NOW=2100-02-02T00:00:00Z loya-apply -b >"$T/lines"
is "a change that was scheduled is not a lost event" \
    "$(status_of L) $(lost)" "suspended $before"
ok "verify agrees" loya-audit verify
done_testing
