#!/bin/sh
# Which systems loya-pull trusts: certificates.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
. "$here/cert.sh"

cert good DNS:localhost,IP:127.0.0.1 20491231000000Z
cert other DNS:other.example 20491231000000Z
cert old DNS:localhost,IP:127.0.0.1 20210101000000Z
loya-token -q init
secret hr.pull hush

# pull CA: from the server at $port
pull() {
	printf '{"map":{"external_id":"/id"},"pull":{"base":"https://localhost:%s","ca":"%s","auth":"basic","user":"loya","pause":0,"tries":1,"all":[{"url":"{base}/all","rows":"/rows","key":"/id"}]}}' \
	    "$port" "$1" >"$LOYA_CONF/sources/hr.json"
}
system() {	# NAME: that has one record
	start_sink "$1" "$T/$1.pem" "$T/$1.key"
	echo 200 >"$T/$1/mode"
	echo '{"rows":[{"id":"E1"}]}' >"$T/$1/body"
}

system good
pull "$T/good.pem"
status 0 "a certificate of a CA that counts" loya-pull -f hr
is "its record is read" "$(inbox "SELECT count(*) FROM inbox
    WHERE CAST(body AS TEXT) GLOB '*E1*'")" 1

# distrusts SENTENCE NAME CA REASON
distrusts() {
	pull "$3"
	status 78 "$1" loya-pull -f hr
	like "$1: says so" "$(cat "$T/err")" "^loya-pull: source 'hr': \
localhost:$port: its certificate is not accepted: .*$4"
	is "$1: nothing is asked, nor is the password sent" \
	    "$(cat "$T/$2/log")" "$asked"
}
asked=$(cat "$T/good/log")
distrusts "a certificate of an unknown CA" good "$T/other.pem" \
    'it is not signed by a trusted CA'
asked=
system other
distrusts "a certificate of another name" other "$T/other.pem" \
    "does not match target host name 'localhost'"
system old
distrusts "a certificate that has expired" old "$T/old.pem" \
    'it has expired'
done_testing
