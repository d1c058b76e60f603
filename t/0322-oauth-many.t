#!/bin/sh
# Any number of processes need a token at once: there is one refresh.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"

start_peer
mode rotate
loya-token -q init
secret crm.oauth "$client_secret"
secret crm.refresh first
rt='"grant":"refresh_token","client_id":"id"'
oauth crm "$rt"
all="0 1 2 3 4 5 6 7 8 9"
lock=$LOYA_STORE-oauth-crm-lock

at_lock() {	# name: it has opened the lock
	for fd in /proc/"$(cat "$T/$1.pid")"/fd/*; do
		[ "$(readlink "$fd")" = "$lock" ] && return 0
	done
	return 1
}
had_more() {
	[ "$(count)" -gt "$before" ]
}

# ten SENTENCE command ...: ten at once, all of them at the lock while the peer
# waits; one request, ten times the same token.
ten() {
	what=$1
	shift
	before=$(count)
	touch "$peer/hold"
	for i in $all; do
		start "get$i" "$@"
	done
	for i in $all; do
		wait_for "process $i" at_lock "get$i"
	done
	wait_for "the request" had_more
	rm "$peer/hold"
	for i in $all; do
		wait "$(cat "$T/get$i.pid")" || echo "exit $?"
		rm "$T/get$i.pid"
	done >"$T/failed"
	is "$what: ten succeed" "$(cat "$T/failed")" ""
	is "$what: one request" "$(($(count) - before))" 1
	cat "$T"/get?.out >"$T/tokens"
	is "$what: ten lines" "$(wc -l <"$T/tokens")" 10
	is "$what: one token" "$(sort -u "$T/tokens" | wc -l)" 1
	is "$what: nothing is said" "$(cat "$T"/get?.err)" ""
}

LOYA_NOW=2026-11-23T10:00:00Z; export LOYA_NOW
ten "the first time" loya-token get crm
for hour in 12 14 16; do
	LOYA_NOW=2026-11-23T$hour:00:00Z
	ten "expired at $hour" loya-token get crm
done
token=$(loya-token get crm)
ten_again() {
	ten "refused by its peer" sh -c 'exec loya-token get -r crm <"$T/refused"'
}
echo "$token" >"$T/refused"
ten_again
isnt=$(sort -u "$T/tokens")
[ "$isnt" != "$token" ]
tap_result $? "it is another token"
is "all of them are in the record" "$(sqlite3 "$LOYA_STORE" "SELECT count(*),
    count(DISTINCT json_extract(detail, '\$.expires_at')) FROM audit
    WHERE kind = 'oauth.obtained'")" "5|4"
ok "which holds" loya-audit verify

# one asks early, and the stored token is still valid
token=$(loya-token get crm)
LOYA_NOW=2026-11-23T16:59:30Z
before=$(count)
touch "$peer/hold"
start early loya-token get crm
wait_for "the request" had_more
status 0 "while another asks early" loya-token get crm
is "the old one is given at once" "$(cat "$T/out")" "$token"
rm "$peer/hold"
wait "$(cat "$T/early.pid")"
rm "$T/early.pid"
[ "$(cat "$T/early.out")" != "$token" ]
tap_result $? "who asked has the new one"

# one asks for ever
LOYA_NOW=2026-11-23T20:00:00Z
oauth crm "$rt,\"timeout\":1"
cat >"$T/holder" <<'END'
open my $f, '+<', shift or die; flock $f, 2 or die; $| = 1; print "held\n"; sleep 60
END
start holder perl "$T/holder" "$lock"
wait_for "the lock" grep -q held "$T/holder.out"
status 75 "the wait ends" loya-token get crm
is "it says so" "$(cat "$T/err")" "loya-token: source 'crm': another process has been asking for its token for 4 s"
stop holder KILL
status 0 "a lock dies with its process" loya-token get crm

# one did not see the lock: the chain went on elsewhere
LOYA_NOW=2026-11-23T23:00:00Z
cp "$LOYA_STORE" "$T/before" && cp "$LOYA_STORE-wal" "$T/before-wal"
cp "$LOYA_STORE-inbox" "$T/before-inbox"
loya-token -q get crm >/dev/null
status 1 "a refresh token that another copy spent" \
    loya-token -s "$T/before" get crm
like "it says what to do" "$(cat "$T/err")" \
    "answers 400: invalid_grant: .*; a new refresh token is set by loya-token set crm.refresh\$"
before=$(count)
touch "$peer/hold"
start late loya-token -s "$T/before" get crm
wait_for "the request" had_more
sqlite3 "$T/before" "ATTACH '$LOYA_STORE' AS other; UPDATE credential
    SET (sealed, obtained_at, expires_at) = (SELECT sealed, obtained_at,
    expires_at FROM other.credential)"
rm "$peer/hold"
wait "$(cat "$T/late.pid")"
rc=$?
rm "$T/late.pid"
is "a refused one looks again" "$rc $(cat "$T/late.out")" \
    "0 $(loya-token get crm)"
LOYA_NOW=2026-11-24T03:00:00Z
loya-token -q get crm >/dev/null 2>&1
before=$(count)
status 1 "the next time it is the same" loya-token -s "$T/before" get crm
is "each time asks once" "$(($(count) - before))" 1
done_testing
