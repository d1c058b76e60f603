#!/bin/sh
# Erasing a person whom waiting or refused events named before anybody was
# enrolled by that id.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
echo '{"profile":"plain"}' >"$LOYA_CONF/sources/hr.json"
left() {	# lines of files that have anything of the person
	cat "$LOYA_STORE"* | grep -a -c -i -e Zebulon -e Quux -e zq@example
}
hr() { line member hr "$1" 2026-11-20T08:00:00Z "$2" | loya-apply >"$T/lines"; }

hr o1 '{"external_id":"E0","version":1,"name":"Other"}'
hr z1 '{"external_id":"E7","version":1,"name":"Zebulon Quux","effective_at":"2036-01-01T00:00:00Z"}'
line hold local z9 2026-11-20T08:00:00Z '{"external_id":"E7","hold":"quux"}' |
    loya-apply >"$T/lines" 2>"$T/err"
hr z2 '{"external_id":"E7"}'
hr z3 '{"external_id":"E7","version":3,"email":"zq@example","deleted":true,"effective_at":"2037-01-01T00:00:00Z"}'
status 0 "once it is enrolled it can be erased" loya-audit erase hr/E7
like "with both events that waited, and what local said in vain" "$(cat "$T/out")" \
    '"links":1,"events":2,"bodies":4,'
is "nothing of the person is in any file" "$(left)" 0
status 0 "and the record is sound" loya-audit verify -q
LOYA_NOW=2038-01-01T00:00:00Z
status 0 "when the time would have come" loya-apply -b
is "nothing happens" "$(cat "$T/out")" ""
hr z4 '{"external_id":"E7","version":4,"name":"Zebulon Quux","effective_at":"2039-01-01T00:00:00Z"}'
like "one that comes later is held" "$(cat "$T/lines")" \
    'loya.event.held.*"why":"erased"'
status 0 "and goes when the member is erased again" loya-audit erase hr/E7
is "without a trace, too" "$(left)" 0
status 0 "which is sound" loya-audit verify -q

# A waiting event with an id that local wrote, and that nobody has, is local's.
by_hand() { line points local "$1" 2026-11-20T08:00:00Z "$2" | loya-apply -q \
    >"$T/lines"; }
waits() { sqlite3 -readonly "$LOYA_STORE" "SELECT * FROM pending"; }
hr q1 '{"external_id":"E8","version":1,"name":"Quux"}'
by_hand q2 '{"external_id":"E8","kind":"earn","points":5,"reference":"q"}'
is "points by the id alone wait" "$(waits)" "local|E8|8"
status 0 "the person meant is erased" loya-audit erase hr/E8
is "and the id waits nowhere any more" "$(waits)" ""
status 0 "which is sound, too" loya-audit verify -q
by_hand q3 '{"external_id":"E8","kind":"earn","points":5,"reference":"q"}'
is "what comes later waits again, and is dismissed" "$(waits)" "local|E8|9"
loya-apply -d 9 >"$T/lines"
status 0 "until the member is erased again" loya-audit erase hr/E8
is "without its id" "$(waits)" ""
status 0 "and that is sound" loya-audit verify -q
done_testing
