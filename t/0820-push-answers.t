#!/bin/sh
# loya-push records many answers at once: for each delivery its own.
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
sed -n '41,140p' "$T/members" | awk -v dir="$sink" '{
    print "w" NR % 3 >(dir "/body." $0); close(dir "/body." $0) }'
status 0 "answers alike and others" loya-push -b
is "are all taken" "$(states)" "sent 480"
log | cut -f 1,3 | sort >"$T/answered"
store "SELECT substr(answer, 1, 3) || char(9) || member FROM outbox" | sort >"$T/noted"
ok "and noted with the delivery that they are of" \
    diff "$T/answered" "$T/noted"
is "once for each of both targets" "$(uniq -c "$T/noted" |
    awk '$1 != 2')" ""
is "in the record as well" "$(store "SELECT count(*) FROM audit a
    JOIN outbox o ON o.seq = a.detail ->> '\$.delivery'
    WHERE a.kind = 'delivery.sent' AND a.source = o.target
    AND a.detail ->> '\$.status' =
    CAST(substr(o.answer, 1, 3) AS INTEGER)")" 480
store "SELECT member || ' ' || substr(answer, 5) FROM outbox
    WHERE target = 'crm' AND length(answer) > 3 ORDER BY 1" >"$T/noted"
sed -n '41,140p' "$T/members" | awk '{ print $0 " w" NR % 3 }' >"$T/said"
ok "each with the words that came with it" diff "$T/said" "$T/noted"

# Leased at one time for both, and at many times.
rm -f "$sink"/mode.* "$sink"/body.*
people 301 700 | LOYA_NOW=2027-01-01T00:00:00Z loya-apply >"$T/applied"
LOYA_NOW=2027-01-01T00:00:00Z status 0 "both targets at one time" loya-push -b
people 701 1500 | loya-apply >"$T/applied"
status 0 "and in the course of time" loya-push -b
is "everything is sent, once" "$(states) $(log | cut -f 2 | sort -u | wc -l)" \
    "sent 2880 2880"
ok "which is sound" loya-audit verify
done_testing
