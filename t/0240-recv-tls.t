#!/bin/sh
# loya-recv with TLS, and with certificates of clients.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

command -v openssl >/dev/null && command -v curl >/dev/null ||
    skip_all "needs openssl and curl"

echo '{"id":"small"}' >"$T/body"
mkfifo "$T/fifo"

post() {	# PATH [curl options]: $T/body
	post_to=$1
	shift
	curl -s --cacert "$T/ca.pem" -o "$T/got" -w '%{http_code}' \
	    --max-time 10 -H 'Content-Type: application/json' \
	    -d "@$T/body" "$@" "https://$address$post_to"
}

make_cert ca 'Test CA' 'basicConstraints=critical,CA:TRUE'
make_cert other 'Other CA' 'basicConstraints=critical,CA:TRUE'
make_cert server localhost 'subjectAltName=IP:127.0.0.1,DNS:localhost' ca
make_cert client 'sender 1' 'extendedKeyUsage=clientAuth' ca
make_cert stranger 'sender 1' 'extendedKeyUsage=clientAuth' other
make_cert wrong 'sender 1' 'extendedKeyUsage=serverAuth' ca
sum_of() {
	openssl x509 -in "$T/$1.pem" -outform DER | sha256sum | cut -d ' ' -f 1
}
sum=$(sum_of client)
# RFC 5280 4.1.2.6: the identity may be in subjectAltName alone; and a name may
# be long.
subject=/
make_cert bare '' 'subjectAltName=critical,URI:spiffe://loya.example/a' ca
many=$(printf '%064d' 0)
subject=/O=Loya
for n in 1 2 3 4 5 6 7 8 9; do
	subject=$subject/OU=$n-${many%???}
done
make_cert long '' 'extendedKeyUsage=clientAuth' ca
subject=

sources
n=0
for kind in '"subject": "CN=sender 1,O=Loya"' '"subject": "CN=x"' \
    "\"certificate\": \"$sum\"" "\"certificate\": \"$(sum_of bare)\"" \
    "\"certificate\": \"$(sum_of long)\""; do
	n=$((n + 1))
	printf '{ "receive": { "auth": { "kind": "mtls", %s }, "id": "/id" } }' \
	    "$kind" >"$LOYA_CONF/sources/mtls$n.json"
done

for option in -n -q; do
	status 78 "a certificate that is not there ($option)" \
	    loya-recv $option -l 127.0.0.1:0 -C "$T/none" -K "$T/server.key"
	like "is named" "$(cat "$T/err")" "$T/none: No such file"
done
status 0 "-n: one that is there" loya-recv -n -C "$T/server.pem" \
    -K "$T/server.key" -A "$T/ca.pem"
is "which clients can be asked for theirs" "$(grep mtls "$T/err")" ''
status 0 "without a CA" loya-recv -n -C "$T/server.pem" -K "$T/server.key"
like "-n says that nobody has one" "$(cat "$T/err")" \
    'source mtls1: without -A, and without a proxy .* only a token can post'
echo '{ "proxy": { "from": ["192.0.2.7"], "certificate": "Client-Cert" } }' \
    >"$LOYA_CONF/loya.json"
ok "a proxy can pass them on" loya-recv -n
is "then nothing is lacking" "$(grep mtls "$T/err")" ''
rm "$LOYA_CONF/loya.json"
LOYA_NOW=2099-01-01T00:00:00Z
export LOYA_NOW
start_recv -C "$T/server.pem" -K "$T/server.key"
stop recv
unset LOYA_NOW
like "so does a server" "$(cat "$T/recv.err")" 'source mtls1: without -A'
like "an expired one is reported" "$(cat "$T/recv.err")" \
    "server.pem: the certificate was good until 20[0-9][0-9]-"

# One that expires meanwhile.
cat >"$T/soon.cnf" <<EOT
[ca]
default_ca = c
[c]
database = $T/soon.db
new_certs_dir = $T
serial = $T/soon.serial
default_md = sha256
policy = p
[p]
commonName = supplied
organizationName = optional
EOT
: >"$T/soon.db"
echo 01 >"$T/soon.serial"
openssl ca -batch -notext -config "$T/soon.cnf" -in "$T/server.csr" \
    -cert "$T/ca.pem" -keyfile "$T/ca.key" -startdate 20200101000000Z \
    -enddate "$(date -u -d '+4 seconds' +%Y%m%d%H%M%SZ)" \
    -out "$T/soon.pem" 2>"$T/soon.err" || cat "$T/soon.err"
start_recv -C "$T/soon.pem" -K "$T/server.key"
is "one that is still good is not" "$(grep -c 'was good' "$T/recv.err")" 0
told() {
	post /hooks/open
	[ "$(grep -c 'soon.pem: the certificate was good' "$T/recv.err")" = "$1" ]
}
wait_for "that it has expired" told 1
kill -HUP "$(cat "$T/recv.pid")"
wait_for "the same again" told 2
ok "one that expires is reported once, and when asked to look again" told 2
stop recv

status 78 "a key of another certificate" \
    loya-recv -l 127.0.0.1:0 -C "$T/server.pem" -K "$T/client.key"
status 78 "an invalid certificate" \
    loya-recv -l 127.0.0.1:0 -C "$T/server.key" -K "$T/server.key"
status 78 "an invalid CA file" loya-recv -l 127.0.0.1:0 \
    -C "$T/server.pem" -K "$T/server.key" -A "$T/server.key"

start_recv -C "$T/server.pem" -K "$T/server.key" -A "$T/ca.pem"
is "an event over TLS" "$(post /hooks/open)" 202
is "over TLS 1.2" "$(post /hooks/open --tls-max 1.2)" 202
curl -s -k --tls-max 1.1 "https://$address/health" >/dev/null
ok "not over TLS 1.1" test $? != 0
is "a known client" "$(post /hooks/mtls1 --cert "$T/client.pem" \
    --key "$T/client.key")" 202
is "known by its sum" "$(post /hooks/mtls3 --cert "$T/client.pem" \
    --key "$T/client.key")" 202
is "known by its sum, without a name" "$(post /hooks/mtls4 \
    --cert "$T/bare.pem" --key "$T/bare.key")" 202
is "a certificate without a name" "$(post /hooks/mtls1 \
    --cert "$T/bare.pem" --key "$T/bare.key")" 401
is "known by its sum, with a long one" "$(post /hooks/mtls5 \
    --cert "$T/long.pem" --key "$T/long.key")" 202
is "a client with another name" "$(post /hooks/mtls2 \
    --cert "$T/client.pem" --key "$T/client.key")" 401
is "a client without certificate" "$(post /hooks/mtls1)" 401
is "a client of another CA" "$(post /hooks/mtls1 \
    --cert "$T/stranger.pem" --key "$T/stranger.key")" 401
is "a certificate for servers" "$(post /hooks/mtls1 \
    --cert "$T/wrong.pem" --key "$T/wrong.key")" 401
perl -e 'print "{\"id\":\"big\",\"x\":\"", "x" x 3000000, "\"}"' >"$T/body"
is "a large body" "$(post /hooks/open)" 202
perl -e 'print "{\"id\":\"big\",\"x\":\"", "x" x 9000000, "\"}"' >"$T/body"
is "one that is too large" "$(post /hooks/open)" 413
request GET /health ''
ask
is "plain HTTP gets no answer" "$code" ""
stop recv
is "it ends with 0" "$rc" 0

# Front doors may open connections in advance, with TLS or as far as they get.
says() {	# VERSION TEXT: what it is answered once it is late
	openssl s_client -connect "$address" -tls1_"$1" -CAfile "$T/ca.pem" \
	    -quiet -no_ign_eof 2>"$T/shake" >"$T/got" <"$T/fifo" &
	shake=$!
	exec 8>"$T/fifo"
	printf %s "$2" >&8
	wait "$shake"
	exec 8>&-
}
start_recv -v -t 1 -C "$T/server.pem" -K "$T/server.key"
for version in 2 3; do
	says $version ''
	is "TLS 1.$version, and nothing more: there is no answer" \
	    "$(cat "$T/got")" ''
	says $version GET
	like "who has begun is told that it is late" "$(cat "$T/got")" ' 408 '
done
printf '\026\003\001\002\000\001' >"$T/req"
ask -e
is "half a handshake gets no answer" "$(cat "$T/got")" 'http: closed'
stop recv
is "only the two are requests (-v)" "$(sed -n 's/.*\(- -: .*\)/\1/p' \
    "$T/recv.err")" "- -: 408$nl- -: 408"

# one connection, handed over by socat as inetd would
if command -v socat >/dev/null; then
	port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
	    Listen => 1, LocalAddr => "127.0.0.1:0")->sockport')
	start socat socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr" \
	    "EXEC:loya-recv -C $T/server.pem -K $T/server.key"
	is "TLS for one connection" "$(curl -s --cacert "$T/ca.pem" \
	    --retry 5 --retry-connrefused --max-time 10 \
	    "https://127.0.0.1:$port/health")" '{"status":"ok"}'
fi
done_testing
