# Witnesses: loya-audit cosign, and how check and verify treat cosignatures.
# The witness here is openssl, exactly by C2SP tlog-cosignature.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
openssl genpkey -algorithm ed25519 -out "$T/w1.pem" 2>/dev/null ||
    skip_all "openssl knows no Ed25519"
audit_store
unset LOYA_NOW
sql() { sqlite3 "$LOYA_STORE" "$@"; }

raw_key() { openssl pkey -in "$T/$1.pem" -pubout -outform DER | tail -c 32; }
key_id() {	# name
	{ printf '%s\n\004' "$1"; raw_key "$1"; } | openssl dgst -sha256 \
	    -binary | head -c 4
}
vkey() {	# name
	printf '%s+%s+%s' "$1" "$(key_id "$1" | od -An -tx1 | tr -d ' \n')" \
	    "$({ printf '\004'; raw_key "$1"; } | base64)"
}
# The line of a witness: name head time
cosign() {
	{ printf 'cosignature/v1\ntime %d\n' "$3"; sed '/^$/,$d' "$2"; } \
	    >"$T/message"
	openssl pkeyutl -sign -rawin -inkey "$T/$1.pem" -in "$T/message" \
	    -out "$T/signature"
	printf '\342\200\224 %s %s\n' "$1" "$({ key_id "$1"
	    perl -e 'print pack("Q>", shift)' "$3"
	    cat "$T/signature"; } | base64 -w 0)"
}
conf() {
	printf '{"authority":{"*":["hr","crm"]},"audit":%s}\n' "$1" \
	    >"$LOYA_CONF/loya.json"
}

openssl genpkey -algorithm ed25519 -out "$T/w2.pem" 2>/dev/null
openssl genpkey -algorithm ed25519 -out "$T/w3.pem" 2>/dev/null
conf '{"origin":"example.org/loya"}'
loya-token -q init
loya-token -q head init >"$T/keys"
loya-audit head >"$T/h1"
cosign w1 "$T/h1" 1700000000 >"$T/line1"

status 78 "cosign without witnesses" loya-audit cosign "$T/line1"
conf '{"origin":"example.org/loya","witnesses":[]}'
status 78 "an empty list of witnesses" loya-audit cosign "$T/line1"
conf "{\"origin\":\"example.org/loya\",\"witnesses\":\"$(cat "$T/keys")\"}"
status 78 "a key of heads is not that of a witness" loya-audit cosign "$T/line1"
conf "{\"origin\":\"example.org/loya\",
    \"witnesses\":[\"$(vkey w1)\",\"$(vkey w2)\"]}"
status 0 "cosign -n" loya-audit cosign -n "$T/line1"
is "keeps nothing" "$(sql 'SELECT count(*) FROM cosignature')" 0
status 0 "a line alone" loya-audit cosign "$T/line1"
like "one is new" "$(cat "$T/err")" ': 1 signature is new$'
is "is kept" "$(sql 'SELECT head, witness, at, line FROM cosignature')" \
    "1|$(vkey w1)|1700000000|$(cat "$T/line1")"
status 0 "the same again" loya-audit cosign "$T/line1"
like "is nothing new" "$(cat "$T/err")" ': 0 signatures are new'
status 0 "head has it" loya-audit head
is "below its own" "$(cat "$T/out")" "$(cat "$T/h1" "$T/line1")"
cp "$T/out" "$T/h1w"
cosign w1 "$T/h1" 1700000001 >"$T/newer"
status 0 "a newer one" loya-audit cosign "$T/newer"
is "takes its place" "$(sql 'SELECT at FROM cosignature')" 1700000001
status 0 "an older one" loya-audit cosign "$T/line1"
is "does not" "$(sql 'SELECT at FROM cosignature')" 1700000001
now=$(date +%s)
cosign w1 "$T/h1" $((now + 90000)) >"$T/ahead"
status 1 "one that is more than a day ahead" loya-audit cosign "$T/ahead"
like "is refused, and its time is said" "$(cat "$T/err")" \
    "witness 'w1' signed it at 2[-0-9]*T[:0-9.]*Z, which is in the future"
is "and takes no place" "$(sql 'SELECT at FROM cosignature')" 1700000001

{ cat "$T/h1"; cosign w1 "$T/h1" 1700000002; cosign w3 "$T/h1" 1700000002
    cosign w2 "$T/h1" 1700000002; } >"$T/whole"
status 0 "a head with lines, of strangers too" loya-audit cosign <"$T/whole"
like "two of them are known" "$(cat "$T/err")" ': 2 signatures are new'
is "and kept" "$(sql 'SELECT count(*) FROM cosignature')" 2
cosign w3 "$T/h1" 1700000003 >"$T/stranger"
status 1 "a stranger's line alone" loya-audit cosign "$T/stranger"
sed '2s/^./9/' "$T/h1" >"$T/other"
cosign w1 "$T/other" 1700000003 >"$T/of-other"
status 1 "a line about another head" loya-audit cosign "$T/of-other"
{ cat "$T/other"; cat "$T/of-other"; } >"$T/whole-other"
status 1 "another head" loya-audit cosign "$T/whole-other"
{ cat "$T/h1"; cat "$T/of-other"; } >"$T/mixed"
status 1 "a line that is not good" loya-audit cosign "$T/mixed"
like "names the witness" "$(cat "$T/err")" "witness 'w1'"
status 65 "something else" loya-audit cosign "$0"
echo 15 >"$T/409"
status 65 "the number that a witness answers with" loya-audit cosign "$T/409"
status 74 "a file that is not there" loya-audit cosign "$T/none"

line member hr z1 2026-11-24T08:00:00Z '{"external_id":"E9","version":1}' |
    loya-apply >"$T/applied"
loya-audit head >"$T/h2"
is "the next head has none of them" "$(sed '1,/^$/d' "$T/h2" | wc -l)" 1
cosign w2 "$T/h1" 1700000009 >"$T/late"
status 0 "a line about an older head" loya-audit cosign "$T/late"
is "is kept with that" "$(sql "SELECT head FROM cosignature
    WHERE at = 1700000009")" 1

# check: every witness that the auditor names must have signed.
{ cat "$T/keys"; vkey w1; echo; } >"$T/with1"
{ cat "$T/with1"; vkey w2; echo; } >"$T/with2"
status 0 "check wants the witness that is named" \
    loya-audit check -K "$T/with1" "$T/h1w"
like "counts it, and names it with its time" "$(cat "$T/out")" \
    '"witnesses":1,.*"cosigned":\[{"witness":"w1","at":"2023-11-14T22:13:20.000000Z"}\]'
like "for people, too" "$(loya-audit check -T -K "$T/with1" "$T/h1w")" \
    '^cosigned +w1 at 2023-11-14T22:13:20Z$'
status 1 "one that did not sign" loya-audit check -K "$T/with2" "$T/h1w"
like "is named" "$(cat "$T/err")" "witness 'w2' did not sign it"
status 1 "none signed" loya-audit check -K "$T/with1" "$T/h2"
status 1 "one that signed another head" loya-audit check -K "$T/with1" \
    "$T/mixed"
vkey w1 >"$T/only"
status 1 "a witness is not the log" loya-audit check -K "$T/only" "$T/h1w"
loya-audit prove -H "$T/h1w" 3 >"$T/p"
status 0 "a proof against a cosigned head" loya-audit check -K "$T/with1" \
    "$T/p"

# verify
status 0 "verify goes over them" loya-audit verify
like "and counts them" "$(cat "$T/out")" '"cosignatures":2,.*"faults":0'
n=0
for s in "at = at + 1" "line = replace(line, 'w1', 'w2')" "head = 2" \
    "witness = '$(vkey w3)'" "witness = 'x'" "line = line || line" \
    "line = substr(line, 1, length(line) - 1)" "line = ''"; do
	n=$((n + 1))
	sqlite3 "$LOYA_STORE" ".backup $T/bad$n.db"
	sqlite3 "$LOYA_STORE-inbox" ".backup $T/bad$n.db-inbox"
	sqlite3 "$T/bad$n.db" "UPDATE cosignature SET $s WHERE head = 1
	    AND witness = '$(vkey w1)'"
	status 1 "verify finds $s" loya-audit verify -q -s "$T/bad$n.db"
	like "and names it" "$(cat "$T/out")" '"table":"cosignature","row":"[12]/'
done

# A head must be signed by the named key, not just by one of the same name.
openssl genpkey -algorithm ed25519 -out "$T/log.pem" 2>/dev/null
id_of() {	# name
	{ printf '%s\n\001' "$1"; raw_key log; } | openssl dgst -sha256 \
	    -binary | head -c 4
}
signed() {	# origin name [size]: a head, and the key
	printf '%s\n%s\n%s\n' "$1" "${3:-5}" "$(sed -n 3p "$T/h1")" \
	    >"$T/message"
	openssl pkeyutl -sign -rawin -inkey "$T/log.pem" -in "$T/message" \
	    -out "$T/signature"
	printf '%s+%s+%s\n' "$2" "$(id_of "$2" | od -An -tx1 | tr -d ' \n')" \
	    "$({ printf '\001'; raw_key log; } | base64)" >>"$T/log-keys"
	cat "$T/message"
	printf '\n\342\200\224 %s %s\n' "$2" \
	    "$({ id_of "$2"; cat "$T/signature"; } | base64 -w 0)"
}
signed log log >"$T/own"
signed logs logs >"$T/alike"
signed log logs >"$T/short"
status 0 "a head of its own signer" loya-audit check -K "$T/log-keys" "$T/own"
status 1 "one of a longer name" loya-audit check -K "$T/log-keys" "$T/short"
like "is unknown" "$(cat "$T/err")" 'not signed with a known key'
status 1 "an older head of a longer name" \
    loya-audit check -K "$T/log-keys" -H "$T/alike" "$T/own"
like "is of another record" "$(cat "$T/err")" 'of another audit log than the older'

# A copy of the log that was continued under another name is another log.
signed log log "$(sed -n 2p "$T/h1")" >"$T/own"
loya-audit consistency "$T/h1" >"$T/c"
loya-token head list | sed 's/.*"vkey":"\([^"]*\)".*/\1/' >>"$T/log-keys"
status 0 "a log continues its older head" \
    loya-audit check -K "$T/log-keys" -H "$T/h1" "$T/c"
status 1 "not one of as many rows and another name" \
    loya-audit check -K "$T/log-keys" -H "$T/own" "$T/c"
like "that is said" "$(cat "$T/err")" 'of another audit log than the older'
done_testing
