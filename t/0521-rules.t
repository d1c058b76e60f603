#!/bin/sh
# Rules that change when there already are members.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

hr() { member hr "$1" "{\"external_id\":\"E$1\",\"version\":1,\"email\":\"$2\"}"; }
crm() { member crm "$1" "{\"external_id\":\"C$1\",\"version\":1,\"email\":\"$2\"}"; }
# Two ids are the same member.
same() { store "SELECT group_concat(external_id) FROM (SELECT external_id
    FROM link WHERE member = (SELECT member FROM link
    WHERE external_id = '$1') ORDER BY 1)"; }

source_file hr '{}'
loya-token -q init
{ hr 1 a@x; hr 2 b@x; hr 3 c@x; } | loya-apply >"$T/out"

# With one source it owns everything; a second file must not silently take that
# away.
for second in '{}' '{"map":{"external_id":"/id","fields":{"email":"/mail"}}}'; do
	source_file crm "$second"
	status 78 "a source more that takes the e-mail away" loya-apply -b
	like "is reported" "$(cat "$T/err")" \
	    'loya.json: has no authority for email; going by the source files'
	is "and takes nothing" "$(store "SELECT count(email) FROM member")" 3
done
source_file hr
echo '{"authority":{"*":["hr","crm"]}}' >"$LOYA_CONF/loya.json"
source_file crm '{"profile":"plain"}'
status 0 "a source without a match rule" sh -c \
    "echo '$(crm 1 a@x)' | loya-apply"
is "brings a member of its own" "$(same C1)" C1
source_file crm '{"profile":"plain","match":[["email"]]}'
status 0 "with one" sh -c "echo '$(crm 2 b@x)' | loya-apply"
is "it finds who was there before the rule" "$(same C2)" C2,E2
like "the line says by what, and that it is news though nothing changed" \
    "$(cat "$T/out")" \
    'loya.member.updated".*"changes":[{][}],"linked":[{]"by":\["email"\]}'
is "a record that is linked already is not linked again" \
    "$(member crm 2b '{"external_id":"C2","version":2,"email":"b@x"}' |
    loya-apply | grep -c -e linked -e updated)" 0
like "people read the same" "$(loya-audit log -T -m crm/C2)" 'linked by email'
status 1 "and of two" sh -c "echo '$(crm 3 a@x)' | loya-apply"
like "takes none" "$(cat "$T/out")" '"why":"ambiguous'
source_file crm '{"profile":"plain"}'
status 0 "without it again" sh -c "echo '$(crm 4 c@x)' | loya-apply"
is "no member is found" "$(same C4)" C4
echo '{"authority":{"*":["hr","local"],"email":["hr","crm"]}}' \
    >"$LOYA_CONF/loya.json"
id=$(store "SELECT member FROM link WHERE external_id = 'E1'")
like "a line of one's own is linked by the id that it names" \
    "$(member local 5 "{\"member\":\"$id\",\"name\":\"A\"}" | loya-apply)" \
    '"old":null,"new":"A"}},"linked":{"by":\["member"\]}'
source_file crm '{"profile":"plain","match":[["email","name"]]}'
member hr 8 '{"external_id":"E8","version":1,"email":"h@x","name":"H"}' |
    loya-apply >"$T/out"
like "a rule of two fields is named whole" "$(member crm 8 \
    '{"external_id":"C8","version":1,"email":"h@x","name":"H"}' |
    loya-apply)" '"linked":{"by":\["email","name"\]}'
# A rule that nobody's values were noted for so far.
echo '{"authority":{"*":["hr","crm","local"]}}' >"$LOYA_CONF/loya.json"
hr 9 i@x | loya-apply >"$T/out"
member hr 9b '{"external_id":"E9","version":2,"given_name":"Ida"}' |
    loya-apply >"$T/out"
source_file crm '{"profile":"plain","match":[["given_name"]]}'
member crm 9 '{"external_id":"C9","version":1,"given_name":"Ida"}' |
    loya-apply >"$T/out"
is "a new rule finds who was there before it" "$(same C9)" C9,E9
# A removal outranked by a source before this one is reported as that.
member hr 10 '{"external_id":"E9","version":3,"status":"active"}' |
    loya-apply >"$T/out"
like "a removal that another source outranks says so" \
    "$(member crm 10 '{"external_id":"C9","version":2,"deleted":true}' |
    loya-apply)" 'member.unchanged.*"changes":[{][}],"outranked":\["status"\]'
like "for people, too" "$(loya-audit log -T -m crm/C9 -N 1)" \
    'another claim decides status'
is "what is older than it is superseded alone" \
    "$(member crm 11 '{"external_id":"C9","version":1,"deleted":true}' |
    loya-apply | grep -c outranked)" 0
is "the removal that closes the member is not outranked" \
    "$(member hr 12 '{"external_id":"E9","version":4,"deleted":true}' |
    loya-apply | grep -c outranked)" 0
like "nor is one of a closed member" \
    "$(member crm 13 '{"external_id":"C9","version":3,"deleted":true}' |
    loya-apply)" 'member.unchanged.*"changes":[{][}]}'
ok "the record is sound" loya-audit verify

# A change that leaves a source out.
source_file crm '{"map":{"external_id":"/id","fields":{"email":"/m","phone_number":"/p"}}}'
for i in 21 22; do
	member crm $i "{\"external_id\":\"C$i\",\"version\":1,\"email\":\"$i@x\",\"phone_number\":\"+49$i\"}"
	hr $i $i@hr
done >"$T/lines"
source_file crm '{"profile":"plain","match":[["email"]]}'
echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
status 0 "a change of authority" sh -c 'loya-apply <"$1"' sh "$T/lines"
like "says how many members are other ones" "$(cat "$T/err")" \
    'changed: members with other values: 1, with other owners only: 3$'
status 0 "an authority with every source" loya-recv -n
is "needs no note" "$(grep -c nothing "$T/err")" 0
echo '{"authority":{"*":["crm","hr"],"tier":["local"]}}' \
    >"$LOYA_CONF/loya.json"
status 0 "a rule for an attribute that no map names" loya-recv -n
is "is reported" "$(grep tier "$T/out")" \
    '{"field":"tier","owner":"local","authority":["local"]}'
echo '{"authority":{"*":["hr"]}}' >"$LOYA_CONF/loya.json"
status 0 "an authority without one of the sources" loya-recv -n
like "is reported" "$(cat "$T/err")" "^loya-recv: source crm: it decides \
nothing; see authority in $LOYA_CONF/loya.json\$"
status 0 "-q" loya-recv -nq
is "says nothing of it" "$(grep -c nothing "$T/err")" 0
status 0 "-n of loya-apply" loya-apply -bn
cp "$T/err" "$T/dry"
status 0 "loya-apply" loya-apply -b
is "says what it comes to, and what the source has lost" "$(cat "$T/err")" \
    "loya-apply: authority was changed: members with other values: 4, with \
other owners only: 3
loya-apply: source crm: it no longer decides email, given_name, status, \
phone_number"
is "as -n did" "$(cat "$T/dry")" "$(cat "$T/err")"
status 0 "once" loya-apply -b
is "and no more" "$(cat "$T/err")" ""
source_file crm '{"map":{"external_id":"/id","fields":{"email":"/m","phone_number":"/p"}}}'
echo '{"authority":{"*":["hr"],"phone_number":["crm"]}}' \
    >"$LOYA_CONF/loya.json"
status 0 "one that has a field of two" loya-recv -n
like "is told which fields it does not have" "$(cat "$T/err")" \
    'source crm: it does not decide email; '
ok "the record is sound" loya-audit verify
done_testing
