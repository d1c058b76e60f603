#!/bin/sh
# loya-audit prune removes bodies that are no longer needed, and no others.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/erase.sh"

status 78 "without a store" loya-audit prune 90d
erase_conf
at() { LOYA_NOW=2026-$1T12:00:00Z; export LOYA_NOW; }
big=$(printf %03000d 0)
head=',"datacontenttype":"application/json","loyahead":"{\"from\":\"a\"}"'
member_at() {	# day id data
	at "$1"
	member hr "$2" "$3" | loya-apply >>"$T/applied" 2>&1
}
at 01-01
line hr a1 loya.received "{\"external_id\":\"A\",\"version\":1,\"attributes\":{\"note\":\"$big\"}}" \
    "$head" | loya-apply >>"$T/applied" 2>&1
is "one has headers" "$(inbox "SELECT count(head) FROM inbox")" 1
member_at 01-02 a2 '{"external_id":"A","version":2,"effective_at":"2036-01-01T00:00:00Z","name":"scheduled"}'
member_at 01-03 a3 '{"external_id":"A","version":3,"birthdate":"refused"}'
member_at 01-04 a4 '{"external_id":"A","version":4,"birthdate":"dismissed"}'
loya-apply -d 4 >"$T/out"
at 01-05
points shop p1 '{"external_id":"X","kind":"earn","points":5,"reference":"held"}' |
    loya-apply >"$T/out"
member_at 06-01 a6 '{"external_id":"A","version":6,"given_name":"young"}'
at 06-02
last_audit=$(store "SELECT max(seq) FROM audit")
bodies() {
	inbox "SELECT group_concat(event_id, ' ') FROM inbox
	    WHERE body IS NOT NULL"
}

for bad in 90 d 90x -1d 1.5d '' 99999999d; do
	status 64 "'$bad' is no period" loya-audit prune "$bad"
done
status 64 "without a period" loya-audit prune
status 64 "states other than refused" loya-audit prune -S held 90d

status 0 "-n says what would go" loya-audit prune -n 90d
like "two bodies of six old ones" "$(cat "$T/out")" \
    '^\{"before":"2026-03-04T12:00:00.000000Z","bodies":2,"bytes":[0-9]+,"kept":3\}$'
is "and takes none" "$(bodies)" "a1 a2 a3 a4 p1 a6"
cp "$T/out" "$T/dry"
status 0 "prune" loya-audit prune 90d
is "does what -n said" "$(cat "$T/out")" "$(cat "$T/dry")"
is "applied and dismissed ones are gone" "$(bodies)" "a2 a3 p1 a6"
is "no row is" "$(inbox "SELECT count(*) FROM inbox")" 6
is "the record has everything" "$(store "SELECT count(*) FROM audit
    WHERE detail IS NOT NULL AND kind NOT LIKE 'prune.%'")" "$last_audit"
pruned() {
	store "SELECT kind, actor, detail ->> 'received_before',
	    detail ->> 'bodies' FROM audit WHERE kind LIKE 'prune.%'"
}
before=2026-03-04T12:00:00.000000Z
is "and who took away what, in front and behind" "$(pruned)" \
    "prune.begun|user:$(id -un)|$before|
prune.ended|user:$(id -un)|$before|2"
is "to people in words" \
    "$(loya-audit log -T -k prune.ended | grep -o 'received before .* bodies 2')" \
    "received before 2026-03-04T12:00:00Z; bodies 2"
is "which the log finds by its kind" \
    "$(loya-audit log -k prune | wc -l | tr -d ' ')" 2
is "the body is nowhere" "$(cat "$LOYA_STORE-inbox"* | grep -c "$big")" 0
is "nor are its headers" "$(inbox "SELECT count(head) FROM inbox
    WHERE body IS NULL")" 0
status 0 "it verifies" loya-audit verify -q
status 0 "again" loya-audit prune 90d
like "there is nothing to do" "$(cat "$T/out")" '"bodies":0,"bytes":0,"kept":3\}'
is "of which nothing is recorded" "$(pruned | wc -l | tr -d ' ')" 2
status 0 "a repeat is known by its key" loya-apply <<END
$(member hr a1 '{"external_id":"A","version":1}')
END
is "as before" "$(types "$T/out")" event.duplicate
status 0 "-q prunes without a receipt" loya-audit prune -q 1h
is "said nothing" "$(cat "$T/out")" ""
is "what is young by days is old by hours" "$(bodies)" "a2 a3 p1"
status 0 "-S refused" loya-audit prune -S refused 12w
is "takes refused ones" "$(bodies)" "a2 p1"
status 1 "a refused one that is pruned" loya-apply -r 3
like "cannot be tried again" "$(cat "$T/out")" '"why":"pruned"'

# What waited is applied as before.
status 0 "somebody is named" loya-apply <<END
$(member shop s1 '{"external_id":"X","version":1}')
END
is "and what was held for it is posted" "$(types "$T/out")" \
    "member.enrolled points.posted"
LOYA_NOW=2036-06-01T00:00:00Z status 0 "what was scheduled comes due" \
    loya-apply -b
is "and is applied" "$(types "$T/out")" member.updated
status 0 "it verifies" loya-audit verify -q

# Freed pages are used again.
size() { wc -c <"$LOYA_STORE-inbox"; }
n=1
while [ "$n" -le 40 ]; do
	member hr "f$n" "{\"external_id\":\"F\",\"version\":$n,\"attributes\":{\"note\":\"$big\"}}"
	n=$((n + 1))
done >"$T/lines"
LOYA_NOW=2026-06-03T00:00:00Z loya-apply <"$T/lines" >"$T/out"
LOYA_NOW=2027-06-03T00:00:00Z status 0 "prune" loya-audit prune 90d
before=$(size)
sed 's/"id":"f/"id":"g/' "$T/lines" | loya-apply >"$T/out"
LOYA_NOW=2027-06-03T00:00:00Z loya-audit prune -q 2600w
[ "$(size)" -le $((before + 3 * 4096)) ]
tap_result $? "the file does not grow for as much again, but for the keys"

# Killed at every call.
if [ -f "$BUILD/t/killat.so" ]; then
	killed() {
		KILL_AT=$1 LD_PRELOAD=$BUILD/t/killat.so \
		    loya-audit prune 90d >"$T/out" 2>&1
	}
	LOYA_NOW=2027-06-03T00:00:00Z
	mkdir "$T/begin"
	cp "$LOYA_STORE"* "$T/begin"
	n=1
	faults=0
	while :; do
		cp "$T/begin"/* "$T"
		(killed "$n") 2>/dev/null
		[ $? = 137 ] || break
		loya-audit verify -q || faults=$((faults + 1))
		loya-audit prune -q 90d || faults=$((faults + 1))
		[ "$(bodies)" = "" ] || faults=$((faults + 1))
		n=$((n + 1))
	done
	is "killed at each of $((n - 1)) calls the next run finishes" "$faults" 0
	[ "$n" -gt 10 ]
	tap_result $? "there were that many calls to be killed at"
fi
done_testing
