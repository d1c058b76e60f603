#!/bin/sh
# A record that is removed before anything named it: the rules of match find
# its member once another event gives the values they compare.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
crm() {	# [MATCH]: as a source's own form, whose removals say nothing else
	source_file crm '{"map":{"external_id":"/id","version":"/v",
	    "deleted":"/gone","fields":{"email":"/email"}}'"${1-}"'}'
}
crm ',"match":[["email"]]'
echo '{"authority":{"*":["hr","crm"],"status":["crm","hr"]}}' \
    >"$LOYA_CONF/loya.json"
removed() { line crm "$1" loya.received \
    "{\"id\":\"$2\",\"v\":2,\"gone\":true,\"email\":\"$3\"}"; }
named() { line crm "$1" loya.received \
    "{\"id\":\"$2\",\"v\":1,\"email\":\"$3\"}"; }
apply() { loya-apply <"$T/in" >"$T/out" 2>"$T/err"; }
# Which ids are one member, and what became of them.
who() { store "SELECT status, group_concat(id) FROM (SELECT m.status,
    m.id AS member, l.source || '/' || l.external_id AS id FROM link l
    JOIN member m ON m.id = l.member ORDER BY 2, 3) GROUP BY member
    ORDER BY 2" | paste -s -d ' '; }

{ member hr 1 '{"external_id":"E1","version":1,"email":"a@x"}'
  removed 2 C1 a@x; } >"$T/in"
apply
is "it is held, and no member is enrolled" "$(types "$T/out")|$(who)" \
    "member.enrolled event.held|active|hr/E1"
like "until somebody is known by it" "$(cat "$T/out")" \
    '"why":"unknown_member","detail":"no member has this id yet; this is applied by itself once one has"'
named 3 C1 a@x >"$T/in"
apply
is "an older event that names it finds the member, and it is removed" \
    "$(types "$T/out")|$(who)" \
    "member.updated member.closed|closed|crm/C1,hr/E1"
is "what was held is done" "$(store "SELECT count(*) FROM event
    WHERE state <> 'applied'")" 0

{ removed 4 C2 b@x; named 5 C2 b@x; } >"$T/in"
apply
is "if no member matches it is a member of its own, closed" \
    "$(types "$T/out")|$(who)" \
    "event.held member.enrolled member.closed|closed|crm/C1,hr/E1 closed|crm/C2"
crm
removed 6 C3 c@x >"$T/in"
apply
is "without rules there is nothing to ask: it is one at once" \
    "$(types "$T/out")" member.enrolled
source_file crm '{"profile":"plain","match":[["email"]]}'
member crm 7 '{"external_id":"C4","version":2,"email":"d@x","deleted":true}' \
    >"$T/in"
apply
is "nor where the event says all that they compare" "$(types "$T/out")" \
    member.enrolled
# What such a line says is kept, so that a later record finds the same member
# as an earlier one.
source_file app '{"profile":"plain","match":[["email"]]}'
echo '{"authority":{"*":["hr","crm","app"],"status":["crm","hr"]}}' \
    >"$LOYA_CONF/loya.json"
member crm 7a '{"external_id":"C7","version":2,"email":"g@x","deleted":true}' \
    >"$T/7"
member app 7b '{"external_id":"A7","version":1,"email":"g@x"}' >>"$T/7"
sed 's/g@x/h@x/; s/C7/C8/; s/A7/A8/; s/"7/"8/' "$T/7" >"$T/8"
{ cat "$T/7"; sed -n 2p "$T/8"; sed -n 1p "$T/8"; } >"$T/in"
apply
is "and what it says is kept: any order ends in the same members" \
    "$(store "SELECT group_concat(id, ' ') FROM (SELECT count(*) || m.status ||
    m.email AS id FROM link l JOIN member m ON m.id = l.member
    WHERE l.external_id GLOB '[AC][78]' GROUP BY m.id ORDER BY 1)")" \
    "2closedg@x 2closedh@x"
source_file crm '{"match":[["email"]],"map":{"each":"/r","external_id":"/x",
    "version":"/v","deleted":"/gone","fields":{"email":"/email"}}}'
line crm 8 loya.received '{"r":[{"x":"C5","v":2,"gone":true},{"x":"C5","v":1,"email":"e@x"}]}' \
    ',"datacontenttype":"application/json"' >"$T/in"
apply
is "one event may say both, in that order" \
    "$(types "$T/out")|$(who | grep -o '[a-z]*|crm/C5')" \
    "event.held member.enrolled member.closed member.unchanged|closed|crm/C5"
is "and nothing of it waits" "$(store "SELECT state FROM event
    ORDER BY seq DESC LIMIT 1")" applied

# Two rules, and a removal that has the value of only one of them.
source_file crm '{"profile":"plain","match":[["phone_number"],["email"]]}'
two() {	# N: a person by number, another one by e-mail
	member hr "$1a" "{\"external_id\":\"A$1\",\"version\":1,\"phone_number\":\"+49$1\"}"
	member hr "$1b" "{\"external_id\":\"B$1\",\"version\":1,\"email\":\"$1@x\"}"
}
gone() { member crm "$1g" "{\"external_id\":\"D$1\",\"version\":2,\"email\":\"$1@x\",\"deleted\":true}"; }
here() { member crm "$1h" "{\"external_id\":\"D$1\",\"version\":1,\"phone_number\":\"+49$1\"}"; }
{ two 21; two 22; here 21; gone 21; gone 22; } >"$T/in"
apply
is "which it is of two members is not guessed" \
    "$(types "$T/out" | grep -o 'event.*')|$(who | grep -o 'active.*22')" \
    "event.held|active|hr/A22 active|hr/B21 active|hr/B22"
here 22 >"$T/in"
apply
is "whichever of the two comes first, the same one is removed" \
    "$(who | grep -o 'closed[^ ]*2[12]' | paste -s -d ' ')" \
    "closed|crm/D21,hr/A21 closed|crm/D22,hr/A22"
ok "verify agrees" loya-audit verify
done_testing
