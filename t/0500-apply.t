#!/bin/sh
# loya-apply from outside: the rules of applying, one sentence each.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr

apply() {	# lines on stdin; types in $got
	loya-apply >"$T/lines" 2>"$T/err"
	rc=$?
	got=$(types "$T/lines")
}

member hr 1 '{"external_id":"E1","version":1,"given_name":"Asha","email":"a@example.org","status":"active"}' | apply
loya-apply -b >/dev/null
is "a new external id enrols a member" "$(types "$T/lines")" "member.enrolled"
is "its profile is computed" \
    "$(store "SELECT given_name, email, status FROM member")" \
    "Asha|a@example.org|active"
is "its link is there" \
    "$(store "SELECT source, external_id, l.member = m.id FROM link l, member m")" \
    "hr|E1|1"
is "its event is applied" \
    "$(store "SELECT seq, state, why IS NULL FROM event")" "1|applied|1"

member hr 2 '{"external_id":"E1","version":3,"status":"suspended"}' >"$T/in"
apply <"$T/in"
is "status suspended suspends" "$got" "member.suspended"
is "and that is done" "$rc" 0
is "the record says what changed, from which source and event" \
    "$(store "SELECT kind, source, event_id, json_extract(detail, '\$.changes.status.new') FROM audit ORDER BY seq DESC LIMIT 1")" \
    "member.suspended|hr|2|suspended"

member hr 3 '{"external_id":"E1","version":2,"status":"active"}' >"$T/in"
apply <"$T/in"
is "an older version is superseded" "$got" "event.superseded"
is "and that is done, too" "$rc" 0

apply <"$T/in"
is "the same event again is a duplicate" "$got" "event.duplicate"
is "and stands in the inbox once" "$(inbox "SELECT count(*) FROM inbox")" 3

member hr 4 '{"external_id":"E1","version":3,"given_name":"Ashi","status":"suspended"}' >"$T/in"
apply <"$T/in"
is "equal versions go by receipt" "$got" "member.updated"
member hr 5 '{"external_id":"E1","version":3,"given_name":"Asho"}' >"$T/in"
apply <"$T/in"
is "and are marked as a tie" \
    "$(store "SELECT json_extract(detail, '\$.tie[0]') FROM audit ORDER BY seq DESC LIMIT 1")" \
    "given_name"

like "which is known of the value as well" "$(loya-audit why hr/E1 given_name)" \
    '"rule":"tie"'
member hr 6 '{"external_id":"E1","version":4,"email":null}' >"$T/in"
apply <"$T/in"
is "null clears a field" "$(store "SELECT email IS NULL FROM member")" 1

member local 7 "{\"member\":\"$(store "SELECT id FROM member")\",\"given_name\":\"X\"}" >"$T/in"
apply <"$T/in"
is "a local edit of an owned field is refused" "$got" "event.refused"
is "with status 1" "$rc" 1
like "and the message names the owner" "$(cat "$T/lines")" \
    '"why":"denied","detail":"member.given_name belongs to hr"'
member local 7b "{\"member\":\"$(store "SELECT id FROM member")\",\"given_name\":\"X\",\"email\":null}" >"$T/in"
apply <"$T/in"
like "of each of the fields" "$(cat "$T/lines")" \
    '"detail":"member.given_name belongs to hr; member.email belongs to hr"'
is "nothing has changed" "$(store "SELECT given_name FROM member")" "Asho"

member hr 8 '{"external_id":"E1","version":9,"deleted":true}' >"$T/in"
apply <"$T/in"
is "a deleted record closes its member" "$got" "member.closed"
member hr 9 '{"external_id":"E1","version":10,"status":"active"}' >"$T/in"
apply <"$T/in"
is "and a newer event reactivates it" "$got" "member.reactivated"
is "no member is ever deleted" "$(store "SELECT count(*) FROM member")" 1

# Points.
points hr p1 '{"external_id":"E1","kind":"earn","points":100,"reference":"r1"}' >"$T/in"
apply <"$T/in"
is "points are posted" "$got" "points.posted"
points hr p2 '{"external_id":"E1","kind":"earn","points":100,"reference":"r1"}' >"$T/in"
apply <"$T/in"
is "once per reference" "$got" "event.duplicate"
points hr p3 '{"external_id":"E1","kind":"earn","points":50,"reference":"r1"}' >"$T/in"
apply <"$T/in"
like "another entry under a reference is refused" "$(cat "$T/lines")" '"why":"reference_conflict"'
points hr p3a '{"external_id":"E1","kind":"adjust","points":100,"reference":"r1"}' >"$T/in"
apply <"$T/in"
like "so is one of another kind" "$(cat "$T/lines")" '"why":"reference_conflict"'
points hr p4 '{"external_id":"E1","kind":"redeem","points":101,"reference":"r2"}' >"$T/in"
apply <"$T/in"
like "more than there is is refused" "$(cat "$T/lines")" '"why":"insufficient_points"'
points hr p5 '{"external_id":"E1","kind":"redeem","points":30,"reference":"r3"}' >"$T/in"
apply <"$T/in"
points hr p6 '{"external_id":"E1","kind":"reverse","reverses":"r3","reference":"r4"}' >"$T/in"
apply <"$T/in"
is "a reverse undoes an entry" "$(store "SELECT points FROM member")" 100
points hr p6a '{"external_id":"E1","kind":"reverse","reverses":"r3","reference":"r4"}' >"$T/in"
apply <"$T/in"
is "which is a duplicate when it comes again" "$rc $got" "0 event.duplicate"
points hr p7 '{"external_id":"E1","kind":"reverse","reverses":"r3","reference":"r5"}' >"$T/in"
apply <"$T/in"
like "once" "$(cat "$T/lines")" '"why":"reference_conflict"'
points hr p7a '{"external_id":"E1","kind":"reverse","reverses":"r1","reference":"r4"}' >"$T/in"
apply <"$T/in"
like "nor another entry under its reference" "$rc $(cat "$T/lines")" \
    '^1 .*"why":"reference_conflict"'
points hr p7b '{"external_id":"E1","kind":"reverse","reverses":"r3","points":31,"reference":"r4"}' >"$T/in"
apply <"$T/in"
like "nor another sum" "$(cat "$T/lines")" '"why":"reference_conflict"'
points hr p9a '{"external_id":"E1","kind":"reverse","reverses":"r4","reference":"r7"}' >"$T/in"
status 1 "a reverse is not reversed" loya-apply <"$T/in"
like "why" "$(cat "$T/out")" '"why":"bad_points","detail":"a reversal cannot be'
points hr p8 '{"external_id":"E1","kind":"reverse","reverses":"none","reference":"r6"}' >"$T/in"
apply <"$T/in"
like "only one that is there" "$(cat "$T/lines")" '"why":"unknown_reference"'
points hr p8a '{"external_id":"E1","kind":"reverse","reverses":"r1","points":99,"reference":"r6a"}' >"$T/in"
apply <"$T/in"
like "and as a whole" "$(cat "$T/lines")" '"why":"bad_points","detail":"an entry can only be'
points hr p8b '{"external_id":"E1","kind":"expire","points":101,"reference":"r6b"}' >"$T/in"
apply <"$T/in"
like "more than there is does not expire" "$(cat "$T/lines")" '"why":"insufficient_points"'
is "none of this moved any points" "$(store "SELECT points FROM member")" 100
points hr p8c '{"external_id":"E1","kind":"earn","points":8,"reference":"r6c"}' >"$T/in"
points hr p8d '{"external_id":"E1","kind":"reverse","reverses":"r6c","points":8,"reference":"r6d"}' >>"$T/in"
points hr p8e '{"external_id":"E1","kind":"earn","points":9,"reference":"r6e"}' >>"$T/in"
points hr p8f '{"external_id":"E1","kind":"reverse","reverses":"r6e","points":-9,"reference":"r6f"}' >>"$T/in"
apply <"$T/in"
is "a reverse may say how many, with either sign" \
    "$rc $(store "SELECT points FROM member")" "0 100"

member hr 10 '{"external_id":"E1","version":11,"status":"suspended"}' >"$T/in"
apply <"$T/in"
points hr p9 '{"external_id":"E1","kind":"earn","points":5,"reference":"r9"}' >"$T/in"
apply <"$T/in"
like "a suspended member's points are stopped" "$(cat "$T/lines")" '"why":"member_suspended"'
is "and do not change by that" "$(store "SELECT points FROM member")" 100
member hr 11 '{"external_id":"E1","version":12,"status":"active"}' >"$T/in"
apply <"$T/in"
seq=$(store "SELECT seq FROM event WHERE why = 'member_suspended'")
ok "a refused event can be tried again" loya-apply -r "$seq"
is "and is applied then" "$(store "SELECT points FROM member")" 105
status 1 "but not a third time" loya-apply -r "$seq"
seq=$(store "SELECT min(seq) FROM event WHERE why = 'insufficient_points'")
ok "a refused event can be dismissed" loya-apply -d "$seq"
is "which is recorded" "$(store "SELECT state, why FROM event WHERE seq = $seq")" "refused|dismissed"
like "with a sentence that says what was dismissed" "$(cat "$T/out")" \
    '"why":"dismissed","detail":"a person dismissed it; it was refused: insufficient_points","was":"refused"'
rows=$(store "SELECT count(*) FROM audit")
status 0 "dismissing it again" loya-apply -d "$seq"
is "does nothing, and says so" "$(cat "$T/out" "$T/err") $(store \
    "SELECT count(*) FROM audit")" \
    "loya-apply: inbox $seq: it has been dismissed already $rows"
is "it is not among the refused ones that want something done" \
    "$(loya-audit inbox -S refused | grep -c "\"seq\":$seq,")" 0
is "but among the dismissed ones" \
    "$(loya-audit inbox -S dismissed | grep -o '"seq":[0-9]*')" "\"seq\":$seq"
status 1 "no such event" loya-apply -r 99999

member hr 11a '{"external_id":"E1","version":12,"effective_at":"2036-01-01T00:00:00Z","status":"closed"}' >"$T/in"
member hr 11b '{"external_id":"E1","version":13,"birthdate":"no date"}' >>"$T/in"
apply <"$T/in"
seqs=$(inbox "SELECT group_concat(' -d ' || seq, ' -d 99999')
    FROM inbox WHERE event_id IN ('11a', '11b')")
# shellcheck disable=SC2086
status 1 "of three one is not there" loya-apply $seqs
is "which is named" "$(cat "$T/err")" \
    "loya-apply: inbox 99999: there is no such event"
is "and the others are dismissed" "$(grep -c '"why":"dismissed"' "$T/out")" 2
is "in the story of the member" "$(loya-audit log -m hr/E1 |
    grep -c '"why":"dismissed"')" 3

id=$(store "SELECT id FROM member")
line local h1 loya.hold "{\"member\":\"$id\",\"hold\":\"fraud\"}" >"$T/in"
apply <"$T/in"
is "a hold is put on a member" "$(store "SELECT hold FROM member")" fraud
like "the line names the member as it was named" "$(cat "$T/lines")" \
    "\"data\":{\"external_id\":\"$id\",\"changes\":{\"hold\":"
points hr p10 '{"external_id":"E1","kind":"earn","points":5,"reference":"r10"}' >"$T/in"
apply <"$T/in"
like "and stops the points" "$(cat "$T/lines")" '"why":"member_on_hold"'
member hr 12 '{"external_id":"E1","version":13,"status":"active","given_name":"Asha"}' >"$T/in"
apply <"$T/in"
is "a source does not lift it" "$(store "SELECT hold FROM member")" fraud
line local h1a loya.hold "{\"member\":\"$id\",\"hold\":\"theft\"}" >"$T/in"
apply <"$T/in"
is "another hold in its place is a change" "$got $(store "SELECT hold FROM member")" \
    "member.updated theft"
line local h2 loya.hold "{\"member\":\"$id\",\"hold\":null}" >"$T/in"
apply <"$T/in"
is "local does" "$(store "SELECT hold IS NULL FROM member")" 1
line local h4 loya.hold '{"external_id":"E1","hold":"dispute"}' >"$T/in"
apply <"$T/in"
is "a hold finds its member by a source's id, too" "$(store "SELECT hold FROM member WHERE id = '$id'")" dispute
line local h5 loya.hold '{"external_id":"E1","hold":null}' | loya-apply >/dev/null
line local h6 loya.hold '{"external_id":"nobody","hold":"x"}' >"$T/in"
apply <"$T/in"
like "or is refused" "$(cat "$T/lines")" '"why":"unknown_member"'
line hr h3 loya.hold '{"external_id":"E1","hold":"fraud"}' >"$T/in"
apply <"$T/in"
like "a source cannot put one" "$(cat "$T/lines")" '"why":"not_local"'

points local p11 '{"external_id":"E1","kind":"earn","points":5,"reference":"r11"}' >"$T/in"
apply <"$T/in"
like "an id of hr is not one of local" "$(cat "$T/lines")" \
    'event.held.*"why":"unknown_member","detail":"no local/E1 is known; name the member by its id"'

# Points that arrive before their member.
points hr q1 '{"external_id":"E9","kind":"earn","points":7,"reference":"q1"}' >"$T/in"
apply <"$T/in"
is "points of somebody unknown are held" "$got" "event.held"
member hr q2 '{"external_id":"E9","version":1,"name":"Q"}' >"$T/in"
apply <"$T/in"
is "and posted by themselves when the member comes" "$got" "member.enrolled points.posted"
is "once" "$(store "SELECT points FROM member WHERE name = 'Q'")" 7

# E-mail is not a key.
member hr m1 '{"external_id":"S1","version":1,"email":"team@example.org"}' >"$T/in"
member hr m2 '{"external_id":"S2","version":1,"email":"team@example.org"}' >>"$T/in"
apply <"$T/in"
is "two members may have one e-mail address" "$got" "member.enrolled member.enrolled"
like "it is noted" "$(tail -n 1 "$T/lines")" '"note":\["email_shared"\]'
member hr m3 '{"external_id":"S2","version":2,"email":"team@example.org","name":"S"}' >"$T/in"
member hr m4 '{"external_id":"S2","version":3,"email":null}' >>"$T/in"
member hr m5 '{"external_id":"S2","version":4,"email":"team@example.org"}' >>"$T/in"
apply <"$T/in"
is "whenever it becomes that, and only then" \
    "$(sed 's/.*"note":.*/noted/; s/^{.*/-/' "$T/lines" | paste -s -d ' ')" \
    "- - noted"

# Bad lines.
status 65 "a line that is not JSON is 65" sh -c 'echo "{" | loya-apply'
like "and its number is reported" "$(cat "$T/err")" '^loya-apply: standard input: line 1: '
status 65 "so is one without specversion" sh -c 'echo "{\"id\":\"x\"}" | loya-apply'
status 65 "so is one whose loyaseq is not a number" sh -c 'echo "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"hr\",\"type\":\"loya.member\",\"loyaseq\":\"x\"}" | loya-apply'
status 65 "a duplicate key is 65" sh -c 'echo "{\"specversion\":\"1.0\",\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"hr\",\"type\":\"loya.member\"}" | loya-apply'
{ echo '{'; member hr ok1 '{"external_id":"OK1","version":1}'; } >"$T/in"
apply <"$T/in"
is "a bad line does not take its neighbours along" "$got" "member.enrolled"
is "but shows in the exit status" "$rc" 65
status 1 "an unknown source is refused" sh -c 'echo "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"nobody\",\"type\":\"loya.member\",\"data\":{\"external_id\":\"1\"}}" | loya-apply'
like "by name" "$(cat "$T/out")" \
    '"why":"unknown_source","detail":"there was no sources/[a-z]*.json when loya-apply read its files"'
status 1 "and so is loya itself" sh -c 'echo "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"loya\",\"type\":\"loya.member\",\"data\":{\"external_id\":\"1\"}}" | loya-apply'
like "of which there is no file to be made" "$(cat "$T/out")" \
    '"why":"unknown_source","detail":"this name is kept for events of loya itself; no source may have it"'

# Dry run.
before=$(store "SELECT count(*) FROM audit"; inbox "SELECT count(*) FROM inbox")
member hr n1 '{"external_id":"N1","version":1}' >"$T/in"
loya-apply -n <"$T/in" >"$T/lines"
is "-n prints what it would do" "$(types "$T/lines")" "member.enrolled"
is "and does nothing" "$(store "SELECT count(*) FROM audit"; inbox "SELECT count(*) FROM inbox")" "$before"

status 64 "an unknown option is 64" loya-apply -x
status 0 "a letter may be said twice" loya-apply -b -bq
status 64 "-b and -w exclude each other" loya-apply -b -w
status 64 "-r wants a number" loya-apply -r abc
status 64 "an operand is not wanted" loya-apply more
status 64 "nor an end that never comes" loya-apply -n -w
# shellcheck disable=SC2046
status 64 "nor more events at once than it has room for" \
    loya-apply $(seq -f '-r %g' 257)
is "which says how many that is" "$(sed q "$T/err")" \
    "loya-apply: more than 256 events"
ok "-h prints the usage" loya-apply -h
status 78 "a source file that is wrong is 78" sh -c 'echo "{" >"$LOYA_CONF/sources/bad.json"; loya-apply -b'
rm "$LOYA_CONF/sources/bad.json"

ok "verify agrees" loya-audit verify
# A reference is unique in its source, whoever gets the points.
{
	member hr z1 '{"external_id":"Z1","version":1,"name":"Z"}'
	member hr z2 '{"external_id":"Z2","version":1,"name":"Z"}'
	points hr z3 '{"external_id":"Z1","kind":"earn","points":7,"reference":"z"}'
	points hr z4 '{"external_id":"Z2","kind":"earn","points":7,"reference":"z"}'
	points hr z5 '{"external_id":"Z2","kind":"reverse","reverses":"z","reference":"y"}'
} >"$T/in"
apply <"$T/in"
is "of two members one has an entry of a reference, and the other no reverse" \
    "$(sed -n 's/.*"why":"\([^"]*\)".*/\1/p' "$T/lines" | tr '\n' ' ')" \
    "reference_conflict unknown_reference "
# Failed authentications, as loya-recv counts them minute by minute.
counted() {	# MINUTE COUNT TIME: what the record has of all, by then
	inbox "INSERT INTO refusal(source, minute, why, count)
	    VALUES ('hr', unixepoch('2026-01-01') / 60 + $1, 'token', $2)
	    ON CONFLICT DO UPDATE SET count = excluded.count"
	LOYA_NOW=2026-01-01T00:0${3}Z loya-apply -b >"$T/lines"
	store "SELECT group_concat(detail ->> 'count') FROM
	    (SELECT detail FROM audit WHERE kind = 'auth.refused' ORDER BY seq)"
}
is "a failed authentication is in the record at once" "$(counted 0 1 0:30)" 1
is "those that follow are, once the next minute is over" \
    "$(counted 0 4 1:59) $(counted 0 4 2:00)" "1 1,3"
is "also what is recorded after that" "$(counted 1 2 2:01)" 1,3,2
is "and once" "$(counted 1 2 3:00)" 1,3,2
is "after a clock that was wrong is put back they are in it, too" \
    "$(counted 9 1 9:30) $(counted 2 7 2:30) $(counted 3 5 5:40)" \
    "1,3,2,1 1,3,2,1,7 1,3,2,1,7,5"
# A member has no more attributes than can be searched.
many() {	# ID N
	perl -e 'printf q({"external_id":"E9","version":%d,"attributes":{%s}}),
	    $ARGV[0], join ",", map qq("k$_":$_), 1 .. $ARGV[0]' "$2" >"$T/data"
	member hr "many$1" "$(cat "$T/data")" >"$T/in"
}
many m1 1000
status 0 "an event brings a thousand attributes" loya-apply <"$T/in"
many m2 1001
status 1 "and not one more" loya-apply <"$T/in"
like "it is refused" "$(cat "$T/out")" \
    '"why":"bad_field","detail":"attributes: more than 1000"'
done_testing
