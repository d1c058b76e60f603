# loya-audit latency: source time, receipt, the record, delivery.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
TZ=UTC
export TZ
audit_store

# Ten events that hr sent at 10:00:00 and that came 1 to 10 s later; all were
# applied at 10:00:12.
for i in 1 2 3 4 5 6 7 8 9 10; do
	line member hr "w$i" 2026-11-24T10:00:00Z \
	    "{\"external_id\":\"W$i\",\"version\":1,\"name\":\"W\"}" >"$T/body"
	sqlite3 "$LOYA_STORE-inbox" "INSERT INTO inbox SELECT max(seq) + 1, 'hr',
	    'w$i', 1795514400000000 + $i * 1000000,
	    'application/cloudevents+json', NULL,
	    CAST(readfile('$T/body') AS BLOB) FROM inbox"
done
sqlite3 "$LOYA_STORE" 'DELETE FROM hash_run' 2>"$T/err"
LOYA_NOW=2026-11-24T10:00:12Z
export LOYA_NOW
loya-apply -b >"$T/apply.out"
n=$(sqlite3 "$LOYA_STORE" 'SELECT max(seq) FROM audit')
is "ten events of that day before" \
    "$(loya-audit latency -o hr -b today | grep -c '"events":10')" 1
LOYA_NOW=2037-01-01T00:00:00Z loya-apply -b >"$T/apply.out"
is "are nine when one had waited for its time" \
    "$(loya-audit latency -o hr -b today | grep -c '"events":9')" 1
is "and it is not of the day when its time came" \
    "$(loya-audit latency -o hr -a 2036-12-31T00:00:00Z)" ""
sqlite3 "$LOYA_STORE" "INSERT INTO audit SELECT $n + 2, at + 2500000,
    'delivery.sent', 'shop', NULL, NULL, NULL, NULL, actor,
    '{\"audit\":$n}', salt, commitment FROM audit WHERE seq = $n"
LOYA_NOW=2026-11-24T11:00:00Z

is "by source, day and stage" "$(loya-audit latency -a today)" \
'{"source":"hr","day":"2026-11-24","stage":"received","events":10,"p50":5000000,"p95":10000000,"p99":10000000,"max":10000000,"slowest":["hr/w10","hr/w9","hr/w8"]}
{"source":"hr","day":"2026-11-24","stage":"applied","events":10,"p50":6000000,"p95":11000000,"p99":11000000,"max":11000000,"slowest":["hr/w1","hr/w2","hr/w3"]}
{"source":"shop","day":"2026-11-24","stage":"delivered","events":1,"p50":2500000,"p95":2500000,"p99":2500000,"max":2500000,"slowest":["'$((n + 2))'"]}'
is "of the last week when nothing is said" \
    "$(loya-audit latency -o hr | wc -l | tr -d ' ')" 4
is "-o takes a source" "$(loya-audit latency -o shop | wc -l | tr -d ' ')" 1
is "nothing is nothing" "$(loya-audit latency -a now)" ""
like "people get lengths of time" "$(loya-audit latency -T -a today)" \
    '^hr +2026-11-24  applied +10  6.0 s  11.0 s  11.0 s  11.0 s  hr/w1, hr/w2, hr/w3$'
is "CSV" "$(loya-audit latency -O csv -o shop | tail -n 1 | tr -d '\r')" \
    "shop,2026-11-24,delivered,1,2500000,2500000,2500000,2500000,\"[\"\"$((n + 2))\"\"]\""
status 64 "an invalid time is 64" loya-audit latency -a soon
done_testing
