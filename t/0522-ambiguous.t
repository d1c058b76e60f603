#!/bin/sh
# A record that two members match waits for a person, and so does what comes
# after it about the same record.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
source_file crm '{"profile":"plain","match":[["employee_number"]]}'
echo '{"authority":{"*":["hr","crm"],"email":["crm"]}}' >"$LOYA_CONF/loya.json"
numbered() {	# SOURCE ID NUMBER VERSION
	member "$1" "$2-$4" "{\"external_id\":\"$2\",\"version\":$4,\"attributes\":{\"employee_number\":\"$3\"}}"
}
mail() { member crm "$1-$2" "{\"external_id\":\"$1\",\"version\":$2,\"email\":\"$1.$2@x\"}"; }
earn() { points crm "$1-p" "{\"external_id\":\"$1\",\"kind\":\"earn\",\"points\":5,\"reference\":\"$1\"}"; }
apply() { loya-apply "$@" <"$T/in" >"$T/out" 2>"$T/err"; }
members() { store "SELECT count(*) FROM member"; }
waits() { store "SELECT why FROM event WHERE state = 'held' ORDER BY seq" | paste -s -d ' '; }
# Whose record that is now, and what they have.
whose() { store "SELECT (SELECT o.external_id FROM link o WHERE o.member = m.id
    AND o.source = 'hr'), m.email, m.points FROM link l JOIN member m
    ON m.id = l.member WHERE l.source = 'crm' AND l.external_id = '$1'"; }

{ numbered hr E1 7 1; numbered hr E2 7 1; numbered crm C 7 1; mail C 2
  earn C; } >"$T/in"
apply
is "a record that two match is held, and what follows it too" \
    "$(types "$T/out")|$(waits)" \
    "member.enrolled member.enrolled event.held event.held event.held|ambiguous unknown_member unknown_member"
is "nobody is made of it" "$(members)" 2
ok "verify agrees" loya-audit verify
numbered hr E2 8 2 >"$T/in"
apply
is "the source is corrected" "$(waits)" "ambiguous unknown_member unknown_member"
status 0 "and it is tried again" loya-apply -r 3
is "with all that waited for it" "$(members)|$(waits)|$(whose C)" "2||E1|C.2@x|5"
is "and nobody waits any more" "$(store "SELECT count(*) FROM pending")" 0

# A later event settles it.
{ numbered hr E3 8 1; numbered crm D 8 1; mail D 2; earn D
  numbered crm D 7 3; } >"$T/in"
apply
is "an event that one member matches settles it" \
    "$(members)|$(waits)|$(whose D)" "3||E1|D.2@x|10"
{ numbered crm F 8 1; mail F 2; numbered crm F 9 3; } >"$T/in"
apply
is "so does one that nobody matches" "$(members)|$(waits)|$(whose F)" "4|||F.2@x|0"

# A person does not want it.
{ numbered crm G 8 1; mail G 2; earn G; } >"$T/in"
apply
is "what follows waits" "$(members)|$(waits)" \
    "4|ambiguous unknown_member unknown_member"
seq=$(store "SELECT seq FROM event WHERE why = 'ambiguous'")
status 0 "it is dismissed" loya-apply -d "$seq"
is "then what follows is looked at again" "$(members)|$(waits)|$(whose G)" \
    "5|||G.2@x|5"

# A body of two records, of which the other waits to be named.
source_file web '{"match":[["employee_number"]],"map":{"each":"/r","external_id":"/id",
    "version":"/v","deleted":"/gone","fields":{"employee_number":"/n","nickname":"/nick"}}}'
echo '{"authority":{"*":["hr","crm","web"],"email":["crm"]}}' >"$LOYA_CONF/loya.json"
{ numbered hr E4 8 1
  line web 1 loya.received '{"r":[{"id":"K","v":1,"n":"8"},{"id":"L","v":2,"gone":true}]}'
  line web 2 loya.received '{"r":[{"id":"K","v":2,"nick":"k"}]}'
  line web 3 loya.received '{"r":[{"id":"L","v":1,"nick":"l"}]}'
} >"$T/in"
apply
is "what follows the other one names it" \
    "$(waits)|$(store "SELECT group_concat(external_id) FROM link WHERE source = 'web'")" \
    "ambiguous unknown_member|L"
status 0 "it is dismissed as well" loya-apply -d "$(store "SELECT seq FROM event WHERE why = 'ambiguous'")"
is "and all is settled" "$(members)|$(waits)" "8|"
mail H 1 >"$T/in"
apply
is "one that follows nothing is a member as before" "$(members)" 9
is "nobody waits at the end" "$(store "SELECT count(*) FROM pending")" 0
ok "verify agrees at the end" loya-audit verify
done_testing
