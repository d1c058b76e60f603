#!/bin/sh
# Several sources: authority, links, matching, changed rules.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

apply() {
	loya-apply <"$T/in" >"$T/lines" 2>"$T/err"
	rc=$?
	got=$(types "$T/lines")
}
value() { store "SELECT $1 FROM member ORDER BY num LIMIT 1"; }

source_file hr '{"profile":"plain","match":[["employee_number"]]}'
source_file crm '{"profile":"plain","match":[["employee_number"]]}'
status 78 "two sources that map one field need an authority" loya-apply -b
like "which the message says" "$(cat "$T/err")" 'authority'
echo '{"authority":{"*":["hr","crm"],"email":["crm","hr"],"tags":["crm"]}}' >"$LOYA_CONF/loya.json"

member hr 1 '{"external_id":"E1","version":1,"name":"A","email":"hr@x","attributes":{"employee_number":"77"}}' >"$T/in"
apply
member crm 1 '{"external_id":"C1","version":1,"name":"B","email":"crm@x","tags":["gold"],"attributes":{"employee_number":"77"}}' >"$T/in"
apply
is "a match rule attaches the second source's record" \
    "$(store "SELECT count(*), (SELECT count(*) FROM link) FROM member")" "1|2"
is "each field is its owner's" "$(value "name, email, tags")" 'A|crm@x|["gold"]'
member hr 2 '{"external_id":"E1","version":2,"tags":["no"]}' >"$T/in"
apply
is "a field that is not the source's is denied" "$got" event.refused
member hr 3 '{"external_id":"E1","version":3,"tags":["no"],"name":"A2"}' >"$T/in"
apply
is "the rest of the event is applied" "$(value "name, tags")" 'A2|["gold"]'
is "and the denied part recorded" \
    "$(store "SELECT json_extract(detail, '\$.denied[0]') FROM audit ORDER BY seq DESC LIMIT 1")" tags

member hr 4 '{"external_id":"E4","version":1,"attributes":{"employee_number":"88"}}' >"$T/in"
member hr 5 '{"external_id":"E5","version":1,"attributes":{"employee_number":"89"}}' >>"$T/in"
member hr 6 '{"external_id":"E5","version":2,"attributes":{"employee_number":"88"}}' >>"$T/in"
member crm 7 '{"external_id":"C7","version":1,"attributes":{"employee_number":"88"}}' >>"$T/in"
apply
is "two candidates are held, never guessed" \
    "$(printf '%s\n' "$got" | sed 's/.* //')" event.held
like "with why" "$(tail -n 1 "$T/lines")" '"why":"ambiguous"'
member hr 8 '{"external_id":"E5","version":3,"attributes":{"employee_number":"90"}}' >"$T/in"
apply
seq=$(store "SELECT seq FROM event WHERE why = 'ambiguous'")
ok "once the source is corrected it can be tried again" loya-apply -r "$seq"
is "and finds the one" "$(store "SELECT count(*) FROM link WHERE source = 'crm'")" 2

echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/lines"
is "when the authority changes, members follow" "$(value "name, email")" "B|crm@x"
like "which is recorded as what it is" "$(head -n 1 "$T/lines")" '"why":"authority"'
loya-apply -b >"$T/lines"
is "once" "$(types "$T/lines")" ""
# A new owner is reported, even if both have the same value.
member hr 9 '{"external_id":"E1","version":9,"email":"crm@x"}' >"$T/in"
apply
echo '{"authority":{"*":["crm","hr"],"email":["hr","crm"]}}' \
    >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/lines"
is "another source that says the same decides it now" "$(types "$T/lines")" \
    member.unchanged
like "which the record has" "$(cat "$T/lines")" \
    '"why":"authority","changes":[{][}],"owner":[{]"email":[{]"old":"crm","new":"hr"[}][}]'
like "for people, too" "$(loya-audit -T -N 1)" \
    'other sources may decide it now; email is decided by hr, was crm'
like "and why has it" "$(loya-audit why hr/E1 email)" \
    '"owner":"hr".*"event_id":"9".*"rule":"authority","lost":\[[{].*"source":"crm"'
loya-apply -b >"$T/lines"
is "once" "$(types "$T/lines")" ""
echo '{"authority":{"*":["crm","hr"],"email":["crm"]}}' >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/lines"
like "a source that may not any more" "$(cat "$T/lines")" \
    '"owner":[{]"email":[{]"old":"hr","new":"crm"[}][}]'
echo '{"authority":{"*":["crm","hr"],"email":[]}}' >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/lines"
like "no owner is null" "$(cat "$T/lines")" \
    '"owner":[{]"email":[{]"old":"crm","new":null[}][}]'
echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/lines"
like "and back" "$(cat "$T/lines")" \
    '"owner":[{]"email":[{]"old":null,"new":"crm"[}][}]'
member local 20 '{"external_id":"L1"}' >"$T/in"
apply
is "local enrols no member by a line without fields" "$got" event.refused
like "which is denied" "$(cat "$T/lines")" \
    '"why":"denied","detail":"local may not decide the status, so it cannot enrol anybody"'
echo '{"authority":{"*":["crm","hr"],"tags":["local"]}}' \
    >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/lines"
member local 20a '{"external_id":"L1","tags":["a"]}' >"$T/in"
apply
is "nor by one that says what it may decide" "$got" event.refused
member local 20b '{"external_id":"L1","tags":["a"],"deleted":true}' >"$T/in"
apply
is "nor by a removal" "$got" event.refused
is "and the record knows no such member" \
    "$(store "SELECT count(*) FROM link WHERE external_id = 'L1'")" 0
echo '{"authority":{"*":["crm","hr"],"status":["crm","hr","local"]}}' \
    >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/lines"
member local 21 '{"external_id":"L1"}' >"$T/in"
apply
is "where it may decide that, it does" "$got" member.enrolled
echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
mkdir "$T/empty"
status 78 "a source that members are linked to must stay configured" loya-apply -b -c "$T/empty"
like "its name is reported" "$(cat "$T/err")" 'sources/crm.json: is not there, but members are linked to crm'
is "and no member has lost anything" "$(value "name, email")" "B|crm@x"
ok "verify agrees" loya-audit verify
# A folder that was named must exist where it is needed.
LOYA_CONF=$T/conf loya-token -q init -s "$T/its"
for c in 'loya-recv -n' 'loya-recv -l 127.0.0.1:0' loya-recv 'loya-apply -b' \
    'loya-push -b' 'loya-push -bn' 'loya-pull hr' 'loya-pull -n hr' \
    'loya-token get hr' 'loya-token head init' 'loya-audit erase -n hr/E1' \
    'loya-audit cosign -'; do
	# shellcheck disable=SC2086
	status 78 "$c and a folder that is not there" timeout 10 $c -s "$T/its" \
	    -c "$T/nowhere" </dev/null
	is "is reported" "$(cat "$T/err")" "${c%% *}: $T/nowhere: there is no such \
folder; -c names another, loya-token init makes it"
done
status 78 "LOYA_CONF names one, too" env LOYA_CONF="$T/nowhere" \
    loya-push -b -s "$T/its"
for c in members log verify 'prune -n 1d' stats; do
	# shellcheck disable=SC2086
	status 0 "loya-audit $c needs none" loya-audit $c -s "$T/its" \
	    -c "$T/nowhere"
done
status 0 "without a folder, and none named, there is no source" env \
    -u LOYA_CONF sh -c '[ -e /etc/loya ] || loya-push -b -s "$T/its"'

done_testing
