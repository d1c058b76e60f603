#!/bin/sh
# What the pages say about tokens: the script that signs for Salesforce, the
# one that asks again after a 401, and the profiles.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
command -v openssl >/dev/null || skip_all "needs openssl"
command -v curl >/dev/null || skip_all "needs curl"

block() {	# page, a line of the block: all of it, the escapes undone
	awk -v mark="$2" '/^\.Bd -literal/ { on = 1; text = ""; next }
	    /^\.Ed/ { if (index(text, mark)) printf "%s", text; on = 0 }
	    on { text = text $0 "\n" }' "$top/man/$1" | sed 's/\\e/\\/g'
}
sign=$top/man/examples/salesforce-jwt
is "the script of the page is the one that is installed" \
    "$(block loya-source.5 'openssl dgst -sha256')" \
    "$(sed -n '/^b64()/,$p' "$sign")"

# unbase64: base64url without padding, to bytes
unbase64() {
	tr -- -_ +/ | awk '{ while (length($0) % 4) $0 = $0 "="; print }' |
	    openssl base64 -d -A
}
openssl genrsa -out "$T/key.pem" 2048 2>/dev/null
openssl rsa -in "$T/key.pem" -pubout -out "$T/public.pem" 2>/dev/null
before=$(date +%s)
status 0 "it prints an assertion" sh "$sign" 3MVG9.id loya@acme.example \
    https://login.salesforce.com "$T/key.pem"
jwt=$(cat "$T/out")
like "of three parts" "$jwt" '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$'
is "its head" "$(printf %s "$jwt" | cut -d . -f 1 | unbase64)" '{"alg":"RS256"}'
claims=$(printf %s "$jwt" | cut -d . -f 2 | unbase64)
is "its claims" "$(echo "$claims" | sed 's/"exp":[0-9]*/"exp":T/')" \
    '{"iss":"3MVG9.id","sub":"loya@acme.example","aud":"https://login.salesforce.com","exp":T}'
left=$(($(echo "$claims" | sed 's/.*"exp":\([0-9]*\).*/\1/') - before))
[ "$left" -ge 120 ] && [ "$left" -le 180 ]
tap_result $? "it ends within three minutes"
printf %s "$jwt" | cut -d . -f 3 | unbase64 >"$T/signature"
printf %s "${jwt%.*}" >"$T/signed"
ok "its signature is good" openssl dgst -sha256 -verify "$T/public.pem" \
    -signature "$T/signature" "$T/signed"
status 1 "without a key there is none" sh "$sign" a b c "$T/nowhere.pem"
is "and nothing is printed" "$(cat "$T/out")" ""

# Salesforce, with its answer (salesforce.md 6) and its profile
start_peer
base=http://127.0.0.1:$port
loya-token -q init
cat >"$LOYA_CONF/sources/crm.json" <<END
{ "profile": "salesforce", "receive": null, "pull": { "base": "$base/" },
  "oauth": { "grant": "jwt-bearer", "auth": "none",
    "assertion": ["sh", "$sign", "3MVG9.id", "loya@acme.example",
      "https://login.salesforce.com", "$T/key.pem"] } }
END
answer 200 '{"access_token":"00DZz0000000LoY!AQ0AQmade.up.token","signature":"bWFkZS11cC1zaWduYXR1cmU=","scope":"api","instance_url":"https://example.my.salesforce.com","id":"https://login.salesforce.com/id/00DZz0000000LoYMAU/005Zz0000000001AAA","token_type":"Bearer","issued_at":"1772601967000"}'
get "Salesforce by a key" '00DZz0000000LoY!AQ0AQmade.up.token'
like "its address" "$(sent | head -n 1)" '^POST /services/oauth2/token '
is "for a quarter of an hour" "$(sqlite3 "$LOYA_STORE" \
    "SELECT (expires_at - obtained_at) / 1000000 FROM credential")" 900
sent_body | sed 's/.*&assertion=//' >"$T/jwt"
cut -d . -f 3 "$T/jwt" | unbase64 >"$T/signature"
cut -d . -f 1,2 "$T/jwt" | tr -d '\n' >"$T/signed"
ok "what was sent is signed" openssl dgst -sha256 -verify "$T/public.pem" \
    -signature "$T/signature" "$T/signed"

# The profiles need only an address, an id and a secret.
mode good
secret crm.oauth "$client_secret"
profile() {	# name
	forget
	echo "{\"profile\":\"$1\",\"receive\":null,\"pull\":{\"base\":\"$base\"},\"oauth\":{\"client_id\":\"id\"}}" \
	    >"$LOYA_CONF/sources/crm.json"
	status 0 "$1 by id and secret" loya-token get crm
}
profile salesforce
is "its request" "$(sent_body)" \
    'grant_type=client_credentials&client_id=id&client_secret=s3cr3t%3A+%2B%25%26%2F%3D%22cl13nt%22'
profile darwinbox
is "its request" "$(sent | head -n 1) $(sent_body)" \
    'POST /oauth/v2token HTTP/1.1 {"grant_type":"client_credentials","client_id":"id","client_secret":"s3cr3t: +%&/=\"cl13nt\""}'

# the script that asks again
url=$base/token
oauth salesforce '"grant":"client_credentials","client_id":"id"'
rm "$LOYA_CONF/sources/crm.json"
secret salesforce.oauth "$client_secret"
block loya-token.1 'loya-token get -r' >"$T/script"
echo 'echo "$code"' >>"$T/script"
cd "$T" || exit 1
use() {
	url=$base/data sh "$T/script"
}
export url
status 0 "the script of the page" use
is "has its answer" "$(cat "$T/out")" 200
loya-token get salesforce >"$peer/revoked"
before=$(count)
status 0 "when its token was revoked" use
is "has it too" "$(cat "$T/out")" 200
is "by three requests" "$(($(count) - before))" 3
done_testing
