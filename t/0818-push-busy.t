#!/bin/sh
# What holds loya-push up: a busy store, a signal before anything is sent, a
# standard output that accepts nothing.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

# Somebody has the lock of the store while that command runs.
hold() {
	start holder sh -c 'exec 9<>"$1" && flock 9 && echo held &&
	    exec sleep 600' sh "$LOYA_STORE-lock"
	wait_for "the lock" grep -q held "$T/holder.out"
}
opened() { find "/proc/$(cat "$T/$1.pid")/fd" -lname '*-push-lock' | grep -q .; }
busy="loya-push: $LOYA_STORE: another process has held its lock for 5 s"

source_file hr
start_sink
hook crm "$port"
loya-token -q init
secret crm.push $push_secret
people 1 1 | loya-apply >"$T/applied"

# All at once, because each of them waits for five seconds.
hold
for way in -b -w; do
	start "told$way" loya-push $way
	wait_for "it to wait for the store" opened "told$way"
	kill "$(cat "$T/told$way.pid")"
done
start watch loya-push -w
start null timeout 20 loya-push
began=$(date +%s)
status 75 "a store that is busy" loya-push -b
took=$(($(date +%s) - began))
is "is said" "$(cat "$T/err")" "$busy"
[ "$took" -lt 9 ]
tap_result $? "and waited for once, not twice: $took s"
for way in -b -w; do
	stop "told$way" 0
	is "SIGTERM while it waits for the store ends loya-push $way" "$rc" 0
done
wait_for "what is reported" grep -qx "$busy; trying again" "$T/watch.err"
stop null 0
is "without -b, but with an input that has ended, it ends as well" \
    "$rc $(cat "$T/null.err")" "75 $busy"
is "nothing was sent" "$(log)" ""
stop holder KILL 2>/dev/null
wait_for "the delivery" grep -q '^204' "$sink/log"
stop watch
is "-w goes on once the store is free" "$rc" 0

# Another loya-push neither holds it up when it was killed at work, nor while
# it works.
echo mute >"$sink/mode"
change 1 1 | loya-apply >"$T/applied"
start push loya-push -w
wait_for "the lease" sh -c 'sqlite3 -readonly "$LOYA_STORE" \
    "SELECT 1 FROM outbox WHERE state = '\''leased'\''" | grep -q 1'
status 0 "beside one at work" loya-push -b
is "what it has is left to it" "$(states)" "leased 1 sent 1"
stop push KILL 2>/dev/null
echo 204 >"$sink/mode"
status 0 "after one that was killed" loya-push -b
is "what it had is taken" "$(states)" "sent 2"

# The store is busy when the results are to be recorded.
hook shop "$port"
secret shop.push $push_secret
change 1 2 | loya-apply >"$T/applied"
: >"$sink/log"
touch "$sink/hold"
start push loya-push -w crm
start once loya-push -b shop
wait_for "two leases" sh -c 'sqlite3 -readonly "$LOYA_STORE" \
    "SELECT count(*) FROM outbox WHERE state = '\''leased'\''" | grep -qx 2'
hold
rm "$sink/hold"
wait_for "both to be answered" sh -c 'grep -c ^204 "$1" | grep -qx 2' x \
    "$sink/log"
wait_for "what is reported" grep -qx "$busy; trying again" "$T/push.err"
stop once 0
is "-b ends with 75" "$rc $(cat "$T/once.err")" "75 $busy"
stop holder KILL 2>/dev/null
wait_for "what became of one" sh -c 'sqlite3 -readonly "$LOYA_STORE" \
    "SELECT state FROM outbox WHERE target = '\''crm'\''
    ORDER BY seq DESC LIMIT 1" | grep -q sent'
stop push
is "-w writes it down later" "$rc $(grep -c delivery.sent "$T/push.out")" "0 1"
is "with how long it took" "$(store "SELECT detail ->> '\$.ms' > 0 FROM audit
    WHERE kind = 'delivery.sent' ORDER BY seq DESC LIMIT 1")" 1
is "and has sent it once" "$(log | wc -l)" 2
status 0 "the next -b" loya-push -b
is "sends the other one again" "$(log | wc -l)" 3
is "under its id" "$(log | cut -f 2 | sort -u | wc -l)" 2
rm "$LOYA_CONF/sources/shop.json"

change 1 3 | loya-apply >"$T/applied"
status 74 "a standard output that is full" sh -c 'loya-push -b >/dev/full'
is "is said" "$(cat "$T/err")" \
    "loya-push: standard output: No space left on device"
is "and what was due is sent" "$(states)" "sent 5"

# A second signal ends it at once.
change 1 5 | loya-apply >"$T/applied"
rm -f "$sink/held"
touch "$sink/hold"
start push loya-push -b crm
wait_for "the request" test -e "$sink/held"
kill -TERM "$(cat "$T/push.pid")"
stop push INT 2>/dev/null
rm "$sink/hold"
like "two signals end it while it waits for an answer" "$rc" '^1(30|43)$'
status 0 "and the next one sends what it had" loya-push -b
is "all of it" "$(states)" "sent 6"

# Many answers at once, of two targets and of two kinds.
hook shop "$port"
{ change 1 4; people 2 40; } | loya-apply >"$T/applied"
for p in $(seq 20); do echo 200 >"$sink/mode.$(who "p$p")"; done
rm -f "$sink/held"
from=$(store "SELECT max(seq) - 80 FROM outbox")
touch "$sink/hold"
start push loya-push -b
wait_for "the first request" test -e "$sink/held"
rm "$sink/hold"
stop push 0
is "each row has its own" "$rc $(store "SELECT target, CAST(substr(external_id,
    2) AS INTEGER) > 20, answer, count(*) FROM outbox JOIN link USING (member)
    WHERE seq > $from GROUP BY 1, 2, 3" | tr '\n' ' ')" \
    "0 crm|0|200|20 crm|1|204|20 shop|0|200|20 shop|1|204|20 "
ok "the record is sound" loya-audit verify
done_testing
