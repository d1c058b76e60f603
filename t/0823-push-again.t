#!/bin/sh
# loya-push -r: its exit status is about the deliveries that it was asked for.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
start_sink shut
hook crm "$(cat "$sink/port")"
hook shop "$(cat "$T/shut/port")"
loya-token -q init
secret crm.push $push_secret
secret shop.push $push_secret
LOYA_NOW=2026-11-23T10:00:00Z; export LOYA_NOW
row() { store "SELECT state FROM outbox WHERE seq = $1"; }
of() { store "SELECT seq FROM outbox WHERE target = '$1' ORDER BY seq
    LIMIT 1 OFFSET $2"; }

# Of crm three die, of shop three; then something waits for both and for a
# source that is gone.
echo 400 >"$sink/mode"
echo 400 >"$T/shut/mode"
hook gone "$(cat "$T/shut/port")"
secret gone.push $push_secret
people 1 3 | loya-apply >"$T/applied"
status 1 "six deliveries die" loya-push -b crm shop
rm "$LOYA_CONF/sources/gone.json"
a=$(of crm 0) b=$(of crm 1) c=$(of crm 2) d=$(of shop 0)

echo 204 >"$sink/mode"
status 0 "one that is taken now" loya-push -r "$a"
is "whatever else is dead, or waits for a source that is gone" \
    "$(cat "$T/err")" ""
is "is sent" "$(row "$a")" sent
status 1 "one that is dead beside one that is not" loya-push -r "$b" -r "$a"
like "is reported" "$(cat "$T/err")" "delivery $a: it is not dead, but sent"
is "and not sent either" "$(row "$b")" dead
status 1 "one that there is beside one that there is not" \
    loya-push -r "$b, 999"
is "is not sent" "$(row "$b")" dead
status 1 "one that dies again beside one that is taken" \
    loya-push -r "$b$nl$d"
is "both were tried" "$(row "$b") $(row "$d")" "sent dead"

# Other deliveries of the target die, or wait.
echo 503 >"$sink/mode"
people 4 4 | loya-apply >"$T/applied"
last=$(of crm 3)
status 0 "none, as of a list that is empty" loya-push -r ""
is "is not what waits" "$(row "$last")" waiting
status 75 "one waits for another try" loya-push -b crm
loya-push -u crm >"$T/out" 2>&1
echo 204 >"$sink/mode"
status 0 "one that is taken while another one waits" loya-push -r "$c"
is "is sent" "$(row "$c")" sent

# What it says if they are the ones.
store "UPDATE outbox SET state = 'dead', tries = 10 WHERE seq = $a"
echo 503 >"$sink/mode"
status 75 "one that waits again" loya-push -r "$a"
is "does so, with all its tries before it" \
    "$(store "SELECT state, tries FROM outbox WHERE seq = $a")" "waiting|1"
later_by 1000
echo 410 >"$T/shut/mode"
status 1 "one whose source is off by now" loya-push -r "$d"
is "waits" "$(row "$d")" waiting
like "and it is reported" "$(cat "$T/err")" "source 'shop': it answered 410 and is turned off"
rm "$LOYA_CONF/sources/shop.json"
e=$(of shop 1)
status 78 "one whose source is gone" loya-push -r "$e"
like "is reported" "$(cat "$T/err")" "source 'shop': there is no file"
is "and stays dead" "$(row "$e")" dead
store "UPDATE outbox SET state = 'dead' WHERE seq = $b"
status 78 "one whose source is gone beside one that could be sent" \
    loya-push -r "$b" -r "$e"
like "is reported" "$(cat "$T/err")" \
    "delivery $e: 'shop' has no source file with push"
is "and none is sent" "$(row "$b") $(row "$e")" "dead dead"
done_testing
