#!/bin/sh
# loya-push: what is owed arrives, signed, in order, once.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

status 64 "-b and -w together" loya-push -b -w
status 0 "a letter may be said twice" loya-push -b -bq
status 64 "-r with something that is not a number" loya-push -r x
status 64 "or with one among numbers" loya-push -r '1 x'
status 64 "or that is too long for one" \
    loya-push -r 111111111111111111111111111111
status 64 "or with more deliveries than it has room for" \
    loya-push -r "$(seq 257)"
status 64 "-r and a source" loya-push -r 1 crm
status 64 "also of no number" loya-push -r "" crm
status 0 "-r of no number" loya-push -r ""
is "does nothing" "$(cat "$T/out" "$T/err")" ""
status 64 "-u without a source" loya-push -u
status 64 "-n and -w" loya-push -n -w
source_file hr
status 78 "a source that is not there" loya-push -b nobody
like "says so" "$(cat "$T/err")" "source 'nobody': there is no file"
status 78 "a source without push" loya-push -b hr
like "says so" "$(cat "$T/err")" 'hr.json: it has no push'
start_sink
hook crm "$port"
loya-token -q init
status 78 "a secret that is not set" loya-push -b
like "says how to set it" "$(cat "$T/err")" \
    "source 'crm': its secret is not set; loya-token set crm.push sets it"
secret crm.push plain
status 78 "a secret of no known kind" loya-push -b
like "says so" "$(cat "$T/err")" 'it must begin with whsec_ .v1. or whsk_'
echo '{"push":{"kind":"webhook","on":"*"}}' >"$LOYA_CONF/sources/half.json"
status 78 "a push that is only prepared" loya-push -b half
like "says what is missing" "$(cat "$T/err")" \
    'half.json:1:9: push: there is no push.webhook'
secret crm.push $push_secret
status 78 "beside one that is whole" loya-push -b
like "it is named, too" "$(cat "$T/err")" 'push: there is no push.webhook'
status 78 "also by -n" loya-push -n
like "it is named there, too" "$(cat "$T/err")" 'there is no push.webhook'
rm "$LOYA_CONF/sources/half.json"

status 0 "nothing to do" loya-push -b
{ people 1 3; change 1 1; change 1 2; } >"$T/lines"
loya-apply <"$T/lines" >"$T/applied"
status 0 "-n shows what would be sent" loya-push -n
is "three requests: the first of each member" \
    "$(grep -c '^POST' "$T/out")" 3
like "masked" "$(cat "$T/out")" '^webhook-signature: v1,\*\*\*$'
is "nothing was sent" "$(log)" ""
is "and nothing is noted" "$(states)" "waiting 5"
status 0 "-b delivers" loya-push -b
cp "$T/out" "$T/sent"
is "everything" "$(states)" "sent 5"
is "a line about each" "$(types "$T/sent")" \
    "delivery.sent delivery.sent delivery.sent delivery.sent delivery.sent"
is "each once" "$(log | cut -f 2 | sort -u | wc -l)" 5
one=$(head -n 1 "$T/applied" | sed 's/.*"subject":"\([^"]*\)".*/\1/')
is "in order for each member" "$(log | grep "$one" | cut -f 4 | tr '\n' ' ')" \
    "$(grep "$one" "$T/applied" | sed 's/.*"id":"\([0-9]*\)".*/\1/' |
    tr '\n' ' ')"
is "the body is the line that loya-apply printed" \
    "$(tr -d '\r' <"$sink/last" | sed '1,/^$/d')" "$(tail -n 1 "$T/applied")"
is "the record has every attempt" "$(store "SELECT count(*) FROM audit
    WHERE kind = 'delivery.sent'")" 5
ok "and is sound" loya-audit verify
status 0 "again there is nothing to do" loya-push -b
status 0 "nine times within 8 s: it does not wait for something" timeout 8 \
    sh -c 'for i in 1 2 3 4 5 6 7 8 9; do loya-push -b || exit; done'
status 0 "an input that has ended ends it" timeout 20 loya-push </dev/null
is "nothing was sent" "$(log | wc -l)" 5

# The signature, checked by another program.
header() { tr -d '\r' <"$sink/last" | sed -n "s/^$1: //p"; }
signed() {	# hex key
	printf '%s.%s.%s' "$(header webhook-id)" "$(header webhook-timestamp)" \
	    "$(tr -d '\r' <"$sink/last" | sed '1,/^$/d')" |
	    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -binary |
	    base64
}
hexkey() { echo "$1" | base64 -d | od -An -tx1 | tr -d ' \n'; }
is "the signature is good" "$(header webhook-signature)" \
    "v1,$(signed "$(hexkey "${push_secret#whsec_}")")"
other=C2FVsBQIhrscChlQIMV+b5sSYspob7oD
printf whsec_$other | loya-token -q set -a crm.push
change 2 1 | loya-apply >"$T/out"
status 0 "during a rotation" loya-push -b
is "both secrets sign" "$(header webhook-signature)" \
    "v1,$(signed "$(hexkey $other)") v1,$(signed \
    "$(hexkey "${push_secret#whsec_}")")"
secret crm.push "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
change 2 2 | loya-apply >"$T/out"
status 0 "an Ed25519 key" loya-push -b
like "signs v1a" "$(header webhook-signature)" '^v1a,[A-Za-z0-9+/]{86}==$'
secret crm.push $push_secret

# Settings.
hook crm "$port" ',"headers":{"X-Tenant":"acme"}'
change 2 3 | loya-apply >"$T/out"
status 0 "a header of the source file" loya-push -b
is "is sent" "$(header X-Tenant)" acme
strict() {	# SCRIPT: not private, https, and what sed does to it
	sed 's/"private":true/"private":false/; s/http:/https:/;'"$1" \
	    "$LOYA_CONF/sources/crm.json" >"$T/json"
	mv "$T/json" "$LOYA_CONF/sources/crm.json"
}
strict ''
status 78 "an address that is private as it is written" loya-push -b
like "is a fault of the file" "$(cat "$T/err")" \
    "crm.json:1:[0-9]*: push.webhook.url: 'https://127.0.0.1:.*' is a private address"
strict 's/127.0.0.1/localhost/'
change 2 4 | loya-apply >"$T/out"
status 75 "a private address" loya-push -b
like "is refused" "$(cat "$T/out")" '(127.0.0.1|::1) is a private address'
hook crm "$port"
LOYA_NOW=$(date -u -d '+10 seconds' +%FT%TZ) status 0 \
    "later and allowed, it is sent" loya-push -b

# The end of a pipe.
mkfifo "$T/pipe"
loya-push <"$T/pipe" >"$T/piped" 2>"$T/err" &
echo $! >"$T/push.pid"
exec 4>"$T/pipe"
tap_started="$tap_started push"
change 3 1 | loya-apply | tee "$T/line" >&4
wait_for "the delivery" grep -q delivery.sent "$T/piped"
exec 4>&-
stop push
is "a pipe that ends ends it" "$rc" 0
start push loya-push -w
change 3 2 | loya-apply >"$T/out"
wait_for "the delivery" grep -q delivery.sent "$T/push.out"
stop push
is "-w delivers until it is told to end" "$rc" 0
is "nothing is held back" "$(states)" "sent 11"

# exec
rm "$LOYA_CONF/sources/crm.json"
cat >"$T/take" <<'END'
#!/bin/sh
cat >>"$T/took"
echo "said $1"
exit "$(cat "$T/exit")"
END
chmod +x "$T/take"
printf '{"push":{"kind":"exec","on":"*","exec":{"command":["%s","x y"]}}}' \
    "$T/take" >"$LOYA_CONF/sources/sink.json"
echo 0 >"$T/exit"
people 11 14 | loya-apply >"$T/applied"
status 0 "-n of a command" loya-push -n
is "shows it" "$(grep -c "^$T/take x y\$" "$T/out")" 4
status 0 "a command gets the lines" loya-push -b
is "as loya-apply printed them" "$(cat "$T/took")" "$(cat "$T/applied")"
echo 75 >"$T/exit"
people 15 16 | loya-apply >"$T/applied"
status 75 "a command that says later" loya-push -b
is "keeps them" "$(store "SELECT state, tries, answer FROM outbox
    WHERE target = 'sink' AND tries = 1 AND state = 'waiting'")" \
"waiting|1|75 said x y
waiting|1|75 said x y"
echo 65 >"$T/exit"
LOYA_NOW=$(date -u -d '+10 seconds' +%FT%TZ) status 1 \
    "a command that refuses one" loya-push -b
like "makes it dead" "$(cat "$T/out")" '"why":"refused"'
is "both, one by one" "$(store "SELECT count(*) FROM outbox
    WHERE target = 'sink' AND state = 'dead'")" 2
echo 0 >"$T/exit"
id=$(store "SELECT min(seq) FROM outbox WHERE state = 'dead'")
LOYA_NOW=$(date -u -d '+20 seconds' +%FT%TZ) status 0 \
    "-r sends a dead one again" loya-push -r "$id"
is "only that" "$(store "SELECT group_concat(state, ' ') FROM
    (SELECT state FROM outbox WHERE seq >= $id ORDER BY seq)")" "sent dead"
is "the record has the exit status, also 0" "$(store "SELECT DISTINCT
    detail ->> '\$.status' FROM audit WHERE source = 'sink'
    AND kind = 'delivery.sent'")" 0

# One by one, after all of them together were refused, until each is done.
cat >"$T/count" <<'END'
#!/bin/sh
n=$(wc -l)
echo $n >>"$T/runs"
[ "$n" -le 1 ] && exit "$(cat "$T/exit")"
exit 65
END
chmod +x "$T/count"
printf '{"push":{"kind":"exec","on":"*","exec":{"command":["%s"]}}}' \
    "$T/count" >"$LOYA_CONF/sources/lone.json"
people 17 18 | loya-apply >"$T/applied"
echo 75 >"$T/exit"
status 75 "two that are refused together" loya-push -b lone
for s in 10 200; do
	LOYA_NOW=$(date -u -d "+$s seconds" +%FT%TZ) status 75 \
	    "and deferred, each by itself" loya-push -b lone
done
is "went together, and then alone" "$(tr '\n' ' ' <"$T/runs")" "2 1 1 "
echo 0 >"$T/exit"
LOYA_NOW=$(date -u -d '+2 hours' +%FT%TZ) status 0 "the next time" \
    loya-push -b lone
is "they go alone at once" "$(tr '\n' ' ' <"$T/runs")" "2 1 1 1 1 "
rm "$LOYA_CONF/sources/lone.json"
id=$(store "SELECT max(seq) FROM outbox WHERE target = 'sink' AND
    state = 'sent'")
status 1 "-r of one that is not dead" loya-push -r "$id"
like "says so" "$(cat "$T/err")" "delivery $id: it is not dead, but sent"
status 1 "-r of none" loya-push -r 999
ok "the record is sound" loya-audit verify
is "no secret is in it" "$(store "SELECT count(*) FROM audit
    WHERE detail LIKE '%MfKQ9r8GKYqr%'")" 0
done_testing
