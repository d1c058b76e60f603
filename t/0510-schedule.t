#!/bin/sh
# Rule 6: changes that are not yet due, with a clock that the test sets.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
at() {	# TIME: feed $T/in at that time; types in $got
	LOYA_NOW=$1 loya-apply <"$T/in" >"$T/lines" 2>"$T/err"
	got=$(types "$T/lines")
}
member hr 1 '{"external_id":"E1","version":1,"status":"active","name":"A"}' >"$T/in"
at 2026-01-01T00:00:00Z
member hr 2 '{"external_id":"E1","version":2,"status":"suspended","effective_at":"2026-02-01T00:00:00Z"}' >"$T/in"
at 2026-01-02T00:00:00Z
is "a change with a future time is scheduled" "$got" "event.scheduled"
like "the line says what is to come" "$(cat "$T/lines")" \
    '"effective_at":"2026-02-01T00:00:00.000000Z","to_come":[{]"status":"suspended"[}]'
like "people read it as a sentence" "$(loya-audit log -T -k event.scheduled)" \
    'status suspended from 2026-02-01T00:00:00Z'
is "it is listed with its time" \
    "$(store "SELECT state, datetime(due_at/1000000,'unixepoch') FROM event WHERE seq = 2")" \
    "scheduled|2026-02-01 00:00:00"
: >"$T/in"
at 2026-01-31T23:59:59Z
is "nothing happens before" "$got" ""
at 2026-02-01T00:00:00Z
is "the first run when it is due applies it" "$got" "member.suspended"
at 2026-02-02T00:00:00Z
is "once" "$got" ""

member hr 3 '{"external_id":"E1","version":3,"status":"active"}' >"$T/in"
member hr 4 '{"external_id":"E1","version":4,"status":"closed","effective_at":"2026-04-01T00:00:00Z"}' >>"$T/in"
member hr 5 '{"external_id":"E1","version":5,"status":"closed","effective_at":"2026-05-01T00:00:00Z"}' >>"$T/in"
at 2026-03-01T00:00:00Z
is "a newer schedule replaces an older one" "$got" \
    "member.reactivated event.scheduled event.superseded event.scheduled"
is "that was its second try" "$(store "SELECT inbox, detail FROM audit
    WHERE kind = 'event.superseded'")" '4|{"external_id":"E1","by":5,"try":2}'
is "and only the newer one waits" "$(store "SELECT seq FROM pending")" 5
: >"$T/in"
at 2026-04-02T00:00:00Z
is "so that the older one never happens" "$got" ""
at 2026-05-02T00:00:00Z
is "and the newer one does" "$got" "member.closed"

# Whatever the order of arrival.
member hr 11 '{"external_id":"E2","version":1,"status":"active"}' >"$T/in"
member hr 15 '{"external_id":"E2","version":5,"status":"closed","effective_at":"2026-09-01T00:00:00Z"}' >>"$T/in"
member hr 14 '{"external_id":"E2","version":4,"status":"closed","effective_at":"2026-08-01T00:00:00Z"}' >>"$T/in"
at 2026-07-01T00:00:00Z
is "an older schedule that comes later is superseded at once" "$got" \
    "member.enrolled event.scheduled event.superseded"
is "by the one that stands" \
    "$(inbox "SELECT event_id FROM inbox WHERE seq = $(store "SELECT
    detail ->> 'by' FROM audit WHERE event_id = '14'")")" 15
like "which the log says is one of the inbox" \
    "$(loya-audit -T -k event.superseded -e 14)" \
    " by inbox $(inbox "SELECT seq FROM inbox WHERE event_id = '15'")\$"
is "as its event has it" "$(store "SELECT state, why FROM event
    WHERE seq = (SELECT max(seq) FROM event)")" "applied|superseded"
member hr 16 '{"external_id":"E2","version":6,"status":"active"}' >"$T/in"
at 2026-07-02T00:00:00Z
: >"$T/in"
at 2026-09-02T00:00:00Z
is "a termination that was rescinded does not happen" "$got" "event.superseded"
is "the member stays active" \
    "$(store "SELECT status FROM member m JOIN link l ON l.member = m.id WHERE external_id = 'E2'")" active

# A removal that is postponed.
member hr r1 '{"external_id":"R","version":1,"status":"active"}' >"$T/in"
member hr r2 '{"external_id":"R","version":2,"deleted":true,"effective_at":"2026-10-01T00:00:00Z"}' >>"$T/in"
member hr r3 '{"external_id":"R","version":3,"deleted":true,"effective_at":"2026-10-10T00:00:00Z"}' >>"$T/in"
at 2026-09-03T00:00:00Z
is "a newer removal replaces an older one" "$got" \
    "member.enrolled event.scheduled event.superseded event.scheduled"
: >"$T/in"
at 2026-10-02T00:00:00Z
is "which does not happen" "$got" ""
at 2026-10-10T00:00:00Z
is "and happens itself" "$got" member.closed

# Two schedules about different fields.
member hr 21 '{"external_id":"E3","version":1,"status":"active"}' >"$T/in"
member hr 22 '{"external_id":"E3","version":2,"status":"suspended","name":"Old","effective_at":"2026-11-01T00:00:00Z"}' >>"$T/in"
member hr 23 '{"external_id":"E3","version":3,"status":"closed","effective_at":"2026-12-01T00:00:00Z"}' >>"$T/in"
at 2026-10-01T00:00:00Z
: >"$T/in"
at 2026-11-02T00:00:00Z
is "the part that the newer one does not speak of is applied in its time" \
    "$(store "SELECT name, status FROM member m JOIN link l ON l.member = m.id WHERE external_id = 'E3'")" \
    "Old|active"
at 2026-12-02T00:00:00Z
is "the rest in its" \
    "$(store "SELECT name, status FROM member m JOIN link l ON l.member = m.id WHERE external_id = 'E3'")" \
    "Old|closed"
member hr 24 '{"external_id":"E4","version":1,"status":"active"}' >"$T/in"
member hr 25 '{"external_id":"E4","version":2,"status":"suspended","name":"Old","effective_at":"2026-12-02T13:00:00Z"}' >>"$T/in"
member hr 26 '{"external_id":"E4","version":3,"name":"New","effective_at":"2026-12-02T14:00:00Z"}' >>"$T/in"
at 2026-12-02T12:00:00Z
: >"$T/in"
at 2026-12-02T13:00:00Z
like "whichever part that is, and the line says what is not" \
    "$(cat "$T/lines")" '"changes":[{]"status":[{][^}]*[}][}],"scheduled_newer":[[]"name"[]],'
at 2026-12-02T14:00:00Z
member hr 27 '{"external_id":"E5","version":1,"status":"active"}' >"$T/in"
member hr 28 '{"external_id":"E5","version":2,"name":"2","email":"2@x.example","effective_at":"2026-12-02T16:00:00Z"}' >>"$T/in"
member hr 29 '{"external_id":"E5","version":3,"name":"3","status":"suspended","effective_at":"2026-12-02T15:00:00Z"}' >>"$T/in"
member hr 30 '{"external_id":"E5","version":4,"status":"closed","effective_at":"2026-12-02T17:00:00Z"}' >>"$T/in"
at 2026-12-02T14:30:00Z
: >"$T/in"
is "of all that waits only what is newer takes its part away" "$(
    for hour in 15 16 17; do
	at 2026-12-02T$hour:00:00Z
	store "SELECT name, email, status FROM member m
	    JOIN link l ON l.member = m.id WHERE external_id = 'E5'"
    done)" "3||active
3|2@x.example|active
3|2@x.example|closed"

# What was replaced in part stays so when both days are over.
member hr 31 '{"external_id":"E6","version":1,"status":"active"}' >"$T/in"
member hr 32 '{"external_id":"E6","version":2,"status":"suspended","name":"New","effective_at":"2026-12-02T20:00:00Z"}' >>"$T/in"
member hr 33 '{"external_id":"E6","version":3,"status":"active","effective_at":"2026-12-02T22:00:00Z"}' >>"$T/in"
at 2026-12-02T18:00:00Z
: >"$T/in"
at 2026-12-02T23:00:00Z
is "nor is it carried out by a run that comes late" "$got" \
    "member.updated member.unchanged"

# A record without any field is a record all the same, even if a newer event
# about it is denied later.
echo '{"authority":{"*":["hr"],"locale":["local"]}}' >"$LOYA_CONF/loya.json"
for order in "1 2" "2 1"; do
	for k in $order; do
		case $k in
		1) more=',"version":1' ;;
		2) more=',"version":2,"locale":"de"' ;;
		esac
		member hr "no${order%% *}-$k" "{\"external_id\":\"NO${order%% *}\",
		    \"effective_at\":\"2026-12-20T00:00:00Z\"$more}" |
		    tr -d '\n'
		echo
	done
done >"$T/in"
at 2026-12-03T00:00:00Z
: >"$T/in"
at 2026-12-21T00:00:00Z
is "a record without a field comes in its time, in any order" \
    "$(store "SELECT external_id FROM link WHERE external_id LIKE 'NO%'
    ORDER BY 1" | paste -s -d ' ')" "NO1 NO2"
rm "$LOYA_CONF/loya.json"

# Two in a row: of two events the later one counts, of one event both do.
member hr t1 '{"external_id":"T1","version":1,"status":"active"}' >"$T/in"
member hr t2 '{"external_id":"T1","version":2,"status":"suspended","effective_at":"2027-06-01T00:00:00Z"}' >>"$T/in"
member hr t3 '{"external_id":"T1","version":3,"status":"active","effective_at":"2027-06-10T00:00:00Z"}' >>"$T/in"
at 2027-05-03T00:00:00Z
is "what is said later takes its place, also when it is due later" "$got" \
    "member.enrolled event.scheduled event.superseded event.scheduled"
echo '{"map":{"each":"/steps","external_id":"/id","effective_at":"/from","deleted":"/gone","fields":{"status":"/status"}}}' \
    >"$LOYA_CONF/sources/many.json"
echo '{"authority":{"*":["hr","many"]}}' >"$LOYA_CONF/loya.json"
line many t4 loya.received '{"steps":[{"id":"T2","status":"active"},
    {"id":"T2","status":"suspended","from":"2027-06-01"},
    {"id":"T2","status":"active","from":"2027-06-10"}]}' | tr -d '\n' >"$T/in"
at 2027-05-03T00:00:00Z
is "two changes of one event both wait" "$got" \
    "member.enrolled event.scheduled event.scheduled"
: >"$T/in"
at 2027-06-01T00:00:00Z
is "the first comes" "$got" "member.suspended"
at 2027-06-10T00:00:00Z
is "and then the second, as that of two events does, to no effect" "$got" \
    "member.unchanged member.reactivated"

line many t5 loya.received '{"steps":[
    {"id":"T3","status":"suspended","from":"1968-05-01"},
    {"id":"T3","status":"active","from":"2027-07-01"}]}' | tr -d '\n' >"$T/in"
at 2027-06-10T00:00:00Z
is "what holds since before 1970 holds" "$got" \
    "member.enrolled event.scheduled"
: >"$T/in"
at 2027-07-01T00:00:00Z
is "and ends in its time" "$got" "member.reactivated"

# A record that is gone and back again, or the other way round, in one event:
# the later counts, wherever it is written, also if both are over.
comes() {	# ID STEP STEP
	line many "$1" loya.received "{\"steps\":[{\"id\":\"$1\"},
	    {\"id\":\"$1\",$2},{\"id\":\"$1\",$3}]}" | tr -d '\n' >"$T/in"
	at 2027-07-03T00:00:00Z
	: >"$T/in"
	at 2027-07-06T00:00:00Z
	got="$got $(store "SELECT status FROM member JOIN link ON member = id
	    WHERE external_id = '$1'")"
}
comes T4 '"from":"2027-07-04","gone":true' '"from":"2027-07-05"'
is "who is back after a removal is there" "$got" "member.unchanged active"
comes T5 '"from":"2027-07-05"' '"from":"2027-07-04","gone":true'
is "whichever the event says first" "$got" "member.unchanged active"
comes T6 '"from":"2027-07-05","gone":true' '"from":"2027-07-04"'
is "and who is gone after a return is closed" "$got" \
    "member.unchanged member.closed closed"
comes T7 '"gone":true},{"id":"T7"' '"from":"2027-07-05"'
is "of two that hold at once the one behind counts" "$got" \
    "member.unchanged active"

# Several changes of one event, and an older one of another event that comes
# before them or behind: the first of them takes its place, unless one of them
# holds at once.  Then what is said for later leaves room until then.
steps() {	# ID STEPS, of which one after the other ends in a name
	line many "$1" loya.received "{\"steps\":[$2]}" | tr -d '\n'
	echo
}
sed 's/"\/status"/&,"name":"\/name","locale":"\/locale"/; s/"effective/"version":"\/v",&/' \
    "$LOYA_CONF/sources/many.json" >"$T/many.json"
cp "$T/many.json" "$LOYA_CONF/sources/many.json"
name_of() { store "SELECT name, status FROM member m JOIN link l
    ON l.member = m.id WHERE external_id = '$1'"; }
for order in "old new" "new old"; do
	for id in TA TB; do
		id=$id${order%% *}
		steps "$id-1" "{\"id\":\"$id\",\"v\":1,\"status\":\"active\"}"
		now=
		case $id in TB*) now="{\"id\":\"$id\",\"v\":3,\"locale\":\"fr\"}," ;; esac
		for k in $order; do
			case $k in
			old) steps "$id-2" "{\"id\":\"$id\",\"v\":2,\"from\":\"2027-07-01\",\"name\":\"old\"}" ;;
			new) steps "$id-3" "{\"id\":\"$id\",\"v\":3,\"from\":\"2027-09-01\",\"status\":\"suspended\"},
			    $now{\"id\":\"$id\",\"v\":3,\"from\":\"2027-08-01\",\"name\":\"new\"}" ;;
			esac
		done
	done >"$T/in"
	at 2027-06-11T00:00:00Z
done
: >"$T/in"
at 2027-07-01T00:00:00Z
is "an older one that is due before what is to come does not happen" \
    "$(name_of TAold) $(name_of TAnew)" "|active |active"
is "it does where the newer one says something of today" \
    "$(name_of TBold) $(name_of TBnew)" "old|active old|active"
at 2027-08-01T00:00:00Z
at 2027-09-01T00:00:00Z
is "and all that the newer one says comes in its time" \
    "$(name_of TAold) $(name_of TAnew) $(name_of TBold) $(name_of TBnew)" \
    "new|suspended new|suspended new|suspended new|suspended"
ok "verify agrees with that" loya-audit verify

# Which member a change is about must not depend on future changes.
echo '{"profile":"plain","match":[["employee_number"]]}' \
    >"$LOYA_CONF/sources/crm.json"
echo '{"authority":{"*":["hr","many","crm"]}}' >"$LOYA_CONF/loya.json"
number='"attributes":{"employee_number":"7"}'
{ member hr u1 "{\"external_id\":\"U1\",\"version\":1,\"status\":\"active\",$number}"
  member crm u2 "{\"external_id\":\"U2\",\"version\":1,\"locale\":\"de\",\"effective_at\":\"2028-01-02\",$number}"
  member crm u3 "{\"external_id\":\"U2\",\"version\":2,\"zoneinfo\":\"UTC\",\"effective_at\":\"2028-01-03\",$number}"
} >"$T/in"
at 2028-01-01T00:00:00Z
: >"$T/in"
at 2028-01-02T00:00:00Z
is "what comes due is about the one that it names, also if a later one does" \
    "$got $(store "SELECT count(*) FROM link JOIN member m
    ON m.id = member WHERE m.locale = 'de'")" "member.updated 2"

# For ever, as it is written in the west: in UTC that year has five digits.
member hr y1 '{"external_id":"E2","version":99,"status":"closed","effective_at":"9999-12-31T23:59:59-05:00"}' >"$T/in"
at 2028-01-03T00:00:00Z
is "the last evening of all can be waited for" "${got##* }" event.scheduled
ok "verify agrees" loya-audit verify

member hr z1 '{"external_id":"Z1","version":1,"deleted":true,"name":"Z","email":null,"effective_at":"2029-06-01"}' >"$T/in"
at 2028-01-04T00:00:00Z
like "the line says all that is to come, also that the record is gone" \
    "$(cat "$T/lines")" \
    '"to_come":[{]"name":"Z","email":null,"deleted":true[}]'

# More than a batch is due, and points are spent after it.
for i in $(seq 600); do
	member hr "v$i" "{\"external_id\":\"V$i\",\"version\":1}"
	member hr "w$i" "{\"external_id\":\"V$i\",\"version\":2,\"status\":\"suspended\",\"effective_at\":\"2029-01-01\"}"
done >"$T/in"
points hr x1 '{"external_id":"V600","kind":"earn","points":9,"reference":"x1"}' \
    >>"$T/in"
at 2028-12-01T00:00:00Z
points hr x2 '{"external_id":"V600","kind":"redeem","points":9,"reference":"x2"}' |
    tr -d '\n' >"$T/body"
inbox "INSERT INTO inbox(seq, source, event_id, received_at, content_type, body)
    SELECT max(seq) + 1, 'hr', 'x2', max(received_at),
    'application/cloudevents+json', readfile('$T/body') FROM inbox"
: >"$T/in"
at 2029-01-02T00:00:00Z
is "what is due comes before what has come since" "$(store "SELECT points,
    (SELECT why FROM event WHERE seq = (SELECT max(seq) FROM event))
    FROM member JOIN link ON member = id WHERE external_id = 'V600'")" \
    "9|member_suspended"
done_testing
