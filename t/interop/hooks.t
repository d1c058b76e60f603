#!/bin/sh
# Hooks, and what the senders' own libraries sign for them.
. "$(dirname "$0")/peers.sh"

whsec() { echo "whsec_$(openssl rand "$1" | openssl base64 -A)"; }
plain() { openssl rand -hex 24; }

# source_of NAME RECEIVE OLDER NEWER: two secrets are good for it
source_of() {
	printf '{ "receive": %s }\n' "$2" >"$LOYA_CONF/sources/$1.json"
	printf %s "$3" | loya-token -q set "$1"
	printf %s "$4" | loya-token -q set -a "$1"
	printf '%s\n' "$4" "$3" >"$T/$1.secrets"
}

# from SOURCE PEER [ARGUMENT]... <lines: what the peer was answered
from() {
	from_source=$1
	shift
	cat >"$T/want"
	{
		echo "http://$address/hooks/$from_source"
		cat "$T/$from_source.secrets"
	} >"$T/input"
	peer "$@" <"$T/input"
	says "$from_source" <"$T/want"
}

# kept SOURCE ID...: these and no others are in the inbox, each once
kept() {
	kept_source=$1
	shift
	is "$kept_source: what is in the inbox" \
	    "$(inbox "SELECT event_id FROM inbox
		WHERE source = '$kept_source' ORDER BY seq" | tr '\n' ' ')" \
	    "$* "
}

loya-token -q init
id='"headers": ["webhook-id", "svix-id"], "id": ["@webhook-id", "@svix-id"]'
auth='"auth": { "kind": "standard-webhooks" }'
source_of standard "{ $auth, $id }" "$(whsec 24)" "$(whsec 64)"
source_of svix "{ $auth, $id }" "$(whsec 24)" "$(whsec 75)"
source_of github '{ "auth": { "preset": "github" },
    "headers": ["x-github-delivery"], "id": "@x-github-delivery" }' \
    "$(plain)" "blanks, ü and \"quotes\" $(plain)"
source_of stripe '{ "auth": { "preset": "stripe" }, "id": "/id" }' \
    "$(whsec 24)" "$(whsec 24)"
for v in 1 2 3; do
	url=
	[ $v = 1 ] || url=', "url": "https://loya.example"'
	source_of hubspot-v$v "{ \"each\": \"\", \"id\": \"/eventId\",
	    \"auth\": { \"preset\": \"hubspot-v$v\" $url } }" \
	    "$(plain)" "$(plain)"
done
source_of kontent '{ "id": "/message/id", "auth": { "kind": "hmac",
    "header": "X-Kontent-ai-Signature", "encoding": "base64" } }' \
    "$(plain)" "$(openssl rand -base64 32)"
echo '{ "profile": "cloudevents" }' >"$LOYA_CONF/sources/ce.json"
whsec 24 | loya-token -q set ce
loya-token -q issue hook:ce >"$T/ce.secrets"
whsec 24 >>"$T/standard.secrets"
# The public half for loya, the private one for the peer.
echo "{ \"receive\": { $auth, $id } }" >"$LOYA_CONF/sources/ed25519.json"
openssl genpkey -algorithm ed25519 -out "$T/ed25519.pem"
echo "whpk_$(openssl pkey -in "$T/ed25519.pem" -pubout -outform DER |
    tail -c 32 | openssl base64 -A)" | loya-token -q set ed25519
openssl pkey -in "$T/ed25519.pem" -outform DER | openssl base64 -A \
    >"$T/ed25519.secrets"
ok "the sources can be read" loya-recv -n
start_recv

from standard standardwebhooks <<'END'
202 signed
202 the same again
202 sent anew with another time
202 a clock that is fast
202 an empty object
202 the older secret
202 two signatures, one ours
401 another body
401 another id
401 another time
401 a time too old
401 a time to come
401 a strange secret
401 no webhook-id
401 no webhook-timestamp
401 no webhook-signature
END
kept standard msg_1 msg_2 msg_3 msg_4 msg_5

from ed25519 ed25519 <<'END'
202 signed
202 beside a v1
401 another body
401 another id
401 called v1
401 a hash keyed with the public key
END
kept ed25519 a-1 a-2

from svix svix <<'END'
202 signed with the newer secret
202 with the older one
202 with both
202 the same again
202 beside one of another version
401 only another version
401 another body
401 a time too old
401 names of both kinds mixed
END
kept svix msg_1 msg_2 msg_3 msg_4

from github octokit <<'END'
202 signed
202 delivered again
202 with the older secret
401 another body
401 another signature
401 a strange secret
401 no name of the hash
401 the name of another
401 no signature
END
kept github d-1 d-2

from stripe stripe <<'END'
202 signed
202 the same again
202 with the older secret
202 with both
202 beside a v0
401 another body
401 a time too old
401 another time
401 only a v0
401 a strange secret
401 no time
END
kept stripe evt_1 evt_2 evt_3 evt_4

for v in 1 2 3; do
	{
		printf '202 %s\n' "signed" "the same again" "another event"
		printf '401 %s\n' "another body" "a strange secret"
		[ $v = 1 ] || echo "401 another URL"
		[ $v != 3 ] || printf '401 %s\n' "a time too old" \
		    "a time to come" "another time"
	} >"$T/want.$v"
	from hubspot-v$v hubspot v$v <"$T/want.$v"
	kept hubspot-v$v 1 2
done

from kontent kontent <<'END'
202 signed
202 the same again
401 another body
401 a strange secret
401 hexadecimal instead
END
kept kontent k-1

# A webhook has a payload (http-webhook.md 2.1), and on a hook that does not say
# otherwise it is JSON.  Values of headers are percent-encoded (HTTP binding
# 3.1.3.2); this SDK sends them as they are.
from ce cloudevents <<'END'
taken binary, by its transport
taken structured, by its transport
refused without the token
202 binary
202 binary again
202 structured
202 what was sent as binary
202 structured, data in base64
202 binary, extensions
202 a batch
202 an empty batch
400 a batch of which one is none
400 no type
401 structured without the token
401 another token
415 binary, and not JSON
400 binary, nothing in it
400 binary, a subject that it does not encode
202 the same, structured
END
kept ce /hr/1\ b-1 /hr/1\ s-1 /hr/1\ b-2 /hr/1\ s-2 /hr/1\ s-3 /hr/1\ b-3 \
    /hr/1\ l-1 /hr/1\ l-2 /hr/1\ s-4
loya-apply -b >"$T/applied" 2>&1
like "ce: what it said is known" "$(loya-audit members -j)" \
    '"given_name":"Åsa"'

stop recv
is "loya-recv ends with 0" "$rc" 0
is "what was too old or to come was refused for that alone" \
    "$(inbox "SELECT source, sum(count) FROM refusal WHERE why = 'stale'
	GROUP BY source" | tr '\n' ' ')" \
    "hubspot-v3|2 standard|2 stripe|1 svix|1 "
is "and had nothing to complain of" "$(grep -v listening "$T/recv.err")" ""
done_testing
