#!/bin/sh
# The script of loya-source(5) that signs for SuccessFactors.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
command -v openssl >/dev/null || skip_all "needs openssl"
command -v curl >/dev/null || skip_all "needs curl"

script=$top/man/examples/successfactors-saml
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/key.pem" \
    -out "$T/cert.pem" -subj /CN=loya -days 2 2>/dev/null
openssl x509 -in "$T/cert.pem" -pubkey -noout >"$T/public.pem"
# between A B: the part of the assertion between the two
between() { sed "s|.*$1||; s|$2.*||" "$T/xml"; }
# is_signed: by the rules of XML signatures, as this document needs them
is_signed() {
	sed 's|<ds:Signature .*</ds:Signature>||' "$T/xml" | tr -d '\n' |
	    openssl dgst -sha256 -binary | openssl base64 -A >"$T/digest"
	[ "$(cat "$T/digest")" = "$(between '<ds:DigestValue>' \
	    '</ds:DigestValue>')" ] || return 1
	between '<ds:SignatureValue>' '</ds:SignatureValue>' |
	    openssl base64 -d -A >"$T/signature"
	printf '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">%s</ds:SignedInfo>' \
	    "$(between '<ds:SignedInfo>' '</ds:SignedInfo>')" >"$T/signed"
	openssl dgst -sha256 -verify "$T/public.pem" -signature "$T/signature" \
	    "$T/signed" || return 1
	command -v xmlsec1 >/dev/null || return 0
	xmlsec1 --verify --pubkey-cert-pem "$T/cert.pem" --id-attr:ID \
	    urn:oasis:names:tc:SAML:2.0:assertion:Assertion "$T/xml"
}
take() { openssl base64 -d -A <"$T/out" >"$T/xml"; }

status 0 "it prints an assertion" sh "$script" key USER \
    https://api4.successfactors.com/ "$T/key.pem"
take
ok "which is signed" is_signed
is "for the audience" "$(between '<saml2:Audience>' '</saml2:Audience>')" \
    www.successfactors.com
is "to the token endpoint" "$(between 'Recipient="' '"')" \
    https://api4.successfactors.com/oauth/token
is "about the user, by id" "$(between 'nameid-format:' '</saml2:NameID>')" \
    'unspecified">USER'
is "with the API key" "$(between 'Name="api_key">' '</saml2:Attribute>')" \
    '<saml2:AttributeValue>key</saml2:AttributeValue>'
status 0 "names with signs" sh "$script" 'k&<">' 'U&<">' \
    'https://a.example/b&"c' "$T/key.pem"
take
ok "are signed as well" is_signed
sed 's/>U&amp;/>V\&amp;/' "$T/xml" >"$T/other" && mv "$T/other" "$T/xml"
status 1 "another name is not" is_signed
status 1 "without a key there is none" sh "$script" a b c "$T/nowhere.pem"
is "and nothing is printed" "$(cat "$T/out")" ""

# The profile needs an address, loya's own name, and the script.
start_peer
base=http://127.0.0.1:$port
loya-token -q init
source_of() {	# MEMBERS OF oauth
	printf '{"profile":"successfactors","receive":null,"pull":{"base":"%s"},"oauth":{%s"assertion":["sh","%s","key","USER","%s","%s"]}}\n' \
	    "$base" "$1" "$script" "$base" "$T/key.pem" \
	    >"$LOYA_CONF/sources/crm.json"
}
source_of '"params":{"company_id":"acme"},'
status 78 "without the API key" loya-token get crm
like "is reported" "$(cat "$T/err")" 'crm.json:1:[0-9]+: oauth: there is no client_id'
source_of '"client_id":"key",'
status 78 "without the company" loya-token get crm
like "is reported" "$(cat "$T/err")" 'crm.json:1:[0-9]+: oauth: there is no params.company_id'
source_of '"client_id":"key","params":{"company_id":"acme"},'
answer 200 '{"access_token":"tok","token_type":"Bearer","expires_in":86400}'
get "with both there is a token" tok
like "its request" "$(sent_body)" \
    '^grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&client_id=key&(company_id=acme&)?assertion='
sent_body | sed 's/.*assertion=//; s/&.*//; s/%2B/+/g; s,%2F,/,g; s/%3D/=/g' >"$T/out"
take
ok "what was sent is signed" is_signed
done_testing
