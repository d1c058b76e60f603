#!/bin/sh
# BambooHR, whose webhooks only name an employee: it is read back.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_api
cp "$here/data/bamboohr-employee.json" "$api/employee"
LOYA_NOW=2026-03-04T06:00:00Z; export LOYA_NOW
loya-token -q init
# event ID [TYPE]: what an event says, at the hour of the clock
event() {
	line hr "$1" loya.received "$(sed "s/updated/${2-updated}/
	    s/2026-03-04T05/${LOYA_NOW%:00:00Z}/" \
	    "$here/data/bamboohr-event.json")"
}
state() { store "SELECT given_name || ' ' || m.status FROM member m"; }

source_file hr '{"profile":"bamboohr"}'
status 78 "the profile alone is prepared only" loya-pull hr
like "and says what it lacks" "$(cat "$T/err")" 'hr.json:1:1: pull: there is no base'
source_file hr "{\"profile\":\"bamboohr\",\"pull\":{\"base\":\"$base\",\"pause\":0,\"tries\":1}}"
event e1 >"$T/in"
status 0 "an event that names an employee" loya-apply <"$T/in"
is "waits" "$(store "SELECT state FROM event")" unread
status 78 "without a key" loya-pull hr
like "is reported" "$(cat "$T/err")" "hr.authorization"
{
	printf 'Basic '
	printf loya:hush | base64
} | loya-token -q set hr.authorization
status 0 "with a base and a key" loya-pull hr
like "the employee is asked for by its fields" "$(cat "$api/log")" \
    '^GET /v1/employees/123\?fields=id(,|%2C)employeeNumber'
loya-apply <"$T/out" >"$T/applied"
is "and is a member" "$(state)" "Asha active"
sed -i 's/"Active"/"Inactive"/' "$api/employee"
LOYA_NOW=2026-03-04T07:00:00Z
event e2 >"$T/in"
loya-apply <"$T/in" >"$T/applied"
loya-pull hr >"$T/out" 2>"$T/err"
loya-apply <"$T/out" >"$T/applied"
is "the next one as well" "$(state)" "Asha suspended"
echo '{"specversion":"1.0","id":"f1","source":"hr","type":"loya.received",
    "datacontenttype":"application/x-www-form-urlencoded",
    "data":"type=employee.updated&timestamp=2026-03-04T07:30:00Z&data%5BemployeeId%5D=123"}' |
    tr -d '\n' | loya-apply >"$T/applied"
sed -i 's/"Inactive"/"Active"/' "$api/employee"
LOYA_NOW=2026-03-04T07:30:00Z loya-pull hr >"$T/out" 2>"$T/err"
loya-apply <"$T/out" >"$T/applied"
is "and one that came as a form" "$(state)" "Asha active"
LOYA_NOW=2026-03-04T08:00:00Z
event e3 deleted >"$T/in"
loya-apply <"$T/in" >"$T/applied"
is "one that is deleted is not asked for" "$(state)" "Asha closed"
status 0 "nothing waits" loya-pull hr
status 78 "there is no -f" loya-pull -f hr
like "which is reported" "$(cat "$T/err")" "hr.json:[0-9]+:[0-9]+: pull: there is no 'all', which -f needs"
status 0 "-n" loya-pull -n hr
is "shows nothing secret" "$(grep -c bG95 "$T/out")" 0
done_testing
