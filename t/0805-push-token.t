#!/bin/sh
# A target that needs a token: it is sent, renewed once after a 401, and other
# targets do not wait for the token endpoint.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
. "$here/apply.sh"
. "$here/push.sh"

token_servers
row() { store "SELECT state, tries, answer FROM outbox WHERE target = 'crm'
    ORDER BY seq DESC LIMIT 1"; }

token_target ''
status 78 "a token without an oauth" loya-push -b
like "says so" "$(cat "$T/err")" 'crm.json:1:[0-9]+: push needs a token: there is no oa'
token_target "\"oauth\":{\"grant\":\"client_credentials\",\"url\":\"$url\",\"client_id\":\"id\"},"
people 1 1 | loya-apply >"$T/applied"
status 0 "-n asks for none" loya-push -n
like "and masks it" "$(cat "$T/out")" '^Authorization: Bearer \*\*\*$'
is "no request was made" "$(count)" 0
status 0 "a token" loya-push -b
is "is sent" "$(bearer)" "Bearer token-1-of-peer"
people 2 2 | loya-apply >"$T/applied"
status 0 "the next time" loya-push -b
is "it is the same" "$(bearer)" "Bearer token-1-of-peer"

# 401
people 3 3 | loya-apply >"$T/applied"
printf 'no: token-1-of-peer' >"$sink/body"
echo 401 >"$sink/mode"
status 1 "401 again and again" loya-push -b
is "another token was tried" "$(bearer)" "Bearer token-2-of-peer"
is "once" "$(count)" 2
like "then it is dead" "$(row)" '^dead\|2\|401 no: '
like "the first one does not get it" "$(store "SELECT detail ->> '\$.answer'
    FROM audit WHERE kind = 'delivery.deferred'")" '^no: \*\*\*$'
echo 204 >"$sink/mode"
people 4 4 | loya-apply >"$T/applied"
status 0 "a delivery that is taken" loya-push -b
is "by that token" "$(bearer)" "Bearer token-2-of-peer"

# No token; others do not wait.
cp "$LOYA_CONF/sources/crm.json" "$T/crm.json"
hook shop "$hook_port" ',"secret":"crm.push"'
forget
mode mute
echo 204 >"$sink/mode"
people 5 8 | loya-apply >"$T/applied"
start push loya-push -b
sent() { [ "$(loya-audit outbox -S sent -o shop | wc -l)" = 4 ]; }
wait_for "the other target" sent
is "the other target has everything before there is a token" \
    "$(loya-audit outbox -S waiting -o crm | wc -l)" 4
answer 400 '{"error":"invalid_client"}'
kill "$(cat "$T/push.pid")"
stop peer
stop push 0
is "it ends in order" "$rc" 0
rm "$peer/port"
start_peer
token_target "\"oauth\":{\"grant\":\"client_credentials\",\"url\":\"$url\",\"client_id\":\"id\"},"
LOYA_NOW=$(date -u -d '+1 hour' +%FT%TZ) status 75 "a token that is refused" \
    loya-push -b
like "is reported" "$(cat "$T/err")" "^loya-push: source 'crm': no token: .*invalid_client"
is "nothing was tried" "$(loya-audit outbox -S waiting -o crm |
    grep -c '"tries":0')" 4
mode good
LOYA_NOW=$(date -u -d '+2 hours' +%FT%TZ) status 0 "later" loya-push -b
is "all arrive" "$(loya-audit outbox -S waiting | wc -l)" 0

# A target that repeats the secrets of other targets.
secret crm.oauth cs3cretXYZ
people 9 9 | loya-apply >"$T/applied"
printf 'err cs3cretXYZ' >"$sink/body"
echo 400 >"$sink/mode"
LOYA_NOW=$(date -u -d '+3 hours' +%FT%TZ) loya-push -b >"$T/out" 2>"$T/err"
like "the secret of the client is masked" "$(row)" '\|400 err \*\*\*$'
is "also in the record" "$(store "SELECT count(*) FROM audit
    WHERE detail LIKE '%s3cretX%' AND detail ->> '\$.target' = 'crm'")" 0
hook signed "$hook_port"
secret signed.push "whsec_$(printf 'plain-text-of-a-key' | base64)"
printf 'err plain-text-of-a-key' >"$sink/body"
people 10 10 | loya-apply >"$T/applied"
LOYA_NOW=$(date -u -d '+4 hours' +%FT%TZ) loya-push -b signed >"$T/out" \
    2>"$T/err"
like "so is what whsec_ stands before" "$(store "SELECT answer FROM outbox
    WHERE target = 'signed' AND tries > 0 LIMIT 1")" '^400 err \*\*\*$'
secret signed of-a-hook-to-come
printf 'err of-a-hook-to-come' >"$sink/body"
people 11 11 | loya-apply >"$T/applied"
LOYA_NOW=$(date -u -d '+5 hours' +%FT%TZ) loya-push -b signed >"$T/out" \
    2>"$T/err"
is "and the secret of a hook that is not used yet" "$(store "SELECT answer
    FROM outbox WHERE target = 'signed' AND tries > 0
    ORDER BY seq DESC LIMIT 1")" '400 err ***'
ok "the record is sound" loya-audit verify
is "no token is in it" "$(store "SELECT count(*) FROM audit
    WHERE detail LIKE '%-of-peer%'")" 0
done_testing
