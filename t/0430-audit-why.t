#!/bin/sh
# loya-audit why where no event gives the reason: what is outdated before it is
# due, who was missing from a snapshot, and changed rules.
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

# An event that waits and will be superseded.
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

# Rules that have changed since.
echo '{"profile":"plain","match":[["name"]]}' >"$LOYA_CONF/sources/crm.json"
member hr f1 F '"version":1,"status":"active","name":"F"'
member crm k1 K '"version":1,"status":"suspended","name":"F"'
said=$(sqlite3 -readonly "$LOYA_STORE" "SELECT max(seq) FROM audit")
is "no other row came under those rules" \
    "$(loya-audit why hr/F | grep -c '"since"')" 0
echo '{"authority":{"*":["crm","hr"],"name":["hr","crm"]}}' \
    >"$LOYA_CONF/loya.json"
LOYA_NOW=2026-11-23T13:00:00Z loya-apply -b >"$T/applied"
row=$(sqlite3 -readonly "$LOYA_STORE" "SELECT seq FROM audit
    WHERE detail ->> 'why' = 'authority' AND detail ->> '\$.owner.status' <> ''
    AND member = (SELECT member FROM audit WHERE seq = $said)")
like "why says since which row other sources decide" \
    "$(loya-audit why hr/F status)" \
    "\"audit\":$said,.*,\"since\":[{]\"audit\":$row,\"at\":\"2026-11-23T13:00:00.000000Z\",\"actor\":\"user:[^\"]+\",\"why\":\"authority\"[}],\"rule\":\"authority\""
like "and in a sentence" "$(loya-audit why -T hr/F status)" \
    "row $said of the record[)]; in force since the authority was changed by user:[^ ]* at 2026-11-23T13:00:00Z [(]row $row of the record[)]; rule authority"
is "not of a field that it is the same for" \
    "$(loya-audit why hr/F name | grep -c '"since"')" 0
member crm k2 K '"version":2,"status":"closed"'
is "nor of what was said under the new rules" \
    "$(loya-audit why hr/F status | grep -c '"since"')" 0
member hr g1 G '"version":1,"status":"active","email":"g@x.example"'
echo '{"authority":{"*":["crm","hr"],"email":["crm"]}}' \
    >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/applied"
like "no source may decide it since then: that row, too" \
    "$(loya-audit why -T hr/G email)" \
    '^email is empty because no source that may decide it says anything about it; in force since the authority was changed by user:'
# Who may not decide it may say something all the same, which is not kept.
echo '{"authority":{"*":["crm","hr"],"email":["crm"],"status":["hr"]}}' \
    >"$LOYA_CONF/loya.json"
member crm d1 D '"version":1,"status":"suspended","name":"D"'
member hr d2 E '"version":1,"name":"E","email":"e@x.example"'
like "a status that was denied is not one that nobody speaks of" \
    "$(loya-audit why -T crm/D status)" \
    '; no source that may decide it says anything about it[.]$'
status 1 "a field that was denied is 1" loya-audit why hr/E email
like "and not one that nobody speaks of either" "$(cat "$T/err")" \
    ": no source that may decide 'email' says anything about it\$"
member hr h1 H '"version":1,"name":"H","given_name":"Ha"'
member crm h2 L '"version":1,"name":"H","given_name":"He"'
echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
loya-apply -b >"$T/applied"
like "who comes later in the list lost by that" \
    "$(loya-audit why -T hr/H given_name)" \
    'hr said Ha about H in .* lost because this source comes later among'
echo '{"authority":{"*":["crm","hr"],"given_name":["crm"]}}' \
    >"$LOYA_CONF/loya.json"
like "of rules that are not in force yet why knows nothing" \
    "$(loya-audit why -T hr/H given_name)" \
    'hr said Ha about H in .* lost because the other source goes before'
loya-apply -b >"$T/applied"
like "who was taken out of the list lost by that" \
    "$(loya-audit why -T hr/H given_name)" \
    'hr said Ha about H in .* lost because this source may not decide it'
like "JSON has it by its word" "$(loya-audit why hr/H given_name)" \
    '"lost":[[][{]"value":"Ha",.*"why":"denied"'
member hr h5 H '"version":2,"given_name":"Hu","email":"h@x.example"'
like "the row of a claim that does not count says so" \
    "$(loya-audit -T -N 1)" \
    'denied given_name$|another claim decides email$'
member crm h3 L '"version":2,"given_name":null'
like "a value that was cleared is empty by who cleared it" \
    "$(loya-audit why -T hr/H given_name)" \
    '^given_name is empty because crm said so about L in event h3'
member crm h4 L '"version":3,"deleted":true'
like "a record that is gone did not say closed" \
    "$(loya-audit why -T hr/H status)" \
    '^status is closed because crm said that L is deleted, in event h4'
like "in JSON neither" "$(loya-audit why hr/H status)" \
    '"value":"closed",.*"deleted":true'
done_testing
