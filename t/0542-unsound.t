#!/bin/sh
# One event that cannot be applied because of damage, here a member whose
# claims are broken: its neighbours are applied, and it waits.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

number() { store "SELECT num FROM member JOIN link l ON l.member = member.id
    WHERE external_id = '$1'"; }

source_file hr
loya-token -q init
for i in 1 2 3; do
	member hr "a$i" "{\"external_id\":\"E$i\",\"version\":1,\"name\":\"A$i\"}"
done | loya-apply >"$T/out"
broken=$(number E2)
sqlite3 "$LOYA_STORE" "DROP TRIGGER member_owned;
    CREATE TABLE kept AS SELECT num, claims FROM member;
    UPDATE member SET claims = 'broken' WHERE num = $broken"
for i in 1 2 3; do
	member hr "b$i" "{\"external_id\":\"E$i\",\"version\":2,\"name\":\"B$i\"}"
	points hr "c$i" "{\"external_id\":\"E$i\",\"kind\":\"earn\",\"points\":5,\"reference\":\"r$i\"}"
done >"$T/in"
status 1 "an event whose member is not sound" loya-apply <"$T/in"
is "is held, and its neighbours are applied" "$(store "SELECT group_concat(seq ||
    ' ' || state || ' ' || coalesce(why, '-')) FROM event WHERE seq > 3")" \
    "4 applied -,5 applied -,6 held failed,7 held failed,8 applied -,9 applied -"
is "their names" "$(store "SELECT group_concat(name) FROM member")" "B1,A2,B3"
is "and points" "$(store "SELECT group_concat(points) FROM member")" "5,0,5"
like "it is said which" "$(cat "$T/err")" '^loya-apply: inbox 6: '
like "and on the pipe" "$(cat "$T/out")" \
    '"type":"loya.event.held".*"why":"failed"'
status 78 "tried again it says whose row is not sound" loya-apply -r 6
is "it waits on" "$(store 'SELECT state FROM event WHERE seq = 6')" held
sqlite3 "$LOYA_STORE" "UPDATE member SET claims =
    (SELECT claims FROM kept WHERE kept.num = member.num) WHERE num = $broken;
    DROP TABLE kept"
status 0 "once that is repaired" loya-apply -r 6
status 0 "both can be" loya-apply -r 7
is "applied" "$(store "SELECT name, points FROM member WHERE num = $broken")" "B2|5"
done_testing
