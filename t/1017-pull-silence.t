#!/bin/sh
# A hook that has become silent is noticed by a run that finds changes anyway.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_org
crm() {
	printf '{"profile":"salesforce","receive":{"auth":{"kind":"header","header":"X-Token"}%s},"pull":{"base":"%s","pause":0},"oauth":{"client_id":"loya"}}\n' \
	    "$1" "$base" >"$LOYA_CONF/sources/crm.json"
}
crm ',"silence":3600'
loya-token -q init
secret crm.oauth hush
said() { grep -c "source 'crm': there are changes, but its hook has received nothing for 3600 s" "$T/err"; }
# heard EVENT: a change by the hook, at the time of the clock
heard() {
	line crm "$1" loya.received "{\"ChangeEventHeader\":{\"entityName\":\"Contact\",\"recordIds\":[\"$(id 1)\"],\"changeType\":\"UPDATE\",\"changedFields\":[\"Email\"],\"transactionKey\":\"$1\",\"sequenceNumber\":1,\"commitTimestamp\":1772600400000},\"Email\":\"$1@example.org\"}" |
	    loya-apply -q >"$T/applied"
}

clock 2026-03-04T06:00:00Z
record 1 2026-03-04T05:00:00 0 Mira Dell mira@example.org >"$org/records"
status 0 "the first run" loya-pull crm
is "reads what was there before" "$(said)" 0
heard a
clock 2026-03-04T06:30:00Z
record 1 2026-03-04T06:20:00 0 Mira Doll mira@example.org >"$org/records"
status 0 "a change, and a hook that received something" loya-pull crm
is "is as it should be" "$(said)" 0
clock 2026-03-04T08:00:00Z
status 0 "no change" loya-pull crm
is "needs no hook" "$(said)" 0
loya-pull -f crm >"$T/out" 2>"$T/err"
# Another source, which says nothing about this hook.
member hr a '{"external_id":"1"}' | loya-apply -q >"$T/applied"
record 1 2026-03-04T07:50:00 0 Mira Dull mira@example.org >"$org/records"
status 0 "a change, and a hook that was not" loya-pull crm
is "is reported" "$(said)" 1
heard b
record 1 2026-03-04T07:55:00 0 Mira Dill mira@example.org >"$org/records"
status 0 "once it receives again" loya-pull crm
is "no more" "$(said)" 0
crm ''
clock 2026-03-04T10:00:00Z
record 1 2026-03-04T09:50:00 0 Mira Dull mira@example.org >"$org/records"
status 0 "who does not want to know" loya-pull crm
is "is not reported" "$(cat "$T/err")" ""
done_testing
