#!/bin/sh
# An event that cannot be mapped is found under the member that it names.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr '{"map":{"each":"/people","external_id":"/id","fields":{
    "status":{"from":"/s","values":{"on":"active","off":"suspended"}}}}}'
source_file shop
echo '{"authority":{"*":["hr","shop"]}}' >"$LOYA_CONF/loya.json"

hr() {	# ID PEOPLE: their event, applied
	line hr "$1" person "{\"people\":[$2]}" |
	    loya-apply >"$T/lines" 2>"$T/err"
}
refused() {	# ID: why, and the member's number among all, of its row
	store "SELECT detail ->> 'why', detail ->> 'external_id',
	    member IS NOT NULL FROM audit WHERE kind = 'event.refused'
	    AND event_id = '$1'"
}

hr 1 '{"id":"P1","s":"on"},{"id":"P2","s":"on"}'
hr 2 '{"id":"P1","s":"odd"}'
is "a value that is not listed is recorded with the member" "$(refused 2)" \
    "bad_field|P1|1"
like "the line names the member" "$(cat "$T/lines")" \
    "\"subject\":\"$(store "SELECT member FROM link WHERE external_id = 'P1'")\""
like "it stands in the log of the member" "$(loya-audit log -m hr/P1)" \
    '"kind":"event.refused"'
is "and about no other member" \
    "$(loya-audit log -m hr/P2 | grep -c event.refused)" 0
hr 3 '{"id":"P2","s":"off"},{"id":"P1","s":"odd"}'
is "one about two people is about no single member" "$(refused 3)" "bad_field||0"
hr 4 '{"id":"P9","s":"odd"}'
is "one about somebody unknown names him" "$(refused 4)" "bad_field|P9|0"
hr 5 '{"s":"odd"}'
is "and one without an id" "$(refused 5)" "missing||0"
member shop 6 '{"external_id":"S1","name":"A"}' | loya-apply >/dev/null
member shop 7 '{"external_id":"S1","nickname":"B"}' |
    loya-apply >/dev/null 2>&1
is "loya's own lines are read for the ids they name, too" "$(refused 7)" \
    "bad_field|S1|1"
hr 8 '{"id":"P1","s":"off"}'
like "the member goes on" "$(types "$T/lines")" '^member.suspended$'
seq=$(store "SELECT min(seq) FROM event WHERE state = 'refused'")
status 1 "another try is refused again" loya-apply -r "$seq"
is "and joins the others" "$(loya-audit log -m hr/P1 -k event.refused |
    wc -l | tr -d ' ')" 2
ok "the record agrees with itself" loya-audit verify
loya-audit erase hr/P1 >/dev/null 2>&1
is "an erased person leaves no id in it" \
    "$(store "SELECT count(*) FROM audit WHERE detail LIKE '%P1%'")" 0
hr 9 '{"id":"P1","s":"odd"}'
is "nor does a later event bring it back" "$(refused 9)" "bad_field||0"
ok "it agrees still" loya-audit verify
done_testing
