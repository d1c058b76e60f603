#!/bin/sh
# loya-push to HR systems, by the presets of their profiles.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

LOYA_NOW=2026-11-26T08:00:00Z; export LOYA_NOW
# Each system has its own store.
fresh() {
	LOYA_STORE=$T/$1.db LOYA_CONF=$T/$1.conf
	mkdir -p "$LOYA_CONF/sources"
	loya-token -q init
}
records() { stub_records | tail -n "$1"; }

# file NAME PROFILE PRESET [MEMBERS OF rest [MEMBERS OF THE FILE]]
file() {
	printf '{"profile":"%s","pull":{"base":"%s"},"push":{"preset":"%s","rest":{"private":true%s}}%s}\n' \
	    "$2" "$base" "$3" "${4-}" "${5-}" >"$LOYA_CONF/sources/$1.json"
}

# SuccessFactors: rows of an MDF object.
fresh sap
start_stub successfactors
echo "U1 U2 U3" >"$stub/users"
printf assertion >"$T/assertion"
sap_oauth=',"oauth":{"grant":"saml2-bearer","url":"{base}/oauth/token","client_id":"key","assertion":["cat","'$T/assertion'"],"params":{"company_id":"acme"}}'
file sap successfactors mdf-object '' "$sap_oauth"
status 78 "the name of the object" loya-push -b
like "is asked for" "$(cat "$T/err")" "there is no 'object' in push.rest.settings"
file sap successfactors mdf-object ',"settings":{"object":"cust_LoyaltyTxn"}' \
    "$sap_oauth"
for u in 1 2 3 4; do
	member sap "e$u" "{\"external_id\":\"U$u\",\"status\":\"active\"}"
done | loya-apply >"$T/applied"
{ earn U1 250; earn U4 40; earn U3 30; } | loya-apply >"$T/applied"
status 1 "three rows, 200, and one of them has an error" loya-push -b
is "each has its own end" "$(ends sap)" \
'sent|1|200
dead|1|200 userId not found with the index 1
sent|1|200'
is "in one request" "$(stub_log | grep -c upsert)" 1
is "a row" "$(stub_records | head -n 1)" \
    'local:rU1.250 {"__metadata":{"uri":"cust_LoyaltyTxn('"'local:rU1.250'"')"},"cust_at":"/Date(1795680000000)/","cust_points":"250","cust_type":"EARN","cust_userId":"U1","externalCode":"local:rU1.250"}'
from=$(last_row)
{ earn U1 2; earn U2 3; } | loya-apply >"$T/applied"
echo "once short" >"$stub/mode"
status 75 "a result less" loya-push -b
is "is identified by its index" "$(ends sap "$from" | cut -c 1-51)" \
'waiting|1|200 the answer has no result for this one
sent|1|200'
later_by 6
status 0 "that row goes again" loya-push -b
from=$(last_row)
{ earn U4 5; earn U1 6; } | loya-apply >"$T/applied"
echo "once swapped" >"$stub/mode"
status 1 "results in another order" loya-push -b
is "are identified by their index" "$(ends sap "$from" | cut -d '|' -f 1 |
    tr '\n' ' ')" "dead sent "
from=$(last_row)
{ earn U1 7; earn U2 8; } | loya-apply >"$T/applied"
echo "once expired" >"$stub/mode"
status 0 "a token that has expired, by its code" loya-push -b
is "is renewed, and both arrive" "$(ends sap "$from" | tr '\n' ' ')" \
    "sent|2|200 sent|2|200 "
earn U1 9 | loya-apply >"$T/applied"
echo "once busy" >"$stub/mode"
status 75 "429" loya-push -b
later_by 290
status 75 "rests five minutes" loya-push -b
later_by 20
status 0 "then it arrives" loya-push -b
points local "q1" "{\"member\":\"$(who U1)\",\"kind\":\"earn\",\"points\":1,\"reference\":\"o'b\"}" |
    loya-apply >"$T/applied"
status 0 "a reference with a quote" loya-push -b
like "is one in the key" "$(records 1)" "LoyaltyTxn\('local:o''b'\)"
sound() {
	ok "$1: the record is sound" loya-audit verify
	is "$1: no secret is in it" "$(store "SELECT count(*) FROM audit
	    WHERE detail LIKE '%sap-token%' OR detail LIKE '%dbx-%' OR
	    detail LIKE '%wd-secret%'")" 0
}
sound SuccessFactors
stop stub
rm -r "$stub"

# Darwinbox: a field of the employee.
fresh dbx
start_stub darwinbox
echo "E1 E2 a1b2" >"$stub/people"
fields=',"settings":{"points":"loyalty_points","tier":"loyalty_tier"}'
secret dbx.oauth dbx-secret
file dbx darwinbox employee-field '' ',"oauth":{"client_id":"loya"}'
status 78 "the names of the fields" loya-push -b
like "are asked for" "$(cat "$T/err")" "there is no 'points' in push.rest.settings"
file dbx darwinbox employee-field "$fields" ',"oauth":{"client_id":"loya"}'
for e in 1 2 3; do
	member dbx "d$e" "{\"external_id\":\"E$e\",\"status\":\"active\"}"
done | loya-apply >"$T/applied"
status 0 "what it said itself" loya-push -b
is "is not said back" "$(ends dbx | sort -u)" "sent|1|skipped: echo"
from=$(last_row)
{ earn E1 10; earn E3 30; } | loya-apply >"$T/applied"
status 1 "200 with a status that says no" loya-push -b
is "is not a success" "$(ends dbx "$from")" \
'sent|1|200 updated
dead|1|200 no such employee'
is "what was written" "$(records 1)" \
    'E1 {"employee_id":"E1","loyalty_points":10}'
file dbx darwinbox employee-field-basic "$fields"
status 78 "the user of Basic authentication" loya-push -b
like "is asked for" "$(cat "$T/err")" "there is no 'user' in push.rest.settings"
file dbx darwinbox employee-field-basic "${fields%\}},\"user\":\"loya\"}"
secret dbx.push dbx-password
secret dbx.api_key dbx-key
earn E1 5 | loya-apply >"$T/applied"
status 0 "by password and api_key" loya-push -b
is "the newest balance" "$(records 1)" \
    'E1 {"employee_id":"E1","loyalty_points":15}'
sound Darwinbox

# Workday: a custom object, as far as its format is known.
fresh wd
secret wd.oauth wd-secret
file wd workday custom-object ',"settings":{"tenant":"acme","object":"loyalty","points":"points","tier":"tier"}' \
    ',"oauth":{"grant":"client_credentials","url":"{base}/ccx/oauth2/acme/token","client_id":"loya"}'
member wd w1 '{"external_id":"a1b2","status":"active"}' |
    loya-apply >"$T/applied"
member wd w2 '{"external_id":"ffff","status":"active"}' |
    loya-apply >"$T/applied"
status 0 "workers" loya-push -b
from=$(last_row)
{ earn a1b2 10; earn ffff 1; } | loya-apply >"$T/applied"
status 1 "a worker that is not there" loya-push -b
is "the other one is written" "$(records 1)" 'a1b2 {"points":10,"tier":null}'
is "and what it said is kept" "$(ends wd "$from" | tail -n 1)" \
    "dead|1|404 no such worker"
sound Workday
done_testing
