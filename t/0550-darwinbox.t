#!/bin/sh
# Times of Darwinbox events: its own format in the zone of the file, or RFC
# 3339.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file darwinbox '{"profile":"darwinbox"}'
at() {	# ID TIME: the source time that the record has
	line darwinbox "$1" loya.received \
	    "{\"event\":\"employee.deactivated\",\"event_id\":\"$1\",\"occurred_at\":\"$2\",\"employee\":{\"employee_id\":\"E1\"}}" |
	    loya-apply | sed 's/.*"time":"\([^"]*\)"}}$/\1/; s/.*"why":"\([^"]*\)".*/\1/'
}
is "RFC 3339 is taken" "$(at 1 2026-11-20T12:30:00+02:00)" "2026-11-20T10:30:00.000000Z"
is "DD-MM-YYYY HH:mm:ss is in the zone of the file" "$(at 2 '20-11-2026 12:30:00')" "2026-11-20T07:00:00.000000Z"
is "anything else is refused" "$(at 3 yesterday)" "bad_field"
is "deactivated means suspended" "$(store "SELECT status FROM member")" suspended

# A record that takes effect later is about somebody who leaves or joins.
record() {	# ID EMPLOYEE EFFECTIVE MORE
	line darwinbox "$1" loya.received \
	    "{\"event\":\"employee.updated\",\"event_id\":\"$1\",\"effective_date\":\"$3\",\"employee\":{\"employee_id\":\"$2\",\"employee_status\":\"Active\",\"grade\":\"M4\",$4}}" |
	    LOYA_NOW=2026-11-22T00:00:00Z loya-apply >>"$T/lines"
}
grades() {	# TIME: status and grade of both on that day
	LOYA_NOW=$1T00:00:00Z loya-apply -b >>"$T/lines"
	store "SELECT group_concat(status || coalesce(attributes ->> '\$.grade',
	    '-'), ' ') FROM (SELECT status, attributes FROM member m
	    JOIN binding b ON b.member = m.num WHERE external_id
	    IN ('L', 'J') ORDER BY external_id DESC)"
}
left='"date_of_joining":"01-05-2020","date_of_exit":"30-11-2026"'
joins='"date_of_joining":"01-12-2026"'
for who in L J; do
	line darwinbox "is-$who" loya.received \
	    "{\"employee\":{\"employee_id\":\"$who\",\"employee_status\":\"Active\",$([ $who = L ] && echo "$left" || echo "$joins")}}"
done | LOYA_NOW=2026-11-21T00:00:00Z loya-apply >"$T/lines"
record raise-L L 01-01-2027 "$left"
record raise-J J 15-12-2026 "$joins"
is "what they are before" "$(grades 2026-11-30)" "active- pending-"
is "a day that comes before that changes the status in its time" \
    "$(grades 2026-12-02)" "suspended- active-"
is "who began stays active when it takes effect" \
    "$(grades 2026-12-16)" "suspended- activeM4"
is "and who left suspended" "$(grades 2027-01-02)" "suspendedM4 activeM4"

# Where another source decides the status, the days that a record names make no
# refused events: the rest of it was accepted.
source_file crm
echo '{"authority":{"*":["darwinbox","crm"],"status":["crm"]}}' \
    >"$LOYA_CONF/loya.json"
line darwinbox d1 loya.received \
    "{\"employee\":{\"employee_id\":\"D\",\"employee_status\":\"Active\",$left}}" |
    LOYA_NOW=2026-11-21T00:00:00Z loya-apply >"$T/lines"
export LOYA_NOW=2026-12-02T00:00:00Z
status 0 "a last day that the source may not suspend by" loya-apply -b
like "is reported as such" "$(cat "$T/out")" \
    'loya.member.unchanged".*"changes":[{][}],"denied":\["status"\]'
status 1 "nothing is refused" sh -c \
    'loya-audit inbox -S refused | grep darwinbox.*d1'
member darwinbox d2 '{"external_id":"D","version":2,"status":"suspended"}' >"$T/in"
status 1 "an event of nothing else is" loya-apply <"$T/in"
ok "verify agrees" loya-audit verify

# A file that gives another first day keeps the last day of the profile.
source_file darwinbox '{"profile":"darwinbox","map":{"timeline":{
    "from":{"from":"/date_of_activation","as":"date","format":"DD-MM-YYYY"},
    "status":{"from":"/employee_status","values":{"Active":"active"}}}}}'
rm "$LOYA_CONF/sources/crm.json" "$LOYA_CONF/loya.json"
line darwinbox e1 loya.received \
    "{\"employee\":{\"employee_id\":\"A\",\"employee_status\":\"Active\",\"date_of_activation\":\"01-12-2025\",$left}}" >"$T/in"
LOYA_STORE=$T/activation.db loya-apply <"$T/in" >"$T/lines"
like "a timeline that says less than the profile's is merged" "$(cat "$T/lines")" \
    '"status":[{]"old":null,"new":"suspended"[}]'
done_testing
