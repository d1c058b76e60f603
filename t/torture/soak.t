#!/bin/sh
# The soak: a receiver, applies, pushes and what cron does, all at once and
# under load, killed at random for most of the time, with a target in changing
# health.  Then a while in peace: nothing grows.
. "$(dirname "$0")/lib.sh"
. "$here/push.sh"
. "$here/load.sh"
unset LOYA_NOW
mkdir -p "$LOYA_CONF/sources"
calm=$((TORTURE / 5))
[ "$calm" -ge 6 ] || calm=6
echo "# LOYA_DICE=$dice"

load_begin
start_sink
hook crm "$port" ',"timeout":1'
secret crm.push "$push_secret"
load -p -c "$calm" $((TORTURE - calm)) "$dice" >"$T/found" 2>&1
is "every program ends as it may" "$(cat "$T/found")" ""
loya-apply -b >"$T/out" 2>>"$T/talk"
[ $? -le 1 ]
tap_result $? "the rest is applied"

# What is owed, once leases, rests and retries are over.
rm -f "$sink"/mode*
hours=0
until [ "$(states | tr -d 0-9)" = "sent " ] || [ "$hours" -ge 240 ]; do
	hours=$((hours + 25))
	LOYA_NOW=$(date -u -d "+$hours hours" +%FT%TZ)
	export LOYA_NOW
	loya-push -bq >"$T/out" 2>>"$T/talk"
done
unset LOYA_NOW
is "everything due is delivered" "$(states | tr -d 0-9)" "sent "
store "SELECT audit FROM outbox ORDER BY 1" >"$T/owed"
awk -F '\t' '$1 ~ /^2/ { print $4 }' "$sink/log" | sort -nu >"$T/taken"
is "the target has seen every delivery" \
    "$(sort -n "$T/owed" | diff - "$T/taken" | head -n 5)" ""
is "each member's in order" "$(awk -F '\t' '
    $1 ~ /^2/ && $3 != "-" && !($4 in seen) {
	seen[$4] = 1
	if ($4 + 0 < last[$3]) print $3, $4
	last[$3] = $4 + 0 }' "$sink/log" | head -n 5)" ""
is "under the same id all the time" "$(cut -f 2,4 "$sink/log" | sort -u |
    cut -f 1 | uniq -d | head -n 5)" ""

load_books >"$T/found" 2>&1
is "all books are as the model's" "$(head -n 20 "$T/found")" ""
load_talk 'the reader is slow' >"$T/found" 2>&1
is "nothing else was said" "$(head -n 20 "$T/found")" ""

# The logs start over after 4 MiB and 40 MiB if nobody reads at that moment,
# and here somebody often does.  What they have grown is given back before a
# verify, down to 16 MiB and 160 MiB.
sed -n 's/^log //p' "$T/load" | {
	read -r in_log store_log
	[ "$in_log" -lt $((48 << 20)) ] && [ "$store_log" -lt $((240 << 20)) ]
}
tap_result $? "the logs stayed short: $(sed -n 's/^log //p' "$T/load") bytes"
sed -n 's/^memory //p' "$T/load" >"$T/memory"
is "no program grew by a third and 2 MiB" "$(awk '$3 > $2 * 1.33 + 2048' \
    "$T/memory")" ""
sed 's/^/# KiB: /' "$T/memory"
kills=$(sed -n 's/kills //p' "$T/load")
acked=$(wc -l <"$T/acked")
[ "$kills" -gt "$TORTURE" ] && [ "$acked" -gt $((TORTURE * 10)) ]
tap_result $? "killed $kills times, $acked events acknowledged"
done_testing
