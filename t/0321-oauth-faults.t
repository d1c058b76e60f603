#!/bin/sh
# loya-token get: what peers answer besides, or instead of, a token.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"

start_peer
loya-token -q init
host=127.0.0.1:$port
secret crm.oauth "$client_secret"
setup() {	# more members
	oauth crm "\"grant\":\"client_credentials\",\"client_id\":\"id\"${1-}"
}
setup
rows() {
	sqlite3 "$LOYA_STORE" "SELECT count(*) FROM audit"
}

# expires_in
LOYA_NOW=2026-11-23T10:00:00Z; export LOYA_NOW
until_says() {	# sentence, expires_in, what is stored
	forget
	answer 200 "{\"access_token\":\"t\"$2}"
	get "$1" t
	is "$1: it is good until then" "$(sqlite3 "$LOYA_STORE" "SELECT
	    coalesce((expires_at - obtained_at) / 1000000, 'nobody knows')
	    FROM credential")" "$3"
}
until_says "a number" ',"expires_in":3600' 3600
until_says "a number in quotes" ',"expires_in":"3600"' 3600
until_says "a fraction" ',"expires_in":3599.9' 3599
until_says "nothing said" '' 'nobody knows'
until_says "nought" ',"expires_in":0' 'nobody knows'
until_says "less than nought" ',"expires_in":-5' 'nobody knows'
until_says "a word" ',"expires_in":"soon"' 'nobody knows'
until_says "a list" ',"expires_in":[1]' 'nobody knows'
until_says "null" ',"expires_in":null' 'nobody knows'
until_says "for ever" ',"expires_in":99999999999999999999999' 316224000
setup ',"lifetime":900'
until_says "nothing said, but set" '' 900
until_says "said, and set" ',"expires_in":60' 60

# early renewal
forget
setup ',"early":600'
answer 200 '{"access_token":"t1","expires_in":100}'
get "a token that is good for less than early" t1
answer 200 '{"access_token":"t2","expires_in":100}'
LOYA_NOW=2026-11-23T10:00:49Z
get "in the first half of its life" t1
LOYA_NOW=2026-11-23T10:00:50Z
answer 503 'down'
get "in the second, when the peer is down" t1
answer 200 '{"access_token":"t2","expires_in":100}'
get "when it is up" t2
LOYA_NOW=2026-11-23T10:02:31Z
answer 503 'down'
refused 75 "when it is over" "asked for a token, $host answers 503: down"
setup
forget
answer 200 '{"access_token":"u1","expires_in":100}'
get "before the clock is set back" u1
answer 200 '{"access_token":"u2","expires_in":100}'
LOYA_NOW=2026-11-23T10:01:31Z
get "set back for a minute" u1
LOYA_NOW=2026-11-23T10:01:30Z
get "and for more" u2
unset LOYA_NOW

# odd answers that have a token
forget
answer 200 '{"access_token":"t","token_type":"BEARER"}'
get "a type in capitals" t
forget
answer 200 '{"access_token":"t","token_type":"mac"}'
refused 65 "a type that is not known" "its token is of the type 'mac'; oauth.send says how one is sent"
setup ',"send":{"header":"TOKEN"}'
get "unless the file says how it is sent" t
setup ',"token_place":["/data/token",""]'
forget
answer 200 '{"data":{"token":"t"}}'
get "a token elsewhere" t
forget
answer 200 '"t"'
get "a token that is all" t
forget
answer 200 't.x-y_z
'
get "a token that is all, and not JSON" t.x-y_z
forget
answer 200 '<html>t</html>'
refused 65 "a page is not a token" "the answer of $host has no token: a page instead of JSON"
answer 200 "$(head -c 16385 /dev/zero | tr '\0' x)"
refused 65 "one that is all, and too long" "the answer of $host has no token: it is longer than 16384 bytes"
setup
forget
answer 201 '{"access_token":"t","more":{"a":[null]},"scope":1}'
get "more than is known" t

# answers that have none
rows=$(rows)
no_token() {	# status, sentence, pattern
	forget
	refused "$@"
}
answer 200 '{}'
no_token 65 "an empty object" "the answer of $host has no token: nothing is at oauth.token_place"
answer 200 ''
no_token 65 "nothing" "the answer of $host has no token: the text ends too early"
answer 200 '{"access_token":1}'
no_token 65 "a number for a token" "the answer of $host has no token: nothing is at oauth.token_place"
answer 200 "{\"access_token\":\"$(head -c 16385 /dev/zero | tr '\0' x)\"}"
no_token 65 "a token that is too long" "the answer of $host has no token: it is longer than 16384 bytes"
answer 200 '{"access_token":"a b"}'
no_token 65 "a blank in a token" \
    "the token of $host has a character that no header can carry"
answer 200 '{"access_token":"a\r\nX: y"}'
no_token 65 "a line feed in a token" \
    "the token of $host has a character that no header can carry"
answer 200 '{"access_token":""}'
no_token 65 "an empty token" \
    "the token of $host has a character that no header can carry"
answer 200 '{"access_token":"t","access_token":"u"}'
no_token 65 "two tokens" "the answer of $host has no token: the same key twice"
answer 200 '{"access_token":"t"'
no_token 65 "half a text" "the answer of $host has no token: the text ends too early"
answer 200 '{"error":"invalid_client","error_description":"no"}'
no_token 1 "a refusal that says 200" "asked for a token, $host answers 200: invalid_client: no"
is "each is in the record" "$(rows)" $((rows + 10))

# refusals
answer 401 '{"error":"invalid_client","error_description":"unknown client","error_uri":"https://x.example/e"}' \
    'WWW-Authenticate: Basic'
no_token 1 "invalid_client" \
    "asked for a token, $host answers 401: invalid_client: unknown client \(https://x.example/e\)"
is "it is in the record" "$(record)" \
    "oauth.refused{\"grant\":\"client_credentials\",\"host\":\"$host\",\"status\":401,\"error\":\"invalid_client\"}"
answer 400 '{"error":"invalid_grant","error_description":"user hasn'\''t approved this consumer"}'
no_token 1 "Salesforce" "asked for a token, $host answers 400: invalid_grant: user hasn't approved this consumer"
answer 400 '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]'
no_token 1 "its list" \
    "asked for a token, $host answers 400: INVALID_SESSION_ID: Session expired or invalid"
answer 401 '{"errorHttpCode":"401","errorMessage":"Unable to authenticate the client (x)"}'
no_token 1 "SuccessFactors" \
    "asked for a token, $host answers 401: Unable to authenticate the client \(x\)"
answer 403 '{"error":{"code":"COE_1","message":{"lang":"en","value":"[COE1] no"}}}'
no_token 1 "OData" "asked for a token, $host answers 403: COE_1: \[COE1\] no"
answer 400 '{"error":7}'
no_token 1 "an error of a wrong type" "asked for a token, $host answers 400"
printf 'a\033[31mb\r\n\tc\377' >"$T/body"
answer 400 "$(cat "$T/body")"
no_token 1 "a terminal's commands" "asked for a token, $host answers 400: a \[31mb   c\?"
answer 400 "$(head -c 5000 /dev/zero | tr '\0' x)"
no_token 1 "a long text" "asked for a token, $host answers 400: x{100,130}\.\.\."
answer 404 'not here'
no_token 78 "no such address" "asked for a token, $host answers 404: not here"
rows=$(rows)
answer 400 '{"error":"temporarily_unavailable"}'
no_token 75 "a refusal that means later" \
    "asked for a token, $host answers 400: temporarily_unavailable"
answer 429 '{"error":"rate_limit_exceeded"}' 'Retry-After: 30'
no_token 75 "too many" "asked for a token, $host answers 429: rate_limit_exceeded; again after 30 s"
answer 503 '' 'Retry-After: Wed, 21 Oct 2026 07:28:00 GMT'
no_token 75 "a time in words" "asked for a token, $host answers 503"
answer 500 '{"error":"invalid_client"}'
no_token 75 "a peer in trouble" "asked for a token, $host answers 500: invalid_client"
is "what means later is not in the record" "$(rows)" "$rows"
answer 302 '' "Location: http://$host/else"
no_token 78 "a redirect" \
    "$host answers 302: the redirect to $host is not followed; set oauth.url"
before=$(count)
answer 307 '' "Location: http://$host/else"
no_token 78 "a redirect that keeps the body" \
    "$host answers 307: the redirect to $host is not followed; set oauth.url"
is "it is not followed" "$(count)" $((before + 1))

# broken connections
mode half
no_token 75 "half an answer" "$host: it closed the connection in the middle of its answer"
mode reset
no_token 75 "a reset" "$host: (the connection was lost|it closed the connection without an answer)"
mode large
no_token 65 "2 MB" "$host: its answer is too long"
mode endless
no_token 65 "2 MB without a length" "$host: its answer is too long"
mode junk
no_token 65 "another protocol" "$host: its answer is not HTTP"
setup ',"timeout":1'
mode mute
no_token 75 "no answer" "$host: no answer in time"
is "nothing is stored of all that" \
    "$(sqlite3 "$LOYA_STORE" "SELECT count(*) FROM credential")" 0

# where secrets must not be: the peer repeats what it was sent
mode echo
said() {	# members of oauth
	oauth crm "$1"
	forget
	loya-token -vvv get crm 2>&1
	loya-token -vvv -n get crm 2>&1
}
secret crm.refresh 'r3fresh/+t0ken=='
printf '#!/bin/sh\necho eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln\n' >"$T/sign"
chmod +x "$T/sign"
id='"client_id":"id"'
{
	said "\"grant\":\"client_credentials\",$id"
	said "\"grant\":\"client_credentials\",$id,\"encode\":false"
	said "\"grant\":\"client_credentials\",$id,\"auth\":\"body\""
	said "\"grant\":\"refresh_token\",$id"
	said "\"grant\":\"refresh_token\",$id,\"auth\":\"body\",\"body\":\"json\""
	said "\"grant\":\"jwt-bearer\",\"assertion\":[\"$T/sign\"]"
} >"$T/said"
is "the peer did say something" \
    "$(grep -c 'answers 400: .*\*\*\*' "$T/said")" 6
printf '%s\n' s3cr3t cl13nt r3fresh t0ken eyJ c2ln -of-peer >"$T/parts"
leaks() {
	grep -a -l -F -f "$T/parts" "$@"
}
is "no part of a secret is shown" "$(leaks "$T/said")" ""
mode good
oauth crm "\"grant\":\"client_credentials\",$id"
loya-token -vvv get crm 2>&1 >/dev/null | cat >"$T/said"
is "nor of a token, at -vvv" "$(leaks "$T/said")" ""
ok "which says something" test -s "$T/said"
mode rotate
secret crm.refresh first
oauth crm "\"grant\":\"refresh_token\",$id"
loya-token -q get crm >"$T/token"
like "a token and its successor" "$(cat "$T/token")" 'token-[0-9]+-of-peer'
sqlite3 "$LOYA_STORE" "SELECT kind, source, detail FROM audit" >"$T/audit"
is "are not in the record" "$(leaks "$T/audit")" ""
is "nor in any file of the store" \
    "$(grep -a -l -E 's3cr3t: |t0ken==|-of-peer' "$LOYA_STORE"*)" ""

# what the system shows of a process while it uses all of them
touch "$peer/hold"
forget
before=$(count)
asked() {
	[ "$(count)" -gt "$before" ]
}
start get loya-token get crm
wait_for "the request" asked
tr '\0' '\n' <"/proc/$(cat "$T/get.pid")/cmdline" >"$T/shown"
tr '\0' '\n' <"/proc/$(cat "$T/get.pid")/environ" >>"$T/shown"
is "nor in arguments and environment" "$(leaks "$T/shown")" ""
rm "$peer/hold"
stop get

# nobody listens there
stop peer
setup
forget
refused 75 "nobody listens" "$host: no connection: Connection refused"
url=https://nowhere.invalid/token
setup
refused 75 "a host that is not known" "nowhere.invalid: the host is not known"
rm -f "$peer/port"
start_peer

# the answer may be the token
setup
for body in 'access_token=REAL-t0ken-0123456789&token_type=bearer' \
    '{"access_token":"REAL-t0ken-0123456789",}' 'REAL-t0ken-0123456789' \
    '{"token":{"access_token":"REAL-t0ken-0123456789"},"message":"REAL-t0ken-0123456789"}' \
    '{"a":1,"a":2,"access_token":"REAL-t0ken-0123456789"}'; do
	forget
	answer 200 "$body"
	status 65 "no token in $body" loya-token -vvv get crm
	is "... is not said" "$(grep -c REAL-t0ken "$T/err")" 0
done
for said in "$(printf %s "$client_secret" | base64 -w 0)" \
    "$(printf %s "$client_secret" | od -An -tx1 | tr -d ' \n')" \
    's3cr3t%253A%2520%252B%2525%2526%252F%253D%2522cl13nt%2522' \
    's3cr3t:&#32;+%&amp;/=&quot;cl13nt&quot;'; do
	forget
	answer 400 "{\"error\":\"$said\",\"error_description\":\"no $said here\"}"
	status 1 "a secret in another dress" loya-token -vvv get crm
	is "... is not said" "$(grep -cF -e "$said" -e cl13nt "$T/err")" 0
	is "... nor recorded" "$(sqlite3 "$LOYA_STORE" "SELECT count(*)
	    FROM audit WHERE instr(detail, '$said') > 0")" 0
done
# the next refresh token is kept, whatever else is wrong
forget
oauth crm '"grant":"refresh_token","client_id":"id"'
secret crm.refresh first
answer 200 '{"refresh_token":"second"}'
status 65 "a refresh token and no token" loya-token get crm
answer 200 '{"access_token":"t","expires_in":60}'
get "the next time" t
is "the chain goes on with it" "$(sent_body)" \
    'grant_type=refresh_token&refresh_token=second'
answer 200 '{"access_token":"t"}'
forget
oauth crm '"grant":"jwt-bearer","assertion":["echo","x"]'
status 0 "SIGCHLD may be ignored" perl -e '$SIG{CHLD} = "IGNORE";
    exec @ARGV' loya-token get crm
done_testing
