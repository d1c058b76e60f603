#!/bin/sh
# loya-push -d: what waits for a target that is gone is dismissed.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

status 64 "-d without a source" loya-push -d
like "is reported" "$(cat "$T/err")" 'loya-push: -d: SOURCE is missing'
status 64 "-D without a source" loya-push -D
status 64 "-d and -b" loya-push -d -b crm
status 64 "-d and -D" loya-push -d -D crm
status 64 "-d and -r" loya-push -d -r 1
status 64 "-n and -d" loya-push -n -d crm
like "is reported" "$(cat "$T/err")" 'loya-push: -n does not go with -d'

source_file hr
start_sink
hook crm "$port"
hook shop "$port"
loya-token -q init
secret crm.push $push_secret
secret shop.push $push_secret
{ people 1 3; change 1 1; change 1 2; } | loya-apply >"$T/applied"

of() { store "SELECT state || ' ' || count(*) FROM outbox WHERE target = '$1'
    GROUP BY state ORDER BY state" | tr '\n' ' ' | sed 's/ $//'; }
said() { store "SELECT count(*) FROM audit WHERE kind = '$1'
    AND source = '$2' AND actor = 'user:$(id -un)'"; }

status 1 "a source that has push still" loya-push -d shop
is "is reported, and what else to do" "$(cat "$T/err")" "loya-push: source 'shop': it \
still has push ($LOYA_CONF/sources/shop.json); -D dismisses what waits for it \
anyway"
is "nothing was done" "$(of shop)" "waiting 5"

rm "$LOYA_CONF/sources/shop.json"
status 78 "a folder without any source" loya-push -c "$T" -d shop
is "is reported, because another folder may be meant" "$(cat "$T/err")" \
    "loya-push: $T: it has no sources at all; if 'shop' is really gone, -D \
dismisses what waits for it"
is "nothing was done" "$(of shop)" "waiting 5"
status 1 "a source that is gone, before" loya-push -b
like "what to do is said" "$(cat "$T/err")" "5 deliveries wait for 'shop', \
which has no source file with push \(-d dismisses them\)"
is "it counts as waiting" "$(tail -n 1 "$T/err")" \
    "loya-push: 5 sent, 0 deferred, 0 dead; 5 waiting"
status 0 "-n" loya-push -n
is "reports it as well" "$(cat "$T/err")" "loya-push: 5 deliveries wait for \
'shop', which has no source file with push (-d dismisses them)"
status 0 "but not where others are named" loya-push -n crm
is "about which nothing is said" "$(cat "$T/err")" ""
status 0 "-d dismisses what waits for it" loya-push -d shop
is "and tells how much" "$(cat "$T/err")" \
    "loya-push: source 'shop': dismissed 5"
is "nothing else" "$(cat "$T/out")" ""
is "it is dead" "$(of shop)" "dead 5"
is "and nothing else is" "$(of crm)" "sent 5"
is "the record says so of each" "$(said delivery.dead shop)" 5
is "with what is known of it" "$(store "SELECT detail FROM audit
    WHERE kind = 'delivery.dead' AND at > 1e6 * (unixepoch() - 600)
    ORDER BY seq LIMIT 1")" "{\"target\":\"shop\",\"delivery\":$(store "SELECT
    max(seq) FROM outbox WHERE target = 'shop'"),\"audit\":$(store "SELECT
    max(audit) FROM outbox"),\"member\":\"$(who p1)\",\"try\":0,\
\"answer\":\"dismissed\",\"why\":\"dismissed\"}"
is "and how many, and who" "$(said target.dismissed shop)" 1
is "that many" "$(store "SELECT detail FROM audit
    WHERE kind = 'target.dismissed'")" '{"count":5}'
status 0 "after it a run ends with 0" loya-push -b
is "and tells nothing" "$(cat "$T/err")" ""
status 0 "once more" loya-push -d shop
is "is nothing to do" "$(cat "$T/err")" "loya-push: source 'shop': dismissed 0"
is "of which nothing is recorded" "$(said target.dismissed shop)" 1
status 0 "-q" loya-push -qd shop
is "says nothing" "$(cat "$T/err")" ""
status 1 "an unknown name" loya-push -d shpo
is "is reported" "$(cat "$T/err")" "loya-push: 'shpo': there is no such \
source, and no delivery for it"
ok "loya-audit outbox lists them" loya-audit outbox -S dismissed -j
is "under a word of their own" "$(grep -c '"state":"dismissed"' "$T/out")" 5
is "as dismissed" "$(grep -c '"answer":"dismissed"' "$T/out")" 5
is "and not among the dead" "$(loya-audit outbox -S dead)" ""
is "also the newest first" "$(loya-audit outbox -r -S dead)" ""
is "or the newest" "$(loya-audit outbox -N 9 -S dismissed | wc -l)" 5
like "stats counts them by that word" "$(loya-audit stats)" \
    '"target":"shop","state":"dismissed","entries":5'
is "an alert on dead ones is over" \
    "$(loya-audit stats -O prometheus | grep 'deliveries{')" \
    'loya_outbox_deliveries{target="shop",state="dismissed"} 5'
ok "loya-audit log knows the kind" loya-audit log -k target.dismissed
ok "the record is sound" loya-audit verify

hook shop "$port"
dead=$(store "SELECT min(seq) FROM outbox WHERE state = 'dead'")
status 0 "-r, when the source is back" loya-push -r "$dead"
is "sends one of them after all" "$(of shop)" "dead 4 sent 1"
ok "the record is sound" loya-audit verify

# A file without push counts as gone; deliveries that were tried before.
echo 503 >"$sink/mode"
change 2 1 | loya-apply >"$T/applied"
status 75 "a target that is down" loya-push -b shop
status 75 "and another" loya-push -b crm
echo '{}' >"$LOYA_CONF/sources/shop.json"
status 0 "of a file without push" loya-push -d shop
is "what was tried is dismissed as well" "$(of shop)" "dead 5 sent 1"
ok "the record is sound" loya-audit verify
rm "$LOYA_CONF/sources/shop.json"

# A source that still exists: later deliveries are sent.
echo 204 >"$sink/mode"
LOYA_NOW=$(date -u -d '+20 seconds' +%FT%TZ)
export LOYA_NOW
status 0 "the other one works" loya-push -b
echo 503 >"$sink/mode"
change 3 1 | loya-apply >"$T/applied"
status 75 "it is down" loya-push -b crm
{ change 3 2; change 1 3; } | loya-apply >"$T/applied"
status 0 "-D dismisses what waits for it" loya-push -D crm
is "all three" "$(cat "$T/err")" "loya-push: source 'crm': dismissed 3"
is "so it is" "$(of crm)" "dead 3 sent 6"
echo 204 >"$sink/mode"
change 3 3 | loya-apply >"$T/applied"
loya-push -u crm >"$T/out" 2>&1
is "what comes later is sent" "$(of crm)" "dead 3 sent 7"
ok "the record is sound" loya-audit verify

# What nobody has looked at yet, of this target and of another one.
hook shop "$port"
change 3 6 | loya-apply >"$T/applied"
status 0 "-D dismisses what was never looked at" loya-push -D shop
is "all of it" "$(cat "$T/err")" "loya-push: source 'shop': dismissed 1"
is "and nothing of another one" "$(of crm)" "dead 3 sent 7 waiting 1"
status 0 "which goes" loya-push -b crm
echo 503 >"$sink/mode"
change 1 4 | loya-apply >"$T/applied"
status 75 "one that is put off" loya-push -b crm
echo 204 >"$sink/mode"
LOYA_NOW=2020-01-01T00:00:00Z status 0 \
    "and waits too long by a clock that was set back" loya-push -b shop
later_by 600
status 0 "and due, while another target is sent to" loya-push -b shop
is "is not sent there" "$(of crm)" "dead 3 sent 8 waiting 1"
status 0 "only where it is due" loya-push -b crm
rm "$LOYA_CONF/sources/shop.json"

# What another loya-push has leased stays with it, unless that was killed.
leased() { [ "$(store "SELECT count(*) FROM outbox WHERE state = 'leased'")" \
    = 1 ]; }
echo mute >"$sink/mode"
{ change 3 4; change 3 5; } | loya-apply >"$T/applied"
start push loya-push -w
wait_for "the lease" leased
status 75 "another loya-push is at one of two" loya-push -D crm
is "which is reported" "$(cat "$T/err")" "loya-push: source 'crm': dismissed 1
loya-push: source 'crm': another loya-push has 1 in hand"
is "and left to it" "$(of crm)" "dead 4 leased 1 sent 9"
status 0 "for another target it has nothing in hand" loya-push -D shop
stop push KILL 2>/dev/null
status 0 "and was killed" loya-push -D crm
is "now it is dismissed" "$(of crm)" "dead 5 sent 9"
ok "the record is sound" loya-audit verify
done_testing
