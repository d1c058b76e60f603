#!/bin/sh
# loya-push by rest: how a request is built, which rows go together, and what
# an answer says about each.
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
    "method":"PATCH","url":"{base}/m/{/external_id}","coalesce":true,"echo":true,
    "body":{"name":"/member/given_name","tier":"/member/tier"}}'

two='"points":{"on":"loya.points.posted","url":"{base}/tx",
    "body":{"points":"/data/points"}}'

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
is "the record says why of the one that is dead" "$(store "SELECT detail ->>
    '\$.why' FROM audit WHERE kind = 'delivery.dead'")" refused
is "what was sent" "$(body)" "$sent"
later_by 6
answer 200 '[{"success":false,"errors":[{"statusCode":"DUPLICATE"}]}]'
status 0 "a code that says it is there already" loya-push -b
is "is as good" "$(ends crm 2)" "sent|2|200 DUPLICATE"
from=$(last_row)
{ earn p1 11; earn p2 21; } | loya-apply >"$T/applied"
answer 400 '[{"errorCode":"NO","message":"what is this"}]'
before=$(log | wc -l)
status 1 "a request of several that is refused as a whole" loya-push -b
is "is followed by one of each" "$(log | wc -l)" $((before + 3))
is "both are dead by themselves" "$(ends crm "$from")" \
'dead|2|400 NO what is this
dead|2|400 NO what is this'
from=$(last_row)
earn p1 12 | loya-apply >"$T/applied"
answer 200 '{"success":true}'
status 75 "an answer without its array" loya-push -b
like "is none" "$(ends crm "$from")" '^waiting\|1\|200'
later_by 6
answer 200 '[{"success":true},{"success":true}]'
status 0 "an array that is too long" loya-push -b
is "counts as far as there are rows" "$(ends crm "$from")" "sent|2|200"
from=$(last_row)
earn p1 13 | loya-apply >"$T/applied"
answer 400 '[{"errorCode":"LOCKED"}]'
status 75 "a code of a request that means later" loya-push -b
is "means later" "$(ends crm "$from")" "waiting|1|400 LOCKED"
answer 204 ''
later_by 6
status 75 "204 where results are expected" loya-push -b
answer 200 '[{"success":true}]'
later_by 700
status 0 "with them it is done" loya-push -b

rest nobody "$one"
sed 's/"links":"hr"/"links":"him"/' "$LOYA_CONF/sources/nobody.json" >"$T/json"
mv "$T/json" "$LOYA_CONF/sources/nobody.json"
status 78 "links of a source that is not there" loya-push -b
like "says so" "$(cat "$T/err")" \
    "nobody.json:1:[0-9]+: push.rest.links: there is no source 'him'"
rm "$LOYA_CONF/sources/nobody.json"

# One row a request: the address, missing values, several states in one.
rest crm "$one"
answer 204 ''
from=$(last_row)
{ change 1 1; change 1 2; change 2 1; earn p1 14; change 1 3; } |
    loya-apply >"$T/applied"
before=$(log | wc -l)
status 0 "changes of a member" loya-push -b
is "the newest state is sent for all up to it" "$(ends crm "$from")" \
"sent|1|204
sent|0|with $((from + 1))
sent|1|204
sent|0|with $((from + 1))"
is "two requests" "$(log | wc -l)" $((before + 2))
is "the record says which went with which" "$(store "SELECT count(*) FROM audit
    WHERE kind = 'delivery.sent' AND detail ->> '\$.with' = $((from + 1))")" 2
is "it is in the lines too" "$(grep -c '"with":' "$T/out")" 2
is "the address has the id of the member there" "$(first)" \
    "PATCH /api/m/p2 HTTP/1.1"
is "what he does not have is cleared" "$(body)" '{"name":"n1","tier":null}'
# While one state is being sent a newer one comes.
from=$(last_row)
change 1 31 | loya-apply >"$T/applied"
touch "$sink/hold"
start push loya-push -b
wait_for "the request" test -e "$sink/held"
is "it is leased for two attempts and a minute" "$(store "SELECT
    (lease_until - 1000000 * $(date -d "$LOYA_NOW" +%s)) / 1000000 FROM outbox
    WHERE state = 'leased'")" 180
change 1 32 | loya-apply >"$T/applied"
rm "$sink/hold"
stop push 0
is "what came while it was under way did not go with it" \
    "$rc $(ends crm "$from" | cut -d '|' -f 1 | tr '\n' ' ')" \
    "0 sent waiting "
status 0 "the next run" loya-push -b
is "sends it by itself" "$(body)" '{"name":"n32","tier":null}'
# The same if it is looked at before the answer is there.
from=$(last_row)
change 1 33 | loya-apply >"$T/applied"
rm -f "$sink/held"
touch "$sink/hold"
start push loya-push -w
wait_for "the request" test -e "$sink/held"
change 1 34 | loya-apply >"$T/applied"
looked() { [ "$(store "SELECT count(*) FROM outbox WHERE seq > $from
    AND behind > 0")" = 1 ]; }
wait_for "the other one to be looked at" looked
rm "$sink/hold"
both() { [ "$(ends crm "$from" | grep -c sent)" = 2 ]; }
wait_for "both to be sent" both
stop push
is "it does not go with it either" "$(ends crm "$from" | tr '\n' ' ')" \
    "sent|1|204 sent|1|204 "
hook none 1
secret none.push $push_secret
from=$(last_row)
{ change 1 35; change 1 36; change 1 37; } | loya-apply >"$T/applied"
status 75 "where a target is not there" loya-push -b
is "those that go with another are sent, too" "$(cat "$T/err")" \
    "loya-push: 3 sent, 1 deferred, 0 dead; 3 waiting"
rm "$LOYA_CONF/sources/none.json"
loya-push -d none >"$T/out" 2>&1
rest crm "$one,$two"
from=$(last_row)
{ change 1 4; change 1 5; earn p1 15; change 1 6; } | loya-apply >"$T/applied"
before=$(log | wc -l)
status 0 "points between changes" loya-push -b
is "stand between them" "$(ends crm "$from")" \
"sent|1|204
sent|0|with $((from + 1))
sent|1|204
sent|1|204"
from=$(last_row)
{ change 1 7; change 1 8; } | loya-apply >"$T/applied"
answer 400 ''
status 1 "a state that is refused" loya-push -b
is "takes nothing along" "$(ends crm "$from" | cut -c 1-10)" \
'dead|1|400
dead|1|400'
answer 300 '["/m/1","/m/2"]'
change 1 9 | loya-apply >"$T/applied"
status 1 "300 is dead" loya-push -b
answer 301 ''
change 1 10 | loya-apply >"$T/applied"
status 75 "301 is later" loya-push -b
answer 204 ''
later_by 6
status 0 "then it arrives" loya-push -b

# Ids that must be encoded in a URL.
member hr e20 '{"external_id":"a/b?c d","status":"active"}' |
    loya-apply >"$T/applied"
status 0 "an id with signs" loya-push -b
is "is encoded" "$(first)" "PATCH /api/m/a%2Fb%3Fc%20d HTTP/1.1"
id=$(store "SELECT member FROM link WHERE external_id = 'a/b?c d'")
member hr e20m "{\"member\":\"$id\",\"locale\":\"de\"}" |
    loya-apply >"$T/applied"
status 0 "a change of a member that the source named by loya's id" loya-push -b
is "goes by the id of its record all the same" "$(first)" \
    "PATCH /api/m/a%2Fb%3Fc%20d HTTP/1.1"
from=$(last_row)
member hr e21 '{"external_id":"..","status":"active"}' |
    loya-apply >"$T/applied"
status 1 "an id that would be another way" loya-push -b
is "is not sent" "$(ends crm "$from")" \
    "dead|1|'/external_id': '..' cannot be part of a URL"
like "the line says so" "$(cat "$T/out")" '"why":"unmapped"'

# Members unknown there, and changes that came from there.
source_file till
echo '{"authority":{"*":["hr","till"]}}' >"$LOYA_CONF/loya.json"
from=$(last_row)
member till t1 '{"external_id":"t1","status":"active"}' |
    loya-apply >"$T/applied"
status 0 "a member without a link" loya-push -b
is "is skipped" "$(ends crm "$from")" "sent|1|skipped: unlinked"
rest crm "$one" ',"unlinked":"dead"'
member till t2 '{"external_id":"t2","status":"active"}' |
    loya-apply >"$T/applied"
status 1 "or dead, if the file says so" loya-push -b
like "the line says why" "$(cat "$T/out")" '"why":"unlinked"'
rest crm '"new":{"on":"loya.member.enrolled","create":true,"url":"{base}/new","body":{"id":"/member/id","name":"/external_id"}}'
member till t3 '{"external_id":"t3","status":"active"}' |
    loya-apply >"$T/applied"
status 0 "or it is created" loya-push -b
is "without an id" "$(body)" "{\"id\":\"$(who t3)\"}"
from=$(last_row)
change 1 20 | loya-apply >"$T/applied"
rest crm '"new":{"on":"loya.member.enrolled","url":"{base}/new"}' '' \
    ',"on":"*"'
earn p1 16 | loya-apply >"$T/applied"
status 0 "an event that no request is for" loya-push -b
is "is skipped" "$(ends crm "$from")" "sent|1|skipped: unwanted"
quiet=$(printf %s "$one" | sed 's/,"echo":true//')
rest hr "$quiet"
from=$(last_row)
change 1 21 | loya-apply >"$T/applied"
status 0 "what a system said itself" loya-push -b hr
is "is not said back" "$(ends hr "$from")" "sent|1|skipped: echo"
rest hr "$quiet,$two"
{ change 1 23; change 1 24; earn p1 23; earn p1 24; change 2 23; earn p2 23
} | loya-apply >"$T/applied"
status 0 "after what would be skipped" loya-push -n hr
is "-n shows what is sent next, and nothing after that" \
    "$(grep points "$T/out")" '{"points":23}
{"points":23}'
rest hr "$one"
change 1 22 | loya-apply >"$T/applied"
status 0 "unless the file wants it" loya-push -b hr
is "then it is" "$(body)" '{"name":"n22","tier":null}'
rm "$LOYA_CONF/sources/hr.json"
source_file hr

rest crm "$one"
status 0 "the other target's" loya-push -b crm

# Proving who it is, and secrets in a body.
rest crm '"member":{"on":"loya.member.updated","url":"{base}/m","body":{"key":{"secret":"push"},"of":{"secret":"api_key"}}}' \
    ',"basic":{"user":"loya"}'
status 78 "the password is in the body, too" loya-push -b crm
like "it is named once" "$(cat "$T/err")" \
    "source 'crm': its secrets crm.push, crm.api_key are not set; loya-token set"
rest crm '"member":{"on":"loya.member.updated","url":"{base}/m","echo":true,"headers":{"Idempotency-Key":"{/id}"},"body":{"key":{"secret":"api_key"},"of":["/member/given_name",{"secret":"api_key"}],"text":{"text":"{/member/given_name} {{x}"}}}' \
    ',"basic":{"user":"loya"}'
status 78 "a password and a secret of a body that are not set" loya-push -b crm
like "are both named" "$(cat "$T/err")" \
    "source 'crm': its secrets crm.push, crm.api_key are not set; loya-token set"
secret crm.push 'pass:word'
status 78 "a secret of a body that is not set" loya-push -b crm
like "says so" "$(cat "$T/err")" 'loya-token set crm.api_key sets it'
printf 'one\ntwo' | loya-token -q set crm.api_key
status 78 "a secret that is not one line of text" loya-push -b crm
like "says so" "$(cat "$T/err")" 'its secret crm.api_key is not a text'
secret crm.api_key 'k"e\y-1234'
change 2 30 | loya-apply >"$T/applied"
status 0 "-n" loya-push -n crm
like "masks the password" "$(cat "$T/out")" '^Authorization: Basic \*\*\*$'
like "and the secrets" "$(cat "$T/out")" \
    '^\{"key":"\*\*\*","of":\["n30","\*\*\*"\],"text":"n30 \{x\}"\}$'
answer 500 'you sent k"e\y-1234'
status 75 "both are sent" loya-push -b crm
is "as they are" "$(body)" \
    '{"key":"k\"e\\y-1234","of":["n30","k\"e\\y-1234"],"text":"n30 {x}"}'
is "by Basic authentication" "$(tr -d '\r' <"$sink/last" |
    sed -n 's/^Authorization: //p')" "Basic $(printf loya:pass:word | base64)"
is "what is repeated of them is masked" "$(ends crm | tail -n 1)" \
    "waiting|1|500 you sent ***"
key=$(tr -d '\r' <"$sink/last" | sed -n 's/^Idempotency-Key: //p')
answer 204 ''
later_by 6
status 0 "again" loya-push -b crm
is "under the same id" "$(tr -d '\r' <"$sink/last" |
    sed -n 's/^Idempotency-Key: //p')" "$key"
is "which the record has" "$(store "SELECT count(*) FROM audit
    WHERE detail ->> '\$.id' = '$key'")" 2

rest crm "$one" ',"key":{"header":"X-Key","prefix":"k ","secret":"shared"}'
secret shared 'k1234567'
change 2 31 | loya-apply >"$T/applied"
status 0 "-n with a key" loya-push -n crm
like "masks it" "$(cat "$T/out")" '^X-Key: k \*\*\*$'
status 0 "a key in a header" loya-push -b crm
is "is sent" "$(tr -d '\r' <"$sink/last" | sed -n 's/^X-Key: //p')" \
    "k k1234567"

# The quota is used up: for as long as the peer says, or else the file.
rest crm "${one%\}},\"answer\":{\"fault\":\"/code\",\"quota\":[\"USED_UP\"],
    \"quota_rest\":600}}"
waits() { store "SELECT (due_at - 1000000 * $(date -d "$LOYA_NOW" +%s)) / 1000000
    FROM outbox ORDER BY seq DESC LIMIT 1"; }
for t in 120 600; do
	later_by 3600
	change 1 "5$t" | loya-apply >"$T/applied"
	answer 403 '{"code":"USED_UP"}'
	[ "$t" = 600 ] || printf 'Retry-After: 120\r\n' >"$sink/headers"
	status 75 "no allowance is left" loya-push -b
	rm -f "$sink/headers"
	is "it waits for $t s" "$(waits)" "$t"
	answer 204 ''
	before=$(log | wc -l)
	later_by $((t - 1))
	change 2 "5$t" | loya-apply >"$T/applied"
	status 75 "a second earlier" loya-push -b
	is "no request is made" "$(log | wc -l)" "$before"
	later_by 1
	status 0 "then it arrives" loya-push -b
done

# One word about several rows: a refusal is asked about each, and trouble is
# none of theirs.
rest crm '"points":{"on":"loya.points.posted","url":"{base}/tx","batch":3,
    "body":[{"rows":{"id":"/reference"}}],
    "answer":{"results":"/rows","ok":"/ok","error":"/no","fault":"/code",
    "final":"/never"}}'
from=$(last_row)
before=$(log | wc -l)
{ earn p1 61; earn p2 61; } | loya-apply >"$T/applied"
answer 200 '{"never":true,"code":"NO","rows":[{"ok":true},{"ok":true}]}'
status 1 "an answer that refuses both" loya-push -b
is "is followed by one request of each" "$(log | wc -l)" $((before + 3))
is "which are refused" "$(ends crm "$from")" 'dead|2|200 NO
dead|2|200 NO'
is "as the record says" "$(store "SELECT kind, detail ->> '\$.why' FROM audit
    WHERE kind LIKE 'delivery.%' ORDER BY seq DESC LIMIT 4")" \
    'delivery.dead|refused
delivery.dead|refused
delivery.deferred|
delivery.deferred|'
from=$(last_row)
{ earn p1 62; earn p2 62; } | loya-apply >"$T/applied"
answer 500 ''
status 75 "trouble of both" loya-push -b
is "is no reason to ask at once" "$(log | wc -l)" $((before + 4))
is "but later" "$(ends crm "$from")" 'waiting|1|500
waiting|1|500'
answer 200 '{"rows":[{"ok":true},{"ok":true}]}'
later_by 6
status 0 "then they are sent" loya-push -b
is "together" "$(log | wc -l)" $((before + 5))

# Some need to be told that there is no body (411).
for m in POST PUT PATCH DELETE; do
	rest crm '"points":{"on":"loya.points.posted","method":"'$m'","url":"{base}/m/{/external_id}"}'
	earn p1 "5$(($(log | wc -l) + 1))" | loya-apply >"$T/applied"
	status 0 "$m without a body" loya-push -b crm
	is "says so, but for DELETE" "$(first) $(tr -d '\r' <"$sink/last" |
	    grep -c '^Content-Length: 0$')" \
	    "$m /api/m/p1 HTTP/1.1 $([ $m = DELETE ] && echo 0 || echo 1)"
done

# The example of loya-source(5).
sed -n '/^A shop that takes/,/^\.Ed/p' "$top/man/loya-source.5" |
    sed '/^[A.]/d; s/"crm"/"hr"/' >"$LOYA_CONF/sources/shop.json"
secret shop.push pass:word
earn p1 40 | loya-apply >"$T/applied"
status 0 "the example of the page" loya-push -n shop
like "is a request" "$(tail -n 2 "$T/out")" \
    '^\{"customer":"p1","points":40,"note":"earn rp1.40","at":[0-9]+\}$'

# A tier, which the programme itself decides.
echo '{"authority":{"*":["hr","till"],"tier":["local"]}}' \
    >"$LOYA_CONF/loya.json"
rest crm "$one"
change 1 before | loya-apply >"$T/applied"
status 0 "a member without a tier" loya-push -b crm
is "has none over there" "$(body)" '{"name":"nbefore","tier":null}'
member local t1 "{\"member\":\"$(who p1)\",\"attributes\":{\"tier\":\"gold\"}}" |
    loya-apply >"$T/applied"
status 0 "one that local gave" loya-push -b crm
is "is there, too" "$(body)" '{"name":"nbefore","tier":"gold"}'

# Attributes: one that was cleared must become empty there.
rest crm '"m":{"on":"loya.member.updated","url":"{base}/m","echo":true,"body":{"grade":"/member/attributes/grade","x":"/member/attributes/x"}}'
graded() {	# ID GRADE: what is sent of it
	member hr "$1" "{\"external_id\":\"p1\",\"attributes\":{\"grade\":$2,\"hue\":1}}" |
	    loya-apply >"$T/applied"
	loya-push -b crm >"$T/pushed"
	body
}
is "an attribute, and one that no source ever gave" "$(graded g1 '"A"')" \
    '{"grade":"A"}'
is "one that was cleared" "$(graded g2 null)" '{"grade":null}'
ok "the record is sound" loya-audit verify
ok "and has how long it took" loya-audit latency
is "no secret is in it" "$(store "SELECT count(*) FROM audit
    WHERE detail LIKE '%pass:word%' OR detail LIKE '%y-1234%'")" 0
done_testing
