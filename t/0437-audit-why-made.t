#!/bin/sh
# loya-audit why names the row that set a field, not one that said the same
# again.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
COLUMNS=500
TZ=UTC
export COLUMNS LOYA_NOW TZ
source_file hr
source_file crm '{"profile":"plain","match":[["employee_number"]]}'
echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
day() { LOYA_NOW=2026-11-$1T08:00:00Z; }
apply() { loya-apply >"$T/lines" 2>"$T/err"; }
full() {	# id status
	line hr "$1b" loya.snapshot "{\"phase\":\"begin\",\"snapshot\":\"$1\"}"
	member hr "$1r" "{\"external_id\":\"E1\",\"status\":\"$2\"}" \
	    ",\"loyasnapshot\":\"$1\""
	line hr "$1e" loya.snapshot \
	    "{\"phase\":\"end\",\"snapshot\":\"$1\",\"count\":1}"
}
made() { loya-audit why "$@" | grep -o '"made":{[^}]*}'; }

day 01
member hr h1 '{"external_id":"E1","name":"Anna","attributes":{"employee_number":"7"}}' |
    apply
day 02
member hr h2 '{"external_id":"E1","status":"suspended"}' \
    ',"time":"2026-11-02T07:00:00Z"' | apply
row=$(store "SELECT seq FROM audit WHERE event_id = 'h2'")
like "what was said once is shown as before" \
    "$(loya-audit why -T hr/E1 status)" \
    "^status is suspended because hr said so about E1 in event h2 at .*, row $row of the record[)]; rule sole"
day 03
full S suspended | apply
day 04
full U suspended | apply
again=$(store "SELECT seq FROM audit WHERE event_id = 'Ur'")
is "a snapshot that says it again changed nothing" \
    "$(store "SELECT kind FROM audit WHERE seq = $again")" member.unchanged
like "the event that made it so comes first, then the last that said so" \
    "$(loya-audit why -T hr/E1 status)" \
    "^status is suspended since 2026-11-02T08:00:00Z because of event h2 of hr about E1 at 2026-11-02T07:00:00Z [(]received 2026-11-02T08:00:00Z, row $row of the record[)]; last hr said so about E1 in event Ur [(]received 2026-11-04T08:00:00Z, applied 2026-11-04T08:00:00Z, row $again of the record[)]; rule sole: no other source that may decide it says anything about it[.]$"
is "JSON has it as made" "$(made hr/E1 status)" \
    "\"made\":{\"source\":\"hr\",\"external_id\":\"E1\",\"event_id\":\"h2\",\"inbox\":2,\"audit\":$row,\"kind\":\"member.suspended\",\"actor\":\"user:$(id -un)\",\"source_time\":\"2026-11-02T07:00:00.000000Z\",\"received_at\":\"2026-11-02T08:00:00.000000Z\",\"applied_at\":\"2026-11-02T08:00:00.000000Z\",\"why\":null}"
like "beside the row that said it last" "$(loya-audit why hr/E1 status)" \
    "\"event_id\":\"Ur\",\"inbox\":[0-9]*,\"audit\":$again,"
is "as why -t has it" "$(made hr/E1 status | grep -o '"audit":[0-9]*')" \
    "$(loya-audit why -t now hr/E1 status | grep -o '"audit":[0-9]*')"

day 05
member crm c1 '{"external_id":"C1","name":"Ann","attributes":{"employee_number":"7"}}' |
    apply
member crm c2 '{"external_id":"C1","version":2,"name":null}' | apply
like "a word that was there before another one made it count" \
    "$(loya-audit why -T hr/E1 name)" \
    '^name is empty because crm said so about C1 in event c2'
day 06
echo '{"authority":{"*":["hr"],"employee_number":["crm","hr"]}}' \
    >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/lines" 2>"$T/err"
like "a change of the authority stays what it was reported as" \
    "$(loya-audit why -T hr/E1 name)" \
    '^name is Anna because hr said so about E1 in event h1 .*; in force since the authority was changed by user:'
day 07
member hr g1 '{"external_id":"E2","name":"Bo"}' | apply
row=$(store "SELECT seq FROM audit WHERE event_id = 'g1'")
like "what nobody says has a row, too" "$(loya-audit why -T hr/E2 status)" \
    "^status is active since 2026-11-07T08:00:00Z because of event g1 of hr about E2 [(]received 2026-11-07T08:00:00Z, row $row of the record[)]; no source that may decide it says anything about it[.]$"
status 1 "points before there were any" loya-audit why hr/E2 points
like "are none" "$(cat "$T/err")" ': no points were ever posted$'
points hr p1 '{"external_id":"E2","kind":"earn","points":5,"reference":"r"}' |
    apply
is "points are those of the row that posted last" \
    "$(loya-audit why -T hr/E2 points)" \
    "points is 5 because of event p1 of hr about E2 (received 2026-11-07T08:00:00Z, applied 2026-11-07T08:00:00Z, row $((row + 1)) of the record)."
is "in JSON as with -t" "$(loya-audit why hr/E2 points)" \
    "$(loya-audit why -t now hr/E2 points)"
member=$(store "SELECT member FROM link WHERE external_id = 'E2'")
status 0 "of who was erased" loya-audit erase -q hr/E2
is "the rows are empty, and none is named" "$(made "$member" | wc -l)" 0

# An event that says one thing now and another later, tried again.
day 20
source_file both '{"map":{"each":"/r","external_id":"/x","effective_at":"/at",
    "fields":{"grade":"/g","job":"/j"}}}'
echo '{"authority":{"*":["crm","hr","both"]}}' >"$LOYA_CONF/loya.json"
line both b1 both '{"r":[{"x":"B","g":"1"},{"x":"B","g":"2","at":"2026-11-25T00:00:00Z"}]}' |
    apply
again=$(store "SELECT DISTINCT inbox FROM audit WHERE event_id = 'b1'")
loya-apply -r "$again" >"$T/lines" 2>"$T/err"
is "what held at once is not said to have been put off" \
    "$(loya-audit why -T both/B grade | grep -c '^grade is 1 .*put off')" 0
# Tried again when the rest of what it says of the record is outdated.
line both b3 both '{"r":[{"x":"C","g":"1","j":"a"},{"x":"D","g":"2","at":"2026-11-25T00:00:00Z"}]}' |
    apply
again=$(store "SELECT DISTINCT inbox FROM audit WHERE event_id = 'b3'")
day 21
line both b4 both '{"r":[{"x":"C","j":"b"}]}' | apply
loya-apply -r "$again" >"$T/lines" 2>"$T/err"
like "an event of which part stands is not outdated" "$(cat "$T/lines")" \
    'member.unchanged.*"superseded":."job".'
line both b9 both '{"r":[{"x":"C","g":"2"}]}' | apply
loya-apply -r "$again" >"$T/lines" 2>"$T/err"
like "it is when nothing of it does" "$(cat "$T/lines")" \
    'event.superseded.*"superseded":."grade","job".'
is "but that is not the row of what stands" "$(store "SELECT kind FROM audit
    WHERE seq = $(loya-audit why both/C grade |
    sed 's/"made".*//; s/.*"audit":\([0-9]*\),.*/\1/')")" member.updated

# What waited for two people before either was known.
line both b5 both '{"r":[{"x":"K","g":"1","at":"2026-11-26T00:00:00Z"},{"x":"L","g":"2","at":"2026-11-27T00:00:00Z"}]}' |
    apply
line both b6 both '{"r":[{"x":"L","j":"a"}]}' | apply
is "what is to come for somebody else is not to come" \
    "$(loya-audit why both/L grade | grep -o '"effective_at":"[^"]*"')" \
    '"effective_at":"2026-11-27T00:00:00.000000Z"'
# Two things that one event says of one record and day.
line both b7 both '{"r":[{"x":"N","j":"a"},{"x":"N","g":"3","at":"2026-11-26T00:00:00Z"},{"x":"N","j":"b","at":"2026-11-26T00:00:00Z"}]}' |
    apply
is "both changes of one day are to come" \
    "$(loya-audit why both/N | grep -o '"to_come":.."value":"[^"]*"')" \
    '"to_come":[{"value":"b"
"to_come":[{"value":"3"'
# Of three, the one between takes a field of the oldest.
source_file both '{"map":{"each":"/r","external_id":"/x","version":"/v","effective_at":"/at",
    "fields":{"grade":"/g","job":"/j","name":"/n"}}}'
line both b8 both '{"r":[{"x":"P","v":1,"g":"1"},{"x":"P","v":5,"n":"a","at":"2026-11-25T00:00:00Z"},{"x":"P","v":3,"g":"3","j":"b","at":"2026-11-26T00:00:00Z"},{"x":"P","v":4,"g":"4","at":"2026-11-27T00:00:00Z"}]}' |
    apply
is "what a newer change of the event says later is not to come before" \
    "$(loya-audit why both/P grade | grep -o '"to_come":..*' |
    grep -o '"value":"[^"]*"')" '"value":"4"'
# A change that will be refused does not even say that the record is there.
source_file hr '{"profile":"plain","snapshot":{"missing":"suspend","least":0}}'
echo '{"authority":{"*":["hr","both"],"email":["both"]}}' \
    >"$LOYA_CONF/loya.json"
member hr q1 '{"external_id":"Q","version":1,"name":"q"}' | apply
{
	line hr q2 loya.snapshot '{"phase":"begin","snapshot":"q"}'
	member hr q5 '{"external_id":"R"}' ',"loyasnapshot":"q"'
	line hr q3 loya.snapshot '{"phase":"end","snapshot":"q","count":1}'
} | apply
member hr q4 '{"external_id":"Q","version":2,"email":"q@x","effective_at":"2026-11-25T00:00:00Z"}' |
    apply
like "what is missing is suspended" "$(loya-audit why hr/Q status)" \
    '"value":"suspended"'
is "a change of what its source may not decide brings nobody back" \
    "$(loya-audit why hr/Q status | grep -c to_come)" 0
day 25
loya-apply -b >"$T/lines" 2>"$T/err"
like "because it is refused" "$(cat "$T/lines")" \
    '"loyacause":"hr/q4".*"why":"denied"'
# One event about two records of one person, on one day.
source_file both '{"match":[["job"]],"map":{"each":"/r","external_id":"/x",
    "effective_at":"/at","fields":{"grade":"/g","job":"/j","name":"/n","email":"/m"}}}'
line both s1 both '{"r":[{"x":"S","j":"s"},{"x":"U","j":"s"}]}' | apply
line both s2 both '{"r":[{"x":"S","g":"1","at":"2026-11-27T00:00:00Z"},{"x":"U","n":"u","at":"2026-11-27T00:00:00Z"},{"x":"V","m":"v@x","at":"2026-11-28T00:00:00Z"}]}' |
    apply
line both s3 both '{"r":[{"x":"V","j":"s"}]}' | apply
is "of two records of one person both are to come" \
    "$(loya-audit why both/S name | grep -o '"value":"u"')" '"value":"u"'
is "and that of one that was nobody's yet" \
    "$(loya-audit why both/S email | grep -o '"value":"v@x"')" \
    '"value":"v@x"'
done_testing
