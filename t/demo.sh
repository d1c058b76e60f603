#!/bin/sh
# `make demo`: from two signed webhooks to a suspended member and the proof.
#
# Everything happens in a folder of its own, which is removed at the end.  Each
# line that begins with "$ " is a command that you could type yourself; the two
# functions that sign are shown first.  The exit status is 0 only if the member
# really is suspended and the record is sound.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
PATH=${BUILD:-$top/build}:$PATH
folder=$(mktemp -d "${TMPDIR:-/tmp}/loya-demo.XXXXXX") || exit
LOYA_STORE=$folder/loya.db
LOYA_CONF=$folder/conf
unset LOYA_NOW LOYA_SEED LOYA_KEY CREDENTIALS_DIRECTORY
export PATH LOYA_STORE LOYA_CONF
cd "$folder" || exit
recv='' apply=''

end() {
	trap - EXIT
	[ -z "$recv" ] || kill "$recv" 2>/dev/null
	[ -z "$apply" ] || wait "$apply"
	cd / && rm -rf "$folder"
	exit "$1"
}
trap 'end $?' EXIT
trap 'end 1' INT TERM HUP

fail() {
	echo "demo: $*" >&2
	[ ! -s recv.log ] || sed 's/^/demo: recv.log: /' recv.log >&2
	[ ! -f "$LOYA_STORE" ] || loya-audit inbox -T >&2
	exit 1
}

say() { printf '\n# %s\n' "$*"; }

# Print a command as one would type it, then run it here.
run() {
	printf '%s\n' "$1" | sed '1s/^/$ /; 2,$s/^/> /'
	eval "$1" || fail "that failed: $1"
}

# until_is WHAT command...: waits up to 20 seconds for that output.
until_is() {
	what=$1 tries=0
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 400 ] || fail "waited 20 s for $what"
		sleep 0.05
	done
}

# The two senders' ways to sign, as they could be written in any shell.
# (openssl takes the key as an argument, which other users of the machine can
# see; loya never does that.)
senders=$(cat <<'END'
darwinbox() {	# Standard Webhooks: HMAC-SHA256 of id.time.body
	now=$(date +%s)
	sig=$(printf %s "$1.$now.$2" | openssl dgst -sha256 \
	    -hmac "$(cat darwinbox.key)" -binary | base64 -w 0)
	curl -sS -w '%{http_code}\n' -H 'Content-Type: application/json' \
	    -H "webhook-id: $1" -H "webhook-timestamp: $now" \
	    -H "webhook-signature: v1,$sig" \
	    --data-binary "$2" "http://$address/hooks/darwinbox"
}
salesforce() {	# the bridge in front of Salesforce: HMAC-SHA256 of the body
	sig=$(printf '%s' "$1" | openssl dgst -sha256 \
	    -hmac "$(cat salesforce.key)" | sed 's/.* //')
	curl -sS -o /dev/null -w '%{http_code}\n' \
	    -H 'Content-Type: application/json' \
	    -H "X-Hub-Signature-256: sha256=$sig" \
	    --data-binary "$1" "http://$address/hooks/salesforce"
}
END
)

say "The senders, as functions of this shell."
printf '%s\n' "$senders"
eval "$senders"

say "A key for the secrets, an empty store, and two sources."
run 'loya-token init'
run 'mkdir -p "$LOYA_CONF/sources"'
run 'cat >"$LOYA_CONF/sources/darwinbox.json" <<END
{ "profile": "darwinbox",
  "match":   [["employee_number"]] }
END'
run 'cat >"$LOYA_CONF/sources/salesforce.json" <<END
{ "profile": "salesforce",
  "receive": { "auth": { "preset": "github" } },
  "map":     { "fields": { "employee_number": "/Employee_Number__c",
                           "tags": { "from": "/Segments__c", "as": "set" } } },
  "match":   [["employee_number"]] }
END'

say "Who decides what, where both know it: the first that says something."
run 'cat >"$LOYA_CONF/loya.json" <<END
{ "authority": { "*":     ["darwinbox", "salesforce"],
                 "email": ["salesforce", "darwinbox"],
                 "tags":  ["salesforce"] } }
END'

say "A secret for each; the other end gets the same."
run 'umask 077
openssl rand -hex 32 >darwinbox.key
openssl rand -hex 32 >salesforce.key
echo "whsec_$(tr -d "\n" <darwinbox.key | base64 -w 0)" |
    loya-token set darwinbox
loya-token set salesforce <salesforce.key'

say "The pipeline.  Port 0: any that is free; recv.log says which."
run 'loya-recv -l 127.0.0.1:0 2>recv.log | loya-apply >applied.jsonl &'
apply=$!
jobs -p >pids
recv=$(head -n 1 pids)
until_is "loya-recv to listen" grep -q 'listening on' recv.log
run 'address=$(sed -n "s/.*listening on //p" recv.log)'

say "Asha joins: first Darwinbox says so, then Salesforce."
run 'darwinbox evt-1 '\''{ "event_id": "evt-1", "event": "employee.activated",
  "occurred_at": "02-11-2026 09:00:00",
  "employee": { "employee_id": "E1001", "first_name": "Asha",
    "last_name": "Rao", "company_email_id": "asha.rao@corp.example",
    "date_of_joining": "02-11-2026" } }'\'
run 'salesforce '\''{ "schema": "x", "payload": { "ChangeEventHeader": {
    "entityName": "Contact", "changeType": "CREATE",
    "recordIds": ["003Zz00000LoyA1IAJ"], "transactionKey": "t-1",
    "sequenceNumber": 1, "commitTimestamp": 1793610000000 },
  "FirstName": "Asha", "LastName": "Rao", "Email": "asha@home.example",
  "Employee_Number__c": "E1001", "Segments__c": "gold" } }'\'
until_is "the enrolment" grep -q member.updated applied.jsonl
run 'loya-audit members -T'

say "Salesforce: another segment; everything else in the body is unchanged."
run 'salesforce '\''{ "payload": { "ChangeEventHeader": {
    "entityName": "Contact", "changeType": "UPDATE",
    "changedFields": ["Segments__c"], "nulledFields": [], "diffFields": [],
    "recordIds": ["003Zz00000LoyA1IAJ"], "transactionKey": "t-2",
    "sequenceNumber": 1, "commitTimestamp": 1793700000000 },
  "Segments__c": "platinum", "Email": null } }'\'

say "Darwinbox: employee deactivated.  It is sent twice, as senders do."
run 'deactivated='\''{ "event_id": "evt-2", "event": "employee.deactivated",
  "occurred_at": "20-11-2026 18:00:00",
  "employee": { "employee_id": "E1001", "date_of_exit": "20-11-2026" } }'\'
run 'darwinbox evt-2 "$deactivated"'
run 'darwinbox evt-2 "$deactivated"'

say "Somebody else tries, with a signature that is not one."
run 'curl -sS -w "\n%{http_code}\n" -H "Content-Type: application/json" \
    -H "X-Hub-Signature-256: sha256=$(printf %064d 0)" \
    -d "{}" "http://$address/hooks/salesforce"'

is_suspended() { [ -n "$(loya-audit members -j -S suspended)" ]; }
has() { loya-audit log -j -k "$1" | grep -q .; }
until_is "the member to be suspended" is_suspended
until_is "the refusal in the record" has auth.refused

say "What happened, when, and from which source."
run 'loya-audit log -T'

member=$(loya-audit members -j -S suspended |
    sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
say "Why this member is suspended."
run "loya-audit why -T $member status"

say "Whose e-mail address and segment it has, and what the others say."
run "loya-audit why -T $member email"
run "loya-audit why -T $member tags"

say "The members."
run 'loya-audit members -T'

say "Nobody changes a member past its owner, whom the error names (SQLite puts
# words of its own in front)."
printf '%s\n' "\$ sqlite3 \"\$LOYA_STORE\" \"UPDATE member SET status = 'active'\""
if sqlite3 "$LOYA_STORE" "UPDATE member SET status = 'active'" 2>&1; then
	fail "the store let somebody edit a member"
fi

say "The end: loya-recv finishes what it has, loya-apply ends with it."
run 'kill "$recv"; wait "$apply"'
recv='' apply=''

say "Is all of it sound?  The record, the members, the claims, the inbox."
run 'loya-audit verify -T'

status=$(sqlite3 -readonly "$LOYA_STORE" 'SELECT status FROM member')
[ "$status" = suspended ] || fail "the members are: $status"
echo
echo "demo: one member, suspended by darwinbox; the record is sound"
