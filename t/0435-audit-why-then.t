#!/bin/sh
# loya-audit why -t: which row of audit gave a field its value at that time.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
COLUMNS=500
TZ=UTC
export COLUMNS LOYA_NOW TZ
source_file hr '{"profile":"plain","snapshot":{"missing":"suspend","least":0.1}}'
source_file crm '{"profile":"plain","match":[["employee_number"]]}'
rules() { echo "{\"authority\":$1}" >"$LOYA_CONF/loya.json"; }
rules '{"*":["hr","crm"]}'
day() { LOYA_NOW=2026-11-$1T08:00:00Z; }
apply() { loya-apply >"$T/lines" 2>"$T/err"; }
then_is() {	# sentence, day, member, field, what is said
	is "$1" "$(loya-audit why -T -t "2026-11-$2T12:00:00Z" "$3" "$4")" "$5"
}

day 01
member hr h1 '{"external_id":"E1","version":1,"name":"Anna","attributes":{"employee_number":"7"}}' \
    ',"time":"2026-10-31T07:00:00Z"' | apply
member crm c1 '{"external_id":"C1","name":"Ann","attributes":{"employee_number":"7"}}' |
    apply
day 02
member hr h2 '{"external_id":"E1","version":2,"status":"suspended"}' | apply
line local l1 loya.hold '{"external_id":"E1","hold":"fraud"}' | apply
points hr p1 '{"external_id":"E1","kind":"earn","points":5,"reference":"r"}' |
    apply
day 03
member hr h3 '{"external_id":"E1","version":3,"status":"active","name":null}' |
    apply
line local l2 loya.hold '{"external_id":"E1","hold":null}' | apply
points hr p2 '{"external_id":"E1","kind":"earn","points":5,"reference":"s"}' |
    apply
day 04
rules '{"*":["crm","hr"],"status":["hr"]}'
loya-apply -b >"$T/lines"
day 05
member hr x1 '{"external_id":"X","name":"X"}' | apply
{
	line hr b1 loya.snapshot '{"phase":"begin","snapshot":"S"}'
	member hr b2 '{"external_id":"X"}' ',"loyasnapshot":"S"'
	line hr b3 loya.snapshot '{"phase":"end","snapshot":"S","count":1}'
} | apply
day 06

then_is "an event, although it is otherwise now" 02 hr/E1 status \
    "status was suspended because of event h2 of hr about E1 (received 2026-11-02T08:00:00Z, applied 2026-11-02T08:00:00Z, row 3 of the record)."
then_is "the one before, with the time of its source" 01 hr/E1 name \
    "name was Anna because of event h1 of hr about E1 at 2026-10-31T07:00:00Z (received 2026-11-01T08:00:00Z, applied 2026-11-01T08:00:00Z, row 1 of the record)."
then_is "a value that was cleared" 03 hr/E1 name \
    "name was empty because of event h3 of hr about E1 (received 2026-11-03T08:00:00Z, applied 2026-11-03T08:00:00Z, row 6 of the record)."
then_is "a hold, with who wrote it" 02 hr/E1 hold \
    "hold was fraud because of event l1 of local about E1, written by user:$(id -un) (received 2026-11-02T08:00:00Z, applied 2026-11-02T08:00:00Z, row 4 of the record)."
then_is "points" 03 hr/E1 points \
    "points was 5 because of event p2 of hr about E1 (received 2026-11-03T08:00:00Z, applied 2026-11-03T08:00:00Z, row 8 of the record)."
then_is "other rules" 04 hr/E1 name \
    "name was Ann because the authority was changed by user:$(id -un) (at 2026-11-04T08:00:00Z, row 9 of the record)."
is "diff says so, too" \
    "$(loya-audit diff hr/E1 2026-11-03T12:00:00Z 2026-11-04T12:00:00Z |
    cut -d , -f 2-)" \
    "\"field\":\"name\",\"old\":null,\"new\":\"Ann\",\"at\":\"2026-11-04T08:00:00.000000Z\",\"source\":null,\"event_id\":null,\"actor\":\"user:$(id -un)\",\"why\":\"authority\",\"audit\":9}"
is "to people with who did it" \
    "$(loya-audit diff -T hr/E1 2026-11-03T12:00:00Z 2026-11-04T12:00:00Z |
    tr -s ' ')" "FIELD OLD NEW AT WHO EVENT ID WHY AUDIT
name Ann 2026-11-04T08:00:00Z user:$(id -un) authority 9"
is "of an event no more than that" \
    "$(loya-audit diff -T hr/E1 2026-11-01T12:00:00Z 2026-11-02T12:00:00Z |
    tr -s ' ' | sed 1d)" "hold fraud 2026-11-02T08:00:00Z user:$(id -un) l1 4
status active suspended 2026-11-02T08:00:00Z hr h2 3"
then_is "a snapshot that had no such record" 05 hr/E1 status \
    "status was suspended because hr/E1 was missing from the complete snapshot S, event b3 (received 2026-11-05T08:00:00Z, applied 2026-11-05T08:00:00Z, row 14 of the record)."
is "all that there was, the status first" "$(loya-audit why -T \
    -t 2026-11-02T12:00:00Z hr/E1 | sed 's/ because.*//')" \
    "status was suspended
employee_number was 7
hold was fraud
name was Anna"
is "JSON has it in parts" \
    "$(loya-audit why -t 2026-11-02T12:00:00Z hr/E1 status | cut -d , -f 2-)" \
    "\"field\":\"status\",\"value\":\"suspended\",\"source\":\"hr\",\"external_id\":\"E1\",\"event_id\":\"h2\",\"inbox\":3,\"audit\":3,\"kind\":\"member.suspended\",\"actor\":\"user:$(id -un)\",\"source_time\":null,\"received_at\":\"2026-11-02T08:00:00.000000Z\",\"applied_at\":\"2026-11-02T08:00:00.000000Z\",\"why\":null}"

status 1 "a field that there was nothing of" \
    loya-audit why -t 2026-11-02 hr/E1 email
like "is named" "$(cat "$T/err")" \
    "no row of the audit log up to 2026-11-02T00:00:00.000000Z says anything about 'email'"
status 1 "points before there were any" \
    loya-audit why -t 2026-11-02 hr/E1 points
status 1 "a time before the member" loya-audit why -t 2026-10-01 hr/E1
like "is one" "$(cat "$T/err")" 'it was not there yet at 2026-10-01'
status 64 "a time to come" loya-audit why -t 2026-12-01 hr/E1
like "is for why without it" "$(cat "$T/err")" \
    'what is scheduled is shown by loya-audit why without -t'
status 64 "an invalid time" loya-audit why -t soon hr/E1
member=$(store "SELECT member FROM link WHERE external_id = 'E1'")
status 0 "once the member is erased" loya-audit erase -q hr/E1
status 1 "there is no answer" loya-audit why -t 2026-11-02 "$member"
like "and the rows are named" "$(cat "$T/err")" \
    'it cannot be rebuilt: the detail of audit rows? 1'
done_testing
