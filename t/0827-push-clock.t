#!/bin/sh
# The clock was years ahead for one run, and is right again: what was deferred
# then does not wait for years.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

start_sink
hook shop "$port"
loya-token -q init
secret shop.push $push_secret
source_file hr
LOYA_NOW=2026-11-26T00:00:00Z
export LOYA_NOW
people 1 2 | loya-apply >"$T/lines"
mkdir -p "$sink"
echo 500 >"$sink/mode"
LOYA_NOW=2036-01-01T00:00:00Z status 75 "deliveries that are put off" \
    loya-push -b
store "INSERT INTO target(name, rest_until, why)
    VALUES ('shop', strftime('%s', '2036-01-01 00:05') * 1000000, 'busy')
    ON CONFLICT DO UPDATE SET rest_until = excluded.rest_until"
echo 204 >"$sink/mode"
LOYA_NOW=2026-11-26T00:01:00Z
loya-push -n >"$T/lines"
is "are due, by -n" "$(grep -c /in "$T/lines")" 2
status 0 "and are sent" loya-push -b
is "each once" "$(states)" "sent 2"

LOYA_NOW=2026-11-26T01:00:00Z
change 1 1 | loya-apply >"$T/lines"
echo 500 >"$sink/mode"
status 75 "one that is put off now" loya-push -b
status 75 "waits" loya-push -b
is "as it should" "$(store "SELECT tries FROM outbox ORDER BY seq DESC
    LIMIT 1")" 1
LOYA_NOW=2026-11-25T23:00:00Z
status 75 "and with a clock that was set back by hours" loya-push -b
is "all the same" "$(states)" "sent 2 waiting 1"
status 0 "the record is sound" loya-audit verify -q
done_testing
