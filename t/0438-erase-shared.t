#!/bin/sh
# Erasing a person whom an event names together with others, while it waits for
# their time: afterwards the audit log is sound, whoever was erased or let back
# in.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
cat >"$LOYA_CONF/sources/hr.json" <<'END'
{"receive":{"auth":{"kind":"none"},"id":"/id"},
 "map":{"each":"/r","external_id":"/x","version":"/v","effective_at":"/eff",
        "fields":{"name":"/name","status":"/status"}}}
END
source_file can
hr() { line hr "$1" loya.received "{\"r\":[$2]}" \
    ',"datacontenttype":"application/json"'; }
owner() { echo "{\"authority\":{\"*\":[\"hr\",\"can\"]$1}}" \
    >"$LOYA_CONF/loya.json"; }
LOYA_NOW=2026-06-01T00:00:00Z
export LOYA_NOW

owner ',"status":["can"]'
{
	hr e1 '{"x":"A","v":1,"name":"a"},{"x":"B","v":1,"name":"b"},{"x":"C","v":8,"name":"c"}'
	hr e2 '{"x":"A","v":2,"name":"a2","eff":"2026-06-10"},{"x":"B","v":2,"name":"b2","eff":"2027-01-01"},{"x":"C","v":9,"status":"closed"}'
	hr e3 '{"x":"D","v":2,"name":"d2","eff":"2027-01-01"},{"x":"B","v":1,"name":"b"}'
	hr e4 '{"x":"D","v":1,"name":"d"}'
	hr e5 '{"x":"E","v":1,"name":"e"}'
	hr e6 '{"x":"E","v":3,"name":"e3","eff":"2027-01-01"},{"x":"C","v":10,"status":"suspended"}'
} | loya-apply >"$T/lines" 2>"$T/err"
owner ''
LOYA_NOW=2026-06-11T00:00:00Z loya-apply -b >"$T/lines"
LOYA_NOW=2026-06-12T00:00:00Z
loya-apply -r 6 >"$T/lines" 2>"$T/err"
is "what was refused was tried again, and waits" \
    "$(store 'SELECT state, tries FROM event WHERE seq = 6')" 'scheduled|2'
status 0 "before it all is sound" loya-audit verify -q
status 1 "of an event two others wait for, the one part that came due" \
    loya-audit erase hr/A
is "the rest still waits" \
    "$(store 'SELECT state FROM event WHERE seq = 2')" scheduled
status 0 "and the record is sound" loya-audit verify -q
status 1 "of one that was tried again, whose rows said what still waits" \
    loya-audit erase hr/E
status 0 "it is sound, too" loya-audit verify -q
status 1 "who was no member yet when an event said what comes" \
    loya-audit erase hr/D
status 0 "is not missed among what waits" loya-audit verify -q
loya-audit erase -u hr/D >"$T/lines"
status 0 "nor when that is lifted" loya-audit verify -q
loya-audit erase hr/D >"$T/lines" 2>"$T/err"
status 0 "nor when it is put back" loya-audit verify -q

hr e7 '{"x":"F","v":2,"name":"f","eff":"2027-01-01"}' | loya-apply >"$T/lines"
store "DELETE FROM pending WHERE external_id = 'F'"
status 1 "a missing one that was not erased is found" loya-audit verify
like "by name" "$(cat "$T/out")" '"table":"pending","row":"7".*is missing'
for change in "UPDATE meta SET value = x'00'" "DELETE FROM meta"; do
	store "$change WHERE key = 'tombstone_key'"
	status 1 "nor does verify end without a key: $change" loya-audit verify
	like "which is reported" "$(cat "$T/out")" '"table":"(tombstone|meta)"'
done
done_testing
