#!/bin/sh
# An event may not yet be able to say whose record it is: what it says about a
# future day, leaving out what members are matched by, creates no member.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
source_file crm '{"match":[["email"]],"map":{"each":"/r","external_id":"/id",
    "version":"/v","effective_at":"/eff","fields":{"name":"/name",
    "email":"/email","status":"/status"}}}'
echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"

at() {	# TIME: feed $T/in at that time; types in $got
	LOYA_NOW=$1 loya-apply <"$T/in" >"$T/lines" 2>"$T/err"
	got=$(types "$T/lines")
	: >"$T/in"
}
crm() { line crm "$1" loya.received "{\"r\":[$2]}"; }
ends() { echo "{\"id\":\"$1\",\"v\":1,\"status\":\"suspended\",\"eff\":\"2026-07-01\"}"; }
members() { store "SELECT group_concat(email || ' ' || status, ', ')
    FROM (SELECT email, status FROM member ORDER BY num)"; }
event() { store "SELECT state, why, date(due_at / 1000000, 'unixepoch')
    FROM event WHERE seq = $1"; }

# More than one member matches.
{
	member hr 1 '{"external_id":"H1","version":1,"email":"two@x"}'
	member hr 2 '{"external_id":"H2","version":1,"email":"two@x"}'
	crm 3 "{\"id\":\"C\",\"v\":1,\"email\":\"two@x\"},$(ends C)"
} >"$T/in"
at 2026-06-01T00:00:00Z
is "a record that two members match is held" "$(event 3)" \
    "held|ambiguous|2026-07-01"
at 2026-07-01T00:00:00Z
is "when its day comes no member is guessed" "$(members)" \
    "two@x active, two@x active"
is "and it is held as before" "$(event 3)" "held|ambiguous|"
member hr 4 '{"external_id":"H2","version":2,"email":"other@x"}' >"$T/in"
at 2026-07-02T00:00:00Z
LOYA_NOW=2026-07-02T00:00:00Z loya-apply -r 3 >"$T/lines"
is "once it is settled all of it is applied" "$(members)" \
    "two@x suspended, other@x active"
is "and nothing waits" "$(event 3) $(store "SELECT count(*) FROM pending")" \
    "applied|| 0"
{
	member hr 5 '{"external_id":"H2","version":3,"email":"two@x"}'
	crm 6 "$(ends D),{\"id\":\"D\",\"v\":1,\"email\":\"two@x\"}"
} >"$T/in"
at 2026-07-02T00:00:00Z
is "nor one that comes late, and says it first" "$(members)" \
    "two@x suspended, two@x active"

# It takes effect later than the day it names.
member hr 7 '{"external_id":"H7","version":1,"email":"one@x"}' >"$T/in"
crm 8 "{\"id\":\"E\",\"v\":1,\"email\":\"one@x\",\"eff\":\"2026-09-01\"},
    $(ends E | sed s/07/08/)" | tr -d '\n' >>"$T/in"
at 2026-07-03T00:00:00Z
at 2026-08-02T00:00:00Z
is "what comes before it is said whose it is waits" "$(event 8)" \
    "held|unknown_member|2026-09-01"
at 2026-09-01T00:00:00Z
is "and is theirs then" "$(members) $(event 8)" \
    "two@x suspended, two@x active, one@x suspended applied||"

# Whose time has come, and that is held, takes the place of nothing any more: it
# may be dismissed.
{
	member hr 9 '{"external_id":"H9","version":1,"email":"nine@x"}'
	member hr 10 '{"external_id":"H10","version":1,"email":"nine@x"}'
	crm 11 '{"id":"N","v":5,"email":"nine@x","status":"closed","eff":"2026-10-01"}'
} >"$T/in"
at 2026-09-02T00:00:00Z
crm 12 '{"id":"N","v":4,"email":"nine@x","status":"suspended","eff":"2026-11-01"}' \
    >"$T/in"
at 2026-10-02T00:00:00Z
is "what came due is held, and what is older waits for its time" \
    "$(event 11) $(event 12)" "held|ambiguous| scheduled||2026-11-01"

# Nor is somebody made new whom the event names behind that.
{
	member hr 13 '{"external_id":"H13","version":1,"email":"three@x"}'
	crm 14 "$(ends G),{\"id\":\"G\",\"v\":1,\"email\":\"three@x\"}"
} >"$T/in"
at 2026-10-03T00:00:00Z
is "one member matches what the event says behind a day that is over" \
    "$(members | grep -o 'three@x.*') $(event 14)" "three@x suspended applied||"
ok "verify agrees" loya-audit verify
done_testing
