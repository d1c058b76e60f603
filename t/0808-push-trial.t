#!/bin/sh
# loya-push under bad conditions: dead targets, kills in a loop, a full disk,
# readers that are gone.
. "$(dirname "$0")/lib.sh"
. "$here/door.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
live=$port
start_sink mute
mute=$port
echo mute >"$T/mute/mode"
free_port
gone=$port
hook crm "$live"
hook gone "$gone" ',"timeout":1'
hook mute "$mute" ',"timeout":1'
loya-token -q init
for s in crm gone mute; do secret $s.push $push_secret; done
orderly() {	# taken or not: what is about a member comes in order
	sed -n 's/^204//p' "$sink/log" | cut -f 3,4 | awk '{
	    if ($2 + 0 < last[$1]) bad = 1; last[$1] = $2 + 0 }
	    END { exit bad }'
}

# Two dead targets: one that nobody listens at, and one that never answers.
{ people 1 400; for c in 1 2 3 4; do
	for p in $(seq 400); do change "$p" "$c"; done
done; } | loya-apply >"$T/applied"
status 75 "a target that lives beside two that are dead" loya-push -bq
is "has all 2,000" "$(store "SELECT state, count(*) FROM outbox
    WHERE target = 'crm' GROUP BY state")" "sent|2000"
is "each once" "$(cut -f 2 "$sink/log" | sort | uniq -d)" ""
ok "in order" orderly
is "of the dead ones nothing is lost" "$(store "SELECT target, count(*)
    FROM outbox WHERE target <> 'crm' AND state = 'waiting' GROUP BY target")" \
"gone|2000
mute|2000"
rm "$LOYA_CONF/sources/gone.json" "$LOYA_CONF/sources/mute.json"

# Killed again and again while it works.
more_than() { [ "$(wc -l <"$sink/log")" -gt "$1" ]; }
for i in 1 2 3 4 5 6 7; do
	for p in $(seq 120); do change "$p" "5$i"; done |
	    loya-apply >"$T/applied"
	before=$(wc -l <"$sink/log")
	start push loya-push -w crm
	wait_for "deliveries" more_than $((before + 20))
	stop push KILL 2>/dev/null
done
status 0 "after seven kills the next one delivers the rest" loya-push -b crm
is "nothing is lost" "$(store "SELECT state, count(*) FROM outbox
    WHERE target = 'crm' GROUP BY state")" "sent|2840"
is "all of it arrived" "$(cut -f 2 "$sink/log" | sort -u | wc -l)" 2840
ok "in order, what came twice as well" orderly

# The disk is full: nothing is lost.
change 1 7 | loya-apply >"$T/applied"
before=$(wc -l <"$sink/log")
full() { sh -c 'ulimit -f 1; exec "$@"' full "$@"; }
status 74 "a full disk" full loya-push -b crm
is "nothing was sent that could not be leased" "$(wc -l <"$sink/log")" \
    "$before"
status 0 "when there is room again" loya-push -b crm
is "it is sent" "$(wc -l <"$sink/log")" $((before + 1))

# Readers.
change 1 8 | loya-apply >"$T/applied"
closed() { "$@" >&-; }
status 0 "standard output is closed" closed loya-push -b crm
change 1 9 | loya-apply >"$T/applied"
nobody() { "$@" | :; }
nobody loya-push -b crm 2>"$T/err"
is "a reader that is gone is reported" "$(cat "$T/err")" \
    "loya-push: standard output: the reader is gone"
is "and no fault" "$(store "SELECT count(*) FROM outbox
    WHERE target = 'crm' AND state <> 'sent'")" 0
mkfifo "$T/slow"
# It keeps the pipe open and reads nothing.
# shellcheck disable=SC2217
sleep 60 <"$T/slow" &
sleeper=$!
for p in $(seq 400); do change "$p" 10; done | loya-apply >"$T/applied"
status 0 "a reader that does not read" sh -c 'loya-push -b crm >"$1"' slow "$T/slow"
kill "$sleeper"
is "everything is sent" "$(store "SELECT count(*) FROM outbox
    WHERE target = 'crm' AND state <> 'sent'")" 0

# Kinds of -r.
echo 400 >"$sink/mode"
people 501 501 | loya-apply >"$T/applied"
status 1 "a delivery that dies" loya-push -b crm
id=$(store "SELECT max(seq) FROM outbox WHERE state = 'dead'")
status 1 "-r of it, and it dies again" loya-push -r "$id"
echo 204 >"$sink/mode"
status 0 "-r of it, when it is taken; the files of others are gone" loya-push -r "$id"
status 1 "-r of it once more" loya-push -r "$id"
ok "the record is sound" loya-audit verify
done_testing
