#!/bin/sh
# loya-push -u: a target works again, and what was deferred is sent at once.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
hook crm "$port"
hook shop "$port"
loya-token -q init
secret crm.push $push_secret
secret shop.push $push_secret
LOYA_NOW=2026-11-23T10:00:00Z; export LOYA_NOW
of() { store "SELECT state || '|' || tries FROM outbox WHERE target = '$1'
    ORDER BY seq" | tr '\n' ' '; }

# The first of p1 fails twice, and the next one of it waits.
echo 503 >"$sink/mode"
{ people 1 2; change 1 1; } | loya-apply >"$T/applied"
status 75 "a target that is down" loya-push -b
later_by 10
status 75 "is down" loya-push -b
echo 204 >"$sink/mode"
status 75 "it works again, and nothing is due" loya-push -b
is "of either target" "$(of crm)$(of shop)" \
    "waiting|2 waiting|2 waiting|0 waiting|2 waiting|2 waiting|0 "
: >"$sink/log"
status 0 "-u sends what waits" loya-push -u crm
is "all of it, with all tries before it" "$(of crm)" "sent|1 sent|1 sent|1 "
is "each once" "$(log | cut -f 2 | sort | uniq -c | awk '{ print $1 }' |
    sort -u)" 1
is "in the order of each member" "$(store "SELECT o.seq FROM outbox o
    JOIN audit a ON a.kind = 'delivery.sent' AND a.detail ->> 'delivery' = o.seq
    WHERE o.target = 'crm' AND o.member = (SELECT member FROM link
    WHERE external_id = 'p1') ORDER BY a.seq" | sort -nc && echo ascending)" \
    ascending
is "of no other target" "$(of shop)" "waiting|2 waiting|2 waiting|0 "
is "the record has who was let go" "$(store "SELECT source || ' ' || count(*)
    FROM audit WHERE kind = 'delivery.again' GROUP BY source")" "crm 2"
status 0 "and is sound" loya-audit verify -q
status 0 "of what is not put off" loya-push -u crm
is "nothing is let go" "$(store "SELECT count(*) FROM audit
    WHERE kind = 'delivery.again'")" 2

# More than fit into one transaction.
echo 503 >"$sink/mode"
people 100 500 | loya-apply >"$T/applied"
until [ "$(store "SELECT count(*) FROM outbox WHERE target = 'shop'
    AND tries > 0")" -ge 300 ]; do
	later_by 400
	loya-push -b shop >"$T/out" 2>&1
done
echo 204 >"$sink/mode"
status 0 "hundreds that were put off" loya-push -u shop
is "are sent" "$(store "SELECT state, count(*) FROM outbox
    WHERE target = 'shop' GROUP BY 1")" "sent|404"
status 0 "the record is sound" loya-audit verify -q
done_testing
