#!/bin/sh
# loya-token get is killed at every call that changes something while it spends
# a refresh token that is good once.  What is stored is never lost; if a token
# was spent and its successor is not stored, that is reported.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"

start_peer
mode rotate
loya-token -q init
secret crm.oauth "$client_secret"
secret crm.refresh first
oauth crm '"grant":"refresh_token","client_id":"id"'
LOYA_NOW=2026-11-23T10:00:00Z; export LOYA_NOW
loya-token -q get crm >/dev/null
LOYA_NOW=2026-11-23T12:00:00Z
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"
chain=$(cat "$peer/current")
LOYA_STORE=$T/try/loya.db

killed() {
	KILL_AT=$1 LD_PRELOAD=$BUILD/t/killat.so loya-token get crm \
	    >"$T/token" 2>/dev/null
}
obtained() {
	sqlite3 -readonly "$LOYA_STORE" \
	    "SELECT count(*) FROM audit WHERE kind = 'oauth.obtained'"
}
bad() {
	faults=$((faults + 1))
	echo "# killed at call $n: $*"
}

# What must hold after a kill at call $n.
judge() {
	asked=$(($(count) - before))
	stored=$(obtained)
	[ -s "$T/token" ] && [ "$stored" != 2 ] && bad "printed before stored"
	loya-token -q get crm >"$T/token" 2>"$T/said"
	rc=$?
	case $stored,$asked,$rc in
	2,1,0)	# stored: used, and its successor is good
		[ "$(($(count) - before))" = 1 ] || bad "asked again"
		loya-token -q get -r crm <"$T/token" >/dev/null 2>&1 ||
		    bad "the chain is lost" ;;
	1,0,0)	;;
	1,1,1)	# spent, and not stored
		spent=$((spent + 1))
		grep -q "invalid_grant: .*loya-token set crm.refresh" \
		    "$T/said" || bad "$(cat "$T/said")"
		echo anew >"$peer/chain"
		LOYA_NOW=2026-11-23T13:00:00Z secret crm.refresh anew
		loya-token -q get crm >/dev/null 2>&1 ||
		    bad "a new chain does not begin" ;;
	*)	bad "stored $stored, asked $asked, exit $rc" ;;
	esac
	loya-audit verify >/dev/null 2>&1 || bad "the record does not hold"
}

n=1
faults=0
spent=0
while :; do
	mkdir "$T/try"
	cp "$T/begin"/* "$T/try"
	echo "$chain" >"$peer/chain"
	before=$(count)
	(killed $n) 2>/dev/null
	[ $? = 137 ] || break
	judge
	rm -rf "$T/try"
	n=$((n + 1))
done
is "killed at each of $((n - 1)) calls nothing stored is lost" "$faults" 0
[ "$n" -gt 8 ]
tap_result $? "there were that many calls to be killed at"
[ "$spent" -gt 0 ] && [ "$spent" -lt "$n" ]
tap_result $? "$spent of them are between the answer and the commit"
is "and the last run is whole" "$(wc -l <"$T/token")" 1
done_testing
