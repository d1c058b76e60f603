#!/bin/sh
# loya-pull: what changed at Salesforce becomes rows and lines, once each.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

status 64 "no source" loya-pull
# shellcheck disable=SC2046
status 64 "more sources than there is room for" loya-pull $(seq -f s%g 257)
status 64 "-f and -r" loya-pull -f -r crm
status 64 "-f and -i" loya-pull -f -i crm
status 64 "-n and -r" loya-pull -n -r crm
status 78 "a source that is not there" loya-pull crm
like "says so" "$(cat "$T/err")" "source 'crm': there is no file"
source_file crm '{"profile":"cloudevents"}'
status 78 "a source without pull" loya-pull crm
like "says so" "$(cat "$T/err")" 'crm.json: it has no pull'
source_file crm '{"profile":"salesforce","receive":null}'
status 78 "a pull that is only prepared" loya-pull crm
like "says what is missing" "$(cat "$T/err")" 'crm.json:1:[0-9]+: pull: there is no base'
start_org
salesforce
loya-token -q init
status 78 "a secret that is not set" loya-pull crm
like "names it" "$(cat "$T/err")" "source 'crm': .*crm.oauth"
status 78 "with -n, too" loya-pull -n crm
like "names it" "$(cat "$T/err")" \
    "^loya-pull: source 'crm': its secret is not set; loya-token set crm.oauth"
like "behind the requests" "$(cat "$T/out")" '^GET http'
secret crm.oauth hush

clock 2026-03-04T06:00:00Z
{
	record 1 2026-03-04T05:00:00 0 Mira Dell mira@example.org
	record 2 2026-03-04T05:00:00 0 Noor Quist noor@example.org
	record 3 2026-03-04T05:00:00 1 Otto Rand otto@example.org
	record 4 2026-03-04T05:59:54 0 Pia Sohn pia@example.org
	record 5 2026-03-04T05:59:55 0 Quin Tal quin@example.org
} >"$org/records"
status 0 "a base address and credentials are enough" loya-pull crm
cp "$T/out" "$T/lines"
is "what had settled, a page split within a second, each once" \
    "$(records "$T/lines")" "1 2 3 4"
is "each as a line of what was received" "$(types "$T/lines")" \
    "received received received received"
is "the query asks from the beginning up to the clock of the org less 5 s" \
    "$(asked | grep queryAll)" "queryAll SELECT Id, FirstName, LastName, Email, MobilePhone, Birthdate, IsDeleted, MasterRecordId, SystemModstamp FROM Contact WHERE SystemModstamp >= 1970-01-01T00:00:00Z AND SystemModstamp < 2026-03-04T05:59:55Z  ORDER BY SystemModstamp ASC, Id ASC"
is "the cursor is that time" "$(cursor)" 2026-03-04T05:59:55.000000Z
status 0 "the lines are applied" loya-apply <"$T/lines"
is "as members, and one that is deleted is closed" \
    "$(store "SELECT coalesce(given_name, '-') || ' ' || status FROM member
    ORDER BY 1" | tr '\n' ' ')" \
    "- closed Mira active Noor active Pia active "

# Later: the look-back reads again what is known.
clock 2026-03-04T06:01:00Z
forget_log
record 1 2026-03-04T06:00:10 0 Mira Doll mira@example.org >>"$org/records"
sed -i '1d' "$org/records"
status 78 "a name without a file beside one that has one" loya-pull gone crm
like "is reported" "$(cat "$T/err")" "source 'gone': there is no file"
is "only what is new" "$(records "$T/out")" "5 1"
like "the query looks back 15 minutes" "$(asked)" \
    'SystemModstamp >= 2026-03-04T05:44:55Z AND SystemModstamp < 2026-03-04T06:00:55Z'
status 0 "and again" loya-pull crm
is "there is nothing" "$(cat "$T/out")" ""
is "six rows are in the inbox" "$(inbox "SELECT count(*) FROM inbox")" 6

# A row that was stamped early and committed late.
clock 2026-03-04T06:05:00Z
record 6 2026-03-04T06:00:20 0 Rosa Ulm rosa@example.org 5 >>"$org/records"
loya-pull crm >"$T/out"
is "a late row is not there yet" "$(records "$T/out")" ""
clock 2026-03-04T06:10:00Z
loya-pull crm >"$T/out"
is "and is read when it is, although the cursor has passed it" \
    "$(records "$T/out")" 6

# The clock of this machine is wrong.
date -u -d 2026-03-04T06:10:30Z +%s >"$org/date"
LOYA_NOW=2026-03-04T08:00:00Z status 0 "a clock that is two hours ahead" \
    loya-pull crm
like "is reported" "$(cat "$T/err")" "its clock is 6570 s behind this machine's"
is "the cursor does not pass the clock of the org" "$(cursor)" \
    2026-03-04T06:10:25.000000Z
LOYA_NOW=2026-03-04T05:00:00Z status 0 "a clock that is behind" loya-pull crm
is "is reported, because it reads no further" "$(cat "$T/err")" \
    "loya-pull: source 'crm': this machine's clock is 4225 s behind the time up to which it was read"
is "does not move the cursor back" "$(cursor)" 2026-03-04T06:10:25.000000Z
lists() { inbox "SELECT max(value) < '2026-03-04T06:11' FROM cursor"; }
date -u -d 2199-01-01T00:00:00Z +%s >"$org/date"
LOYA_NOW=2026-03-04T06:10:31Z status 0 "a clock of the org that is years ahead" \
    loya-pull crm
like "is reported" "$(cat "$T/err")" "its clock is [0-9]* s ahead of this machine's and is ignored"
is "no cursor goes there" "$(lists)" 1
printf '{"specversion":"1.0","id":"far","source":"crm","type":"loya.received","data":{"ChangeEventHeader":{"entityName":"Contact","recordIds":["%s"],"changeType":"GAP_UPDATE","transactionKey":"far","sequenceNumber":1,"commitTimestamp":1772604630000}}}\n' \
    "$(id 99)" | LOYA_NOW=2026-03-04T06:10:31Z loya-apply >"$T/applied"
LOYA_NOW=2026-03-04T06:10:32Z loya-pull -q crm >"$T/out" 2>"$T/err"
like "nor is anybody gone as of then" "$(cat "$T/out")" \
    '"version":17726046.*"deleted":true'

# -n
clock 2026-03-04T06:20:00Z
forget_log
status 0 "-n" loya-pull -n crm
like "prints the request" "$(cat "$T/out")" \
    '^GET http://.*/services/data/v60.0/queryAll\?q=SELECT%20Id'
like "its token masked" "$(cat "$T/out")" '^Authorization: \*\*\*$'
is "makes no request" "$(asked)" ""
url=$(loya-pull -n crm | sed -n '1s/^GET //p')
like "by hand the same is answered" "$(loya-token get crm |
    sed 's/^/Authorization: Bearer /' | curl -sS -H @- "$url")" '"done":(true|false)'
is "and moves nothing" "$(cursor)" 2026-03-04T06:10:27.000000Z

# Settings.
salesforce ',"settings":{"where":"AND AccountId != null"},"settle":0,"lookback":0'
status 78 "SOQL that the org does not take" loya-pull crm
like "is reported with its code" "$(cat "$T/err")" \
    "source 'crm': changes\[0\]: 127.0.0.1:[0-9]+ answers 400: MALFORMED_QUERY: words about MALFORMED_QUERY"
salesforce ',"settings":{"version":"99.0"}'
status 78 "a version that the org does not have" loya-pull crm
like "is reported" "$(cat "$T/err")" 'answers 404: NOT_FOUND'
salesforce ',"window":3600,"lookback":0'
clock 2026-03-04T09:20:00Z
forget_log
status 0 "windows of an hour" loya-pull crm
is "are four" "$(asked | grep -c queryAll)" 4
is "and end now" "$(cursor)" 2026-03-04T09:19:55.000000Z
# A system that is only pulled.
echo '{"profile":"salesforce","oauth":{"client_id":"loya"},
    "pull":{"base":"https://acme.example"}}' \
    >"$LOYA_CONF/sources/crm.json"
status 0 "a profile's receive without auth is prepared only" loya-recv -n
like "which is said" "$(cat "$T/err")" "^loya-recv: source crm: its \
profile has no receive\.auth, so nothing can be posted to it$"
status 0 "so what is only pulled says nothing of it" loya-pull -n crm

done_testing
