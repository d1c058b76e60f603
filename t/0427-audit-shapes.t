#!/bin/sh
# "Why was this member suspended yesterday?", in ten shapes, from the terminal
# alone: what log and why say to a person.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
LOYA_NOW=2026-11-24T08:00:00Z
TZ=UTC
COLUMNS=900
export LOYA_NOW COLUMNS TZ
umask 077
source_file hr '{"profile":"plain","snapshot":{"least":0.5}}'
source_file crm '{"profile":"plain","match":[["employee_number"]]}'
rules() { printf '{"authority":{"*":["hr","crm"],"status":%s}}\n' "$1" \
    >"$LOYA_CONF/loya.json"; }
at() {	# source id time data [attributes]
	printf '{"specversion":"1.0","type":"loya.member","source":"%s","id":"%s","time":"%s","data":%s%s}\n' "$1" "$2" "2026-11-$3:00Z" "$4" "${5-}"
}
says() {	# source id time external-id version status
	at "$1" "$2" "$3" "{\"external_id\":\"$4\",\"version\":$5,\"status\":\"$6\"}"
}
rules '["hr","crm"]'
{
	for i in 1 2 3 4 5 6 7 8 9 10; do
		at hr "e$i" 24T07:00 "{\"external_id\":\"E$i\",\"version\":1,\"name\":\"P$i\",\"status\":\"active\",\"attributes\":{\"employee_number\":\"n$i\"}}"
	done
	at crm c2 24T07:30 '{"external_id":"C2","version":1,"status":"suspended","attributes":{"employee_number":"n2"}}'
	at crm c9 24T07:30 '{"external_id":"C9","version":1,"status":"active","attributes":{"employee_number":"n9"}}'
	at hr s3 24T07:31 '{"external_id":"E3","version":2,"effective_at":"2026-11-25T00:00:00Z","status":"suspended"}'
} | loya-apply >"$T/lines"
LOYA_NOW=2026-11-25T08:00:00Z
{
	says hr d1 25T07:00 E1 2 suspended
	line local h6 loya.hold '{"external_id":"E6","hold":"fraud"}'
	says local d7 25T07:00 E7 2 suspended
	says hr x8 25T07:00 E8 5 suspended
	says hr x8b 25T06:00 E8 4 active
	says crm x9b 25T06:30 C9 2 active
	says hr x9 25T07:00 E9 2 suspended
	at hr x10 25T07:00 '{"external_id":"E10","version":2,"deleted":true}'
	line hr S.b loya.snapshot '{"phase":"begin","snapshot":"S"}'
	for i in 1 2 3 5 6 7 8 9 10; do
		at hr "S.$i" 25T07:00 "{\"external_id\":\"E$i\",\"version\":1,\"name\":\"P$i\"}" ',"loyasnapshot":"S"'
	done
	line hr S.e loya.snapshot '{"phase":"end","snapshot":"S","count":9}'
} | loya-apply >"$T/lines" 2>"$T/err"
e5=$(store "SELECT member FROM link WHERE external_id = 'E5'")
loya-audit -q erase hr/E5
me=user:$(id -un)
why() { loya-audit why -T "$@" | tr -s ' ' | sed 's/user:[a-z0-9_-]*/USER/
    s/row [0-9]*/row N/g'; }
rows() { loya-audit -T -a '2026-11-25 00:00' "$@" | tail -n +2 |
    grep -v unchanged | sed 's/^ *[0-9]* *[^ ]* *//' | tr -s ' '; }

is "1: hr deactivated it" "$(why hr/E1 status)" \
    "status is suspended because hr said so about E1 in event d1 at 2026-11-25T07:00:00Z (received 2026-11-25T08:00:00Z, applied 2026-11-25T08:00:00Z, row N of the record); rule sole: no other source that may decide it says anything about it."
is "2: a schedule came due" "$(why hr/E3 status)" \
    "status is suspended because hr said so about E3 in event s3 at 2026-11-24T07:31:00Z (received 2026-11-24T08:00:00Z, put off until 2026-11-25T00:00:00Z, applied 2026-11-25T08:00:00Z, row N of the record); rule sole: no other source that may decide it says anything about it."
is "3: it is missing in a snapshot" "$(rows -m hr/E4)" \
    "member.missing hr hr/E4 is missing; snapshot S"
is "4: it was erased" "$(why "$e5" status)" \
    "status is closed because the member was erased by USER at 2026-11-25T08:00:00Z (row N of the record)."
is "5: it is held" "$(why hr/E6 hold)" \
    "hold is fraud because USER set it in event h6 at 2026-11-25T08:00:00Z (row N of the record); rule hold: no source lifts it."
is "the log says who held it, about a name that -m takes" \
    "$(rows -m hr/E6)" "member.updated $me hr/E6 hold fraud"
is "6: who may not decide is denied" "$(rows -e d7)" \
    "event.refused $me local/E7 denied: member.status belongs to hr"
is "7: what came later was older" "$(rows -m hr/E8)" \
    "member.suspended hr hr/E8 status active -> suspended
event.superseded hr hr/E8 too old for status"
is "8: two sources differ" "$(why hr/E9 status)" \
    "status is suspended because hr said so about E9 in event x9 at 2026-11-25T07:00:00Z (received 2026-11-25T08:00:00Z, applied 2026-11-25T08:00:00Z, row N of the record); rule authority: it comes first among the sources that may decide it.
 crm said active about C9 in event x9b at 2026-11-25T06:30:00Z (received 2026-11-25T08:00:00Z, applied 2026-11-25T08:00:00Z, row N of the record) and lost because this source comes later among those that may decide it."
like "9: the record was deleted" "$(why hr/E10 status)" \
    '^status is closed because hr said that E10 is deleted, in event x10 '
rules '["crm"]'
loya-apply -b >"$T/lines"
is "10: the rules changed" "$(rows -m hr/E2 |
    sed 's/user:[a-z0-9_-]*/USER/')" "member.suspended USER hr/E2 status active -> suspended; authority: other sources may decide it now; status is decided by crm, was hr"
is "what is said by a source that may not decide it is shown" "$(why hr/E1 status)" \
    "status is active because no source that may decide it says anything about it; in force since the authority was changed by USER at 2026-11-25T08:00:00Z (row N of the record).
 hr said suspended about E1 in event d1 at 2026-11-25T07:00:00Z (received 2026-11-25T08:00:00Z, applied 2026-11-25T08:00:00Z, row N of the record) and lost because this source may not decide it."
like "in JSON, too" "$(loya-audit why hr/E1 status)" \
    '"value":"active","owner":null,"since":\{"audit":[0-9]+,.*,"rule":"default","lost":\[\{"value":"suspended","source":"hr",.*"why":"denied"\}\]'
line local p6 loya.points "{\"member\":\"$(store "SELECT member FROM link
    WHERE external_id = 'E7'")\",\"kind\":\"earn\",\"points\":5,\"reference\":\"r6\"}" |
    loya-apply >"$T/lines"
line local d6 loya.member "{\"member\":\"$(store "SELECT member FROM link
    WHERE external_id = 'E6'")\",\"version\":1,\"name\":\"X\"}" |
    loya-apply >"$T/lines"
is "points that local gave are not the other source's" "$(rows -e p6 |
    cut -d ' ' -f 1-3)" "points.posted $me hr/E7"
is "nor is an edit of local refused to it" "$(rows -e d6 |
    cut -d ' ' -f 1-3)" "event.refused $me hr/E6"
is "who erased did it, and the member it is about stands beside" \
    "$(rows -k member.erased | cut -d ' ' -f 1-3)" \
    "member.erased user:$(id -un) $e5"
is "all of yesterday's are found by the field" "$(LOYA_NOW=2026-11-26T08:00:00Z \
    loya-audit -F status -a yesterday -b today -k member.suspended |
    grep -c .)" 5
LOYA_NOW=2026-11-26T07:00:00Z
says crm z1 26T06:00 C9 3 suspended | loya-apply >"$T/lines"
LOYA_NOW=2026-11-27T07:00:00Z
says crm z2 27T06:00 C9 4 active | loya-apply >"$T/lines"
row=$(loya-audit -m hr/E9 -F status -a yesterday | head -n 1 |
    sed 's/^{"seq":\([0-9]*\),.*/\1/')
like "a member active again has the row that suspended it, with its event" \
    "$(loya-audit show "$row" | head -n 1)" \
    '"event_id":"z1",.*"body":.*"status":"suspended"'
like "and the difference of that day" \
    "$(loya-audit diff hr/E9 yesterday today)" \
    "\"field\":\"status\",\"old\":\"active\",\"new\":\"suspended\",.*\"audit\":${row}[,}]"
done_testing
