#!/bin/sh
# Many loya-push, many members, faulty targets: order is kept, and nobody waits
# for others.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
live=$port
start_sink dead
hook crm "$live"
hook gone "$port" ',"timeout":1'
echo mute >"$T/dead/mode"
loya-token -q init
secret crm.push $push_secret
secret gone.push $push_secret

# What a sink received: each member's events in order.
orderly() {
	grep ^204 "$1" | cut -f 3,4 | awk '{ if ($2 + 0 <= last[$1]) bad = 1
	    last[$1] = $2 + 0 } END { exit bad }'
}

{
	people 1 40
	for c in 1 2 3 4 5; do
		for p in $(seq 40); do change "$p" "$c"; done
	done
} | loya-apply >"$T/applied"
for i in 1 2 3; do
	start push$i loya-push -b crm
done
for i in 1 2 3; do
	stop push$i 0
	is "loya-push $i of three" "$rc" 0
done
is "together they delivered everything" "$(store "SELECT count(*) FROM outbox
    WHERE target = 'crm' AND state = 'sent'")" 240
is "each once" "$(cut -f 2 "$sink/log" | sort | uniq -d)" ""
ok "each member's in order" orderly "$sink/log"
ok "the record is sound" loya-audit verify

# A receiver that never answers, until the time-out, beside a healthy one: both
# in one loya-push.
change 1 6 | loya-apply >"$T/applied"
status 75 "a target that does not answer" loya-push -b
is "the other one has everything" "$(store "SELECT count(*) FROM outbox
    WHERE target = 'crm' AND state <> 'sent'")" 0
tried=$(wc -l <"$T/dead/log")
[ "$tried" -ge 5 ] && [ "$tried" -le 20 ]
tap_result $? "the dead one was tried $tried times, then it rests"
is "its deliveries wait, and are not used up" "$(store "SELECT count(*)
    FROM outbox WHERE target = 'gone' AND tries = 0 AND state = 'waiting'")" \
    $((241 - tried))
is "none is leased" "$(store "SELECT count(*) FROM outbox
    WHERE state = 'leased'")" 0
status 75 "while it rests" loya-push -b gone
is "it gets no request" "$(wc -l <"$T/dead/log")" "$tried"
echo 204 >"$T/dead/mode"
# On a busy machine a second is not long for a healthy one.
hook gone "$port"
at=$(date -u -d '+10 minutes' +%FT%TZ)
LOYA_NOW=$at status 0 "when it works again" loya-push -b gone
is "it gets all" "$(store "SELECT count(*) FROM outbox
    WHERE target = 'gone' AND state = 'sent'")" 241

# One member that the receiver does not accept.
one=$(store "SELECT min(member) FROM outbox")
echo 500 >"$sink/mode.$one"
{ for p in $(seq 40); do change "$p" 7; done
  for p in $(seq 40); do change "$p" 8; done; } | loya-apply >"$T/applied"
status 75 "one member that is not taken" loya-push -b crm
is "all others have arrived" "$(store "SELECT DISTINCT member FROM outbox
    WHERE target = 'crm' AND state <> 'sent'")" "$one"
is "its second one waits for its first" "$(store "SELECT group_concat(tries, ' ')
    FROM (SELECT tries FROM outbox WHERE target = 'crm' AND state = 'waiting'
    ORDER BY seq)")" "1 0"
rm "$sink/mode.$one"
LOYA_NOW=$at status 0 "later" loya-push -b crm
ok "still each member's in order" orderly "$sink/log"

# Limits.
hook crm "$live" '' ',"rate":20'
for p in $(seq 12); do change "$p" 9; done | loya-apply >"$T/applied"
began=$(date +%s%N)
status 0 "twenty a second" loya-push -b crm
took=$((($(date +%s%N) - began) / 1000000))
[ "$took" -ge 450 ]
tap_result $? "twelve take half a second at least ($took ms)"
start push loya-push -w crm
claimed() { ! flock -n "$LOYA_STORE-push-crm-lock" true; }
wait_for "the lock" claimed
for p in $(seq 12); do change "$p" 14; done | loya-apply >"$T/applied"
status 0 "one at a time keeps to the rate" loya-push -b crm
is "another one leaves the target to it" "$(cat "$T/out")" ""
all() { [ "$(grep -c delivery.sent "$T/push.out")" = 12 ]; }
wait_for "the deliveries" all
stop push
change 1 15 | loya-apply >"$T/applied"
status 0 "and after its end" loya-push -b crm
like "the other one has it" "$(cat "$T/out")" delivery.sent
hook crm "$live" '' ',"concurrency":2'
: >"$sink/hold"
for p in $(seq 6); do change "$p" 10; done | loya-apply >"$T/applied"
start push loya-push -b crm
leased() { loya-audit outbox -S leased | grep -q .; }
under_way() {	# connections to it, established; one may be listed twice
	awk -v to="$(printf ':%04X' "$live")" '$4 == "01" &&
	    substr($3, 9) == to && !seen[$2]++ { n++ }
	    END { print n + 0 }' /proc/net/tcp
}
two() { [ "$(under_way)" = 2 ]; }
wait_for "leases" leased
wait_for "two connections" two
is "two requests are under way" "$(under_way)" 2
rm "$sink/hold"
stop push 0
is "and all arrive" "$rc" 0

# On a terminal.
hook crm "$live" '' ',"rate":4'
for p in $(seq 5); do change "$p" 12; done | loya-apply >"$T/applied"
script -qefc "loya-push -b crm" /dev/null >"$T/terminal" 2>&1 </dev/null
like "a long run shows its progress" "$(tr '\r' '\n' <"$T/terminal")" \
    'loya-push: 5 sent, 0 deferred, 0 dead, 0 waiting, [0-9]+/s'
is "and each event has a line of its own" "$(sed 's/^.*\r\x1b\[K{/{/' \
    "$T/terminal" | grep -c '^{.*}.\{0,1\}$')" 5
echo 500 >"$sink/mode"
for p in $(seq 5); do change "$p" 13; done | loya-apply >"$T/applied"
script -qefc "loya-push -b crm >/dev/null" /dev/null >"$T/terminal" 2>&1 \
    </dev/null
is "what fails has exit status 75 there as well" "$?" 75
like "and is shown" "$(tr '\r' '\n' <"$T/terminal")" \
    'loya-push: 0 sent, [1-5] deferred, 0 dead, 5 waiting, 0/s'
echo 204 >"$sink/mode"
LOYA_NOW=$(date -u -d '+20 minutes' +%FT%TZ) status 0 "without a terminal" \
    loya-push -b crm
is "nothing of it is said" "$(cat "$T/err")" ""

# SIGTERM gives back what was not started.
: >"$sink/hold"
for p in $(seq 30); do change "$p" 11; done | loya-apply >"$T/applied"
hook crm "$live"
start push loya-push -w crm
wait_for "leases" leased
before=$(loya-audit outbox -S leased)
loya-push -b crm >"$T/out" 2>&1
is "what one has in hand no other takes" "$(loya-audit outbox -S leased |
    head -n "$(echo "$before" | wc -l)")" "$before"
kill -TERM "$(cat "$T/push.pid")"
rm "$sink/hold"
stop push 0
is "SIGTERM ends it" "$rc" 0
is "nothing is leased" "$(store "SELECT count(*) FROM outbox
    WHERE state = 'leased'")" 0
status 0 "the next one goes on" loya-push -b crm
is "each is taken once" "$(sed -n 's/^204//p' "$sink/log" | cut -f 2 | sort |
    uniq -d)" ""
ok "in order" orderly "$sink/log"

# The machine slept, or its clock was corrected: a lease ends before its
# delivery.  What was sent is recorded, and will be sent again.
: >"$sink/hold"
change 1 17 | loya-apply >"$T/applied"
start push loya-push -b crm
wait_for "leases" leased
hook other "$live"
secret other.push $push_secret
LOYA_NOW=$(date -u -d '+1 day' +%FT%TZ) loya-push -b other >"$T/out" 2>&1
is "a lease of yesterday is taken back" "$(leased && echo leased)" ""
rm "$sink/hold"
stop push 0
like "who had it says what became of it" "$(cat "$T/push.out")" \
    'delivery.sent.*"late":true'
ok "which is not a fault of the record" loya-audit verify
# Perhaps by the first itself, if it looked once more before its end.
status 0 "the next one goes on" loya-push -b crm
is "it is owed all the same: it was sent again" "$(cut -f 2 "$sink/log" |
    tail -n 2 | uniq -c | awk '{ print $1 }')" 2
ok "the record is sound" loya-audit verify
done_testing
