#!/bin/sh
# What loya-push has leased and may no longer send is given back, even if the
# store is busy at that moment.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
hook crm "$port" "" ',"concurrency":1'
loya-token -q init
secret crm.push $push_secret
people 1 8 | loya-apply >"$T/applied"
touch "$sink/hold"
start push loya-push -w
wait_for "the request" test -e "$sink/held"
is "one is under way, and the others are in hand" "$(states)" "leased 8"
start holder sh -c 'exec 9<>"$1" && flock 9 && echo held && exec sleep 600' \
    sh "$LOYA_STORE-lock"
wait_for "the lock" grep -q held "$T/holder.out"
kill "$(cat "$T/push.pid")"
rm "$sink/hold"
wait_for "a store that is busy" grep -q "trying again" "$T/push.err"
stop holder KILL 2>/dev/null
stop push 0
is "it ends in order" "$rc" 0
is "what was answered is sent, and the others are given back" "$(states)" \
    "sent 1 waiting 7"
status 0 "the next one" loya-push -b
is "sends them, once" "$(log | cut -f 2 | sort | uniq -c | sort -u |
    awk '{ print $1 }' | sort -u) $(states)" "1 sent 8"
done_testing
