#!/bin/sh
# Values that many members had before do not hide who has one now.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
source_file crm '{"profile":"plain","match":[["email"],["employee_number"]]}'
echo '{"authority":{"*":["hr","crm"]}}' >"$LOYA_CONF/loya.json"
had() {	# ID VERSION VALUE
	member hr "$1-$2" "{\"external_id\":\"$1\",\"version\":$2,\"email\":\"$3@x\",\"attributes\":{\"employee_number\":\"$3\"}}"
}
numbered() {
	member crm "$1" "{\"external_id\":\"$1\",\"attributes\":{\"employee_number\":\"$2\"}}"
}
i=0
while [ "$i" -lt 100 ]; do
	had "P$i" 1 info
	had "P$i" 2 "p$i"
	i=$((i + 1))
done >"$T/in"
had N 1 info >>"$T/in"
apply() { loya-apply "$@" <"$T/in" >"$T/out" 2>"$T/err"; }
who() { store "SELECT member FROM link WHERE external_id = '$1'"; }
apply

status 0 "an address finds the one who has it" loya-audit show -j info@x
like "and not those who had it" "$(cat "$T/out")" "\"id\":\"$(who N)\""
numbered A info >"$T/in"
apply
is "so does a match rule" "$(who A)" "$(who N)"
{ had O 1 info; numbered B info; } >"$T/in"
apply
is "a record that two match is held" "$(types "$T/out")" \
    "member.enrolled event.held"
like "the other one is noted to share the address" "$(head -n 1 "$T/out")" \
    '"note":\["email_shared"\]'
like "between these" "$(cat "$T/out")" \
    "\"candidates\":.*$(who N).*$(who O)"
status 1 "an address that two have" loya-audit show info@x
like "is not one member's alone" "$(cat "$T/err")" ": 2 members have this e-mail"
status 1 "nor is one that no member has any more" \
    sh -c "{ printf '%s\n' '$(had N 2 n)' '$(had O 2 o)'; } |
	loya-apply -q >'$T/out' && loya-audit show info@x"
like "and all who had it are counted" "$(cat "$T/err")" \
    ', and 102 members had it before'
ok "verify agrees" loya-audit verify
done_testing
