# A good token is accepted: a fault of ours is never a sender's 401.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
umask 077
sources
rm "$LOYA_CONF/sources/std.json"

# post TOKEN BODY [HOOK]: $code, $T/got; as a client behind a proxy, so that
# the hook needs a token
post() {
	code=$(curl -s -D "$T/head" -o "$T/got" -w '%{http_code}' \
	    -H "Authorization: Bearer $1" -H 'Via: 1.1 front' \
	    -H 'Content-Type: application/json' -d "$2" \
	    "http://$address/hooks/${3:-open}")
}

# The first token of all.
start_recv
post loya_none '{"id":"1"}'
is "before a token was issued none is good" "$code" 401
token=$(loya-token -q issue hook:open)
post "$token" '{"id":"1"}'
is "the first one is good at once" "$code" 202

# Nobody is asked on this machine, but a token that is shown has to be good.
near() {	# TOKEN BODY
	code=$(curl -s -o "$T/got" -w '%{http_code}' -d "$2" \
	    -H "Authorization: Bearer $1" -H 'Content-Type: application/json' \
	    "http://$address/hooks/open")
}
near "$token" '{"id":"near"}'
is "a good token, where none is needed" "$code" 202
is "is kept with the event" "$(inbox "SELECT head ->> '\$.loya-token' <> ''
    FROM inbox WHERE event_id = 'near'")" 1
near "${token%?}-" '{"id":"bad"}'
is "a bad one is refused" "$code" 401
near "$(loya-token -q issue hook:org)" '{"id":"bad"}'
is "so is one for another hook" "$code" 403
near other '{"id":"other"}'
is "one that is not of loya is none" "$code" 202
is "nothing came of the refused" "$(inbox "SELECT count(*) FROM inbox
    WHERE event_id = 'bad'")" 0

# A delivery with a token must pass all other checks, too.
echo '{ "receive": { "auth": { "kind": "standard-webhooks" }, "organization":
    { "place": "/org", "value": "good" } } }' >"$LOYA_CONF/sources/org.json"
echo '{ "authority": { "*": ["open", "org"] } }' >"$LOYA_CONF/loya.json"
printf '%s\n' "$secret" | loya-token -q set org
kill -HUP "$(cat "$T/recv.pid")"
wait_for "the configuration" grep -q 'configuration read' "$T/recv.err"
token=$(loya-token -q issue hook:org)
post "$token" '{"org":"good"}' org
is "a token, of the organization" "$code" 202
post "$token" '{"org":"bad"}' org
is "of another one" "$code" 401
like "... is told no more than with a signature" "$(cat "$T/got")" \
    'the request is not authenticated'
stop recv
rm "$LOYA_CONF/sources/org.json" "$LOYA_CONF/loya.json"

# A hook without a secret accepts whoever has a token.
echo '{ "receive": { "auth": { "kind": "bearer" } } }' \
    >"$LOYA_CONF/sources/bare.json"
echo '{ "authority": { "*": ["open", "bare"] } }' >"$LOYA_CONF/loya.json"
start_recv
token=$(loya-token -q issue hook:bare)
post "$token" '{}' bare
is "a token, where no secret is set" "$code" 202
like "... which is reported as it is" "$(cat "$T/recv.err")" \
    "secret 'bare' is not set, so only a token can post to it;"
stop recv
rm "$LOYA_CONF/sources/bare.json" "$LOYA_CONF/loya.json"

# Without the key nobody can tell whether a token is good.
rm "$LOYA_STORE"*
loya-token -q init
start_recv
mv "$LOYA_CONF/key" "$T/key"
token=$(LOYA_KEY=$T/key loya-token -q issue hook:open)
for i in 1 2 3; do
	post "$token" '{"id":"1"}'
	is "the key is away: token, come again ($i)" "$code" 503
	like "... and when" "$(cat "$T/head")" '^Retry-After: [0-9]+'
done
mv "$T/key" "$LOYA_CONF/key"
found() { post "$token" '{"id":"1"}'; [ "$code" = 202 ]; }
wait_for "the key to be found" found
is "it is back: the token is good" "$code" 202
stop recv
done_testing
