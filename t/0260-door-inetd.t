#!/bin/sh
# loya-recv from OpenBSD's inetd, by man/examples/inetd.conf.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
. "$here/door.sh"

need inetd openbsd-inetd
inetd -? 2>&1 | grep -q 'usage: inetd \[-dEil\]' ||
    skip_all "another inetd than OpenBSD's"

sources
free_port
url=http://127.0.0.1:$port
# inetd drops variables that it finds suspect, so the folders are given.
sed "s|:8080|:$port|; s| loya | $(id -un) |; s|/usr/local/sbin|$BUILD|
    s|\$| -s $LOYA_STORE -c $LOYA_CONF|; /^#/d" \
    "$top/man/examples/inetd.conf" >"$T/inetd.conf"
start inetd inetd -i "$T/inetd.conf"
wait_for "inetd" listens "$port"

is "a signed webhook" "$(hook /hooks/std i1)" 202
is "is in the inbox" "$(stored i1)" 1
is "a wrong signature" "$(hook /hooks/std i2 -H 'webhook-id: x')" 401
is "an event of this machine" "$(hook /hooks/open i3)" 202
is "not one that a proxy passes on" "$(hook /hooks/open i4 \
    -H 'X-Forwarded-For: 192.0.2.7')" 401
is "curl asks before it sends, and is answered" "$(hook /hooks/std i5 \
    -H 'Expect: 100-continue')" 202
is "a body without its length" "$(hook /hooks/std i6 \
    -H 'Transfer-Encoding: chunked')" 202
is "HTTP/1.0" "$(hook /hooks/std i7 --http1.0)" 202

address=127.0.0.1:$port
signed /hooks/std i8 '{"id":"i8"}'
ask -s
is "a peer that has said all it has to say is answered" "$code" 202
request GET /health ''
cat "$T/req" "$T/req" >"$T/two"
mv "$T/two" "$T/req"
ask -n 2
is "two requests on one connection" "$code" "200 200"

is "1,000 events, 32 at a time" "$(flood /hooks/std 1000 many)" "1000 202"
is "are all in the inbox" "$(stored 'many-*')" 1000
is "260 on connections of their own" \
    "$(flood /hooks/std 260 alone "$alone")" "260 202"
is "are all in the inbox" "$(stored 'alone-*')" 260

# Its messages are for syslog, not for the peer.
echo '{' >"$LOYA_CONF/loya.json"
request GET /health ''
ask
is "what cannot be set up is 503 for the peer" "$code" 503
is "and not a word beside it" "$(tr -d '\r' <"$T/got" | sed '/^$/,$d' |
    grep -v '^[A-Z][A-Za-z-]*: ')" "HTTP/1.1 503 Service Unavailable"
is "and /health says so" "$(tr -d '\r' <"$T/got" | sed '1,/^$/d')" \
    '{"status":"failing","why":"failing"}'
stop inetd
done_testing
