#!/bin/sh
# What a receiver repeats of a secret is masked, even if another secret was set
# while the delivery was under way.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
loya-token -q init
printf '{"push":{"kind":"rest","rest":{"base":"http://127.0.0.1:%s","links":"hr","private":true,"key":{"header":"X-Key"},"requests":{"points":{"on":"loya.points.posted","url":"{base}/tx"}}}}}\n' \
    "$port" >"$LOYA_CONF/sources/crm.json"
secret crm.push first-hunter
people 1 1 | loya-apply >"$T/applied"
earn p1 1 | loya-apply >"$T/applied"
echo 500 >"$sink/mode"
printf 'first-hunter and other-gatherer are none' >"$sink/body"
touch "$sink/hold"
start push loya-push -w
wait_for "the request" test -e "$sink/held"
secret crm.push other-gatherer
# The new one is noticed within a second.
sleep 1.2
rm "$sink/hold"
told() { [ "$(store "SELECT tries FROM outbox")" = 1 ]; }
wait_for "the answer" told
stop push
is "the secret that was sent and the new one are masked" \
    "$(store "SELECT answer FROM outbox")" "500 *** and *** are none"
is "in the record, too" "$(store "SELECT detail ->> '\$.answer'
    FROM audit WHERE kind = 'delivery.deferred'")" "*** and *** are none"
done_testing
