#!/bin/sh
# The bench itself: what it would measure, and its table.  Nothing is measured
# here.
. "$(dirname "$0")/lib.sh"
bench="$top/t/bench/bench.sh"

status 0 "the lines can be listed" sh "$bench" none
cp "$T/out" "$T/list"
for line in "receive.16 recv:loya:16 recv:nostore:16 >= 0.28" \
    "receive.64 recv:loya:64 recv:nostore:64 >= 0.45" \
    "receive.node recv:loya:16 recv:node:16 >= 4" \
    "receive.webhook recv:loya:16 recv:webhook:16 >= 3" \
    "receive.postgres recv:loya:16 recv:postgres:16 >= 1" \
    "receive.million recv:million:16 recv:loya:16 >= 0.6" \
    "receive.p99 p99:alone - < 10" "receive.p99-apply p99:apply - < 10" \
    "receive.memory memory:256 - < 24" \
    "apply.new apply:loya:new apply:upsert:new >= 0.45" \
    "apply.update apply:loya:update apply:upsert:update >= 0.55" \
    "apply.node-new apply:loya:new apply:node:new >= 1.5" \
    "apply.node-update apply:loya:update apply:node:update >= 1.5" \
    "apply.million apply:loya:million apply:loya:update >= 0.7" \
    "grow.100k grow:100000 grow:10000 < 2.5" \
    "grow.1M grow:1000000 grow:10000 < 2.5" \
    "grow.10M grow:10000000 grow:10000 < 2.5 us long" \
    "burst burst:drained - < 10" \
    "audit.verify proof:verify proof:scan >= 0.4" \
    "audit.prove proof:prove - < 10" "audit.tree proof:tree - < 0.1" \
    "pipe.p50 pipe:p50 - < 10" "pipe.p99 pipe:p99 - < 50" \
    "query.log query:log - < 10" "query.why query:why - < 10" \
    "query.stats query:stats - < 500" \
    "push.16 push:16 bare:16 >= 0.4" "push.64 push:64 bare:64 >= 0.55" \
    "push.curl push:16 curl:16 >= 1" "push.xargs push:16 xargs:16 >= 60" \
    "push.slow push:slow push:ideal >= 0.9" \
    "push.dead dead:gone dead:alone >= 0.9" \
    "push.mute dead:mute dead:alone >= 0.9" \
    "start.recv-V start:version:recv - < 10" "start.apply start:run:apply - < 10" \
    "start.push-rss start:rss:push - < 12" "push.rss rss:100000 - - -" \
    "inetd inetd:loya inetd:answer >= 0.5" \
    "push.memory rss:1000000 rss:100000 < 1.1" \
    "push.p99 push:p99 - < 20" "pull.full pull:loya pull:jq >= 1" \
    "pull.memory pull:rss pull:rss-less < 1.1" \
    "pull.idle pull:idle - < 50"; do
	ok "a line is: $line" grep -Eq "^$line( |\$)" "$T/list"
done
status 64 "an unknown line ends with 64" sh "$bench" receive.nothing
status 64 "so does a wrong option" sh "$bench" -Z
status 64 "so do no rounds" sh "$bench" -r 0

# Three rounds of a and b; the ratios are 0.5, 0.25 and 0.1.
printf '%s\n' "a 100" "b 200" "a 100" "b 400" "a 50" "b 500" "c 9.5" \
    "d skipped wrk is not there" >"$T/samples"
printf '%s\n' "good a b >= 0.25 /s" "free a b - - /s" "low c - < 10 ms" \
    "gone d b >= 4 /s" >"$T/lines"
table() {
	awk -v json="$1" -f "$top/t/bench/table.awk" "$T/samples" "$T/lines"
}
words() { sed '1d; s/  */ /g; s/ $//'; }

is "the table has medians, ranges and verdicts" "$(table 0 | words)" \
"good 100 [50..100] /s b 400 [200..500] 0.250 [0.100..0.500] >= 0.25 ok
free 100 [50..100] /s b 400 [200..500] 0.250 [0.100..0.500]
low 9.50 [9.50..9.50] ms < 10 ok
gone skipped: wrk is not there"
status 0 "held targets end with 0" table 0
is "-j makes JSON lines of it" "$(table 1)" \
'{"line":"good","unit":"/s","value":{"median":100.0000,"min":50.0000,"max":100.0000},"against":"b","limit":{"median":400.0000,"min":200.0000,"max":500.0000},"ratio":{"median":0.2500,"min":0.1000,"max":0.5000},"target":">= 0.25","ok":true}
{"line":"free","unit":"/s","value":{"median":100.0000,"min":50.0000,"max":100.0000},"against":"b","limit":{"median":400.0000,"min":200.0000,"max":500.0000},"ratio":{"median":0.2500,"min":0.1000,"max":0.5000}}
{"line":"low","unit":"ms","value":{"median":9.5000,"min":9.5000,"max":9.5000},"target":"< 10","ok":true}
{"line":"gone","skipped":"wrk is not there"}'
echo "low c - < 9 ms" >"$T/lines"
status 1 "a missed target ends with 1" table 0
like "and is named" "$(cat "$T/out")" '< 9  MISSED$'
done_testing
