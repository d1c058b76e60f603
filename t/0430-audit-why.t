#!/bin/sh
# loya-audit why, where no event says it: what is outdated before it comes, who
# was missing from a snapshot, and rules that were changed.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_conf
COLUMNS=500
LOYA_NOW=2026-11-23T12:00:00Z
export COLUMNS LOYA_NOW

member() {	# source id external-id more
	line member "$1" "$2" 2026-11-23T08:00:00Z \
	    "{\"external_id\":\"$3\",$4}" | loya-apply >"$T/applied"
}
later() {	# id external-id version day fields
	member hr "$1" "$2" "\"version\":$3,\"effective_at\":\"$4T00:00:00Z\",$5"
}

# What waits and will be superseded.
member hr a1 A '"version":1,"status":"active","name":"A"'
later a2 A 2 2026-12-01 '"status":"closed","name":"B"'
like "what waits has the time of its source" "$(loya-audit why hr/A name)" \
    '"to_come":\[[{]"value":"B",.*"source_time":"2026-11-23T08:00:00.000000Z"'
member hr a3 A '"version":3,"status":"suspended"'
is "why does not promise what a newer claim supersedes" \
    "$(loya-audit why hr/A status | grep -c to_come)" 0
is "nor in sentences" "$(loya-audit why -T hr/A status | grep -c becomes)" 0
like "what it does not supersede is still to come" \
    "$(loya-audit why -T hr/A name)" 'on 2026-12-01T00:00:00Z it becomes B'
is "and so it comes" "$(LOYA_NOW=2026-12-01T00:00:00Z loya-apply -bn |
    grep -o '"changes":.*"superseded":[^,]*')" \
    '"changes":{"name":{"old":"A","new":"B"}},"superseded":["status"]'
member hr b1 B '"version":1,"status":"active"'
later b2 B 2 2026-12-01 '"status":"closed"'
member hr b3 B '"version":3,"deleted":true'
is "a status is not to come where the record is gone" \
    "$(loya-audit why hr/B status | grep -c to_come)" 0
member hr c1 C '"version":1,"status":"active"'
later c3 C 3 2026-12-01 '"status":"suspended"'
later c2 C 2 2026-12-02 '"status":"closed","name":"C"'
is "nor what a newer one supersedes that comes before" \
    "$(loya-audit why -T hr/C status | grep -o 'it becomes [a-z]*')" \
    "it becomes suspended"
later d2 D 2 2026-12-01 '"status":"closed","name":"D"'
later d3 D 3 2026-12-02 '"status":"suspended"'
member hr d1 D '"version":1,"status":"active"'
is "nor what a newer one keeps to itself that comes after" \
    "$(loya-audit why -T hr/D status | grep -o 'it becomes [a-z]*')" \
    "it becomes suspended"
is "and so they come" "$(LOYA_NOW=2026-12-01T00:00:00Z loya-apply -bn |
    grep hr/d2 | grep -o '"changes":.*"scheduled_newer":[^,]*')" \
    '"changes":{"name":{"old":null,"new":"D"}},"scheduled_newer":["status"]'
member hr e1 E '"status":"active"'
line member hr e2 2026-11-23T07:00:00Z '{"external_id":"E",
    "effective_at":"2026-12-01T00:00:00Z","status":"closed"}' | tr -d '\n' |
    loya-apply >"$T/applied"
is "without a version the source's time decides" \
    "$(loya-audit why hr/E status | grep -c to_come)" 0
rm "$LOYA_CONF/loya.json"
is "source files that cannot be read change nothing of it" \
    "$(loya-audit why hr/A status | grep -c to_come)" 0
audit_conf
done_testing
