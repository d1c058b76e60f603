#!/bin/sh
# loya-audit why announces what will be different, and nothing else.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_conf
echo '{"authority":{"*":["hr","crm"],"email":["crm"]}}' >"$LOYA_CONF/loya.json"
COLUMNS=500
LOYA_NOW=2026-11-23T12:00:00Z
export COLUMNS LOYA_NOW

member() {	# source id external-id more
	line member "$1" "$2" 2026-11-23T08:00:00Z \
	    "{\"external_id\":\"$3\",$4}" | loya-apply >"$T/applied"
}
later() {	# source id external-id version day fields
	member "$1" "$2" "$3" \
	    "\"version\":$4,\"effective_at\":\"2026-12-$5T00:00:00Z\",$6"
}
days() {	# member field
	loya-audit why -T "$1" "$2" 2>&1 | sed -n \
	    's/^ *on 2026-12-\([0-9]*\)T[^ ]* it becomes \([^:]*\):.*/\1 \2/p'
}

number='"attributes":{"employee_number":"1"}'
member hr a1 A "\"version\":1,\"status\":\"active\",\"name\":\"A\",$number"
member crm c1 C "\"version\":1,\"email\":\"a@x.example\",$number"
later hr a2 A 2 01 '"status":"suspended","name":"A","email":"b@x.example"'
is "what will be different is announced" "$(days hr/A status)" "01 suspended"
is "not what is so already" "$(days hr/A name)" ""
is "nor in JSON" "$(loya-audit why hr/A name | grep -c to_come)" 0
is "not what the source may not decide" "$(days hr/A email)" ""
is "nor in JSON, either" "$(loya-audit why hr/A email | grep -c to_come)" 0
later crm c2 C 2 02 '"locale":"de","zoneinfo":"UTC"'
later hr a3 A 3 03 '"locale":"de","zoneinfo":"CET"'
is "of two that say the same the first" "$(days hr/A locale)" "02 de"
is "of two that do not both" "$(days hr/A zoneinfo)" "02 UTC
03 CET"
is "so they come" "$(for day in 01 02 03; do
	LOYA_NOW=2026-12-${day}T00:00:00Z loya-apply -b
done | sed 's/,"time":"2026-11-23T08.*//;s/.*"changes"/"changes"/')" \
    '"changes":{"status":{"old":"active","new":"suspended"}},"denied":["email"]
"changes":{"locale":{"old":null,"new":"de"},"zoneinfo":{"old":null,"new":"UTC"}}
"changes":{"zoneinfo":{"old":"UTC","new":"CET"}}'
LOYA_NOW=2026-12-04T00:00:00Z
later crm c3 C 3 10 '"name":"Z","email":"z@x.example"'
is "nor of a source that comes later in the list" "$(days crm/C name)" ""
is "whose other words count" "$(days crm/C email)" "10 z@x.example"
later hr a5 A 5 11 '"name":null'
is "a value that is cleared" "$(days hr/A name)" "11 empty"
later hr a6 A 6 12 '"given_name":null'
status 1 "nothing, of a field that is empty" loya-audit why hr/A given_name

# The status of several records, and of one that is gone.
id=$(sqlite3 -readonly "$LOYA_STORE" "SELECT id FROM member")
line hold local h1 2026-12-04T00:00:00Z "{\"member\":\"$id\",\"hold\":\"x\"}" |
    loya-apply >"$T/applied"
later hr a7 A 7 14 '"status":"active"'
like "under a hold it says that this stays" \
    "$(loya-audit why -T hr/A status)" \
    'on 2026-12-14T00:00:00Z it becomes active: hr said .*; the hold x stays[.]$'
later hr a8 A 8 15 '"status":"closed"'
is "only of what would make it usable" "$(loya-audit why -T hr/A status |
    grep '2026-12-15.*it becomes closed' | grep -c 'hold x stays')" 0
member hr d1 D '"version":1,"status":"active"'
member crm e1 E '"version":1,"status":"suspended"'
later hr d2 D 2 20 '"deleted":true'
is "a record that will be gone closes its member" "$(days hr/D status)" \
    "20 closed"
later hr d3 D 3 21 '"name":"D"'
is "and one that is there again does not" "$(days hr/D status)" "20 closed
21 active"
like "which its words do not say" "$(loya-audit why -T hr/D status)" \
    'it becomes active: hr said that D is there, in event d3 '
is "so it comes, too" "$(for day in 20 21; do
	LOYA_NOW=2026-12-${day}T00:00:00Z loya-apply -b
done | grep '"hr/d' | grep -o '"status":{[^}]*}')" \
    '"status":{"old":"active","new":"closed"}
"status":{"old":"closed","new":"active"}'

# Without the source files it still knows who decides now.
LOYA_NOW=2026-12-22T00:00:00Z
member hr f1 F '"version":1,"status":"active","name":"F","attributes":{"employee_number":"2"}'
member crm g1 G '"version":1,"email":"f@x.example","attributes":{"employee_number":"2"}'
later hr f2 F 2 24 '"status":"closed","name":"F"'
later crm g2 G 2 24 '"name":"G","email":"f@x.example"'
mv "$LOYA_CONF/loya.json" "$LOYA_CONF/away"
is "without the source files: what will be" "$(days hr/F status)" "24 closed"
is "and not what is" "$(days hr/F email)" ""
like "another source's word is left open" "$(loya-audit why -T hr/F name)" \
    'on 2026-12-24T00:00:00Z crm said G about G in event g2 .*, and who may decide it then counts[.]$'
is "the owner's own is not" "$(loya-audit why hr/F name |
    grep -o '"value":"[^"]*","source":"[a-z]*"')" '"value":"G","source":"crm"'

# Nor does it matter that the file reads the event differently by now.
mv "$LOYA_CONF/away" "$LOYA_CONF/loya.json"
later hr f3 F 3 25 '"deleted":true'
later hr f4 F 4 26 '"status":"suspended","name":"F4"'
days=$(days hr/F status; days hr/F name)
is "what is newer and waits longer keeps what it says" "$days" "25 closed
26 suspended
26 F4"
echo '{"profile":"darwinbox"}' >"$LOYA_CONF/sources/hr.json"
is "loya's own lines say the same under any file" \
    "$(days hr/F status; days hr/F name)" "$days"
maps() {	# pointer to the external id
	printf '{"map":{"external_id":"%s","version":"/v","deleted":"/gone",
	    "effective_at":"/from","fields":{"status":"/s","name":"/n"}}}' \
	    "$1" >"$LOYA_CONF/sources/hr.json"
}
body() {	# id members
	line received hr "$1" 2026-11-23T08:00:00Z "{\"id\":\"H\",$2}" |
	    loya-apply >"$T/applied"
}
maps /id
body h1 '"v":1,"s":"active","n":"H"'
body h2 '"v":2,"s":"suspended","from":"2026-12-24T00:00:00Z"'
body h3 '"v":3,"gone":true,"from":"2026-12-25T00:00:00Z"'
body h4 '"v":4,"n":null,"from":"2026-12-26T00:00:00Z"'
days=$(days hr/H status; days hr/H name)
is "what the file reads out of a body is announced" "$days" "24 suspended
25 closed
26 suspended
26 empty"
maps /number
is "and what it was said to say, when the file reads it no more" \
    "$(days hr/H status; days hr/H name)" "$days"
done_testing
