#!/bin/sh
# loya-recv behind stunnel, by man/examples/stunnel.conf.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
. "$here/door.sh"

need stunnel4 stunnel4
command -v openssl >/dev/null || skip_all "openssl is not installed"

make_cert ca 'Test CA' 'basicConstraints=critical,CA:TRUE'
make_cert other 'Other CA' 'basicConstraints=critical,CA:TRUE'
make_cert server localhost 'subjectAltName=IP:127.0.0.1' ca
make_cert client 'sender 1' 'extendedKeyUsage=clientAuth' ca
make_cert stranger 'sender 1' 'extendedKeyUsage=clientAuth' other

sources
echo '{ "receive": { "auth": { "kind": "mtls" }, "id": "/id" } }' \
    >"$LOYA_CONF/sources/mtls.json"
free_port
each=$port
free_port
server=$port

# As root it would change its user; here it stays the same.
adapted() {
	sed "/^set.id = /d
	    s|= 8443|= 127.0.0.1:$each|; s|= 8444|= 127.0.0.1:$server|
	    s|/run/loya-recv.sock|$T/sock|
	    s|/usr/local/sbin/loya-recv|$BUILD/loya-recv|
	    s|execArgs = loya-recv|& -v|
	    s|/etc/stunnel/loya/cert.pem|$T/server.pem|
	    s|/etc/stunnel/loya/cert.key|$T/server.key|
	    s|/etc/stunnel/loya/clients.pem|$T/ca.pem|" \
	    "$top/man/examples/stunnel.conf"
}
{ echo 'foreground = yes'; adapted; } >"$T/stunnel.conf"
start stunnel stunnel4 "$T/stunnel.conf"
wait_for "stunnel" listens "$each"

# a process for each connection
url=https://127.0.0.1:$each
mine="--cert $T/client.pem --key $T/client.key"
# shellcheck disable=SC2086
{
	is "exec: a signed webhook" "$(hook /hooks/std e1 $mine)" 202
	is "exec: is in the inbox" "$(stored e1)" 1
	is "exec: a wrong signature" "$(hook /hooks/std e2 $mine \
	    -H 'webhook-id: x')" 401
	is "exec: this machine, by what stunnel says" \
	    "$(hook /hooks/open e3 $mine)" 202
	ok "exec: the client's address is known" grep -q \
	    'loya-recv: 127.0.0.1: POST /hooks/open: 202' "$T/stunnel.err"
	is "exec: not one that a proxy passes on" \
	    "$(hook /hooks/open e4 $mine -H 'Via: 1.1 proxy')" 401
	is "exec: the certificate is not passed on" \
	    "$(hook /hooks/mtls e5 $mine)" 401
	is "exec: curl asks before it sends" "$(hook /hooks/std e6 $mine \
	    -H 'Expect: 100-continue')" 202
}
is "exec: no client without a certificate" "$(hook /hooks/std e7)" 000
is "exec: no client with one of another CA" "$(hook /hooks/std e8 \
    --cert "$T/stranger.pem" --key "$T/stranger.key")" 000
is "exec: and nothing of them is kept" "$(stored 'e[78]')" 0
is "exec: 300 events, 32 at a time" "$(flood /hooks/std 300 each \
    "cert = \"$T/client.pem\"" "key = \"$T/client.key\"")" "300 202"
is "exec: are all in the inbox" "$(stored 'each-*')" 300

# in front of a server
url=https://127.0.0.1:$server
echo '{ "proxy": { "from": ["unix"] } }' >"$LOYA_CONF/loya.json"
start recv loya-recv -v -l "unix:$T/sock"
wait_for "loya-recv" test -S "$T/sock"
is "connect: a signed webhook" "$(hook /hooks/std c1)" 202
is "connect: is in the inbox" "$(stored c1)" 1
is "connect: a wrong signature" \
    "$(hook /hooks/std c2 -H 'webhook-id: x')" 401
is "connect: no client is this machine" "$(hook /hooks/open c3)" 401
is "connect: 300 events, 32 at a time" \
    "$(flood /hooks/std 300 server)" "300 202"
is "connect: are all in the inbox" "$(stored 'server-*')" 300
stop recv
is "connect: it ends with 0" "$rc" 0
is "connect: no answer" "$(hook /hooks/std c4)" 000
rm "$LOYA_CONF/loya.json"

# Messages of loya-recv are not for the peer, even when stunnel runs in the
# background and makes the connection its standard error.
stop stunnel
echo '{' >"$LOYA_CONF/loya.json"
{ echo "pid = $T/stunnel.pid"; adapted; } >"$T/stunnel.conf"
tap_started="$tap_started stunnel"
stunnel4 "$T/stunnel.conf" 2>"$T/stunnel.err"
wait_for "stunnel" listens "$each"
url=https://127.0.0.1:$each
# shellcheck disable=SC2086
is "what cannot be set up is 503" \
    "$(ask_curl $mine -D "$T/head" "$url/health")" 503
is "and not a word besides" "$(tr -d '\r' <"$T/head" |
    grep -v '^[A-Z][A-Za-z-]*: ' | tr '\n' ' ')" \
    "HTTP/1.1 503 Service Unavailable  "
is "and /health says so" "$(cat "$T/got")" \
    '{"status":"failing","why":"failing"}'
done_testing
