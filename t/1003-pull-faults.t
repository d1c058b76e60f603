#!/bin/sh
# Faults of a system: the right exit status, and nothing lost.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_org
salesforce ',"tries":3'
loya-token -q init
secret crm.oauth hush
clock 2026-03-04T06:00:00Z
i=1
while [ $i -le 5 ]; do
	record $i 2026-03-04T05:00:0$i 0 "N$i" Dell "n$i@example.org"
	i=$((i + 1))
done >"$org/records"
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"
fresh() {
	rm -f "$LOYA_STORE"*
	cp "$T/begin/"* "$T"
	forget_log
}
next() { printf '%s\n' "$@" >"$org/script"; }

# A fault that occurs once: asked again within the run.
for m in 503 420 reset half retry 401 timeout locator; do
	fresh
	next $m
	status 0 "$m, once" loya-pull crm
	is "$m, once: everything is there" "$(records "$T/out")" "1 2 3 4 5"
	fresh
	next good $m
	status 0 "$m on the second page" loya-pull crm
	is "$m on the second page: everything is there, once" \
	    "$(records "$T/out" | tr ' ' '\n' | sort | tr '\n' ' ')" \
	    "1 2 3 4 5 "
	is "$m: the cursor has moved" "$(cursor)" 2026-03-04T05:59:55.000000Z
done
is "a list of pages that is forgotten is read from the start" \
    "$(fresh; next good locator; loya-pull crm >"$T/out"
    asked | cut -d ' ' -f 1 | tr '\n' ' ')" \
    "POST queryAll (locator) queryAll next next "
fresh
next timeout timeout
salesforce ',"first":"2026-03-04T05:00:00Z","lookback":0'
status 0 "a window that takes too long, twice" loya-pull crm
is "is halved, twice" "$(asked | sed -n \
    's/^queryAll.*>= \(.*\) AND.*< \([^ ]*\) .*/\1 \2/p' | head -n 2)" \
"2026-03-04T05:00:00Z 2026-03-04T05:14:58Z
2026-03-04T05:14:58Z 2026-03-04T05:29:56Z"
is "and read to the end" "$(cursor)" 2026-03-04T05:59:55.000000Z
salesforce ',"tries":3'

# A fault that stays.
for m in 503:75 420:75 reset:75 half:75 retry:75 quota:75 locator:75 \
    timeout:75 500:75 502:75 504:75 chunk:75 html:74 empty:74 204:74 cut:74 \
    short:74 gzip:74 nonext:74 elsewhere:74 circle:74 same:74 nothing:74 \
    forbidden:78 moved:78 401:78; do
	want=${m#*:}
	m=${m%:*}
	fresh
	printf "$m" >"$org/always"
	status "$want" "$m, for ever" timeout 10 loya-pull crm
	like "$m: one message with the source" "$(cat "$T/err")" \
	    "^loya-pull: source 'crm': "
	is "$m: only one" "$(wc -l <"$T/err")" 1
	is "$m: the cursor stands" "$(cursor)" ""
	like "$m: the record has it" "$(store "SELECT kind || source || detail
	    FROM audit ORDER BY seq DESC LIMIT 1")" '^pull.failedcrm.*"why":"'
	rm "$org/always"
	status 0 "$m is over" loya-pull crm
	is "$m: nothing is lost" "$(inbox "SELECT count(*) FROM inbox")" 5
done
fresh
printf 503 >"$org/always"
loya-pull crm 2>"$T/err"
is "three tries" "$(asked | grep -c 503)" 3
fresh
printf timeout >"$org/always"
loya-pull crm 2>"$T/err"
is "a window is halved eight times" "$(asked | grep -c '(timeout)')" 9
fresh
salesforce ',"first":"2026-03-04T05:59:52Z","lookback":0'
loya-pull crm 2>"$T/err"
is "one of three seconds once" "$(asked | grep -c '(timeout)')" 2
salesforce ',"tries":3'
printf quota >"$org/always"
forget_log
loya-pull crm 2>"$T/err"
is "one when the quota is used up" "$(asked | grep -c quota)" 1
printf 401 >"$org/always"
forget_log
loya-pull crm 2>"$T/err"
is "a token that is refused is renewed once" "$(asked | tr '\n' ' ')" \
    "(401) POST /services/oauth2/token (401) "
rm "$org/always"
fresh
printf forbidden >"$org/always"
base=http://localhost:${base##*:} salesforce ',"tries":3'
status 78 "a refusal of the instance that the token named" loya-pull crm
like "is reported as its own" "$(cat "$T/err")" \
    "changes.0.: 127\.0\.0\.1:[0-9]* answers 403: API_DISABLED_FOR_ORG"
salesforce ',"tries":3'
rm "$org/always"
for m in second date; do
	fresh
	next good $m
	before=$(date +%s%N)
	status 0 "Retry-After, a $m" loya-pull crm
	[ $(($(date +%s%N) - before)) -ge 1000000000 ]
	tap_result $? "$m: is waited for"
	is "$m: everything is there" "$(records "$T/out")" "1 2 3 4 5"
done
fresh
next good minutes
status 75 "Retry-After of more than a minute" timeout 10 loya-pull crm
is "is for the next run" "$(asked | grep -c minutes)" 1
status 0 "which reads" loya-pull crm
is "the rest" "$(records "$T/out")" "3 4 5"
fresh
next good html
status 74 "a page of HTML after a good one" loya-pull crm
is "what was read stays" "$(records "$T/out")" "1 2"
status 0 "and the next run" loya-pull crm
is "reads the rest" "$(records "$T/out")" "3 4 5"
fresh
next 'done'
status 0 "done and a next page all the same" loya-pull crm
is "done counts" "$(asked | grep -c next)" 2

fresh
next latin
status 1 "a row that is not UTF-8" loya-pull crm
is "does not hold others back" "$(inbox "SELECT count(*) FROM inbox")" 6
status 1 "and is" loya-apply -b
is "refused, as malformed" "$(types "$T/out") $(grep -c malformed "$T/out")" \
    "event.refused member.enrolled member.enrolled member.enrolled member.enrolled member.enrolled 1"

fresh
next nokey
status 1 "a row without its key" loya-pull crm
is "is reported" "$(cat "$T/err")" "loya-pull: source 'crm': changes[0]: row 1 of \
this run has no '/Id': it is stored as it is"
is "does not hold others back" "$(inbox "SELECT count(*) FROM inbox")" 6
is "and not the cursor" "$(cursor)" 2026-03-04T05:59:55.000000Z
next nokey
status 0 "is reported once" loya-pull crm
status 1 "and is" loya-apply -b
is "refused, for the map finds nothing in it" \
    "$(types "$T/out") $(grep -c '"why":"unmapped"' "$T/out")" \
    "event.refused member.enrolled member.enrolled member.enrolled member.enrolled member.enrolled 1"
fresh
cp "$org/records" "$T/five"
for i in 11 12 13 14 15; do
	record $i 2026-03-04T05:00:09 0 "N$i" Dell "n$i@example.org"
done >>"$org/records"
echo 20 >"$org/page"
next allodd
status 74 "ten rows without any key" loya-pull crm
like "are reported" "$(cat "$T/err")" "row 10 of this run has no '/Id', and none of"
is "and not stored" "$(inbox "SELECT count(*) FROM inbox") $(cursor)" "0 "
status 0 "and the next run" loya-pull crm
is "reads them" "$(wc -l <"$T/out")" 10
rm "$org/page"
cp "$T/five" "$org/records"
fresh
next nokey
status 1 "one in a snapshot" loya-pull -f crm
status 1 "is" loya-apply -b
like "no part of it, which therefore is not complete" "$(cat "$T/out")" \
    '"type":"loya.event.held".*"why":"incomplete"'

# An answer that does not end.
for m in drip:timeout trickle:longest; do
	salesforce ",\"tries\":1,\"${m#*:}\":1"
	fresh
	next good ${m%:*}
	status 75 "a ${m%:*}, after ${m#*:}" timeout 30 loya-pull crm
	like "is reported" "$(cat "$T/err")" 'no answer in time'
	is "what was read stays" "$(records "$T/out")" "1 2"
	is "the cursor stands" "$(cursor)" ""
	status 0 "and the next run" loya-pull crm
	is "goes on" "$(records "$T/out")" "3 4 5"
done

salesforce ',"tries":1,"timeout":1'
fresh
next mute
status 75 "a system that says nothing" loya-pull crm
like "is given up after its timeout" "$(cat "$T/err")" 'no answer in time'
stop org
rm "$org/port"
start_org
salesforce ',"tries":3'

# Credentials.
fresh
echo invalid >"$org/grant"
status 78 "invalid_grant" loya-pull crm
like "is reported" "$(cat "$T/err")" "^loya-pull: source 'crm': asked for a token, 127.*invalid_grant"
echo page >"$org/grant"
status 74 "a page in the place of a token" loya-pull crm
like "is reported" "$(cat "$T/err")" \
    "^loya-pull: source 'crm': the answer of 127.* has no token: a page instead of JSON\$"
printf '{"specversion":"1.0","id":"g","source":"crm","type":"loya.received","data":{"ChangeEventHeader":{"entityName":"Contact","recordIds":["%s"],"changeType":"GAP_UPDATE","transactionKey":"g","sequenceNumber":1,"commitTimestamp":1}}}\n' \
    "$(id 1)" >"$T/gap"
status 74 "the same within a pipe" loya-pull -r crm <"$T/gap"
rm "$org/grant"
secret crm.oauth wrong
status 78 "a wrong secret" loya-pull crm
is "is not in the message" "$(grep -c wrong "$T/err")" 0
secret crm.oauth hush
status 0 "the right one" loya-pull crm
for i in "with the token of now" "with one that is stored"; do
	echo tell >"$org/script"
	status 78 "an API that tells the secret, $i" loya-pull crm
	like "is reported without it" "$(cat "$T/err")" \
	    ' answers 400: \*\*\*: words about \*\*\*$'
done
is "nor is it in the record" "$(store "SELECT count(*) FROM audit
    WHERE detail LIKE '%about hush%'")" 0

# The quota.
fresh
echo 'api-usage=4000/5000; api-bursts=1/750' >"$org/usage"
status 75 "80 percent of the quota are used" loya-pull crm
like "is reported" "$(cat "$T/err")" '4000 of 5000 requests are used'
is "after one page" "$(asked | grep -vc token)" 1
echo 'per-app-api-usage=4999/5000(appName=x); api-usage=3999/5000' >"$org/usage"
status 0 "other numbers do not count" loya-pull crm
fresh
rm "$org/usage"
echo 1 >"$org/page"
echo 10 >"$org/step"
status 75 "a run that has used a quarter" loya-pull crm
like "is reported" "$(cat "$T/err")" 'this run has used more than 25% of 100'
is "and asks no more" "$(asked | grep -c -e queryAll -e next)" 4
rm "$org/step" "$org/page"
status 0 "the next one" loya-pull crm
is "reads what it has not" "$(inbox "SELECT count(*) FROM inbox")" 5

# Two at a time.
fresh
touch "$org/hold"
start first loya-pull crm
wait_for "the first" grep -q token "$org/log"
status 75 "a second one" loya-pull crm
like "leaves it to the first" "$(cat "$T/err")" \
    "source 'crm': another loya-pull is reading it"
stop first
is "SIGTERM ends it" "$rc" 143
rm "$org/hold"
status 0 "and the next one" loya-pull crm
is "reads everything" "$(records "$T/out")" "1 2 3 4 5"

# On a terminal.
fresh
printf '{"profile":"salesforce","receive":null,"pull":{"base":"%s"},"oauth":{"client_id":"loya"}}\n' \
    "$base" >"$LOYA_CONF/sources/crm.json"
next 503
script -qefc "loya-pull crm" /dev/null >"$T/terminal" 2>&1 </dev/null
like "a long run shows its progress" "$(tr '\r' '\n' <"$T/terminal")" \
    'loya-pull: crm: 5 rows, 5 new, 3 pages, [0-9]+/s, up to 2026-03-04T05:59:55Z'

# Nobody listens.
stop org
fresh
status 75 "nobody listens" loya-pull crm
is "the record is sound" "$(loya-audit verify >"$T/out" 2>&1; echo $?)" 0
done_testing
