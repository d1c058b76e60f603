#!/bin/sh
# Erasing somebody whom events named that wait for their time, or were refused,
# before anybody was enrolled by the id.
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
done_testing
