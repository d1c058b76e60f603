#!/bin/sh
# loya-push and receivers without Standard Webhooks: an HMAC of the body alone,
# as Debian's webhook (github.com/adnanh/webhook) checks it.
. "$(dirname "$0")/lib.sh"
. "$here/door.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
loya-token -q init
plain="It's a Secret to Everybody"
secret crm.push "$plain"
hmac=',"hmac":{"header":"X-Hub-Signature-256","prefix":"sha256="}'
header() { tr -d '\r' <"$sink/last" | sed -n "s/^$1: //p"; }
body() { tr -d '\r' <"$sink/last" | sed '1,/^$/d' | tr -d '\n'; }
keyed() { body | openssl dgst -sha256 -hmac "$1" -r | cut -d ' ' -f 1; }

hook crm "$port"
people 1 1 | loya-apply >"$T/applied"
status 78 "a secret of no kind, and no hmac" loya-push -b
hook crm "$port" "$hmac"
status 0 "-n" loya-push -n
like "masks it" "$(cat "$T/out")" '^X-Hub-Signature-256: \*\*\*$'
status 0 "hmac with any secret" loya-push -b
is "signs the body" "$(header X-Hub-Signature-256)" "sha256=$(keyed "$plain")"
is "and in no other way" "$(header webhook-signature)" ""
like "its id is there" "$(header webhook-id)" '^[0-9a-f]{32}$'
printf other | loya-token -q set -a crm.push
people 2 2 | loya-apply >"$T/applied"
status 0 "two secrets" loya-push -b
is "both sign, the newer first" "$(header X-Hub-Signature-256)" \
    "sha256=$(keyed other),sha256=$(keyed "$plain")"
secret crm.push "$push_secret"
people 3 3 | loya-apply >"$T/applied"
status 0 "a whsec_" loya-push -b
is "signs as the text that it is" "$(header X-Hub-Signature-256)" \
    "sha256=$(keyed "$push_secret")"
like "and as Standard Webhooks" "$(header webhook-signature)" '^v1,'
secret crm.push "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
status 78 "a private key" loya-push -b
like "is not shown to a receiver" "$(cat "$T/err")" \
    "its secret crm.push: whsk_ is a private key, but hmac needs a shared one"
secret crm.push "$plain"
hook crm "$port" ',"hmac":{"header":"X-S","algorithm":"sha512","encoding":"base64"}'
people 4 4 | loya-apply >"$T/applied"
status 0 "SHA-512 as base64" loya-push -b
is "is that" "$(header X-S)" "$(body |
    openssl dgst -sha512 -hmac "$plain" -binary | openssl base64 -A)"

if ! command -v webhook >/dev/null; then
	tap_n=$((tap_n + 1))
	echo "ok $tap_n # SKIP webhook is not installed (Debian: webhook)"
	done_testing
fi

# A command for each delivery that it accepts.
cat >"$T/take" <<'END'
#!/bin/sh
printf '%s\n' "$1" >>"$TAKEN"
END
chmod +x "$T/take"
TAKEN=$T/taken
export TAKEN
cat >"$T/hooks.json" <<END
[ { "id": "in", "execute-command": "$T/take",
    "trigger-rule-mismatch-http-response-code": 403,
    "include-command-output-in-response": true,
    "pass-arguments-to-command": [ { "source": "payload", "name": "id" } ],
    "trigger-rule": { "and": [
	{ "match": { "type": "payload-hmac-sha256", "secret": "$plain",
	    "parameter": { "source": "header",
		"name": "X-Hub-Signature-256" } } },
	{ "match": { "type": "value", "value": "acme",
	    "parameter": { "source": "header", "name": "X-Tenant" } } } ] } } ]
END
free_port
start webhook webhook -hooks "$T/hooks.json" -ip 127.0.0.1 -port "$port" \
    -urlprefix ""
wait_for "webhook" listens "$port"
to_webhook() { hook crm "$port" "$hmac,\"headers\":{\"X-Tenant\":\"$1\"}"; }
# How often its command ran for the event of the last line.
ran() {
	grep -cx "$(sed 's/.*"id":"\([0-9]*\)".*/\1/' "$T/line")" "$TAKEN"
}
: >"$TAKEN"

to_webhook acme
people 5 5 | loya-apply >"$T/line"
status 0 "webhook believes it" loya-push -b
is "and runs its command" "$(ran)" 1
to_webhook other
people 6 6 | loya-apply >"$T/line"
status 1 "a header with another value" loya-push -b
is "is refused" "$(ran)" 0
to_webhook acme
secret crm.push "another secret"
people 7 7 | loya-apply >"$T/line"
# It answers 500 to a signature that it does not accept.
status 75 "another secret" loya-push -b
is "is refused" "$(ran)" 0
secret crm.push another
printf %s "$plain" | loya-token -q set -a crm.push
people 8 8 | loya-apply >"$T/line"
status 75 "one of two secrets, while the last one waits" loya-push -b
is "is believed" "$(ran)" 1

# A body that the first receiver accepted, sent by somebody else.
hook_port=$port
start_sink first
sink=$T/first
hook crm "$port" "$hmac"
secret crm.push "$plain"
people 9 9 | loya-apply >"$T/line"
loya-push -b >"$T/out"
send() {
	curl -s -o "$T/got" -w '%{http_code}' -H 'X-Tenant: acme' \
	    -H 'Content-Type: application/cloudevents+json' \
	    -H "X-Hub-Signature-256: $(header X-Hub-Signature-256)" \
	    --data-binary "$1" "http://127.0.0.1:$hook_port/in"
}
is "a copy" "$(send "$(body)") $(ran)" "200 1"
is "with one letter changed" \
    "$(send "$(body | sed s/active/actixe/)") $(ran)" "500 1"
done_testing
