#!/bin/sh
# Erasing a person whom targets know although nobody ever was a member: their
# answers are erased, and what waits is not sent.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
left() {	# lines of files that have anything of the person
	cat "$LOYA_STORE"* | grep -a -i -c -e Zebulon -e ZQ77
}
source_file hr
echo '{"authority":{"*":["hr"]}}' >"$LOYA_CONF/loya.json"
start_sink
hook tgt "$port"
loya-token -q init
secret tgt.push $push_secret
LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
later() { points hr "$1" "{\"external_id\":\"ZQ77\",\"kind\":\"earn\",\"points\":5,\"reference\":\"$1\"}"; }

echo 'who is Zebulon, ZQ77?' >"$sink/body"
echo 400 >"$sink/mode"
later z1 | loya-apply >"$T/lines" 2>"$T/err"
status 1 "a delivery that is dead" loya-push -bq
echo 200 >"$sink/mode"
later z2 | loya-apply >"$T/lines" 2>"$T/err"
status 0 "one that arrived" loya-push -bq
echo 500 >"$sink/mode"
later z3 | loya-apply >"$T/lines" 2>"$T/err"
status 75 "one that is tried again" loya-push -bq
later z4 | loya-apply >"$T/lines" 2>"$T/err"
is "as they stand" "$(states)" "dead 1 sent 1 waiting 2"
like "their answers tell of the person" "$(store "SELECT detail FROM audit
    WHERE kind = 'delivery.sent'")" 'Zebulon'

status 0 "-n says what would go" loya-audit erase -n hr/ZQ77
cp "$T/out" "$T/dry"
status 0 "erase" loya-audit erase hr/ZQ77
is "the receipt counts deliveries and what was tried of them" \
    "$(sed 's/"member":"[-0-9a-f]*"/"member":null/' "$T/out")" \
    '{"member":null,"links":1,"events":4,"bodies":4,"audit":7,"deliveries":4,"hashes":0,"left":0}'
is "as -n said" "$(sed 's/"member":"[-0-9a-f]*"/"member":null/' "$T/out")" \
    "$(cat "$T/dry")"
is "nothing of the person is in any file" "$(left)" 0
is "what was not sent is dead" "$(states)" "dead 3 sent 1"
status 0 "it verifies" loya-audit verify -q
: >"$sink/log"
echo 200 >"$sink/mode"
status 0 "loya-push has nothing to do" loya-push -b
is "and sends nothing, not even that a non-member was erased" "$(log)" ""

# Leased by a loya-push that waits for the answer.
points hr y1 '{"external_id":"ZQ77Y","kind":"earn","points":5,"reference":"y"}' |
    loya-apply >"$T/lines" 2>"$T/err"
: >"$sink/log"
touch "$sink/hold"
start push loya-push -b
wait_for "the request to be there" test -f "$sink/held"
status 0 "erase while it is on its way" loya-audit erase hr/ZQ77Y
rm "$sink/hold"
wait_for "loya-push to be done" sh -c "! kill -0 $(cat "$T/push.pid")"
stop push
sent=$(store "SELECT detail FROM audit WHERE kind = 'delivery.sent'
    ORDER BY seq DESC LIMIT 1")
like "the record has the delivery" "$sent" '"status":200'
is "and no answer of it" "$(echo "$sent" | grep -c answer)" 0
is "no trace" "$(left)" 0
status 0 "it verifies" loya-audit verify -q
done_testing
