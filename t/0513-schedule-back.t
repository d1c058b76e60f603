#!/bin/sh
# One of several changes of an event, replaced by a newer one, that waits again
# after the newer one was applied.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

cat >"$LOYA_CONF/sources/many.json" <<'END'
{"map":{"each":"/people","external_id":"/id","version":"/v","effective_at":"/at","deleted":"/gone","fields":{"name":"/name"}}}
END
at() { LOYA_NOW=2026-11-$1T00:00:00Z; export LOYA_NOW; }
people() {	# ID PEOPLE
	line many "$1" loya.received "{\"people\":[$2]}" | tr -d '\n' |
	    loya-apply >"$T/lines"
}
event() { store "SELECT state, date(due_at / 1000000, 'unixepoch')
    FROM event WHERE seq = 3"; }

at 01
people e1 '{"id":"A","v":1,"name":"a"},{"id":"B","v":1,"name":"b"}'
people e2 '{"id":"B","v":9,"name":"new","at":"2026-11-10"}'
people e3 '{"id":"A","v":2,"name":"c","at":"2026-11-20"},
    {"id":"B","v":5,"name":"old","at":"2026-11-28"}'
is "the older of two that wait is replaced" "$(types "$T/lines") $(event)" \
    "event.scheduled event.superseded scheduled|2026-11-20"
at 10
loya-apply -b >"$T/lines"
is "the newer one comes" "$(types "$T/lines")" member.updated
ok "the record is sound" loya-audit verify -q
at 20
loya-apply -b >"$T/lines"
is "the other part of the event comes, and the older one waits again" \
    "$(types "$T/lines") $(event)" "member.updated scheduled|2026-11-28"
ok "the record is sound" loya-audit verify -q

# Only this one may wait again.
tampered() {	# SQL
	rm -rf "$T/bad"
	mkdir "$T/bad"
	for s in "" -inbox; do
		sqlite3 -readonly "$LOYA_STORE$s" ".backup $T/bad/loya.db$s"
	done
	sqlite3 "$T/bad/loya.db" "$1"
	loya-audit verify -q -s "$T/bad/loya.db" |
	    grep -c '"table":"event","row":"3"'
}
is "not at a time that is over" \
    "$(tampered "UPDATE event SET due_at = 1 WHERE seq = 3")" 1
is "nor with a reason" \
    "$(tampered "UPDATE event SET why = 'denied' WHERE seq = 3")" 1
at 28
loya-apply -b >"$T/lines"
is "it comes to nothing" "$(types "$T/lines") $(event)" \
    "event.superseded applied|"
is "the newer one stands" "$(store "SELECT group_concat(name, ' ')
    FROM member")" "c new"
ok "the record is sound" loya-audit verify -q

# A removal that was put off: the event with the old day has another record.
at 01
people g1 '{"id":"E","v":1,"name":"e"},{"id":"F","v":1,"name":"f"}'
people g2 '{"id":"E","v":2,"gone":true,"at":"2026-11-12T00:00:00Z"},{"id":"F","v":2,"name":"g","at":"2026-11-12T00:00:00Z"}'
people g3 '{"id":"E","v":3,"gone":true,"at":"2026-11-20T00:00:00Z"}'
is "a removal is to come on its new day only" \
    "$(loya-audit why many/E status | grep -o '"effective_at":"[^"]*"')" \
    '"effective_at":"2026-11-20T00:00:00.000000Z"'
at 12
loya-apply -b >"$T/lines"
is "its old day brings the rest of that event" "$(types "$T/lines")" \
    "event.superseded member.updated"
at 20
loya-apply -b >"$T/lines"
is "its new day removes" "$(types "$T/lines")" member.closed
ok "the record is sound" loya-audit verify -q

# The same in one event, which has the newer version as well.
at 21
people h1 '{"id":"H","v":1,"name":"h"}'
people h2 '{"id":"H","v":3,"gone":true,"at":"2026-11-25T00:00:00Z"},{"id":"H","v":2,"gone":true,"at":"2026-11-23T00:00:00Z"}'
is "a removal of an older version is not to come" "$(types "$T/lines")" \
    event.scheduled
at 23
loya-apply -b >"$T/lines"
is "nor does it" "$(types "$T/lines")" ""
at 25
loya-apply -b >"$T/lines"
is "the newer one does" "$(types "$T/lines")" member.closed
ok "the record is sound" loya-audit verify -q

# Changes of one record are found, whatever stands between them.
at 26
people j '{"id":"J","v":1,"name":"1"},{"id":"K","v":1,"name":"1"},
    {"id":"J","v":2,"name":"2","at":"2026-11-27"},
    {"id":"K","v":3,"name":"3","at":"2026-11-28"},
    {"id":"J","v":3,"name":"3","at":"2026-11-28"},
    {"id":"K","v":2,"name":"2","at":"2026-11-27"}'
names() { store "SELECT name FROM member m JOIN link l ON l.member = m.id
    WHERE external_id IN ('J', 'K')" | paste -s -d ' '; }
is "what a newer one will say takes the place of the older, in one event" "$(
    for day in 26 27 28; do
	at $day
	loya-apply -b >"$T/lines"
	names
    done)" "1 1
1 1
3 3"
ok "the record is sound" loya-audit verify -q
done_testing
