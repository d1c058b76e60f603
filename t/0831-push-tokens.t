#!/bin/sh
# A loya-push that runs for months gets thousands of tokens, and keeps none
# that are no longer used.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
. "$here/apply.sh"
. "$here/push.sh"

token_servers
token_target "\"oauth\":{\"grant\":\"client_credentials\",\"url\":\"$url\",\"client_id\":\"id\"},"
answer 200 '{"access_token":"Brief/Token+0123456789?abcdef","token_type":"Bearer","expires_in":1}'
start push loya-push -w
maps() { wc -l <"/proc/$(cat "$T/push.pid")/maps"; }

# round N: one more delivery, and a token for it
sent() { [ "$(log | wc -l)" = "$1" ]; }
round() {
	printf '{"access_token":"token-%s-%s","token_type":"Bearer","expires_in":1}' \
	    "$1" "$(printf '%s' "$1" | sha256sum | cut -c 1-32)" >"$peer/body.new"
	mv "$peer/body.new" "$peer/body"
	people "$1" "$1" | loya-apply -q >"$T/applied"
	wait_for "delivery $1" sent "$1"
	sleep 1.1
}
for i in 1 2 3; do
	round $i
done
first=$(maps)
for i in 4 5 6 7 8; do
	round $i
done
is "each had a token of its own" "$(count)" 8
if ldd "$BUILD/loya-push" | grep -q libtsan; then
	ok "what a sanitizer keeps is not measured" true
else
	[ "$(maps)" -le $((first + 8)) ]
	tap_result $? \
	    "and the memory is that of the third ($first, $(maps) maps)"
fi
stop push
is "it ends in order" "$rc" 0
done_testing
