#!/bin/sh
# loya-token get, and authorization servers that others wrote.
. "$(dirname "$0")/peers.sh"

# serve PEER: it runs in a folder of its own, $peer; $url is where tokens are
serve() {
	name=$1
	peer=$T/$name
	mkdir "$peer"
	start "$name" node "$room/$name.mjs" "$peer"
	wait_for "$name" grep -q '^listening' "$T/$name.out"
	url=http://127.0.0.1:$(sed -n 's/^listening //p' "$T/$name.out")/token
}

# asked: how many requests there were; told: what became of the last one
asked() { grep -c '^POST /token$' "$T/$name.out"; }
told() { tail -n 1 "$T/$name.out"; }

# oauth SOURCE MEMBERS: a source with an oauth section
oauth() {
	printf '{ "oauth": { "url": "%s", %s } }\n' "$url" "$2" \
	    >"$LOYA_CONF/sources/$1.json"
}

set_from() { loya-token -q set "$1" <"$peer/$2"; }

# What was said and what must not have been said, checked at the end.
keep() {
	cat "$T/err" >>"$T/messages"
	printf '%s\n' "$token" >>"$T/secrets"
}

# gets SENTENCE SOURCE: a token is printed, and nothing else; $token
gets() {
	status 0 "$1" loya-token get "$2"
	token=$(cat "$T/out")
	like "$1: a token" "$token" '^[A-Za-z0-9._-]{40,}$'
	is "$1: nothing is said" "$(cat "$T/err")" ""
	keep
}

# refused STATUS SENTENCE SOURCE PATTERN
refused() {
	status "$1" "$2" loya-token get "$3"
	is "$2: no token" "$(cat "$T/out")" ""
	like "$2: the message" "$(cat "$T/err")" \
	    "^loya-token: source '$3': $4\$"
	keep
}

# ten SENTENCE SOURCE [TOKEN]: ten at once, all of them at the lock before the
# peer answers anybody.  With a token: a file with one that was refused.
at_lock() {
	[ -e /proc/"$(cat "$T/$1.pid")"/fd/0 ] || return 0
	for fd in /proc/"$(cat "$T/$1.pid")"/fd/*; do
		[ "$(readlink "$fd")" = "$LOYA_STORE-oauth-$2-lock" ] &&
		    return 0
	done
	return 1
}

ten() {
	ten_before=$(asked)
	touch "$peer/hold"
	for i in 0 1 2 3 4 5 6 7 8 9; do
		start "get$i" sh -c 'test -z "$2" && exec loya-token get "$1"
		    exec loya-token get -r "$1" <"$2"' ten "$2" "${3-}"
	done
	for i in 0 1 2 3 4 5 6 7 8 9; do
		wait_for "process $i" at_lock "get$i" "$2"
	done
	rm "$peer/hold"
	for i in 0 1 2 3 4 5 6 7 8 9; do
		wait "$(cat "$T/get$i.pid")" || echo "exit $?"
		rm "$T/get$i.pid"
	done >"$T/failed"
	is "$1: ten succeed" "$(cat "$T/failed" "$T"/get?.err)" ""
	is "$1: one request" "$(($(asked) - ten_before))" 1
	is "$1: one token, ten times" \
	    "$(sort "$T"/get?.out | uniq -c | awk '{ print $1 }')" 10
	token=$(cat "$T/get0.out")
	keep
}

loya-token -q init
LOYA_NOW=2026-11-23T10:00:00Z
export LOYA_NOW

# oidc-provider, which is strict
serve oidc-provider
cc='"grant": "client_credentials", "scope": "api:read"'
oauth basic "$cc, \"client_id\": \"basic : id\""
set_from basic.oauth basic
gets "oidc-provider: Basic, encoded" basic
oauth body "$cc, \"client_id\": \"body\", \"auth\": \"body\""
set_from body.oauth body
gets "oidc-provider: in the body" body
printf %s "$token" >"$T/token"
like "oidc-provider: its token is good" "$(curl -s -d client_id=body \
    --data-urlencode "client_secret@$peer/body" \
    --data-urlencode "token@$T/token" "$url/introspection")" \
    '"active":true.*"scope":"api:read"'
oauth wrong "$cc, \"client_id\": \"basic : id\", \"secret\": \"body.oauth\""
refused 1 "oidc-provider: a wrong secret" wrong \
    'asked for a token, 127.* answers 401: invalid_client: .*'
is "oidc-provider: it says so, too" "$(told)" \
    "invalid_client invalid secret provided"
oauth scope "\"grant\": \"client_credentials\", \"scope\": \"api:write\",
    \"client_id\": \"body\", \"auth\": \"body\", \"secret\": \"body.oauth\""
refused 1 "oidc-provider: a scope that it may not ask for" scope \
    'asked for a token, 127.* answers 400: invalid_scope: .*'

oauth chain '"grant": "refresh_token", "client_id": "chain"'
set_from chain.oauth chain
set_from chain.refresh first
ten "oidc-provider: a first refresh" chain
first=$token
LOYA_NOW=2026-11-23T11:00:00Z
ten "oidc-provider: the next refresh" chain
ok "oidc-provider: ... is another token" test "$first" != "$token"
LOYA_NOW=2026-11-23T12:00:00Z
gets "oidc-provider: a third refresh" chain
set_from chain.refresh first
LOYA_NOW=2026-11-23T13:00:00Z
refused 1 "oidc-provider: a refresh token twice" chain \
    'asked for a token, 127.* answers 400: invalid_grant: .*; a new refresh token is set by .*'
is "oidc-provider: it says so, too" "$(told)" \
    "invalid_grant refresh token already used"
stop oidc-provider

# oauth2-mock-server, which does what the file answer says
serve oauth2-mock-server
says_that() { echo "$1" >"$peer/answer"; }
day=0
later() {	# the next day
	day=$((day + 1))
	LOYA_NOW=$(printf '2026-12-%02dT00:00:00Z' "$day")
}

oauth mock '"grant": "client_credentials", "client_id": "id"'
echo "s3cr3t-of-mock" >"$peer/secret"
echo "first-of-mock" >"$peer/first"
set_from mock.oauth secret
gets "mock: a token" mock
before=$token
gets "mock: the same" mock
is "mock: without asking" "$token, $(asked)" "$before, 1"
later
ten "mock: expired" mock
ok "mock: ... is another token" test "$before" != "$token"
echo "$token" >"$T/refused"
before=$token
ten "mock: refused" mock "$T/refused"
ok "mock: ... is another token" test "$before" != "$token"
later
says_that '{ "expires_in": "172800" }'
gets "mock: expires_in as a text" mock
before=$(asked)
later
gets "mock: is read as a number" mock
is "mock: without asking" "$(asked)" "$before"
later
says_that '{ "expires_in": null }'
gets "mock: no expires_in" mock
before=$(asked)
LOYA_NOW=2027-11-23T10:00:00Z
gets "mock: good until it is refused" mock
is "mock: without asking" "$(asked)" "$before"

later
says_that '{}'
oauth rot '"grant": "refresh_token", "client_id": "id"'
set_from rot.oauth secret
set_from rot.refresh first
for i in 1 2 3; do
	gets "mock: rotation $i" rot
	later
done
ten "mock: rotation 4" rot
later
says_that '{ "status": 500, "error": null }'
refused 75 "mock: 500" rot 'asked for a token, 127.* answers 500.*'
says_that '{}'
gets "mock: rotation 5, after it" rot
later
says_that '{ "token_type": "mac" }'
refused 65 "mock: another type" rot "its token is of the type 'mac'; .*"
later
says_that '{}'
gets "mock: rotation 7, with what came with that" rot
later
says_that '{ "status": 400, "error_description": "\u001b[31m" }'
refused 1 "mock: 400 invalid_grant" rot 'asked for a token, 127.*invalid_grant.*'
oauth odd '"grant": "client_credentials", "client_id": "id"'
set_from odd.oauth secret
says_that '{ "access_token": null }'
refused 65 "mock: no access_token" odd 'the answer of 127.* has no token: .*'
stop oauth2-mock-server
later
refused 75 "mock: nobody there" rot '127.*: no connection: Connection refused'
unset LOYA_NOW

loya-audit log -j >"$T/log"
is "each token is in the record, and the one of another type" \
    "$(grep -c '"oauth.obtained"' "$T/log")" \
    "$(($(sort -u "$T/secrets" | grep -c .) + 1))"
ok "which holds" loya-audit verify
for f in "$T"/oidc-provider/[a-z]* "$T"/oauth2-mock-server/secret \
    "$T"/oauth2-mock-server/first; do
	cat "$f"
	echo
done >>"$T/secrets"
grep . "$T/secrets" >"$T/patterns"
is "no secret is in a message, in the record or in the store" \
    "$(grep -lF -f "$T/patterns" "$T/messages" "$T/log" "$LOYA_STORE"*)" ""
done_testing
