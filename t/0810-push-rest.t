#!/bin/sh
# loya-push by rest: what a request is made of, which rows go together, and
# what an answer says of each.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
loya-token -q init
LOYA_NOW=2026-11-26T08:00:00Z; export LOYA_NOW
batch='"points":{"on":"loya.points.posted","url":"{base}/tx","batch":3,
    "body":{"all":false,"records":{"rows":{"id":"/reference","to":"/external_id",
    "points":"/data/points","at":{"from":"/time","write":"epoch_ms"},
    "kind":{"from":"/data/kind","values":{"earn":"Accrual","*":"Other"}}}}},
    "answer":{"results":"","ok":"/success","error":"/errors/0/statusCode",
    "fault":"/0/errorCode","message":["/errors/0/message","/0/message"],
    "transient":["LOCKED"],"done":["DUPLICATE"]}}'
one='"member":{"on":["loya.member.enrolled","loya.member.updated"],
    "method":"PATCH","url":"{base}/m/{/external_id}","coalesce":true,
    "body":{"name":"/member/given_name","tier":"/member/tier"}}'

# rest NAME REQUESTS [MEMBERS OF rest [MEMBERS OF push]]
rest() {
	printf '{"pull":{"base":"http://127.0.0.1:%s/api/"},"push":{"kind":"rest"%s,"rest":{"links":"hr","private":true%s,"requests":{%s}}}}\n' \
	    "$port" "${4-}" "${3-}" "$2" >"$LOYA_CONF/sources/$1.json"
}
body() { tr -d '\r' <"$sink/last" | sed '1,/^$/d'; }
first() { head -n 1 "$sink/last" | tr -d '\r'; }
answer() { echo "$1" >"$sink/mode"; printf %s "$2" >"$sink/body"; }
people 1 4 | loya-apply >"$T/applied"
rest crm "$batch" ',"headers":{"X-App":"loya"}'
{ earn p1 10; earn p2 20; earn p3 30; } | loya-apply >"$T/applied"
status 0 "-n shows the request" loya-push -n
is "with its rows" "$(cat "$T/out")" "POST http://127.0.0.1:$port/api/tx
Content-Type: application/json
Accept: application/json
X-App: loya

{\"all\":false,\"records\":[{\"id\":\"local:rp1.10\",\"to\":\"p1\",\"points\":10,\"at\":1795680000000,\"kind\":\"Accrual\"},{\"id\":\"local:rp2.20\",\"to\":\"p2\",\"points\":20,\"at\":1795680000000,\"kind\":\"Accrual\"},{\"id\":\"local:rp3.30\",\"to\":\"p3\",\"points\":30,\"at\":1795680000000,\"kind\":\"Accrual\"}]}"
answer 200 '[{"success":true},{"success":false,"errors":[{"statusCode":"BAD","message":"no good"}]},{"success":false,"errors":[{"statusCode":"LOCKED"}]}]'
sent=$(tail -n 2 "$T/out" | head -n 1)
status 1 "three rows go as one, one of them is refused" loya-push -b
is "in one request" "$(log | wc -l)" 1
is "each has its own end" "$(ends crm)" \
'sent|1|200
dead|1|200 BAD no good
waiting|1|200 LOCKED'
is "what was sent" "$(body)" "$sent"
done_testing
