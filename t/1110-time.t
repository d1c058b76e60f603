#!/bin/sh
# Records that say what is valid when, with a clock that the test sets: what
# people complain about in other connectors.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

# Employments with a first and a last day, as an HRIS in India keeps them.
source_file hr '{ "map": { "external_id": "/id", "version": "/v",
    "empty": "null", "zone": "+05:30",
    "fields": { "name": "/name", "ended_at": "/last" },
    "timeline": { "each": "/jobs", "from": "/from", "until": "/to",
        "status": { "from": "/is", "values": { "A": "active", "L": "leave",
                    "S": "suspended" } } } } }'
# at TIME: work off what waits; at TIME VERSION JOBS [MORE]: a record came
at() {
	if [ $# -gt 1 ]; then
		line hr "$who-$2" loya.received "{\"id\":\"$who\",\"v\":$2,\"jobs\":[$3]${4-}}"
	fi | LOYA_NOW=$1 loya-apply >"$T/lines" 2>"$T/err"
	got=$(types "$T/lines")
}
job() { echo "{\"from\":\"$1\",\"to\":\"$2\",\"is\":\"${3-A}\"}"; }
status_is() {	# SENTENCE STATUS
	is "$1" "$(store "SELECT m.status FROM member m JOIN link l
	    ON l.member = m.id WHERE external_id = '$who'")" "$2"
}

who=hire
at 2026-01-10T00:00:00Z 1 "$(job 2026-02-01 '')"
is "a future hire is enrolled, and what is to come scheduled" "$got" "member.enrolled event.scheduled"
status_is "it is pending, though it may have no name yet" pending
at 2026-01-31T18:29:59Z
status_is "one second before the first day in India" pending
at 2026-01-31T18:30:00Z
is "active when it begins there" "$got" member.updated
status_is "that is" active

who=rescinded-hire
at 2026-01-10T00:00:00Z 1 "$(job 2026-02-01 '')"
at 2026-01-20T00:00:00Z 2 ""
status_is "a hire that was rescinded" suspended
at 2026-03-01T00:00:00Z
status_is "does not happen" suspended
is "which is recorded" "$(store "SELECT count(*) FROM audit WHERE kind = 'event.superseded'")" 1

who=leaver
at 2026-01-10T00:00:00Z 1 "$(job 2020-01-01 2026-02-15)" ',"name":"Asha","last":"2026-02-15"'
is "a future termination is scheduled" "$got" "member.enrolled event.scheduled"
at 2026-02-15T12:00:00Z
status_is "the last working day is inclusive: not a day early" active
at 2026-02-15T18:30:00Z
is "suspended when it is over there" "$got" member.suspended
like "with the date" "$(store "SELECT ended_at FROM member WHERE name = 'Asha'")" 2026-02-15

who=moved
at 2026-01-10T00:00:00Z 1 "$(job 2020-01-01 2026-02-15)"
at 2026-01-20T00:00:00Z 2 "$(job 2020-01-01 2026-04-15)"
at 2026-02-16T00:00:00Z
status_is "a last day that was put off" active
at 2026-04-16T00:00:00Z
status_is "comes in its time" suspended

who=rescinded
at 2026-01-10T00:00:00Z 1 "$(job 2020-01-01 2026-02-15)"
at 2026-01-20T00:00:00Z 2 "$(job 2020-01-01 '')"
is "why does not promise a termination that was rescinded" \
    "$(loya-audit why hr/rescinded status | grep -c to_come)" 0
at 2026-06-01T00:00:00Z
status_is "a termination that was rescinded does not happen" active

who=order
at 2026-01-20T00:00:00Z 2 "$(job 2020-01-01 '')"
at 2026-01-20T00:00:00Z 1 "$(job 2020-01-01 2026-02-15)"
at 2026-06-01T00:00:00Z
status_is "also when the two come in the other order" active

who=corrected
at 2026-01-10T00:00:00Z 1 "$(job 2020-01-01 2026-01-05)"
status_is "a termination that was entered by mistake" suspended
at 2026-01-11T00:00:00Z 2 "$(job 2020-01-01 '')"
is "and corrected" "$got" member.reactivated

who=rehire
at 2026-01-10T00:00:00Z 1 "$(job 2020-01-01 2025-12-31)"
at 2026-01-10T00:00:00Z 2 "$(job 2020-01-01 2025-12-31),$(job 2026-03-01 '')"
status_is "a rehire to come" suspended
at 2026-03-01T00:00:00Z
is "is the same member again, on the day" "$got" member.reactivated

who=two
at 2026-01-10T00:00:00Z 1 "$(job 2020-01-01 2026-02-15),$(job 2021-01-01 '')"
at 2026-02-20T00:00:00Z
status_is "one of two employments ends" active
at 2026-02-21T00:00:00Z 2 "$(job 2020-01-01 2026-02-15),$(job 2021-01-01 2026-02-25)"
at 2026-02-26T00:00:00Z
status_is "the other, too" suspended

who=leave
at 2026-01-10T00:00:00Z 1 "$(job 2020-01-01 '' L)"
status_is "leave is not inactive" active

who=several
at 2026-01-10T00:00:00Z 1 "$(job 2026-02-01 2026-02-28),$(job 2026-04-01 2026-04-30)"
at 2026-02-10T00:00:00Z
status_is "several changes to come: the first" active
ok "verify agrees while the rest of it waits" loya-audit verify
is "why has the rest of them" "$(loya-audit why hr/several status |
    grep -o '"effective_at":"2026-[0-9]*' | tr '\n' ' ')" \
    '"effective_at":"2026-02 "effective_at":"2026-03 "effective_at":"2026-04 '
at 2026-03-10T00:00:00Z
status_is "the second" suspended
at 2026-04-10T00:00:00Z
status_is "the third" active
at 2026-06-01T00:00:00Z
status_is "the last" suspended
is "each recorded once as scheduled" "$(store "SELECT count(*) FROM audit WHERE kind = 'event.scheduled'
    AND json_extract(detail, '\$.external_id') = 'several'")" 4
at 2026-06-02T00:00:00Z
is "and nothing waits any more" "$got $(store "SELECT count(*) FROM pending")" " 0"

who=late
at 2026-07-01T00:00:00Z 1 "$(job 2026-07-10 2026-07-20)"
at 2026-08-01T00:00:00Z
is "of all that has come due meanwhile only the last counts" "$got" member.suspended
status_is "that is" suspended

# Each slice has its own fields.
cp "$LOYA_CONF/sources/hr.json" "$T/hr.json"
sed -i 's/"timeline": {/"timeline": { "fields": { "title": "\/title" },/' \
    "$LOYA_CONF/sources/hr.json"
titled() { echo "{\"from\":\"$1\",\"to\":\"$2\",\"is\":\"A\",\"title\":\"$3\"}"; }
title_is() {	# SENTENCE TITLE
	is "$1" "$(store "SELECT attributes ->> 'title' FROM member m JOIN link l
	    ON l.member = m.id WHERE external_id = '$who'")" "$2"
}
slices="$(titled 2027-04-01 2027-06-30 clerk),$(titled 2027-07-01 2027-08-31 manager)"
who=before
at 2027-01-01T00:00:00Z 1 "$slices"
title_is "before the first day there is no title" ""
who=between
at 2027-05-01T00:00:00Z 1 "$slices"
title_is "a record that is received later has the one of its day" clerk
like "why has the next one" "$(loya-audit why hr/between title)" \
    '"effective_at":"2027-06-30T18:30:00.000000Z"'
who=put-off
at 2027-05-01T00:00:00Z 1 "$slices"
at 2027-05-01T00:00:00Z 2 "$(titled 2027-04-01 2027-09-30 clerk)"
who=before
title_is "so has one that waited" clerk
at 2027-08-01T00:00:00Z
title_is "the next one comes in its time" manager
who=between
title_is "for both" manager
who=put-off
title_is "what was rescinded does not" clerk
at 2027-09-10T00:00:00Z
who=after
at 2027-09-10T00:00:00Z 1 "$slices"
for who in before between after; do
	status_is "whenever it was received ($who), it ends" suspended
	title_is "with the same title" manager
done
is "nothing is said twice" "$(store "SELECT count(*) FROM audit WHERE kind =
    'member.unchanged' AND detail ->> 'external_id' IN ('before', 'between')")" 0
cp "$T/hr.json" "$LOYA_CONF/sources/hr.json"

# A zone with summer time: days of 23 and of 25 hours.
sed -i 's/"+05:30"/"Europe\/Berlin"/' "$LOYA_CONF/sources/hr.json"
who=spring
at 2026-03-01T00:00:00Z 1 "$(job 2020-01-01 2026-03-29)"
at 2026-03-29T21:59:59Z
status_is "the last day is the one on which clocks are put forward" active
at 2026-03-29T22:00:00Z
status_is "it is over at its midnight, not an hour later" suspended
who=autumn
at 2026-10-01T00:00:00Z 1 "$(job 2026-10-25 2026-10-25)"
at 2026-10-24T21:59:59Z
status_is "a day on which they are put back has not begun" pending
at 2026-10-24T22:00:00Z
status_is "begins in summer time" active
at 2026-10-25T22:59:59Z
status_is "has 25 hours: not one too few" active
at 2026-10-25T23:00:00Z
status_is "and no more" suspended
ok "verify agrees" loya-audit verify
done_testing
