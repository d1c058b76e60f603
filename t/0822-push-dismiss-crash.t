#!/bin/sh
# loya-push -D is killed at calls that change something: what is left is in
# order and is sent, or dismissed by the next run.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"

source_file hr
start_sink
hook crm "$port"
loya-token -q init
secret crm.push $push_secret
LOYA_NOW=2026-11-23T10:00:00Z; export LOYA_NOW
# Some deliveries had been looked at, and some had been tried.
{ people 1 200; for c in 1 2; do
	for p in $(seq 200); do change "$p" "$c"; done
done; } | loya-apply >"$T/applied"
echo 500 >"$sink/mode"
status 75 "a target that fails" loya-push -b
change 1 3 | loya-apply >"$T/applied"
total=$(store "SELECT count(*) FROM outbox WHERE state = 'waiting'")
is "everything waits, in more than one transaction" "$total" 601
echo 204 >"$sink/mode"
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"
LOYA_STORE=$T/try/loya.db
cp -R "$T/begin" "$T/try"
later_by 3600

# Rows that wait for one that is dismissed.
stuck() { store "SELECT count(*) FROM outbox o WHERE state = 'waiting'
    AND behind > 0 AND NOT EXISTS (SELECT 1 FROM outbox p
    WHERE p.seq = o.behind AND p.state = 'waiting')"; }
in_record() { store "SELECT coalesce(sum(detail ->> '\$.count'), 0) FROM audit
    WHERE kind = 'target.dismissed'"; }
dead() { store "SELECT count(*) FROM outbox WHERE state = 'dead'"; }
orderly() {
	log | awk -F '\t' '{ if ($4 + 0 < last[$3]) exit 1
	    last[$3] = $4 + 0 }'
}

faults=0
half=0
n=1
while :; do
	rm -rf "$T/try"
	cp -R "$T/begin" "$T/try"
	: >"$sink/log"
	(KILL_AT=$n LD_PRELOAD=$BUILD/t/killat.so loya-push -qD crm \
	    >"$T/out" 2>"$T/err") 2>/dev/null
	[ $? = 137 ] || break
	gone=$(dead)
	[ "$(in_record)" = "$gone" ] || bad "$gone are dead"
	[ "$(stuck)" = 0 ] || bad "some wait for one that is dead"
	loya-audit verify >"$T/out" 2>&1 || bad "the record does not hold"
	if [ "$gone" -gt 0 ] && [ "$gone" -lt "$total" ]; then
		half=$((half + 1))
		loya-push -bq >"$T/out" 2>"$T/err" || bad "the rest: $?"
		[ "$(log | wc -l)" = $((total - gone)) ] ||
		    bad "not all of the rest is sent"
		orderly || bad "not in order"
	else
		loya-push -qD crm >"$T/out" 2>"$T/err" || bad "again: $?"
		[ "$(states)" = "dead $total" ] || bad "$(states)"
		[ "$(in_record)" = "$total" ] || bad "not recorded once"
	fi
	n=$((n + SWEEP))
done
is "killed at $(sweep_calls "$n"), nothing is amiss" "$faults" 0
[ "$half" -gt 0 ]
tap_result $? "$half times a part was given up and the rest was sent"
is "and the last run is whole" "$(states)" "dead $total"
is "so is its record" "$(in_record)" "$total"
ok "and sound" loya-audit verify
rm -r "$T/try"
cp -R "$T/begin" "$T/try"
status 0 "one that is not killed" loya-push -D crm
is "reports all of them" "$(cat "$T/err")" \
    "loya-push: source 'crm': dismissed $total"
done_testing
