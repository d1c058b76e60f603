#!/bin/sh
# /oauth/*, and OAuth clients that others wrote.
. "$(dirname "$0")/peers.sh"

# client NAME SCOPE...: a line of $T/clients
client() { loya-token -q client add "$@" >>"$T/clients"; }

# with PEER LABEL <lines: what the peer says
with() {
	cat >"$T/want"
	{ echo "$base" && cat "$T/clients"; } >"$T/input"
	peer "$1" <"$T/input"
	says "$2" <"$T/want"
}

# Where an answer asks for credentials, this one reads no further: the word
# after "basic" is what the body says.
strict() {
	with oauth4webapi "$1" <<'END'
by Basic: bearer 3600 hook:std hook:other
in the body: bearer 3600 hook:std hook:other
a part of the scope: bearer 3600 hook:other
the hook: 202
a hook without the scope: 403
introspection: true hook:std hook:other true Bearer 3600
of one that is none: {"active":false}
of somebody else's: {"active":false}
revocation of somebody else's: invalid_grant
revocation: done
once more: done
introspection then: {"active":false}
the hook then: 401
a wrong secret, by Basic: basic invalid_client
a wrong secret, in the body: basic invalid_client
a client that was revoked: basic invalid_client
a scope that it has not: invalid_scope
two scopes, one not its own: invalid_scope
another grant: unsupported_grant_type
introspection by a wrong client: basic invalid_client
END
}

usual() {
	with openid-client "$1" <<'END'
by Basic: bearer 3600 hook:std hook:other
in the body: bearer 3600 hook:std
the hook: 202
introspection: true
revocation: done
introspection then: false
a wrong secret: basic invalid_client
a wrong scope: invalid_scope
END
}

sources
echo '{ "receive": { "auth": { "kind": "standard-webhooks" }, "id": "/id" } }' \
    >"$LOYA_CONF/sources/other.json"
printf '%s\n' "$secret" | loya-token -q set other
client crm hook:std hook:other
client watch introspect
client gone hook:std
loya-token -q client revoke gone

start_recv
base=http://$address
strict "oauth4webapi"
usual "openid-client"
# It wants the answer to a revocation to be JSON; RFC 7009 2.2 has no body.
with simple-oauth2 "simple-oauth2" <<'END'
by Basic: Bearer 3600 hook:std hook:other
by Basic, not encoded: Bearer 3600 hook:std hook:other
in the body: Bearer 3600 hook:std hook:other
scopes as a list: Bearer 3600 hook:other hook:std
it is not expired: false
the hook: 202
revocation: Error: The content-type is not JSON compatible
the hook then: 401
JSON: invalid_request
a wrong secret: invalid_client
a client that was revoked: invalid_client
a wrong scope: invalid_scope
END
is "what they sent is in the inbox" \
    "$(inbox "SELECT event_id FROM inbox" | tr '\n' ' ')" "strict usual easy "
stop recv

# The same over TLS, under a CA that only they and we know.
ext() { printf '%s\n' "$1" >"$T/ext"; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj '/CN=Test CA' -keyout "$T/ca.key" -out "$T/ca.pem" 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj '/CN=loya' -keyout "$T/key.pem" -out "$T/csr.pem" 2>/dev/null
ext 'subjectAltName=IP:127.0.0.1'
openssl x509 -req -in "$T/csr.pem" -CA "$T/ca.pem" -CAkey "$T/ca.key" \
    -CAcreateserial -days 2 -extfile "$T/ext" -out "$T/cert.pem" 2>/dev/null
start_recv -C "$T/cert.pem" -K "$T/key.pem"
base=https://$address
NODE_EXTRA_CA_CERTS=$T/ca.pem
export NODE_EXTRA_CA_CERTS
strict "oauth4webapi, TLS"
usual "openid-client, TLS"
stop recv
is "loya-recv ends with 0" "$rc" 0
is "and had nothing to complain of" "$(grep -v listening "$T/recv.err")" ""
done_testing
