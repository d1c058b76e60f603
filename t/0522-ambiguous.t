#!/bin/sh
# A record that matches two members waits for a person, and so do later events
# about that record.
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
# Whose record it is now, and what they have.
whose() { store "SELECT (SELECT o.external_id FROM link o WHERE o.member = m.id
    AND o.source = 'hr'), m.email, m.points FROM link l JOIN member m
    ON m.id = l.member WHERE l.source = 'crm' AND l.external_id = '$1'"; }

{ numbered hr E1 7 1; numbered hr E2 7 1; numbered crm C 7 1; mail C 2
  earn C; } >"$T/in"
apply
is "a record that two match is held, and what follows it too" \
    "$(types "$T/out")|$(waits)" \
    "member.enrolled member.enrolled event.held event.held event.held|ambiguous unknown_member unknown_member"
is "no member is made from it" "$(members)" 2
id() { store "SELECT member FROM link WHERE external_id = '$1'"; }
between="{\"member\":\"$(id E1)\",\"by\":[\"employee_number\"]},{\"member\":\"$(id E2)\",\"by\":[\"employee_number\"]}"
is "the line says which members match, and by which fields" \
    "$(grep -o '"candidates":.*]' "$T/out")" "\"candidates\":[$between]"
is "and so does the record, without the value" \
    "$(store "SELECT detail FROM audit WHERE kind = 'event.held' LIMIT 1")" \
    "{\"external_id\":\"C\",\"why\":\"ambiguous\",\"detail\":\"more than one member matches; correct the source and try this again (loya-apply -r)\",\"candidates\":[$between]}"
like "people read it in the story of the event" \
    "$(COLUMNS=300 loya-audit show -T crm/C-1)" \
    "ambiguous between $(id E1) by employee_number, $(id E2) by employee_number: more than one member matches"
ok "verify agrees" loya-audit verify
numbered hr E2 8 2 >"$T/in"
apply
is "the source is corrected" "$(waits)" "ambiguous unknown_member unknown_member"
status 0 "and it is tried again" loya-apply -r 3
is "with all that waited for it" "$(members)|$(waits)|$(whose C)" "2||E1|C.2@x|5"
is "and no event waits any more" "$(store "SELECT count(*) FROM pending")" 0

# A later event settles it.
{ numbered hr E3 8 1; numbered crm D 8 1; mail D 2; earn D
  numbered crm D 7 3; } >"$T/in"
apply
is "an event that one member matches settles it" \
    "$(members)|$(waits)|$(whose D)" "3||E1|D.2@x|10"
{ points hr h1 '{"external_id":"E1","kind":"earn","points":5,"reference":"C"}'
  points hr h2 '{"external_id":"E1","kind":"reverse","reverses":"C","reference":"R"}'
  points crm h3 '{"external_id":"C","kind":"reverse","reverses":"C","reference":"R"}'
} >"$T/in"
apply
is "of one reference of two sources each reverses its own" \
    "$(types "$T/out") $(whose D)" \
    "points.posted points.posted points.posted E1|D.2@x|5"
{ numbered crm F 8 1; mail F 2; numbered crm F 9 3; } >"$T/in"
apply
is "so does one that matches no member" "$(members)|$(waits)|$(whose F)" "4|||F.2@x|0"

# A person dismisses it.
{ numbered crm G 8 1; mail G 2; earn G; } >"$T/in"
apply
is "what follows waits" "$(members)|$(waits)" \
    "4|ambiguous unknown_member unknown_member"
seq=$(store "SELECT seq FROM event WHERE why = 'ambiguous'")
status 0 "it is dismissed" loya-apply -d "$seq"
is "then what follows is looked at again" "$(members)|$(waits)|$(whose G)" \
    "5|||G.2@x|5"

# A body of two records, of which the other waits for its member.
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

# Two rules, and more members than are named.
source_file app '{"profile":"plain","match":[["name","birthdate"],["email"]]}'
echo '{"authority":{"*":["hr","crm","web","app"]}}' >"$LOYA_CONF/loya.json"
for i in 1 2 3 4 5 6 7 8; do
	member hr "N$i" "{\"external_id\":\"N$i\",\"name\":\"N\",\"birthdate\":\"2000-01-01\"}"
done >"$T/in"
member hr M '{"external_id":"M","email":"m@x"}' >>"$T/in"
member app O '{"external_id":"O","name":"N","birthdate":"2000-01-01","email":"m@x"}' >>"$T/in"
apply
is "eight are named, and that there are more" "$(tail -n 1 "$T/out" |
    grep -o '"by":\["name","birthdate"\]}\|"more":true' | uniq -c | tr -s ' ')" \
    ' 8 "by":["name","birthdate"]}
 1 "more":true'
member hr N1b '{"external_id":"N1","name":"M","version":2}' >"$T/in"
apply
status 1 "tried again it is held again" loya-apply -r "$(store "SELECT max(seq) FROM event WHERE why = 'ambiguous'")"
like "by what each was found" "$(tail -n 1 "$T/out")" \
    "{\"member\":\"$(id M)\",\"by\":\[\"email\"\]}\],\"try\":2"

# Both rules find the same member, whom two sources then know by one id.
{ member hr T '{"external_id":"T","name":"T","birthdate":"2000-01-01","email":"t@x"}'
  member app T '{"external_id":"T","name":"T","birthdate":"2000-01-01","email":"t@x"}'
  line local 0 loya.hold '{"external_id":"T","hold":"fraud"}'; } >"$T/in"
apply
is "one member that two rules find is one, and has one hold" \
    "$(types "$T/out")" "member.enrolled member.updated member.updated"

# A member found twice by one rule, and a removal that names its member.
{ member hr U1 '{"external_id":"U1","email":"u@x","attributes":{"employee_number":"U"}}'
  member hr U2 '{"external_id":"U2","email":"u@x","attributes":{"employee_number":"U"}}'
  member app U '{"external_id":"U","email":"u@x"}'
  member app U-2 '{"external_id":"U","locale":"de"}'
  member crm V '{"external_id":"V","version":1,"deleted":true,"attributes":{"employee_number":"U"}}'
  mail V 2
} >"$T/in"
apply
is "what follows either waits, too" "$(types "$T/out" | cut -d ' ' -f 3-)" \
    "event.held event.held event.held event.held"
for seq in $(store "SELECT inbox FROM audit WHERE kind = 'event.held'
    AND event_id IN ('U', 'V')"); do
	loya-apply -d "$seq"
done >"$T/out"
is "until it is dismissed" "$(types "$T/out")" \
    "event.refused member.enrolled event.refused member.enrolled"

# A removal that says what one of the rules compares, and two have that.
{ member hr X1 '{"external_id":"X1","version":1,"email":"x@x"}'
  member hr X2 '{"external_id":"X2","version":1,"email":"x@x"}'
  member app X '{"external_id":"X","version":2,"email":"x@x","deleted":true}'
  member app X-1 '{"external_id":"X","version":1,"locale":"de"}'; } >"$T/in"
apply
is "what follows such a removal waits as well" "$(types "$T/out")|$(waits)" \
    "member.enrolled member.enrolled event.held event.held|ambiguous ambiguous unknown_member"
member hr X3 '{"external_id":"X2","version":2,"email":"y@x"}' >"$T/in"
apply
status 1 "once one has it, that is tried again" loya-apply -r "$(store "SELECT
    max(seq) FROM event WHERE why = 'ambiguous'")"
is "and waits to be named, which what follows does" "$(types "$T/out")|$(waits)" \
    "event.held member.enrolled member.closed|ambiguous"

# Waiting for an id of one source is not waiting for the same id of another.
{ points app W '{"external_id":"W","kind":"earn","points":5,"reference":"W"}'
  member hr W '{"external_id":"W"}'; } >"$T/in"
apply
is "what waits for an id is not tried again for another source's" \
    "$(types "$T/out")" "event.held member.enrolled"
member app W1 '{"external_id":"W"}' >"$T/in"
apply
is "but for its own" "$(types "$T/out")" "member.enrolled points.posted"

# A hold on an id by which two sources know different people.
{ member hr S '{"external_id":"S"}'; member app S '{"external_id":"S"}'; } >"$T/in"
apply
line local 1 loya.hold '{"external_id":"S","hold":"fraud"}' >"$T/in"
apply
like "is refused, and says who they are" "$(cat "$T/out")" \
    '"why":"ambiguous",.*"candidates":\[{"member":"[^"]*","source":"app"},{"member":"[^"]*","source":"hr"}\]'

# One of the candidates is erased, then the person that it is about.
status 0 "one of them is erased" loya-audit erase -q hr/N2
ok "verify agrees with that" loya-audit verify
like "the story has what it said" "$(loya-audit show app/O)" '"more":true'
status 0 "and who it is about" loya-audit erase -q app/O
is "then nothing is said any more" "$(loya-audit show app/O | grep -c candidates)" 0
is "no event waits at the end" "$(store "SELECT count(*) FROM pending")" 0
ok "verify agrees at the end" loya-audit verify
done_testing
