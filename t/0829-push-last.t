#!/bin/sh
# The last try of a delivery: if the fault is in the token or in another row,
# it is sent again at once; and 410 is about the target.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
. "$here/apply.sh"
. "$here/push.sh"

last_try() { store "UPDATE outbox SET tries = 9 WHERE tries = 0"; }

token_servers
token_target "\"oauth\":{\"grant\":\"client_credentials\",\"url\":\"$url\",\"client_id\":\"id\"},"
people 1 1 | loya-apply >"$T/applied"
last_try
echo '401 then 204' >"$sink/mode"
status 0 "a token that is over by then" loya-push -b
is "is renewed, and the delivery sent" "$(ends crm)" "sent|11|204"
from=$(last_row)
people 2 2 | loya-apply >"$T/applied"
last_try
echo 401 >"$sink/mode"
status 1 "where that one is refused too" loya-push -b
like "it is dead" "$(ends crm "$from")" '^dead\|11\|401'
from=$(last_row)
people 3 3 | loya-apply >"$T/applied"
last_try
echo '401 then 503' >"$sink/mode"
status 1 "where the system behind it is in trouble" loya-push -b
is "it was the last try" "$(ends crm "$from")" "dead|11|503"
from=$(last_row)
people 4 4 | loya-apply >"$T/applied"
last_try
echo 410 >"$sink/mode"
status 1 "410" loya-push -b
is "turns the target off, and nothing is dead" "$(ends crm "$from")" \
    "waiting|10|410"
rm "$LOYA_CONF/sources/crm.json"

# Rows that are refused together.
printf '{"push":{"kind":"rest","rest":{"base":"http://127.0.0.1:%s","links":"hr","private":true,"requests":{"points":{"on":"loya.points.posted","url":"{base}/tx","batch":3,"body":[{"rows":{"id":"/reference"}}],"answer":{"results":"","ok":"/success","error":"/code"}}}}}}\n' \
    "$hook_port" >"$LOYA_CONF/sources/shop.json"
{ earn p1 1; earn p2 2; earn p3 3; } | loya-apply >"$T/applied"
last_try
echo '400 then 200' >"$sink/mode"
echo '[{"success":true}]' >"$sink/body"
before=$(log | wc -l)
status 0 "three rows that are refused as one" loya-push -b shop
is "are sent one by one" "$(($(log | wc -l) - before)) $(ends shop |
    tr '\n' ' ')" "4 sent|11|200 sent|11|200 sent|11|200 "
ok "which is sound" loya-audit verify
done_testing
