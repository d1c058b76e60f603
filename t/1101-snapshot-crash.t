#!/bin/sh
# loya-apply is killed while it looks who is missing from a snapshot: the next
# run goes on there, and all runs end the same.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"

source_file hr "{\"profile\":\"plain\",\"pull\":{\"command\":[\"cat\",\"$T/snapshot\"]},\"snapshot\":{\"missing\":\"suspend\",\"least\":0.1}}"
LOYA_NOW=2026-01-01T00:00:00Z
export LOYA_NOW

# 6,000 people, of whom every second is missing from the snapshot: more than
# one transaction may look at.
awk 'BEGIN {
	for (i = 1; i <= 6000; i++)
		printf "{\"specversion\":\"1.0\",\"id\":\"e%d\",\"source\":\"hr\",\"type\":\"loya.member\",\"data\":{\"external_id\":\"E%d\",\"version\":1,\"status\":\"active\"}}\n", i, i
}' >"$T/people"
awk 'BEGIN {
	for (i = 2; i <= 6000; i += 2)
		printf "{\"external_id\":\"E%d\",\"version\":1}\n", i
}' >"$T/snapshot"
loya-apply <"$T/people" >"$T/lines"
# Everything is in the inbox, and nothing is applied yet.
loya-pull -qf hr >"$T/lines"
is "all of the snapshot was received" "$(sqlite3 "$LOYA_STORE-inbox" "SELECT count(*) FROM inbox")" 9002

kills=0
n=1
while [ "$(store "SELECT state FROM snapshot")" != "done" ] && [ "$n" -lt 400 ]; do
	(KILL_AT=$n LD_PRELOAD=$BUILD/t/killat.so loya-apply -b >"$T/lines"; exit $?) 2>"$T/said"
	[ $? != 137 ] || kills=$((kills + 1))
	n=$((n + 7))
done
[ "$kills" -gt 5 ]
tap_result $? "it was killed $kills times on its way"
is "it has come to its end" "$(store "SELECT state, present, missing FROM snapshot")" "done|3000|3000"
is "the missing are suspended, and no others" "$(store "SELECT
    sum(m.status = 'suspended' AND b.external_id NOT IN (SELECT 'E' || 2 * value FROM generate_series(1, 3000))),
    sum(m.status = 'suspended') FROM member m JOIN binding b ON b.member = m.num")" "3000|3000"
is "each once" "$(store "SELECT count(*), count(DISTINCT member) FROM audit WHERE kind = 'member.suspended'")" "3000|3000"
ok "verify agrees" loya-audit verify
done_testing
