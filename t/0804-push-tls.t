#!/bin/sh
# Which targets loya-push trusts: certificates; and one connection of HTTP/2.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
. "$here/cert.sh"

cert good DNS:localhost,IP:127.0.0.1 20491231000000Z
cert other DNS:other.example 20491231000000Z
cert old DNS:localhost,IP:127.0.0.1 20210101000000Z
source_file hr
loya-token -q init
secret crm.push $push_secret

# target PORT CA [MEMBERS OF push]
target() {
	printf '{"push":{"kind":"webhook","on":"*"%s,"webhook":{"url":"https://localhost:%s/in","private":true,"ca":"%s"}}}\n' \
	    "${3-}" "$1" "$2" >"$LOYA_CONF/sources/crm.json"
}

start_sink good "$T/good.pem" "$T/good.key"
target "$port" "$T/good.pem"
people 1 1 | loya-apply >"$T/applied"
status 0 "a certificate of a CA that counts" loya-push -b
is "it arrives" "$(wc -l <"$T/good/log")" 1

n=1
# distrusts SENTENCE CA ANSWER
distrusts() {
	n=$((n + 1))
	LOYA_NOW=$(date -u -d "2027-01-01T00:00:00Z + $n days" +%FT%TZ)
	export LOYA_NOW
	target "$port" "$2"
	people "$n" "$n" | loya-apply >"$T/applied"
	status 75 "$1" loya-push -b
	like "$1: says so" "$(store "SELECT answer FROM outbox
	    ORDER BY seq DESC LIMIT 1")" "^localhost:$port: $3"
}
distrusts "a certificate of an unknown CA" "$T/other.pem" \
    'its certificate is not accepted: it is not signed by a trusted CA'
distrusts "a file of CAs that is not there" "$T/none.pem" \
    "the CA file cannot be used: $T/none.pem\$"
is "nothing was sent" "$(wc -l <"$T/good/log")" 1
start_sink other "$T/other.pem" "$T/other.key"
distrusts "a certificate of another name" "$T/other.pem" \
    'its certificate is not accepted'
is "nothing was sent to it" "$(cat "$T/other/log")" ""
start_sink old "$T/old.pem" "$T/old.key"
distrusts "a certificate that has expired" "$T/old.pem" \
    'its certificate is not accepted: it has expired'
is "nothing was sent to it" "$(cat "$T/old/log")" ""
unset LOYA_NOW

# HTTP/2
if nginx -V 2>&1 | grep -q http_v2; then
	mkdir "$T/nginx"
	start_sink behind
	tap_port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
	    Listen => 1, LocalAddr => "127.0.0.1")->sockport')
	cat >"$T/nginx.conf" <<-END
	daemon off; pid $T/nginx/pid; error_log $T/nginx/error;
	events { worker_connections 64; }
	http {
		log_format of '\$connection \$server_protocol \$request_method';
		access_log $T/nginx/log of;
		client_body_temp_path $T/nginx/b;
		proxy_temp_path $T/nginx/p;
		fastcgi_temp_path $T/nginx/f;
		uwsgi_temp_path $T/nginx/u;
		scgi_temp_path $T/nginx/s;
		server {
			listen 127.0.0.1:$tap_port ssl http2;
			ssl_certificate $T/good.pem;
			ssl_certificate_key $T/good.key;
			location / {
				proxy_pass http://127.0.0.1:$port;
			}
			location /at-once { return 204; }
		}
	}
	END
	start nginx nginx -e "$T/nginx/error" -c "$T/nginx.conf" -p "$T/nginx"
	wait_for "nginx" curl -sk "https://127.0.0.1:$tap_port/"
	target "$tap_port" "$T/good.pem"
	people 101 130 | loya-apply >"$T/applied"
	LOYA_NOW=2028-01-01T00:00:00Z status 0 "HTTP/2" loya-push -b
	# The check whether nginx runs is not a delivery.
	grep POST "$T/nginx/log" >"$T/sent"
	is "is spoken where the peer has it" \
	    "$(cut -d ' ' -f 2 "$T/sent" | sort -u)" HTTP/2.0
	is "on one connection" "$(cut -d ' ' -f 1 "$T/sent" | sort -u |
	    wc -l)" 1

	# One of some hundred such answers is not seen by libcurl 7.88.
	sed -i 's,/in",/at-once",' "$LOYA_CONF/sources/crm.json"
	i=1
	while [ "$i" -le 15 ]; do
		people "$((i * 1000))" "$((i * 1000 + 40))" |
		    loya-apply >"$T/applied"
		LOYA_NOW=2028-01-02T00:00:00Z loya-push -b
		i=$((i + 1))
	done >"$T/at-once" 2>"$T/err"
	is "an answer before the request was read is not waited for" \
	    "$(grep -c 'in time' "$T/at-once")" 0
fi
done_testing
