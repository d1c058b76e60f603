#!/bin/sh
# A refused event is tried again while prune -S refused or erase removes
# bodies: an event that waits has its body.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/erase.sh"
[ -r /proc/locks ] || skip_all "there is no /proc/locks"

erase_conf
n=0
refused() {	# an event of a source that there is none of so far
	n=$((n + 1))
	points "new$n" p '{"external_id":"X","kind":"earn","points":5,"reference":"r"}' |
	    loya-apply >"$T/applied" 2>&1
	seq=$(inbox "SELECT max(seq) FROM inbox")
	cp "$LOYA_CONF/sources/shop.json" "$LOYA_CONF/sources/new$n.json"
	sed "s/\"shop\"/\"shop\",\"new$n\"/g" "$LOYA_CONF/loya.json" >"$T/rules"
	cp "$T/rules" "$LOYA_CONF/loya.json"
	loya-apply -b >"$T/applied" 2>&1
}

hold() {	# keep a file's lock until release
	mkfifo "$T/hold"
	flock "$1-lock" sh -c ": >'$T/held'; cat '$T/hold'" >/dev/null &
	holder=$!
	wait_for "the lock" test -e "$T/held"
}

release() {
	: >"$T/hold"
	wait "$holder"
	rm -f "$T/hold" "$T/held"
}

waiting() {	# file count: so many wait for its lock
	[ "$(grep -c -- "-> FLOCK .*:$(stat -c %i "$1-lock") " \
	    /proc/locks)" = "$2" ]
}

both() {	# what became of the event, and whether it has a body
	store "SELECT state, why FROM event WHERE seq = $seq"
	inbox "SELECT body IS NOT NULL FROM inbox WHERE seq = $seq"
}

refused
is "one is refused" "$(both)" "refused|unknown_source
1"
hold "$LOYA_STORE"
start again loya-apply -r "$seq"
wait_for "apply at the lock" waiting "$LOYA_STORE" 1
start prune loya-audit prune -S refused 0d
wait_for "prune at the lock" waiting "$LOYA_STORE" 2
release
stop again 0
stop prune 0
is "prune has looked at it before" "$rc" 0
# Either of them may get the lock first.
case $(both) in
"held|unknown_member$nl"1 | "refused|pruned$nl"0) rc=0 ;;
*) rc=1 ;;
esac
is "it waits and has its body, or was pruned" "$rc" 0
[ "$rc" = 0 ] || both | sed 's/^/# /'
status 0 "it verifies" loya-audit verify -q

refused
hold "$LOYA_STORE-inbox"
start prune loya-audit prune -S refused 0d
wait_for "prune at the lock" waiting "$LOYA_STORE-inbox" 1
start again loya-apply -r "$seq"
wait_for "apply after it" waiting "$LOYA_STORE" 1
release
stop prune 0
like "prune takes another one away" "$(cat "$T/prune.out")" \
    '"bodies":1,.*"kept":[01]\}'
stop again 0
is "it cannot be tried again" "$(both)" "refused|pruned
0"
status 0 "it verifies" loya-audit verify -q

# The same with erase.
one_of() {	# external id
	member hr "$1-1" "{\"external_id\":\"$1\",\"version\":1}" |
	    loya-apply >"$T/applied"
	points hr "$1-2" "{\"external_id\":\"$1\",\"kind\":\"redeem\",
	    \"points\":5,\"reference\":\"$1\"}" | tr -d '\n' |
	    loya-apply >"$T/applied" 2>&1
	seq=$(inbox "SELECT max(seq) FROM inbox")
	is "one is refused" "$(both)" "refused|insufficient_points
1"
}

one_of A
hold "$LOYA_STORE-inbox"
start erase loya-audit erase hr/A
wait_for "erase at the lock" waiting "$LOYA_STORE-inbox" 1
start again loya-apply -r "$seq"
wait_for "apply after it" waiting "$LOYA_STORE" 1
release
stop erase 0
is "erase takes its body away" "$rc" 0
stop again 0
is "it cannot be tried again" "$(both)" "refused|pruned
0"
status 0 "it verifies" loya-audit verify -q

one_of B
hold "$LOYA_STORE"
start erase loya-audit erase hr/B
wait_for "erase at the lock" waiting "$LOYA_STORE" 1
start again loya-apply -r "$seq"
wait_for "apply after it" waiting "$LOYA_STORE" 2
release
stop again 0
stop erase 0
is "whichever of them comes first" "$rc" 0
is "its body is gone, and it does not wait" "$(both | sed 's/|.*//')" "refused
0"
status 0 "it verifies" loya-audit verify -q
done_testing
