#!/bin/sh
# Erasing a person whom targets know: answers are erased, what was not sent is
# not sent, and the targets are told.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
. "$here/erase.sh"

erase_conf
start_sink
hook tgt "$port"
sed 's/"on":"\*"/"on":["loya.member.closed"]/' "$LOYA_CONF/sources/tgt.json" \
    >"$LOYA_CONF/sources/closed.json"
loya-token -q init
secret tgt.push $push_secret
secret closed.push $push_secret
LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
zaphira | head -n 1 | loya-apply >"$T/applied"
zaphira=$(store "SELECT member FROM link WHERE external_id = 'PQZQ77'")

# One delivery is dead, one sent, one waits: all with an answer.
echo 'who is Zaphira Quillfeather, badge-zq, PQZQ77?' >"$sink/body"
echo 400 >"$sink/mode"
status 1 "a delivery that is dead" loya-push -bq
member hr y2 '{"external_id":"PQZQ77","version":2,"given_name":"Zaphira2"}' |
    loya-apply >"$T/applied"
echo 200 >"$sink/mode"
status 0 "one that arrived" loya-push -bq
{
	member hr y3 '{"external_id":"PQZQ77","version":3,"given_name":"Zaphira3"}'
	member hr y4 '{"external_id":"PQZQ77","version":4,"given_name":"Zaphira4"}'
} | loya-apply >"$T/applied"
echo 500 >"$sink/mode"
status 75 "one that is tried again" loya-push -bq
is "as they stand" "$(store "SELECT state, count(*) FROM outbox
    WHERE member = '$zaphira' GROUP BY 1 ORDER BY 1" | tr '\n' ' ')" \
    "dead|1 sent|1 waiting|2 "
is "another one waits for that" "$(store "SELECT count(*) FROM outbox
    WHERE member = '$zaphira' AND behind > 0")" 1
like "their answers tell of her" "$(traces)" 'badge-zq'

status 0 "erase" loya-audit erase "$zaphira"
like "four deliveries" "$(cat "$T/out")" '"deliveries":4,'
is "no trace of her is left" "$(traces)" ""
is "what was not sent is dead" "$(store "SELECT state, count(*) FROM outbox
    WHERE member = '$zaphira' AND audit < (SELECT min(seq) FROM audit
    WHERE kind = 'member.closed') GROUP BY 1 ORDER BY 1" | tr '\n' ' ')" \
    "dead|3 sent|1 "
is "of two targets one wants closed ones only" "$(store "SELECT target, kind
    FROM outbox o JOIN audit a ON a.seq = o.audit WHERE o.member = '$zaphira'
    AND o.state = 'waiting' ORDER BY o.seq")" "closed|member.closed
tgt|member.closed
tgt|member.erased"
status 0 "it verifies" loya-audit verify -q
is "none of that needs anybody" "$(loya-audit outbox -S dead)" ""
is "it is erased" "$(loya-audit outbox -S erased |
    grep -o '"state":"[a-z]*"' | sort | uniq -c | tr -s ' ')" \
    ' 3 "state":"erased"'

echo 200 >"$sink/mode"
: >"$sink/log"
LOYA_NOW=2026-11-23T13:00:00Z loya-push -b >"$T/sent" 2>"$T/err"
is "they get nothing else about her, in order" \
    "$(log | grep -c "$zaphira")" 3
like "without a word of her" "$(tr -d '\r' <"$sink/last")" \
    "\"subject\":\"$zaphira\""
is "the last one says what is left of the record" \
    "$(store "SELECT detail FROM audit WHERE kind = 'member.erased'")" \
    "{\"before\":$(store "SELECT seq FROM audit WHERE kind = 'member.closed'")}"
like "a target may answer as it likes" "$(traces)" badge-zq
status 0 "erase again" loya-audit erase "$zaphira"
is "takes that away, too" "$(traces)" ""
is "and sends nothing again" "$(store "SELECT count(*) FROM outbox
    WHERE state = 'waiting' AND member = '$zaphira'")" 0

# Leased by a loya-push that waits for the answer.
member hr x1 '{"external_id":"PQZQ99","version":1,"name":"Zaphira"}' |
    loya-apply >"$T/applied"
: >"$sink/log"
touch "$sink/hold"
start push loya-push -b
wait_for "the request to be there" test -e "$sink/held"
wait_for "the lease" sh -c "[ \"\$(sqlite3 -readonly $LOYA_STORE \"SELECT
    count(*) FROM outbox WHERE state = 'leased'\")\" = 1 ]"
status 0 "erase while it is on its way" loya-audit erase hr/PQZQ99
rm "$sink/hold"
wait_for "loya-push to be done" sh -c "! kill -0 $(cat "$T/push.pid") ||
    grep -q x1 $T/push.out"
stop push
sent=$(store "SELECT detail FROM audit WHERE kind = 'delivery.sent'
    ORDER BY seq DESC LIMIT 1")
like "the record has the delivery" "$sent" '"status":200'
is "and no answer of it" "$(echo "$sent" | grep -c answer)" 0
is "no trace" "$(traces)" ""
status 0 "it verifies" loya-audit verify -q

# The state after a kill before the burial: what was owed before still waits,
# and a loya-push puts the notice of the erasure after it.
member hr v1 '{"external_id":"PQZQ55","version":1,"name":"Zaphira"}' |
    loya-apply >"$T/applied"
zaphira=$(store "SELECT member FROM link WHERE external_id = 'PQZQ55'")
loya-audit erase -q hr/PQZQ55
sqlite3 "$LOYA_STORE" "UPDATE outbox SET state = 'waiting', due_at = due_at + 60 * 1000000
    WHERE target = 'tgt' AND member = '$zaphira' AND state = 'dead'"
status 75 "what was due waits for its time" loya-push -bq tgt
is "and the rest after it" "$(store "SELECT count(*) FROM outbox
    WHERE target = 'tgt' AND member = '$zaphira' AND behind > 0")" 2
status 0 "erase once more" loya-audit erase -q "$zaphira"
status 0 "now it has its turn" loya-push -bq tgt
is "and is sent, and nothing else is" "$(store "SELECT state, count(*)
    FROM outbox WHERE target = 'tgt' AND member = '$zaphira'
    GROUP BY 1 ORDER BY 1" | tr '\n' ' ')" "dead|1 sent|2 "

# A target that would create a record for an unknown person.
printf '{"pull":{"base":"http://127.0.0.1:%s/api/"},"push":{"kind":"rest","rest":{"links":"hr","private":true,"requests":{"new":{"on":["loya.member.enrolled","loya.member.closed"],"create":true,"url":"{base}/new","body":{"id":"/member/id"}}}}}}\n' \
    "$port" >"$LOYA_CONF/sources/rest.json"
member hr w1 '{"external_id":"PQZQ66","version":1,"name":"Zaphira"}' |
    loya-apply >"$T/out"
status 0 "erase somebody it does not know yet" loya-audit erase hr/PQZQ66
: >"$sink/log"
status 1 "it gets nothing" loya-push -b rest
is "no request was made" "$(log)" ""
is "what was due is dead" "$(store "SELECT detail ->> '\$.why' FROM audit
    WHERE kind = 'delivery.dead' AND source = 'rest'")" "erased"
is "and erased" "$(loya-audit outbox -o rest | grep -o '"state":"[a-z]*"' |
    sort -u)" '"state":"erased"'

# The audit rows of deliveries about others stay.
{ other 1; member hr u1 '{"external_id":"PQZQ44","version":1}'; } |
    loya-apply >"$T/applied"
echo 200 >"$sink/mode"
status 0 "two people are delivered" loya-push -bq tgt
status 0 "one is erased" loya-audit erase hr/PQZQ44
is "the record has the other's delivery still" "$(store "SELECT count(*)
    FROM audit WHERE kind = 'delivery.sent' AND detail ->> 'member' = (SELECT
    member FROM link WHERE external_id = 'P97')")" 1

# One of several that a command gets at once, as a kill leaves it.
printf '{"push":{"kind":"exec","on":"loya.member.enrolled","exec":{"command":["tee","-a","%s"]}}}\n' \
    "$T/took" >"$LOYA_CONF/sources/take.json"
{ member hr t1 '{"external_id":"PQZQ33","version":1}'; others 2 4 other; } |
    loya-apply >"$T/applied"
loya-audit erase -q hr/PQZQ33
sqlite3 "$LOYA_STORE" "UPDATE outbox SET state = 'waiting'
    WHERE target = 'take' AND state = 'dead'"
status 1 "one of four is of somebody who was erased" loya-push -bq take
is "the command gets the others, each once" "$(cat "$T/took")" \
    "$(tail -n 3 "$T/applied")"
is "which are sent, and it is dead" "$(store "SELECT state, count(*)
    FROM outbox WHERE target = 'take' GROUP BY 1 ORDER BY 1" | tr '\n' ' ')" \
    "dead|1 sent|3 "
is "as erased" "$(store "SELECT detail ->> 'why' FROM audit
    WHERE source = 'take' AND kind = 'delivery.dead'")" erased

# A notice of the erasure that was refused needs a person.
echo 404 >"$sink/mode"
status 1 "a target does not want to know" loya-push -bq closed
status 0 "erase once more" loya-audit erase "$(store "SELECT member FROM outbox
    WHERE target = 'rest' ORDER BY seq DESC LIMIT 1")"
like "what it did not get is dead" "$(loya-audit outbox -S dead)" \
    '"target":"closed","type":"loya.member.closed"'
done_testing
