#!/bin/sh
# What loya-push sends, and the libraries that receivers verify it with.
. "$(dirname "$0")/peers.sh"
. "$here/apply.sh"
. "$here/push.sh"

key() { echo "whsec_$(openssl rand "$1" | openssl base64 -A)"; }
set_key() { printf %s "$2" | loya-token -q set ${3:+"$3"} "$1"; }

loya-token -q init
source_file hr
mkdir "$T/receiver"
newer=$(key 64)
older=$(key 24)
strange=$(key 24)
plain=$(openssl rand -hex 20)
openssl genpkey -algorithm ed25519 -out "$T/ed25519.pem"
raw() { openssl pkey -in "$T/ed25519.pem" "$@" -outform DER | tail -c 32; }
whsk=whsk_$({ raw; raw -pubout; } | openssl base64 -A)
both='"standardwebhooks svix"'
cat >"$T/receiver/keys.json" <<END
{ "newer": [$both, "$newer"], "older": [$both, "$older"],
  "strange": [$both, "$strange"], "plain": ["github", "$plain"],
  "secret": ["github", "$newer"], "public": ["v1a",
  "$(openssl pkey -in "$T/ed25519.pem" -pubout | awk '{ printf "%s\\n", $0 }')"] }
END
start receiver node "$room/receiver.mjs" "$T/receiver"
wait_for "the receiver" grep -q '^listening' "$T/receiver.out"
port=$(sed -n 's/^listening //p' "$T/receiver.out")
said() { sed '/^POST/d' "$T/receiver.out" | tail -n "${1-1}"; }
verdict() { said | cut -d ' ' -f 3-; }

n=0
delivered() {	# STATUS SENTENCE
	n=$((n + 1))
	people $n $n | loya-apply >"$T/applied"
	status "$1" "$2" loya-push -b
}
type=loya.member.enrolled

hook crm "$port"
set_key crm.push "$older" ''
delivered 0 "one secret"
is "both libraries believe it, and no other secret" "$(verdict)" \
    "204 standardwebhooks:older svix:older $type"
set_key crm.push "$newer" -a
delivered 0 "two secrets"
is "whichever the receiver has is good" "$(verdict)" "204 standardwebhooks:newer svix:newer standardwebhooks:older svix:older $type"
set_key crm.push "$newer" ''
delivered 0 "the rotation is over"
is "the older one is good no more" "$(verdict)" \
    "204 standardwebhooks:newer svix:newer $type"
set_key crm.push "$whsk" ''
delivered 0 "a private key"
is "v1a is good for its public half" "$(verdict)" "204 v1a:public $type"
set_key crm.push "$newer" -a
delivered 0 "a private key that becomes a secret"
is "v1 and v1a" "$(verdict)" \
    "204 standardwebhooks:newer svix:newer v1a:public $type"

# Tried again.
echo 503 >"$T/receiver/status"
delivered 75 "a receiver that is down"
rm "$T/receiver/status"
wait_for "the time of another try" sh -c \
    "loya-push -bq >'$T/out' 2>&1; loya-audit outbox -S sent -j | grep -q '\"tries\":2'"
is "the same id" "$(said 2 | cut -d ' ' -f 1 | sort -u | wc -l)" 1
said 2 | awk '{ t[NR] = $2 } END { exit !(t[2] > t[1]) }'
tap_result $? "a new time"
is "and a signature for it" "$(verdict)" \
    "204 standardwebhooks:newer svix:newer v1a:public $type"

# The body alone, as GitHub signs it.
hook crm "$port" ',"hmac":{"header":"X-Hub-Signature-256","prefix":"sha256="}'
set_key crm.push "$plain" ''
delivered 0 "hmac with any secret"
is "Octokit believes it" "$(verdict)" "204 github:plain $type"
set_key crm.push "$newer" ''
delivered 0 "hmac with a whsec_"
is "all three" "$(verdict)" \
    "204 standardwebhooks:newer svix:newer github:secret $type"
stop receiver
ok "the record is sound" loya-audit verify
done_testing
