#!/bin/sh
# A record that was merged into another one while its member has points.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
merged() { member hr "$1" "{\"external_id\":\"L\",\"version\":$1,\"deleted\":true,\"attributes\":{\"merged_into\":\"$2\"}}"; }
back() { member hr "$1" "{\"external_id\":\"L\",\"version\":$1,\"name\":\"L\"}"; }
apply() { loya-apply "$@" <"$T/in" >"$T/out" 2>"$T/err"; }
move() {	# POINTS: post them to the one that is left, take them from the other
	for id in C L; do
		line local "$1-$id" loya.points "{\"member\":\"$(store "SELECT member FROM link WHERE external_id = '$id'")\",\"kind\":\"adjust\",\"points\":$([ $id = L ] && echo -)$1,\"reference\":\"$1-$id\"}"
	done | loya-apply >"$T/out" 2>"$T/err"
}
why_row() {	# the kind of the row in which "why" says it was applied
	row=$(loya-audit why hr/L status |
	    sed 's/"made".*//; s/.*"inbox":4,"audit":\([0-9]*\),.*/\1/')
	store "SELECT kind FROM audit WHERE seq = $row"
}
event() { store "SELECT state, why FROM event WHERE seq = $1"; }

{ member hr 1 '{"external_id":"C","version":1,"name":"C"}'
  back 2
  points hr 3 '{"external_id":"L","kind":"earn","points":5,"reference":"r"}'
  merged 4 C
} >"$T/in"
apply
is "a merge that leaves points is held" "$(event 4)" "held|merged"
is "why names the row that closed the member" "$(why_row)" member.closed
said=$(store "SELECT detail ->> 'detail' FROM audit WHERE kind = 'event.held'")
status 1 "tried again it is held again" loya-apply -r 4
is "with the same sentence" "$(event 4) $(store "SELECT detail ->> 'detail' FROM audit
    WHERE kind = 'event.held' ORDER BY seq DESC LIMIT 1")" "held|merged $said"
is "the row that says it again does not hold it either" "$(why_row)" member.unchanged
merged 5 C | sed 's/"version":5/"version":4/' >"$T/in"
apply
is "a repeat of it is reported once" "$(event 5)" "applied|"
ok "verify agrees" loya-audit verify

{ back 6; merged 7 C; } >"$T/in"
apply
is "brought back, and merged again into the same, it is held again" \
    "$(types "$T/out") $(event 7)" \
    "member.reactivated member.closed event.held held|merged"
like "the one before is older" "$(loya-apply -r 4 2>"$T/err")" '"loya.event.superseded"'
is "which still says where points are" "$(event 4) $(event 7)" \
    "held|merged held|merged"

back 8 >"$T/in"
apply
move 5
merged 9 C >"$T/in"
apply
is "without points there is nothing to move" "$(event 9)" "applied|"
status 0 "and one that was held is done when it is tried again" \
    loya-apply -r 7
is "that is" "$(event 7)" "applied|superseded"

{ back 12
  points hr 13 '{"external_id":"L","kind":"earn","points":2,"reference":"s"}'
  merged 14 C; merged 15 D; } >"$T/in"
apply
is "merged into another one is news" "$(event 14) $(event 15)" \
    "held|merged held|merged"
status 0 "the one before is done when it is tried again" loya-apply -r 14

# Ids that are numbers in that system.
{ member hr 16 '{"external_id":77,"version":1,"name":"N"}'
  merged 17 7 | sed 's/"7"/77/'; } >"$T/in"
apply
like "who took its place is found by a number, too" \
    "$(tail -n 1 "$T/out")" "was merged into 77 [(]member $(store "SELECT member
    FROM link WHERE external_id = '77'")[)]"

# Another system says that the member still exists.
source_file crm '{"profile":"plain","match":[["email"]]}'
echo '{"authority":{"*":["hr","crm"],"status":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
{ back 20 | sed 's/"name"/"email":"l@x","name"/'
  member crm 21 '{"external_id":"K","email":"l@x","status":"active"}'
  merged 22 C; } >"$T/in"
apply
is "a member that is not closed by it keeps its points" \
    "$(types "$T/out")" \
    "member.reactivated member.updated member.updated"
ok "verify agrees at the end" loya-audit verify
done_testing
