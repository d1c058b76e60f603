# loya-recv as an authorization server, and its tokens on hooks.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
umask 077
sources
echo '{ "receive": { "auth": { "kind": "standard-webhooks" }, "id": "/id" } }' \
    >"$LOYA_CONF/sources/other.json"
printf '%s\n' "$secret" | loya-token set other

field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$2"; }

# call NAME=VALUE... [curl option]...: a form to $route; $code, $T/head, $T/got
call() {
	code=$(curl -s -D "$T/head" -o "$T/got" -w '%{http_code}' \
	    --path-as-is "$@" "http://$address$route")
}

# gets STATUS SENTENCE [curl option]...
gets() {
	gets_want=$1 gets_say=$2
	shift 2
	call "$@"
	is "$gets_say" "$code" "$gets_want"
}

says() { like "... $1" "$(tr -d '\r' <"$T/head"; cat "$T/got")" "$2"; }
error() { is "... as $1" "$(field error "$T/got")" "$1"; }

start_recv

# Before the first client is added there is none.
route=/oauth/token
gets 401 "a client when there are none" -u a:b -d grant_type=client_credentials
error invalid_client
loya-token client add crm hook:std hook:other >"$T/crm"
loya-token client add watch introspect >"$T/watch"
crm=$(field client_id "$T/crm"):$(field client_secret "$T/crm")
watch=$(field client_id "$T/watch"):$(field client_secret "$T/watch")
post_id=client_id=${crm%:*} post_secret=client_secret=${crm#*:}
grant=grant_type=client_credentials

# tokens: RFC 6749 4.4, 5.1
found() { call -u "$crm" -d "$grant"; [ "$code" = 200 ]; }
wait_for "the running server to see the client" found
gets 200 "a token for Basic credentials" -u "$crm" -d "$grant"
says "a token" '"access_token":"loya_[0-9A-Za-z]{49}"'
says "its type" '"token_type":"Bearer"'
says "its lifetime, a number" '"expires_in":3600,'
says "its scope" '"scope":"hook:std hook:other"'
says "not for caches" '^Cache-Control: no-store$'
says "not for old caches" '^Pragma: no-cache$'
says "as JSON" '^Content-Type: application/json$'
token=$(field access_token "$T/got")
gets 200 "a token for credentials in the body" -d "$grant" -d "$post_id" \
    -d "$post_secret"
gets 200 "of a part of its scope" -u "$crm" -d "$grant" -d 'scope=hook:other'
says "only that" '"scope":"hook:other"'
narrow=$(field access_token "$T/got")
gets 200 "an empty scope means none" -u "$crm" -d "$grant" -d scope=
gets 200 "Basic is escaped first (2.3.1)" -u "$(echo "$crm" | sed 's/_/%5f/')" \
    -d "$grant"
gets 200 "client_id beside Basic, the same" -u "$crm" -d "$grant" -d "$post_id"

# what is refused: RFC 6749 5.2
gets 400 "no grant_type" -u "$crm" -d a=b
error invalid_request
gets 400 "another grant" -u "$crm" -d grant_type=password
error unsupported_grant_type
gets 400 "a scope that it has not" -u "$crm" -d "$grant" -d scope=introspect
error invalid_scope
gets 400 "an unknown scope" -u "$crm" -d "$grant" -d 'scope=a"b'
error invalid_scope
gets 400 "a parameter that stands twice" -u "$crm" -d "$grant" -d "$grant"
error invalid_request
gets 400 "two ways of authentication" -u "$crm" -d "$grant" -d "$post_secret"
error invalid_request
gets 400 "another client_id beside Basic" -u "$crm" -d "$grant" -d client_id=x
error invalid_request
gets 400 "an invalid escape" -u "$crm" -d 'grant_type=%zz'
error invalid_request
gets 400 "a NUL" -u "$crm" -d 'grant_type=a%00b'
error invalid_request
gets 400 "JSON" -u "$crm" -H 'Content-Type: application/json' -d '{}'
error invalid_request
gets 400 "a body that is too long" -u "$crm" -d "$(head -c 17000 /dev/zero | tr '\0' x)"
error invalid_request
gets 400 "Bearer for Basic" -H 'Authorization: Bearer x' -d "$grant"
error invalid_request
gets 401 "no credentials" -d "$grant"
error invalid_client
says "with a challenge" '^WWW-Authenticate: Basic realm="loya"$'
gets 401 "an id without secret" -d "$grant" -d "$post_id"
gets 401 "a wrong secret" -u "${crm}x" -d "$grant"
error invalid_client
gets 401 "another's secret" -u "${crm%:*}:${watch#*:}" -d "$grant"
says "nothing that tells which part was wrong" 'the client is not authenticated'
gets 405 "GET" -G -u "$crm" -d "$grant"
says "with what there is" '^Allow: POST$'
route=/oauth/other
gets 404 "no such route" -u "$crm" -d "$grant"

# hooks: RFC 6750
event='{"id":"e1"}'
route=/hooks/std
bearer() {	# TOKEN [curl option]...
	bearer_token=$1
	shift
	call -H "Authorization: Bearer $bearer_token" \
	    -H 'Content-Type: application/json' "$@"
}
bearer "$token" -d "$event"
is "a token is as good as a signature" "$code" 202
is "it is in the inbox" "$(inbox "SELECT event_id FROM inbox")" e1
is "with the token's id" \
    "$(inbox "SELECT head ->> 'loya-token' IN (SELECT id FROM token) FROM inbox")" 1
is "whose use is noted, to the minute" "$(inbox "SELECT count(*) FROM token
    WHERE used_at > 0 AND used_at % 60000000 = 0")" 1
bearer "$token" -d "$event"
is "a repeat is fine" "$code" 202
call -H "Authorization: bearer   $token" -H 'Content-Type: application/json' \
    -d "$event"
is "the scheme has no case" "$code" 202
bearer "$(echo "$token" | sed 's/.$/!/')" -d "$event"
is "a changed token is refused" "$code" 401
says "by RFC 6750" '^WWW-Authenticate: Bearer realm="loya", error="invalid_token"$'
bearer "$narrow" -d "$event"
is "one without the scope is refused" "$code" 403
says "by RFC 6750" 'error="insufficient_scope", scope="hook:std"'
route=/hooks/other
bearer "$narrow" -d "$event"
is "with it, it is not" "$code" 202
bearer "$narrow" -d '{'
is "what comes with it is judged as always" "$code" 400
is "and nothing is stored" "$(inbox "SELECT count(*) FROM inbox")" 2
route=/hooks/std
bearer other-token -d "$event"
is "what cannot be our token is not looked up" "$code" 401
says "the hook's own scheme is asked for" '^WWW-Authenticate: Signature'
signed /hooks/std e2 '{"id":"e2"}' "Authorization: Bearer ${token}x"
answer 202 "a good signature beside a bad token"

# introspection: RFC 7662
route=/oauth/introspect
gets 200 "a client about its own token" -u "$crm" -d "token=$token"
says "it is active" '^\{"active":true,"scope":"hook:std hook:other","client_id":"'
says "until when" '"iat":[0-9]{10},"exp":[0-9]{10},'
gets 200 "a client with the scope about others" -u "$watch" -d "token=$token"
says "it is active" '"active":true'
call -u "$watch" -d "$grant"
route=/oauth/token
call -u "$watch" -d "$grant"
theirs=$(field access_token "$T/got")
route=/oauth/introspect
gets 200 "a client about somebody else's" -u "$crm" -d "token=$theirs"
is "is told nothing" "$(cat "$T/got")" '{"active":false}'
gets 200 "an invalid token" -u "$crm" -d token=x -d token_type_hint=y
is "is not active" "$(cat "$T/got")" '{"active":false}'
gets 400 "no token" -u "$crm" -d a=b
gets 401 "nobody" -d "token=$token"

# revocation: RFC 7009
route=/oauth/revoke
gets 400 "somebody else's token" -u "$watch" -d "token=$token"
error invalid_grant
gets 401 "nobody" -d "token=$token"
gets 200 "its own" -u "$crm" -d "token=$token"
is "with an empty body" "$(cat "$T/got")" ''
gets 200 "once more" -u "$crm" -d "token=$token"
gets 200 "an invalid one" -u "$crm" -d token=x
route=/oauth/introspect
gets 200 "a revoked token" -u "$crm" -d "token=$token"
is "is not active" "$(cat "$T/got")" '{"active":false}'
route=/hooks/std
bearer "$token" -d "$event"
is "and no good on a hook" "$code" 401

# by hand, and how tokens end
loya-token -q issue hook:std >"$T/hand"
bearer "$(cat "$T/hand")" -d "$event"
is "a token that was issued by hand is good at once" "$code" 202
loya-token revoke <"$T/hand"
bearer "$(cat "$T/hand")" -d "$event"
is "and revoked at once" "$code" 401
loya-token client rotate crm >"$T/new"
route=/oauth/token
gets 200 "the older secret while it is replaced" -u "$crm" -d "$grant"
last=$(field access_token "$T/got")
gets 200 "the newer one" -d "$grant" -d "$post_id" \
    -d "client_secret=$(field client_secret "$T/new")"
loya-token client rotate -o crm
gets 401 "the older one afterwards" -u "$crm" -d "$grant"
loya-token client revoke crm
gets 401 "a client that was revoked" -d "$grant" -d "$post_id" \
    -d "client_secret=$(field client_secret "$T/new")"
route=/hooks/std
bearer "$last" -d "$event"
is "takes its tokens along" "$code" 401

# guessing
route=/oauth/token
for i in 1 2 3 4 5; do
	call -u "guess:$i" -d "$grant"
done
is "five mistakes are free" "$code" 401
gets 429 "then one waits" -u guess:6 -d "$grant"
says "and is told how long" '^Retry-After: [0-9]+$'
gets 200 "others do not" -u "$watch" -d "$grant"
for i in 1 2 3 4 5 6; do
	call -u "${watch}x" -d "$grant"
done
is "who guesses at a client waits" "$code" 429
gets 200 "and does not lock it out" -u "$watch" -d "$grant"
gets 400 "a body in a coding" -u "$watch" -H 'Content-Encoding: gzip' -d "$grant"
error invalid_request

# metadata: RFC 8414
route=/.well-known/oauth-authorization-server
gets 200 "the metadata"
says "who we are" "\"issuer\":\"http://$address\""
says "where tokens are" "\"token_endpoint\":\"http://$address/oauth/token\""
gets 405 "POST" -d x
echo '{ "oauth": { "issuer": "https://loya.example", "lifetime": 120 },
    "authority": { "*": ["std", "other"] } }' >"$LOYA_CONF/loya.json"
kill -HUP "$(cat "$T/recv.pid")"
wait_for "the configuration" grep -q 'read again' "$T/recv.err"
gets 200 "the configured issuer" -H 'Host: evil.example'
says "is what it says" '"issuer":"https://loya.example","token_endpoint":"https://loya.example/oauth/token"'
route=/oauth/token
gets 200 "the configured lifetime" -u "$watch" -d "$grant"
says "is what it says" '"expires_in":120,'
for bad in '"issuer": "http://a.example"' '"issuer": "https://a.example/"' \
    '"issuer": "https://a.example?x"' '"lifetime": 59' '"lifetime": "1"' \
    '"issuers": 1'; do
	echo "{ \"oauth\": { $bad } }" >"$LOYA_CONF/loya.json"
	status 78 "a setting that is none: $bad" loya-recv -n
done
rm "$LOYA_CONF/loya.json"

# the audit log, and where secrets must not be
stop recv
is "the server ends well" "$rc" 0
loya-apply -b >/dev/null 2>&1
loya-audit log -j >"$T/log"
is "what was issued is in the record" \
    "$(grep -c '"kind":"token.issued"' "$T/log")" \
    "$(inbox "SELECT count(*) FROM token")"
is "by whom" "$(grep '"kind":"token.issued"' "$T/log" |
    grep -c "\"actor\":\"client:${crm%:*}\"")" \
    "$(inbox "SELECT count(*) FROM token WHERE client = '${crm%:*}'")"
issued_to() { loya-audit log -k token.issued -A "$1" | wc -l; }
is "-A takes the name of a client as well as its id" "$(issued_to crm)" \
    "$(issued_to "${crm%:*}")"
is "also with what it is in front" "$(issued_to client:crm)" \
    "$(issued_to "client:${crm%:*}")"
is "and no other name" "$(issued_to cr)" 0
ok "what was revoked, too" grep -q '"kind":"token.revoked"' "$T/log"
like "who failed is counted" "$(grep '"source":"loya"' "$T/log")" \
    '"why":"client","count":'
refused() { grep '"kind":"auth.refused"' "$T/log" |
    sed -n 's/.*"client":"\([^"]*\)".*/\1/p' | sort -u | tr '\n' ' '; }
is "by the client that was named" "$(refused)" "$(printf '%s\n' "${crm%:*}" \
    "${watch%:*}" | sort | tr '\n' ' ')"
is "a stranger's word is not kept" "$(grep -c guess "$T/log")" 0
is "and has one count a minute" "$(inbox "SELECT max(n) FROM (SELECT count(*) n
    FROM refusal WHERE source = 'loya' AND why = 'client' GROUP BY minute)")" 1
like "show of a client has them" "$(loya-audit show "${watch%:*}")" \
    '"kind":"auth.refused".*"why":"client","count":[0-9]+,"minute":'
ok "verify agrees" loya-audit verify
for text in "$token" "$last" "$(cat "$T/hand")" "${crm#*:}"; do
	grep -lr "$text" "$LOYA_STORE"* "$T/recv.err" "$T/recv.out" "$T/log"
done >"$T/leaks"
is "no secret is in the store, the record or a message" "$(cat "$T/leaks")" ''

# another hashing secret, while it runs
start_recv
mode=server
rm "$LOYA_CONF/key"
loya-token -q init -L
printf '%s\n' "$secret" | loya-token set std
loya-token client add crm hook:std >"$T/crm"
crm=$(field client_id "$T/crm"):$(field client_secret "$T/crm")
route=/oauth/token
wait_for "a client of the new key" found
is "is known without a signal" "$code" 200
route=/hooks/std
token=$(field access_token "$T/got")
bearer "$token" -d "$event"
is "and so are its tokens" "$code" 202
stop recv
loya-token client add watch introspect >"$T/watch"
watch=$(field client_id "$T/watch"):$(field client_secret "$T/watch")

# inetd: the same, and guessing is slowed down
mode=inetd
request POST /oauth/token "$grant&client_id=${watch%:*}&client_secret=${watch#*:}" \
    'Content-Type: application/x-www-form-urlencoded'
answer 200 "a token" '"access_token":"loya_'
request POST /oauth/token "$grant&client_id=x&client_secret=y" \
    'Content-Type: application/x-www-form-urlencoded'
answer 401 "a guess" 'invalid_client'

# A new token makes loya-recv forget those that expired long ago; until the new
# one is taken over, the audit log does not know how late it is.
day=$(date -u +%F)
for t in "$day" "$day" "$(date -u -d '+70 days' +%F)"; do
	status 0 "the record has all tokens" loya-apply -b
	LOYA_NOW=${t}T00:00:00Z
	export LOYA_NOW
	request POST /oauth/token \
	    "$grant&client_id=${watch%:*}&client_secret=${watch#*:}" \
	    'Content-Type: application/x-www-form-urlencoded'
	answer 200 "a token of $t" '"access_token":"loya_'
done
is "the first one is forgotten" "$(sqlite3 "$LOYA_STORE-inbox" "SELECT count(*)
    FROM token WHERE seq = 1")" 0
ok "which is not a fault before the new one is in the record" \
    loya-audit verify -q
status 0 "it is taken over" loya-apply -b
ok "nor after that" loya-audit verify -q
done_testing
