#!/bin/sh
# loya-push to Salesforce, by its profile's presets: only a base URL,
# credentials and the names of the org are given.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

LOYA_NOW=2026-11-26T08:00:00Z; export LOYA_NOW
start_stub salesforce
echo "003Zz00000LoyA1IAJ 003Zz00000LoyA2IAJ 003Zz00000LoyA3IAJ" \
    >"$stub/contacts"
loya-token -q init
printf 'oauth-secret' | loya-token -q set crm.oauth

# preset NAME [MEMBERS OF rest]
preset() {
	printf '{"profile":"salesforce","receive":null,"pull":{"base":"%s"},"oauth":{"client_id":"loya"},"push":{"preset":"%s","rest":{"private":true%s}}}\n' \
	    "$base" "$1" "${2-}" >"$LOYA_CONF/sources/crm.json"
}
contact() { member crm "c$1.${2-1}" "{\"external_id\":\"003Zz00000LoyA$1IAJ\",\"status\":\"active\",\"given_name\":\"n${2-1}\"}"; }
c1=003Zz00000LoyA1IAJ
c2=003Zz00000LoyA2IAJ
c3=003Zz00000LoyA3IAJ
c4=003Zz00000LoyA4IAJ

source_file crm '{"profile":"salesforce","receive":null}'
{ contact 1; contact 2; contact 3; contact 4; } | loya-apply >"$T/applied"

# Transactions.
status 78 "without a preset" loya-push -b crm
like "the ones that there are are named" "$(cat "$T/err")" \
    'crm.json: it has no push; push.preset can be: transaction-object, loyalty-management, '
preset no-such
status 78 "a preset that is not there" loya-push -b
like "says so" "$(cat "$T/err")" 'push.preset: the profile has no such preset, but transaction-object, loyalty-management, '
preset transaction-object
{ earn $c1 10; earn $c2 20; earn $c3 30; earn $c1 -5 redeem; } |
    loya-apply >"$T/applied"
status 0 "-n shows the request" loya-push -n
like "its address" "$(cat "$T/out")" \
    "^PATCH $base/services/data/v60.0/composite/sobjects/Loyalty_Transaction__c/Txn_Ext_Id__c\$"
like "who calls" "$(cat "$T/out")" '^Sforce-Call-Options: client=loya$'
like "the token masked" "$(cat "$T/out")" '^Authorization: Bearer \*\*\*$'
is "no request was made" "$(stub_log)" ""
status 0 "transactions are upserted" loya-push -b
is "those of different people in one request" \
    "$(stub_log | grep -c '^PATCH /services.* 200 ')" 2
is "one of them is" "$(stub_records | head -n 1)" \
    "Loyalty_Transaction__c local:r$c1.10 {\"Balance_After__c\":10,\"Contact__c\":\"$c1\",\"Kind__c\":\"Earn\",\"Occurred_At__c\":\"2026-11-26T08:00:00Z\",\"Points__c\":10,\"Txn_Ext_Id__c\":\"local:r$c1.10\",\"attributes\":{\"type\":\"Loyalty_Transaction__c\"}}"
is "all are there, each person's in order" \
    "$(stub_records | cut -d ' ' -f 2 | tr '\n' ' ')" \
    "local:r$c1.10 local:r$c2.20 local:r$c3.30 local:r$c1.-5 "

# Several loya-push share the work.
m1=$(who $c1) m2=$(who $c2) m3=$(who $c3)
i=0
while [ "$i" -lt 20 ]; do
	for m in "$m1" "$m2" "$m3"; do
		points local "s$i$m" "{\"member\":\"$m\",\"kind\":\"earn\",\"points\":1,\"reference\":\"$m.$((i + 100))\"}"
	done
	i=$((i + 1))
done | loya-apply >"$T/applied"
before=$(stub_records | wc -l)
for p in 1 2 3; do
	start push$p loya-push -b
done
for p in 1 2 3; do
	stop push$p 0
	is "loya-push $p of three" "$rc" 0
done
stub_records | tail -n +$((before + 1)) | cut -d ' ' -f 2 >"$T/refs"
is "everything is there once" "$(wc -l <"$T/refs") $(sort -u "$T/refs" |
    wc -l)" "60 60"
orderly() {
	for m in "$m1" "$m2" "$m3"; do
		grep "$m" "$T/refs" | sort -c || return
	done
}
ok "each member's in order" orderly

# Some rows fail.
from=$(last_row)
{ earn $c1 11; earn $c4 41; earn $c3 31; } | loya-apply >"$T/applied"
status 1 "one of three people is unknown there" loya-push -b
is "only that row is dead" "$(ends crm "$from")" \
'sent|1|200 a01Zz0000065LoyaAA
dead|1|200 INVALID_CROSS_REFERENCE_KEY no such person
sent|1|200 a01Zz0000066LoyaAA'
from=$(last_row)
{ earn $c1 12; earn $c2 22; } | loya-apply >"$T/applied"
echo "once short" >"$stub/mode"
status 75 "an answer with a result less" loya-push -b
is "that row is not known to be there" "$(ends crm "$from" | cut -c 1-51)" \
'sent|1|200 a01Zz0000067LoyaAA
waiting|1|200 the answer has no result for this one'
later_by 6
status 0 "it is sent again" loya-push -b
is "the same reference" "$(stub_records | tail -n 2 | cut -d ' ' -f 2 |
    sort -u)" "local:r$c2.22"
from=$(last_row)
{ earn $c1 13; earn $c2 23; } | loya-apply >"$T/applied"
echo "once lock" >"$stub/mode"
status 75 "rows that are locked" loya-push -b
is "wait" "$(ends crm "$from")" \
'waiting|1|200 UNABLE_TO_LOCK_ROW unable to obtain access
waiting|1|200 UNABLE_TO_LOCK_ROW unable to obtain access'
before=$(stub_log | wc -l)
later_by 6
status 0 "and arrive" loya-push -b
is "together" "$(stub_log | wc -l)" $((before + 1))

# The whole request fails.
from=$(last_row)
{ earn $c1 14; earn $c2 24; } | loya-apply >"$T/applied"
echo "once expired" >"$stub/mode"
before=$(stub_log | wc -l)
status 0 "a token that has expired" loya-push -b
is "is renewed, once" "$(stub_log | tail -n +$((before + 1)) |
    sed 's|/services/data.*/Txn_Ext_Id__c|T|' | cut -d ' ' -f 2,3)" \
'T 401
/services/oauth2/token 200
T 200'
from=$(last_row)
{ earn $c1 15; earn $c2 25; } | loya-apply >"$T/applied"
echo "once final" >"$stub/mode"
before=$(stub_log | wc -l)
status 1 "a 401 that no token helps" loya-push -b
is "asks for none, nor once more" "$(stub_log | wc -l)" $((before + 1))
is "and is dead" "$(ends crm "$from" | sort -u)" \
'dead|1|401 INVALID_SESSION_ID This session is not valid for use with the REST API'
from=$(last_row)
{ earn $c1 16; earn $c2 26; } | loya-apply >"$T/applied"
echo "once quota" >"$stub/mode"
status 75 "no allowance is left" loya-push -b
like "both wait" "$(ends crm "$from" | sort -u)" \
    '^waiting\|1\|403 REQUEST_LIMIT_EXCEEDED '
later_by 600
before=$(stub_log | wc -l)
status 75 "ten minutes later" loya-push -b
is "no request is made" "$(stub_log | wc -l)" "$before"
later_by 301
status 0 "after a quarter of an hour" loya-push -b
from=$(last_row)
{ earn $c1 17; earn $c2 27; } | loya-apply >"$T/applied"
echo "once html" >"$stub/mode"
status 75 "200 with a page of somebody in between" loya-push -b
like "is not a success" "$(ends crm "$from" | sort -u)" \
    '^waiting\|1\|200 .html.We are down'
later_by 6
status 0 "later it arrives" loya-push -b
from=$(last_row)
echo maintenance >"$stub/mode"
earn $c1 18 | loya-apply >"$T/applied"
status 75 "503" loya-push -b
rm "$stub/mode"
later_by 6
status 0 "later" loya-push -b
printf '{"profile":"salesforce","receive":null,"pull":{"base":"%s"},"oauth":{"client_id":"loya"},"push":{"preset":"transaction-object","rest":{"private":true,"requests":{"points":{"body":{"records":{"rows":{"Kind__c":null,"Sort__c":"/data/kind"}}}}}}}}\n' \
    "$base" >"$LOYA_CONF/sources/crm.json"
from=$(last_row)
{ earn $c1 19; earn $c2 29; } | loya-apply >"$T/applied"
before=$(stub_log | wc -l)
status 1 "a field that is not there" loya-push -b
is "each row is tried alone, and dead" "$(ends crm "$from")" \
'dead|2|400 INVALID_FIELD no Sort__c
dead|2|400 INVALID_FIELD no Sort__c'
is "in three requests" "$(stub_log | wc -l)" $((before + 3))

# Loyalty Management.
preset loyalty-management
status 78 "what only the org knows" loya-push -b
like "is asked for" "$(cat "$T/err")" \
    "crm.json:[0-9]+:[0-9]+: push: there is no 'program' in push.rest.settings"
preset loyalty-management \
    ',"settings":{"program":"0lpX","accrual":"0lEA","redemption":"0lER"}'
{ earn $c1 50; earn $c2 -7 redeem; } | loya-apply >"$T/applied"
status 0 "journals" loya-push -b
is "are upserted by the reference" "$(stub_records | tail -n 2 |
    sed 's/ {/ /; s/,"attributes.*//')" \
"TransactionJournal local:r$c1.50 \"ActivityDate\":\"$LOYA_NOW\",\"ExternalTransactionNumber\":\"local:r$c1.50\",\"JournalTypeId\":\"0lEA\",\"LoyaltyProgramId\":\"0lpX\",\"MemberId\":\"$c1\",\"Status\":\"Pending\",\"TransactionAmount\":50
TransactionJournal local:r$c2.-7 \"ActivityDate\":\"$LOYA_NOW\",\"ExternalTransactionNumber\":\"local:r$c2.-7\",\"JournalTypeId\":\"0lER\",\"LoyaltyProgramId\":\"0lpX\",\"MemberId\":\"$c2\",\"Status\":\"Pending\",\"TransactionAmount\":7"
preset program-process \
    ',"settings":{"program":"Inner Circle","credit":"Credit Points","debit":"Debit Points"}'
{ earn $c1 51; earn $c2 -8 redeem; } | loya-apply >"$T/applied"
status 0 "a process of the programme" loya-push -b
is "is given the points without a sign" "$(stub_records | tail -n 2 |
    sed 's/.*"\(PointsTo[a-zA-Z]*":[0-9]*\).*/\1/' | sort)" \
'PointsToCredit":51
PointsToDebit":8'

# A Platform Event: errors that are not errors.
preset platform-event
from=$(last_row)
earn $c1 61 | loya-apply >"$T/applied"
status 0 "a platform event" loya-push -b
is "is enqueued" "$(ends crm "$from")" "sent|1|201 OPERATION_ENQUEUED f1a2"

# Fields of the member; only the programme has a tier.
preset member-fields
echo '{"authority":{"*":["crm"],"tier":["local"]}}' >"$LOYA_CONF/loya.json"
member local t1 "{\"member\":\"$m1\",\"attributes\":{\"tier\":\"gold\"}}" |
    loya-apply >"$T/applied"
status 0 "a tier that the programme itself decides" loya-push -b
like "is a field of the record" "$(stub_records | tail -n 1)" \
    "^Contact $c1 .*\"Loyalty_Tier__c\":\"gold\""
source_file hr '{"profile":"plain","match":[["email"]]}'
echo '{"authority":{"*":["hr","crm"],"tier":["local"]}}' >"$LOYA_CONF/loya.json"
from=$(last_row)
contact 1 2 | loya-apply >"$T/applied"
status 0 "what the org itself said" loya-push -b
is "is not said back" "$(ends crm "$from")" "sent|1|skipped: echo"
like "the line says so" "$(cat "$T/out")" \
    '"type":"loya.delivery.skipped".*"why":"echo"'
from=$(last_row)
member hr h1 '{"external_id":"p1","status":"active"}' |
    loya-apply >"$T/applied"
before=$(stub_log | wc -l)
status 0 "a member that the org does not know" loya-push -b
is "is skipped" "$(ends crm "$from")" "sent|1|skipped: unlinked"
is "and no request is made" "$(stub_log | wc -l)" "$before"
from=$(last_row)
earn $c1 62 | loya-apply >"$T/applied"
status 0 "a balance" loya-push -b
is "204 is enough" "$(ends crm "$from")" "sent|1|204"
is "it is the newest" "$(stub_records | tail -n 1)" \
    "Contact $c1 {\"Loyalty_Points__c\":$(store "SELECT points FROM member
    WHERE id = '$(who $c1)'")}"
from=$(last_row)
{ earn $c1 63; earn $c4 64; } | loya-apply >"$T/applied"
echo several >"$stub/mode"
status 1 "300: several records match" loya-push -b
like "is dead" "$(ends crm "$from" | head -n 1)" '^dead\|1\|300'
rm "$stub/mode"
from=$(last_row)
earn $c4 65 | loya-apply >"$T/applied"
status 1 "a record that is gone" loya-push -b
is "is not created" "$(ends crm "$from")" "dead|1|404 NOT_FOUND no such record"

# The answer with a token says which instance to use.
start_sink
echo 204 >"$sink/mode"
moved_to() {	# URL: by the next token
	printf %s "$1" >"$stub/instance"
	echo 'once expired' >"$stub/mode"
}
asked() { sed -n 's/ HTTP.*//p;q' "$sink/last"; }
moved_to "http://127.0.0.1:$port/"
earn $c1 66 | loya-apply >"$T/applied"
status 0 "an org that has moved" loya-push -b
is "is asked where it is now" "$(asked)" \
    "PATCH /services/data/v60.0/sobjects/Contact/Id/$c1?updateOnly=true"
before=$(stub_log | wc -l)
earn $c1 67 | loya-apply >"$T/applied"
status 0 "the next run" loya-push -b
is "makes no request at its old address" "$(stub_log | wc -l)" "$before"
preset member-fields ",\"base\":\"$base\""
rm "$stub/instance"
earn $c1 68 | loya-apply >"$T/applied"
status 0 "an address of rest itself" loya-push -b
like "stays" "$(stub_log | tail -n 1)" "^PATCH .*/$c1 204"
ok "the record is sound" loya-audit verify
is "no secret is in it" "$(store "SELECT count(*) FROM audit
    WHERE detail LIKE '%sf-token%' OR detail LIKE '%oauth-secret%'")" 0
done_testing
