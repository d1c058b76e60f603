#!/bin/sh
# loya-recv behind nginx, by man/examples/nginx.conf with other paths and
# ports.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
. "$here/door.sh"

need nginx nginx
command -v openssl >/dev/null || skip_all "openssl is not installed"

make_cert ca 'Test CA' 'basicConstraints=critical,CA:TRUE'
make_cert other 'Other CA' 'basicConstraints=critical,CA:TRUE'
make_cert server localhost 'subjectAltName=IP:127.0.0.1' ca
make_cert client 'sender 1' 'extendedKeyUsage=clientAuth' ca
make_cert stranger 'sender 1' 'extendedKeyUsage=clientAuth' other
make_cert wrong 'sender 1' 'extendedKeyUsage=serverAuth' ca
sum=$(openssl x509 -in "$T/client.pem" -outform DER | sha256sum |
    cut -d ' ' -f 1)
escaped=$(perl -pe 's/([^A-Za-z0-9._~-])/sprintf "%%%02X", ord $1/ge' \
    "$T/client.pem")

sources
printf '{ "receive": { "auth": { "kind": "mtls", %s }, "id": "/id" } }' \
    '"subject": "CN=sender 1,O=Loya"' >"$LOYA_CONF/sources/name.json"
printf '{ "receive": { "auth": { "kind": "mtls", %s }, "id": "/id" } }' \
    "\"certificate\": \"$sum\"" >"$LOYA_CONF/sources/sum.json"
printf '{ "receive": { "auth": { "kind": "header", "query": "code" } } }' \
    >"$LOYA_CONF/sources/asked.json"
printf 'in-the-url' | loya-token -q set asked
# loya.json as the example says.
sed -n 's/^#\t//p' "$top/man/examples/nginx.conf" >"$LOYA_CONF/loya.json"

# nginx with the example in it; more: sed for it.  A header of the test's own
# gives the client's address, because every client here is 127.0.0.1.
front() {
	free_port
	sed "s|listen 443|listen 127.0.0.1:$port|
	    s|listen \[::\]:443|listen [::1]:$port|
	    s|/run/loya-recv.sock|$T/sock|
	    s|/var/log/nginx/loya.log|$T/loya.log|
	    s|/etc/nginx/loya/cert.pem|$T/server.pem|
	    s|/etc/nginx/loya/cert.key|$T/server.key|
	    s|/etc/nginx/loya/clients.pem|$T/ca.pem|
	    ${1-}" "$top/man/examples/nginx.conf" >"$T/loya.conf"
	cat >"$T/nginx.conf" <<-EOT
	$([ "$(id -u)" != 0 ] || echo "user $(id -un) $(id -gn);")
	daemon off;
	worker_processes 2;
	pid $T/nginx.pid;
	error_log $T/error.log;
	events { worker_connections 512; }
	http {
		access_log $T/access.log;
		client_body_temp_path $T/body.tmp;
		proxy_temp_path $T/proxy.tmp;
		fastcgi_temp_path $T/fastcgi.tmp;
		uwsgi_temp_path $T/uwsgi.tmp;
		scgi_temp_path $T/scgi.tmp;
		set_real_ip_from 127.0.0.1;
		real_ip_header X-Test-Client;
		include $T/loya.conf;
	}
	EOT
	url=https://127.0.0.1:$port
	start nginx nginx -e "$T/error.log" -c "$T/nginx.conf"
	wait_for "nginx" listens "$port"
}

# A peer that is not trusted, and nginx, at the same server.
behind() {
	rm -f "$T/recv.err"
	start recv loya-recv -v -l 127.0.0.1:0 -l "unix:$T/sock" "$@"
	wait_for "loya-recv" grep -q "listening on unix" "$T/recv.err"
	direct=$(sed -n 's/.*listening on \(127.*\)/http:\/\/\1/p' \
	    "$T/recv.err")
}

said() {	# the last line of loya-recv about a path
	grep " $1: " "$T/recv.err" | tail -n 1
}

behind
front
ok "nginx -t has nothing to say about the example" \
    nginx -t -q -e "$T/error.log" -c "$T/nginx.conf"
is "not a word" "$(cat "$T/err")" ""

is "a signed webhook" "$(hook /hooks/std n1 -H 'X-Test-Client: 192.0.2.7')" 202
is "is in the inbox" "$(stored n1)" 1
is "its client's address is passed on" "$(said /hooks/std)" \
    "loya-recv: 192.0.2.7: POST /hooks/std: 202"
is "a wrong signature" "$(hook /hooks/std n2 -H 'webhook-id: other')" 401
is "/health" "$(ask_curl "$url/health") $(cat "$T/got")" \
    '200 {"status":"ok"}'
is "a secret in the URL" "$(hook '/hooks/asked?code=in-the-url' n10)" 202
wait_for "the log" grep -q hooks/asked "$T/loya.log"
is "is in no log of who asked what" "$(cat "$T/access.log" "$T/loya.log" |
    grep -c in-the-url)" 0

# addresses
is "a client on this machine is one" "$(hook /hooks/open n3)" 202
is "another one is not" \
    "$(hook /hooks/open n4 -H 'X-Test-Client: 192.0.2.7')" 401
is "whatever he says in nginx's header" \
    "$(hook /hooks/open n5 -H 'X-Test-Client: 192.0.2.7' \
	-H 'X-Forwarded-For: 127.0.0.1')" 401
is "or in another" \
    "$(hook /hooks/open n6 -H 'X-Test-Client: 192.0.2.7' \
	-H 'Forwarded: for=127.0.0.1')" 401
url=$direct
is "without nginx: this machine" "$(hook /hooks/open n7)" 202
is "is not believed about others" "$(hook /hooks/std n8 \
    -H 'X-Forwarded-For: 192.0.2.8')" 202
is "whatever it says" "$(said /hooks/std)" \
    "loya-recv: 127.0.0.1: POST /hooks/std: 202"
is "but is not the sender any more" "$(hook /hooks/open n9 \
    -H 'X-Forwarded-For: 127.0.0.1')" 401
url=https://127.0.0.1:$port

# certificates
client="--cert $T/client.pem --key $T/client.key"
# shellcheck disable=SC2086
{
	is "a certificate by its name" "$(hook /hooks/name c1 $client)" 202
	is "is named at -v" "$(said /hooks/name)" \
	    "loya-recv: 127.0.0.1 (CN=sender 1,O=Loya): POST /hooks/name: 202"
	is "and by its sum" "$(hook /hooks/sum c2 $client)" 202
	is "TLS 1.2" "$(hook /hooks/sum c3 $client --tls-max 1.2)" 202
}
is "no certificate" "$(hook /hooks/name c4)" 401
is "one of another CA is nginx's to refuse" "$(hook /hooks/name c5 \
    --cert "$T/stranger.pem" --key "$T/stranger.key")" 400
is "one for servers too" "$(hook /hooks/name c6 \
    --cert "$T/wrong.pem" --key "$T/wrong.key")" 400
is "one that is only said" "$(hook /hooks/name c7 \
    -H "X-Client-Cert: $escaped" -H 'X-Client-Verify: SUCCESS')" 401
url=$direct
is "is nothing without nginx either" "$(hook /hooks/name c8 \
    -H "X-Client-Cert: $escaped" -H 'X-Client-Verify: SUCCESS')" 401
is "not even malformed" "$(hook /hooks/std c9 -H "X-Client-Cert: %00" \
    -H 'X-Client-Verify: x' -H 'X-Client-Verify: y')" 202

# what even a trusted proxy cannot say
url=http://localhost
proxy="--unix-socket $T/sock"
# shellcheck disable=SC2086
{
	is "a proxy that says nothing" "$(hook /hooks/std p1 $proxy)" 202
	is "is not this machine" "$(hook /hooks/open p2 $proxy)" 401
	is "an address twice" "$(hook /hooks/std p3 $proxy \
	    -H 'X-Forwarded-For: 127.0.0.1' \
	    -H 'X-Forwarded-For: 127.0.0.1')" 400
	like "is explained" "$(cat "$T/got")" \
	    '"detail":"the proxy.s header with the client.s address is given more than once"'
	is "an invalid address" "$(hook /hooks/std p4 $proxy \
	    -H 'X-Forwarded-For: client')" 400
	is "a certificate without a word" "$(hook /hooks/name p5 $proxy \
	    -H "X-Client-Cert: $escaped")" 400
	is "a word without a certificate" "$(hook /hooks/name p6 $proxy \
	    -H 'X-Client-Verify: SUCCESS')" 400
	is "a certificate cut short" "$(hook /hooks/name p7 $proxy \
	    -H "X-Client-Cert: ${escaped%%%0A*}" \
	    -H 'X-Client-Verify: SUCCESS')" 400
	is "an escaped NUL in it" "$(hook /hooks/name p8 $proxy \
	    -H "X-Client-Cert: $escaped%00" \
	    -H 'X-Client-Verify: SUCCESS')" 400
	is "one that was not verified" "$(hook /hooks/name p9 $proxy \
	    -H "X-Client-Cert: $escaped" \
	    -H 'X-Client-Verify: FAILED:self-signed certificate')" 401
	is "one that was" "$(hook /hooks/name p10 $proxy \
	    -H "X-Client-Cert: $escaped" \
	    -H 'X-Client-Verify: SUCCESS')" 202
}
is "nothing of a refused one is kept" "$(stored 'p[2-9]')" 0
url=https://127.0.0.1:$port

# the configuration, read again
echo '{ "proxy": { "from": ["192.0.2.0/24", "10.0.0.0/40"] } }' \
    >"$T/bad.json"
cp "$LOYA_CONF/loya.json" "$T/good.json"
cp "$T/bad.json" "$LOYA_CONF/loya.json"
status 78 "an invalid network" loya-recv -n
like "is shown with its place" "$(cat "$T/err")" \
    "^loya-recv: .*/loya.json:1:39: proxy.from\[1\]: '10.0.0.0/40': not the"
kill -HUP "$(cat "$T/recv.pid")"
wait_for "the refusal" grep -q 'old configuration stays' "$T/recv.err"
is "the old proxy is believed" "$(hook /hooks/std h1 \
    -H 'X-Test-Client: 192.0.2.7') $(said /hooks/std)" \
    "202 loya-recv: 192.0.2.7: POST /hooks/std: 202"
echo '{}' >"$LOYA_CONF/loya.json"
kill -HUP "$(cat "$T/recv.pid")"
wait_for "the reload" grep -q 'read again' "$T/recv.err"
is "without it no client is" "$(hook /hooks/std h2 \
    -H 'X-Test-Client: 192.0.2.7') $(said /hooks/std)" \
    "202 loya-recv: unix: POST /hooks/std: 202"
is "and a proxy that is not named is not this machine" \
    "$(hook /hooks/open h3)" 401
cp "$T/good.json" "$LOYA_CONF/loya.json"
kill -HUP "$(cat "$T/recv.pid")"
wait_for "the reload" sh -c "test \$(grep -c 'read again' '$T/recv.err') = 2"

# bodies
big() {	# N: a body of N bytes, and its status at PATH
	perl -e 'print "{\"id\":\"$ARGV[0]\",\"x\":\"",
	    "x" x ($ARGV[0] - 16 - length $ARGV[0]), "\"}"' "$1" >"$T/body"
	ask_curl -H 'Content-Type: application/json' \
	    --data-binary "@$T/body" "$url/hooks/open"
}
chunked() {	# the same body without its length
	ask_curl -H 'Content-Type: application/json' -H \
	    'Transfer-Encoding: chunked' --data-binary "@$T/body" \
	    "$url/hooks/open"
}
is "the largest body" "$(big 4194304)" 202
is "without its length" "$(sed -i s/4194304/4194305/ "$T/body"; chunked)" 202
is "one more byte" "$(big 4194306)" 413
is "without its length" "$(chunked)" 413
is "curl asks before it sends, and is answered" "$(hook /hooks/std b1 \
    -H 'Expect: 100-continue')" 202

# many
is "1,000 events, 32 at a time" "$(flood /hooks/std 1000 many)" "1000 202"
is "are all in the inbox" "$(stored 'many-*')" 1000
is "over few connections" \
    "$([ "$(ls "/proc/$(cat "$T/recv.pid")/fd" | wc -l)" -lt 120 ] ||
	ls "/proc/$(cat "$T/recv.pid")/fd" | wc -l)" ""

# the end, while nginx keeps connections open, and a new start
stop recv
is "SIGTERM ends it with 0 all the same" "$rc" 0
is "without it: later" "$(hook /hooks/std later -D "$T/head")" 503
like "and when" "$(tr -d '\r' <"$T/head")" '^Retry-After: 5$'
behind
is "it is there again" "$(hook /hooks/std again)" 202
stop recv
for signal in TERM KILL; do
	behind
	(flood /hooks/std 1000 "$signal" >"$T/statuses") &
	load=$!
	wait_for "some events" sh -c "sqlite3 '$LOYA_STORE-inbox' \"SELECT
	    count(*) / 100 FROM inbox WHERE event_id GLOB '$signal-*'\" |
	    grep -v '^0'"
	stop recv "$signal"
	wait "$load"
	is "SIG$signal under load: nothing but 202 and 503" \
	    "$(sed 's/.* //; /^202$/d; /^503$/d' "$T/statuses")" ""
	is "and what was acknowledged is in the inbox" "$(lost)" ""
done
: >"$T/error.log"
behind -m 16
is "few connections at once, which nginx keeps: none is refused" \
    "$(flood /hooks/std 200 few)" "200 202"
is "nor lost" "$(stored 'few-*')" 200
stop recv
behind
stop nginx
is "nginx ends" "$rc" 0

# other ways to write the configuration
front '/proxy_http_version/d; /proxy_set_header Connection/d; /keepalive/d'
is "HTTP/1.0, as nginx does if not told otherwise" \
    "$(hook /hooks/std old) $(flood /hooks/std 100 old)" "202 100 202"
stop nginx
front 's/proxy_pass/proxy_request_buffering off; &/'
printf '{"id":"unbuffered"}' >"$T/body"
is "a chunked body as it comes" "$(chunked)" 202
is "a large one" "$(big 4194304) $(sed -i s/4194304/4194307/ "$T/body"
    chunked)" "202 202"
is "one that is too large" "$(big 4194308) $(chunked)" "413 413"
is "1,000 events" "$(flood /hooks/std 1000 direct)" "1000 202"
stop nginx
front 's/\$remote_addr/$proxy_add_x_forwarded_for/
    s/ssl_verify_client optional/&_no_ca/'
is "an address after what the client says" \
    "$(hook /hooks/open add -H 'X-Test-Client: 192.0.2.7' \
	-H 'X-Forwarded-For: 127.0.0.1') $(said /hooks/open)" \
    "401 loya-recv: 192.0.2.7: POST /hooks/open: 401"
is "optional_no_ca: one of another CA" "$(hook /hooks/name ca1 \
    --cert "$T/stranger.pem" --key "$T/stranger.key")" 401
is "optional_no_ca: one of ours" "$(hook /hooks/name ca2 \
    --cert "$T/client.pem" --key "$T/client.key")" 202
stop nginx
stop recv
is "nginx found nothing wrong in between" "$(grep -v 'connect() to unix' "$T/error.log" |
    grep -E '\[(error|crit|alert|emerg)\]' |
    grep -v 'client intended to send too large')" ""
done_testing
