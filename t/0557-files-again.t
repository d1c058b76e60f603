#!/bin/sh
# loya-apply runs for months while its files change.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

# said SOURCE ID VERSION FIELDS: of E1, by that source
said() { member "$1" "$2" "{\"external_id\":\"E1\",\"version\":$3,$4}"; }
authority() { echo "{\"authority\":{\"*\":[\"hr\",\"crm\"]$1}}" \
    >"$LOYA_CONF/loya.json"; }
# is_so WHAT: the member's name and status
is_so() { [ "$(store "SELECT name || ' ' || status FROM member")" = "$1" ]; }
# daemon NAME [OPTION...]: one that reads a pipe and obeys SIGHUP, even if all
# this runs under nohup
daemon() {
	name=$1
	shift
	mkfifo "$T/$name.in"
	start "$name" env --default-signal=HUP sh -c 'in=$1; shift; exec loya-apply "$@" <"$in"' sh \
	    "$T/$name.in" "$@"
}
mentions() { grep -qF "$2" "$T/$1.err"; }

loya-token -q init
source_file hr
source_file crm '{"profile":"plain","match":[["employee_number"]]}'
authority ''
daemon one
exec 3>"$T/one.in"
number='"attributes":{"employee_number":"7"}'
{
	said hr h1 1 "\"name\":\"A\",\"status\":\"active\",$number"
	said crm c1 1 "\"status\":\"suspended\",$number"
} >&3
wait_for "both" is_so "A active"

authority ',"status":["crm","hr"]'
status 0 "one run by newer files" loya-apply -b
is "suspends members that are not active by them" \
    "$(store "SELECT status FROM member")" suspended
said hr h2 2 '"name":"B"' >&3
wait_for "the name" is_so "B suspended"
ok "the one that goes on follows" is_so "B suspended"
ok "and says so" mentions one "loya-apply: configuration read again"
is "once" "$(wc -l <"$T/one.err" | tr -d ' ')" 1

source_file web
authority ',"status":["crm","hr"],"locale":["web"]'
kill -HUP "$(cat "$T/one.pid")"
wait_for "the signal" sh -c "[ \$(grep -c again '$T/one.err') = 2 ]"
member web w1 '{"external_id":"W1","version":1,"locale":"en"}' >&3
wait_for "a source that is new" \
    sh -c "[ \$(sqlite3 '$LOYA_STORE' 'SELECT count(*) FROM member') = 2 ]"
is "is known after a SIGHUP" "$(store "SELECT state FROM event WHERE seq = 4")" \
    applied

echo '{' >"$LOYA_CONF/loya.json"
kill -HUP "$(cat "$T/one.pid")"
wait_for "a file that cannot be read" mentions one "the old configuration stays"
said hr h3 3 '"name":"C"' >&3
wait_for "the name" is_so "C suspended"
ok "one that cannot be read changes nothing" is_so "C suspended"
like "and is named" "$(cat "$T/one.err")" \
    'loya-apply: .*/loya.json:.*; the old configuration stays'

# Another process works with another folder.
cp -R "$LOYA_CONF" "$T/other"
echo '{"authority":{"*":["hr","crm","web"]}}' >"$T/other/loya.json"
authority ',"status":["crm","hr"],"locale":["web"]'
status 0 "one run by another folder" loya-apply -b -c "$T/other"
said hr h4 4 '"name":"D"' >&3
wait_for "the end" sh -c "! kill -0 $(cat "$T/one.pid") 2>/dev/null"
exec 3>&-
stop one
is "the one that goes on ends with" "$rc" 78
like "and says why" "$(cat "$T/one.err")" 'another loya-apply has since applied different rules to the members; these files are out of date'
is "the member is as the other folder has it" \
    "$(store "SELECT name || ' ' || status FROM member LIMIT 1")" "C active"
status 0 "the record bears it out" loya-audit verify

# One that was told to ignore SIGHUP does so.
authority ''
start two sh -c 'trap "" HUP; exec loya-apply -w'
wait_for "the rules" sh -c "sqlite3 '$LOYA_STORE' \"SELECT 1 FROM event
    WHERE seq = 6\" | grep -q 1"
kill -HUP "$(cat "$T/two.pid")"
member hr h5 '{"external_id":"E1","version":5,"name":"E"}' | loya-apply -n \
    >"$T/out" 2>"$T/err"
stop two
is "nohup" "$rc:$(grep -c again "$T/two.err")" "143:0"
done_testing
