#!/bin/sh
# Which token endpoints are trusted: certificates and addresses.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
command -v openssl >/dev/null || skip_all "needs openssl"
perl -MIO::Socket::SSL -e 1 2>/dev/null || skip_all "needs IO::Socket::SSL"

new_key() {	# name subject
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$T/$1.key" -out "$T/$1.csr" -subj "/CN=$2" 2>/dev/null
}
authority() {	# name
	new_key "$1" "$1"
	echo "basicConstraints=critical,CA:TRUE" >"$T/$1.ext"
	openssl x509 -req -in "$T/$1.csr" -signkey "$T/$1.key" -days 2 \
	    -extfile "$T/$1.ext" -out "$T/$1.pem" 2>/dev/null
}
# signed NAME SUBJECTALTNAME FROM UNTIL: by ca, good from and until a time.
signed() {
	new_key "$1" "$1"
	printf 'subjectAltName=%s\n' "$2" >"$T/$1.ext"
	mkdir -p "$T/db"
	: >"$T/db/index"
	printf '[ca]\ndatabase=%s/db/index\nnew_certs_dir=%s/db\npolicy=p\nrand_serial=yes\nunique_subject=no\ndefault_md=sha256\n[p]\ncommonName=supplied\n' \
	    "$T" "$T" >"$T/ca.cnf"
	openssl ca -batch -config "$T/ca.cnf" -name ca -in "$T/$1.csr" \
	    -cert "$T/ca.pem" -keyfile "$T/ca.key" -notext \
	    -extfile "$T/$1.ext" -startdate "$3" -enddate "$4" \
	    -out "$T/$1.pem" 2>/dev/null
}
authority ca
authority stranger
signed good 'DNS:localhost,IP:127.0.0.1' 20200101000000Z 20491231000000Z
signed old 'DNS:localhost,IP:127.0.0.1' 20200101000000Z 20210101000000Z
signed young 'DNS:localhost,IP:127.0.0.1' 20480101000000Z 20490101000000Z
signed other 'DNS:other.example' 20200101000000Z 20491231000000Z
loya-token -q init
secret crm.oauth "$client_secret"
cc='"grant":"client_credentials","client_id":"id"'
# with CERT HOST: a peer that shows it, asked by that name.
with() {
	stop peer 2>/dev/null
	rm -rf "$peer"
	start_peer "$T/$1.pem" "$T/$1.key"
	url=https://$2:$port/token
	host=$2:$port
	forget
}
refused_by() {	# sentence, pattern
	forget
	refused 78 "$1" "$host: its certificate is not accepted: $2"
	is "$1: nothing was sent" "$(count)" 0
}

with good localhost
oauth crm "$cc,\"ca\":\"$T/ca.pem\""
get "a certificate of our own CA" token-1-of-peer
forget
url=https://127.0.0.1:$port/token
oauth crm "$cc,\"ca\":\"$T/ca.pem\""
get "that names the address" token-2-of-peer
cat "$T/stranger.pem" "$T/ca.pem" >"$T/both.pem"
forget
oauth crm "$cc,\"ca\":\"$T/both.pem\""
get "a file of two CAs" token-3-of-peer

with good localhost
oauth crm "$cc"
refused_by "a CA that the system does not know" "it is not signed by a trusted CA"
oauth crm "$cc,\"ca\":\"$T/stranger.pem\""
refused_by "another CA" "it is not signed by a trusted CA"
with old localhost
oauth crm "$cc,\"ca\":\"$T/ca.pem\""
refused_by "an expired certificate" "it has expired"
with young localhost
oauth crm "$cc,\"ca\":\"$T/ca.pem\""
refused_by "a certificate of the future" "it is not valid yet"
with other localhost
oauth crm "$cc,\"ca\":\"$T/ca.pem\""
refused_by "the certificate of another host" ".*name.*"
with good localhost
oauth crm "$cc,\"ca\":\"$T/nowhere.pem\""
refused 78 "a file of CAs that is not there" \
    "$host: the CA file cannot be used: $T/nowhere.pem"
echo none >"$T/none.pem"
oauth crm "$cc,\"ca\":\"$T/none.pem\""
refused 78 "one that has none" "$host: .*"
is "no request was made" "$(count)" 0
oauth crm "$cc,\"ca\":\"$T/ca.pem\""
SSLKEYLOGFILE=$T/keylog get "with SSLKEYLOGFILE set" token-1-of-peer
[ ! -e "$T/keylog" ]
tap_result $? "the keys of the connection are not written"

# plain http
stop peer
rm -rf "$peer"
start_peer
oauth crm "$cc"
forget
get "http to loopback" token-1-of-peer
forget
url=http://localhost:$port/token
oauth crm "$cc"
get "by its name" token-2-of-peer
forget
url=http://192.0.2.1:$port/token
oauth crm "$cc"
status 78 "http to another machine is a fault of the file" loya-token get crm
like "and it says where" "$(cat "$T/err")" "/crm.json:1:[0-9]+: oauth.url: 'http://192.0.2.1:$port/token': http:// is for this machine itself"
url=http://127.0.0.1:$port/token
oauth crm "$cc"
http_proxy=http://192.0.2.1:1 all_proxy=http://192.0.2.1:1 \
    get "with a proxy in the environment" token-3-of-peer
done_testing
