#!/bin/sh
# loya-push: a target that cannot be delivered to, beside the others.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
hook crm "$port"
hook shop "$port"
loya-token -q init
secret crm.push $push_secret
people 1 3 | loya-apply >"$T/out"

status 78 "one of two has no secret" loya-push -b
like "it is named" "$(cat "$T/err")" "source 'shop': its secret is not set"
is "the other one is delivered to" "$(ends crm | cut -d '|' -f 1 | uniq)" sent
is "what waits for it waits" "$(ends shop | cut -d '|' -f 1 | uniq)" waiting
is "untried" "$(store "SELECT sum(tries) FROM outbox
    WHERE target = 'shop'")" 0
status 78 "the same where both are named" loya-push -b crm shop
status 0 "the good one by itself" loya-push -b crm
status 78 "the bad one by itself" loya-push -b shop
like "it is named" "$(cat "$T/err")" "source 'shop': its secret is not set"
status 78 "also where it shall wait for more" loya-push -w shop
status 78 "no target is left to wait for" timeout 20 loya-push -w shop shop

status 0 "loya-recv -n reports the secret" loya-recv -nq
like "by its name" "$(cat "$T/err")" \
    "^loya-recv: source shop: secret 'shop.push' is not set, so nothing can be"

cat >"$LOYA_CONF/sources/api.json" <<-'END'
	{"pull":{"base":"https://api.example","auth":"basic","user":"u",
	    "secrets":["tenant_key"],
	    "all":[{"url":"{base}/all","rows":"/d","key":"/id"}]},
	"oauth":{"url":"https://api.example/token","client_id":"c",
	    "grant":"refresh_token"}}
END
status 0 "of those that reading and tokens need, too" loya-recv -nq
is "each by its name" "$(sed -n 's/^loya-recv: source api: //p' "$T/err")" \
    "secret 'api.pull' is not set, so it cannot be pulled from; see loya-token set
secret 'api.tenant_key' is not set, so it cannot be pulled from; see loya-token set
secret 'api.oauth' is not set, so no token can be obtained; see loya-token set
secret 'api.refresh' is not set, so no token can be obtained; see loya-token set"
for name in pull tenant_key oauth refresh; do secret api.$name x; done
status 0 "and once they are set" loya-recv -nq
is "it warns of nothing" "$(grep -c "source api" "$T/err")" 0
sed -i 's|"pull":{|&"ca":"/none.pem",|; s|"oauth":{|&"ca":"/none.pem",|' \
    "$LOYA_CONF/sources/api.json"
status 0 "a file of CAs that is not there" loya-recv -nq
is "is named, for what it is" "$(sed -n 's/^loya-recv: source api: //p' \
    "$T/err")" "/none.pem: No such file or directory, so it cannot be pulled from
/none.pem: No such file or directory, so no token can be obtained"
rm "$LOYA_CONF/sources/api.json"

# A secret that is set while it runs.
start push loya-push -w
wait_for "it is named" grep -q "'shop': its secret" "$T/push.err"
secret shop.push $push_secret
all_sent() { [ "$(states)" = "sent 6" ]; }
wait_for "it is delivered to" all_sent
loya-token -q unset shop.push
wait_for "it is named again" sh -c '[ "$(grep -c "its secret is" "$1")" = 2 ]' \
    - "$T/push.err"
people 4 4 | loya-apply >"$T/out"
crm_sent() { [ "$(ends crm | grep -c ^sent)" = 4 ]; }
wait_for "the other one is still delivered to" crm_sent
stop push
is "what waits for it waits" "$(states)" "sent 7 waiting 1"

# A file that lacks something.
echo '{"push":{"kind":"rest","on":"*"}}' >"$LOYA_CONF/sources/shop.json"
status 0 "loya-recv -n reports it" loya-recv -nq
like "and what it is" "$(cat "$T/err")" \
    'push: there is no push.rest, so nothing can be delivered to it$'
people 5 5 | loya-apply >"$T/out"
status 78 "a file that lacks something" loya-push -b
like "says what" "$(cat "$T/err")" 'shop.json:1:9: push: there is no push.rest'
is "the other one is delivered to" "$(ends crm | grep -c ^sent)" 5

# Deliveries that die are reported, in one line.
hook shop "$port"
secret shop.push $push_secret
loya-push -bq >"$T/out"
people 6 8 | loya-apply >"$T/out"
echo 404 >"$sink/mode"
status 1 "three are refused" loya-push -bq shop
is "which is said, also by -q" "$(cat "$T/err")" "loya-push: source 'shop': \
404: 3 deliveries are dead (loya-audit outbox -S dead)"
people 9 9 | loya-apply >"$T/out"
status 1 "and one" loya-push -bq shop
is "is said likewise" "$(cat "$T/err")" "loya-push: source 'shop': \
404: 1 delivery is dead (loya-audit outbox -S dead)"

# The first of them at once, what comes within the minute later.
dead="loya-push: source 'shop': 404"
where="(loya-audit outbox -S dead)"
start push loya-push -wq shop
people 20 20 | loya-apply >"$T/out"
wait_for "what is said" grep -qx "$dead: 1 delivery is dead $where" "$T/push.err"
n=20
end=$(($(date +%s) + 4))
while [ "$(date +%s)" -lt "$end" ]; do
	n=$((n + 1))
	people $n $n | loya-apply >"$T/out"
	wait_for "its death" sh -c '[ "$(grep -c delivery.dead "$1")" = "$2" ]' \
	    x "$T/push.out" $((n - 19)) || break
done
stop push
is "a target whose deliveries keep dying is reported once a minute" \
    "$(cat "$T/push.err")" "$dead: 1 delivery is dead $where
$dead: $((n - 20)) deliveries are dead $where"
is "and SIGTERM ends it with 0 all the same" "$rc" 0

# A file that is gone.
echo 204 >"$sink/mode"
people 10 11 | loya-apply >"$T/out"
mv "$LOYA_CONF/sources/shop.json" "$T/shop.json"
status 1 "what waits for a file that is gone" loya-push -bq
is "is reported, also by -q" "$(cat "$T/err")" "loya-push: 2 deliveries wait \
for 'shop', which has no source file with push (-d dismisses them)"
status 0 "but not where others are named" loya-push -b crm
mv "$T/shop.json" "$LOYA_CONF/sources/shop.json"
status 0 "and it is sent once the file is back" loya-push -b

# A profile whose sections were not filled in.
rm "$LOYA_CONF/sources/hr.json"
echo '{"profile":"salesforce"}' >"$LOYA_CONF/sources/shop.json"
status 0 "a profile alone" loya-recv -n
like "its pull is named" "$(cat "$T/err")" 'shop.json.*: pull.*, so it cannot be pulled from'
like "all that it lacks is" "$(cat "$T/err")" \
    'pull: there is no base; it needs a token: .*; there is no client_id, so it'
ok "-q says nothing of what is only prepared" loya-recv -nq
is "nothing" "$(cat "$T/err")" ""
echo '{"profile":"successfactors","push":{"preset":"mdf-object"}}' \
    >"$LOYA_CONF/sources/shop.json"
status 78 "a preset alone" loya-push -n shop
like "all that it lacks is named" "$(cat "$T/err")" "push: there is no \
pull.base; there is no 'object' in push.rest.settings; it needs a token: .*\
there is no client_id; there is no params.company_id; there is no assertion\$"
echo '{"profile":"salesforce","pull":null}' >"$LOYA_CONF/sources/shop.json"
status 0 "without pull" loya-recv -n
like "its oauth is named" "$(cat "$T/err")" \
    'shop.json.*: oauth: .*, so no token can be obtained'
cat >"$LOYA_CONF/sources/shop.json" <<-'END'
	{"profile":"workday","pull":{"preset":"soap","base":"https://w.example",
	    "user":"u","settings":{"tenant":"t"}}}
END
status 0 "what is read without a token" loya-recv -n
is "lacks none" "$(grep -c oauth "$T/err")" 0
done_testing
