#!/bin/sh
# loya-push with a key that can be read only once, and stopped while it asks
# for a token.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
. "$here/apply.sh"
. "$here/push.sh"

token_servers
target() {	# GRANT [MORE MEMBERS OF oauth]
	token_target "\"oauth\":{\"grant\":\"$1\",\"url\":\"$url\",\"client_id\":\"id\"${2-}},"
}

# once COMMAND...: the key comes from a pipe
once() {
	# shellcheck disable=SC2002
	cat "$LOYA_CONF/key" | LOYA_KEY=fd:9 "$@" 9<&0 </dev/null
}
target client_credentials
people 1 1 | loya-apply >"$T/applied"
status 0 "a key that can be read once" once loya-push -b
is "is enough for secret and token" "$(bearer)" "Bearer token-1-of-peer"
forget
status 0 "also for loya-token get" once loya-token get crm
is "which keeps what it got" "$(loya-token get crm)" "$(cat "$T/out")"
people 2 2 | loya-apply >"$T/applied"
printf 'no' >"$sink/body"
echo 401 >"$sink/mode"
status 1 "and for a token after a 401" once loya-push -b
is "it was another one" "$(bearer)" "Bearer token-$(count)-of-peer"
echo 204 >"$sink/mode"

mkfifo "$T/key"
LOYA_KEY=fd:9 loya-push -w >"$T/push.out" 2>"$T/push.err" </dev/null \
    9<"$T/key" &
echo $! >"$T/push.pid"
tap_started="$tap_started push"
cat "$LOYA_CONF/key" >"$T/key"
people 3 3 | loya-apply >"$T/applied"
wait_for "a delivery" grep -q delivery.sent "$T/push.out"
secret crm.push whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
hexkey=$(echo C2FVsBQIhrscChlQIMV+b5sSYspob7oD | base64 -d | od -An -tx1 |
    tr -d ' \n')
header() { tr -d '\r' <"$sink/last" | sed -n "s/^$1: //p"; }
n=10
# Whether the next delivery is signed by it.
other_signs() {
	n=$((n + 1))
	people $n $n | loya-apply >"$T/applied"
	timeout 10 sh -c "until loya-audit outbox -S sent -m hr/p$n |
	    grep -q .; do sleep 0.02; done"
	[ "$(header webhook-signature)" = "v1,$(printf '%s.%s.%s' \
	    "$(header webhook-id)" "$(header webhook-timestamp)" \
	    "$(tr -d '\r' <"$sink/last" | sed '1,/^$/d')" | openssl dgst \
	    -sha256 -mac HMAC -macopt "hexkey:$hexkey" -binary | base64)" ]
}
wait_for "a secret that is set meanwhile" other_signs
other_signs
tap_result $? "a secret that is set meanwhile is used"
stop push
is "and it goes on until it is told to end" "$rc" 0

# SIGTERM while the token endpoint does not answer.
forget
mode mute
people 101 102 | loya-apply >"$T/applied"
before=$(count)
start push loya-push -w
asked() { [ "$(count)" -gt "$before" ]; }
wait_for "the question" asked
began=$(date +%s%N)
stop push
took=$((($(date +%s%N) - began) / 1000000))
is "SIGTERM while a token is asked for ends it" "$rc" 0
[ "$took" -lt 5000 ]
tap_result $? "within seconds ($took ms)"
is "a token that is not needed is not mentioned" "$(cat "$T/push.err")" ""
is "and nothing is leased or used up" "$(store "SELECT DISTINCT state, tries
    FROM outbox WHERE state <> 'sent' AND state <> 'dead'")" "waiting|0"
mode good
status 0 "the next one goes on at once" loya-push -b
is "with all of it" "$(loya-audit outbox -S waiting | wc -l)" 0

# SIGTERM while a command makes the assertion.
target jwt-bearer ",\"assertion\":[\"sh\",\"-c\",\": >$T/signing; sleep 100\"]"
people 201 201 | loya-apply >"$T/applied"
start push loya-push -w
wait_for "the command" test -f "$T/signing"
began=$(date +%s%N)
stop push
took=$((($(date +%s%N) - began) / 1000000))
is "SIGTERM while a command makes the assertion ends it" "$rc" 0
[ "$took" -lt 5000 ]
tap_result $? "within seconds as well ($took ms)"
is "that is not mentioned either" "$(cat "$T/push.err")" ""
target client_credentials

# A refresh token is used up once it is sent: its successor is waited for.
secret crm.refresh first
target refresh_token
: >"$peer/hold"
people 103 103 | loya-apply >"$T/applied"
before=$(count)
start push loya-push -w
wait_for "the question" asked
kill "$(cat "$T/push.pid")"
rm "$peer/hold"
wait "$(cat "$T/push.pid")"
is "a refresh under way is waited for" "$?" 0
rm "$T/push.pid"
is "and kept" "$(store "SELECT count(*) FROM credential")" 1
ok "the record is sound" loya-audit verify
done_testing
