#!/bin/sh
# loya-push notes many answers at once: of each delivery its own.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
hook crm "$port"
hook other "$port"
loya-token -q init
secret crm.push $push_secret
secret other.push $push_secret

# A status for each of the first forty members, two for all others.
people 1 240 | loya-apply >"$T/applied"
store "SELECT DISTINCT member FROM outbox ORDER BY member" >"$T/members"
head -n 40 "$T/members" | awk -v dir="$sink" '{
    print 205 + NR >(dir "/mode." $0) }'
sed -n '41,140p' "$T/members" | awk -v dir="$sink" '{
    print 200 + NR % 2 >(dir "/mode." $0); close(dir "/mode." $0) }'
status 0 "answers alike and others" loya-push -b
is "are all taken" "$(states)" "sent 480"
log | cut -f 1,3 | sort >"$T/answered"
store "SELECT answer || char(9) || member FROM outbox" | sort >"$T/noted"
ok "and noted with the delivery that they are of" \
    diff "$T/answered" "$T/noted"
is "once for each of both targets" "$(uniq -c "$T/noted" |
    awk '$1 != 2')" ""
is "in the record as well" "$(store "SELECT count(*) FROM audit a
    JOIN outbox o ON o.seq = a.detail ->> '\$.delivery'
    WHERE a.kind = 'delivery.sent' AND a.source = o.target
    AND a.detail ->> '\$.status' = o.answer")" 480
ok "which is sound" loya-audit verify
done_testing
