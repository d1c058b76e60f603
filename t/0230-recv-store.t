#!/bin/sh
# loya-recv when the store cannot accept an event: the sender is asked to try
# again, and nothing is lost.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

json='Content-Type: application/json'
problem='^Content-Type: application/problem.json'

hold() {	# keep the inbox's lock until release
	mkfifo "$T/hold"
	flock "$LOYA_STORE-inbox-lock" sh -c ": >'$T/held'; cat '$T/hold'" \
	    >/dev/null &
	holder=$!
	wait_for "the lock" test -e "$T/held"
}

release() {
	: >"$T/hold"
	wait "$holder"
	rm -f "$T/hold" "$T/held"
}

sources
start_recv
request POST /hooks/open '{"id":"first"}' "$json"
answer 202 "an event before"

# The wait for the lock is five seconds, so all wait at once.
aside() {	# NAME: ask in the background, the answer in $T/NAME
	cp "$T/req" "$T/$1.req"
	"$BUILD/t/http" "$address" <"$T/$1.req" >"$T/$1" &
	asides="$asides $!"
}

asides=
hold
began=$(date +%s%N)
request POST /hooks/open '{"id":"held"}' "$json"
aside busy
large=$(printf '%03000000d' 0)
for i in 1 2 3; do
	request POST /hooks/open "{\"id\":\"large$i\",\"x\":\"$large\"}" \
	    "$json"
	aside "large$i"
done
request POST /hooks/soap '<a/>' 'Content-Type: text/xml'
aside soap
request POST /hooks/std '{}' "$json"
aside refused
request POST /hooks/open '{"id":"held"}' "$json"
TCPREMOTEIP=127.0.0.1
export TCPREMOTEIP
status 75 "inetd: the status says busy" loya-recv <"$T/req"
like "and the peer is told" "$(cat "$T/out")" '^HTTP/1.1 503'
wait $asides
took=$((($(date +%s%N) - began) / 1000000))
ok "those that wait together wait once, however large ($took ms)" \
    test "$took" -lt 13000
like "the last one, too" "$(cat "$T/large3")" '^HTTP/1.1 503'
request GET /health ''
answer 503 "/health says so" '"why":"busy"'
like "somebody holds the lock" "$(cat "$T/busy")" '^HTTP/1.1 503'
like "the sender shall come again soon" "$(cat "$T/busy")" '^Retry-After: 1.?$'
like "it is a problem" "$(cat "$T/busy")" "$problem"
like "a SOAP sender gets its fault" "$(cat "$T/soap")" '^<Fault/>'
like "with the same status" "$(cat "$T/soap")" '^HTTP/1.1 503'
like "a failure that cannot be recorded" "$(cat "$T/refused")" '^HTTP/1.1 503'
is "nothing was stored" "$(inbox "SELECT count(*) FROM inbox")" 1
release
request POST /hooks/open '{"id":"held"}' "$json"
answer 202 "afterwards it is taken"
request GET /health ''
answer 200 "/health is well again"
wait_for "the refusal" sh -c \
    "sqlite3 '$LOYA_STORE-inbox' 'SELECT count FROM refusal' | grep -q 1"

# It ends within five seconds, however many commits wait for the lock.
asides=
hold
request POST /hooks/open '{"id":"before"}' "$json"
aside before
sleep 0.5
request POST /hooks/open '{"id":"behind"}' "$json"
aside behind
sleep 0.5
began=$(date +%s%N)
stop recv
took=$((($(date +%s%N) - began) / 1000000))
is "the lock is held by another at the end: 0 all the same" "$rc" 0
ok "within the five seconds that the page promises ($took ms)" \
    test "$took" -lt 6500
wait $asides
for i in before behind; do
	like "who waited $i hears of it" "$(cat "$T/$i")" '^HTTP/1.1 503'
done
release

# a backlog
start_recv -B 1
request POST /hooks/open '{"id":"more"}' "$json"
answer 202 "one more event"
request GET /health ''
answer 503 "too many wait" '"why":"backlog"'
stop recv
start_recv -B 1
request POST /hooks/std '{"id":"x"}' 'Content-Type: application/json'
answer 401 "somebody who fails"
request GET /health ''
answer 503 "does not hide that" '"why":"backlog"'
answer 503 "for a while" '^Retry-After: 5'
stop recv
start_recv -B "$(inbox "SELECT count(*) FROM inbox")"
answer 200 "as many as may"
stop recv

# A signal that comes while it starts does what it does later.
mkdir -p "$T/none/sources"
for signal in HUP TERM; do
	LOYA_STORE=$T/slow$signal
	hold
	start slow loya-recv -c "$T/none" -l "unix:$T/slow"
	wait_for "the socket" test -S "$T/slow"
	kill -s "$signal" "$(cat "$T/slow.pid")"
	release
	[ "$signal" = TERM ] ||
	    wait_for "SIGHUP to be heeded" grep -q 'read again' "$T/slow.err"
	stop slow
	is "SIG$signal at the start does what it does later" "$rc" 0
	ok "... and leaves no socket" test ! -e "$T/slow"
done
LOYA_STORE=$T/loya.db

# files that are not stores
echo "this is not a database" >"$T/other"
status 78 "not a store" loya-recv -s "$T/other" <"$T/req"
sqlite3 "$T/foreign.db" 'CREATE TABLE t(a); PRAGMA application_id = 7;'
status 78 "somebody else's database" loya-recv -s "$T/foreign.db" <"$T/req"
cp "$LOYA_STORE" "$T/newer.db"
sqlite3 "$LOYA_STORE" "VACUUM INTO '$T/newer2.db'"
sqlite3 "$T/newer2.db" 'PRAGMA user_version = 999;'
status 78 "a store from the future" loya-recv -s "$T/newer2.db" <"$T/req"
status 78 "a folder that is not there" loya-recv -s "$T/no/such.db" <"$T/req"

# A file that cannot be written: what it holds of the event is unknown.
start_recv
prlimit --pid "$(cat "$T/recv.pid")" --fsize=100000:
request POST /hooks/open "{\"id\":\"large\",\"x\":\"$(printf '%0200000d' 0)\"}" \
    "$json"
answer 503 "a write that fails" "$problem"
wait_for "the end of it" grep -q 'disk I/O error: File too large' \
    "$T/recv.err"
stop recv 0
is "ends the server" "$rc" 74
start_recv
answer 202 "with room again it is taken"
stop recv

# a log that is not writable
mode=inetd
if [ "$(id -u)" = 0 ]; then
	mkdir "$T/bin"
	cp "$BUILD/loya-recv" "$T/bin"
	chmod 755 "$T"
	chown -R 65534 "$T"
	nobody="setpriv --reuid 65534 --clear-groups $T/bin/"
fi
request GET /health ''
chmod 444 "$LOYA_STORE-inbox-wal"
# shellcheck disable=SC2086
status 78 "a log that may not be written" ${nobody-}loya-recv <"$T/req"
is "is reported by /health" "$(tail -n 1 "$T/out")" \
    '{"status":"failing","why":"read_only"}'
is "and on standard error" "$(cat "$T/err")" "loya-recv: inbox: \
$LOYA_STORE-inbox: it, its -wal or its -shm cannot be written or made"
chmod 0 "$LOYA_STORE-inbox-wal"
# shellcheck disable=SC2086
status 78 "one that may not be read" ${nobody-}loya-recv <"$T/req"
is "is reported with the reason" "$(cat "$T/err")" "loya-recv: \
$LOYA_STORE-inbox: it, its -wal or its -shm cannot be opened: Permission denied"
chmod 644 "$LOYA_STORE-inbox-wal"
# After a restore there is none, and it may not be made in its folder.
mkdir "$T/copy"
cp "$LOYA_STORE" "$LOYA_STORE-wal" "$LOYA_STORE-shm" "$T/copy"
sqlite3 "$LOYA_STORE-inbox" "VACUUM INTO '$T/copy/loya.db-inbox'"
: >"$T/copy/loya.db-inbox-lock"
chown -R --reference="$LOYA_STORE" "$T/copy"
chmod 555 "$T/copy"
# shellcheck disable=SC2086
status 78 "one that may not be made" ${nobody-}loya-recv \
    -s "$T/copy/loya.db" <"$T/req"
like "is reported likewise" "$(cat "$T/err")" \
    'loya.db-inbox: it, its -wal or its -shm cannot be written or made$'

# The store itself is only read: the missing right is never that to write to
# it.
read_only() {	# sentence, why
	request GET /health ''
	# shellcheck disable=SC2086
	status 78 "$1" ${nobody-}loya-recv <"$T/req"
	is "... is reported as it is" "$(cat "$T/err")" "loya-recv: $LOYA_STORE: $2"
	is "... to /health with no other word" "$(tail -n 1 "$T/out")" \
	    '{"status":"failing","why":"failing"}'
}
chmod 0 "$LOYA_STORE"
read_only "a store that may not be read" \
    "it, its -wal or its -shm cannot be opened: Permission denied"
LOYA_STORE=$T/old
for f in '' -inbox; do
	sqlite3 "$LOYA_STORE$f" <"$here/stores/3$f.sql"
	sqlite3 "$LOYA_STORE$f" "PRAGMA journal_mode = wal"
done >"$T/out"
[ -z "${nobody-}" ] || chown 65534 "$LOYA_STORE"*
chmod 444 "$LOYA_STORE"
read_only "one of an older release that may not be written" \
    "made by an older loya; run loya-apply -b once to bring it up to date"
LOYA_STORE=$T/loya.db
chmod 644 "$LOYA_STORE"
mode=server

# a full disk
if mkdir "$T/disk" && mount -t tmpfs -o size=2m tmpfs "$T/disk" 2>/dev/null
then
	LOYA_STORE=$T/disk/loya.db
	sources
	start_recv
	i=0
	code=202
	body=$(perl -e 'print "x" x 100000')
	while [ "$code" = 202 ] && [ $i -lt 60 ]; do
		i=$((i + 1))
		request POST /hooks/open "{\"id\":\"f$i\",\"x\":\"$body\"}" \
		    "$json"
		ask
		[ "$code" != 202 ] || last=$i
	done
	is "a full disk" "$code" 503
	like "asks to come again" "$(cat "$T/got")" '^Retry-After: 30'
	request GET /health ''
	answer 503 "/health says so" '"why":"full"'
	end=$(($(date +%s) + 3))
	while [ "$code" = 503 ] && [ "$(date +%s)" -lt $end ]; do
		ask
	done
	answer 503 "and goes on saying it" '"why":"full"'
	request POST /hooks/open "{\"id\":\"f$i\",\"x\":\"$body\"}" "$json"
	for k in 1 2 3; do ask; done
	is "standard error does not say each" \
	    "$(grep -c 'or disk is full' "$T/recv.err")" 1
	is "all that was accepted is there" \
	    "$(inbox "SELECT count(*) FROM inbox")" "$last"
	cat "$T/req" "$T/req" "$T/req" >"$T/three"
	# shellcheck disable=SC2034
	TCPREMOTEIP=127.0.0.1 loya-recv <"$T/three" >"$T/out" 2>"$T/err"
	is "without a server it is the same: 74, three answers" \
	    "$? $(grep -c '^HTTP/1.1 503' "$T/out")" "74 3"
	is "and two lines" "$(sed 's/: .*:/:/' "$T/err")" \
	    "loya-recv: database or disk is full
loya-recv: 2 more not stored"
	mount -o remount,size=32m "$T/disk"
	request POST /hooks/open "{\"id\":\"f$i\",\"x\":\"$body\"}" "$json"
	answer 202 "with room again it goes on"
	request GET /health ''
	answer 200 "and /health knows"
	stop recv
	is "it had not to be restarted" "$rc" 0
	like "at its end it says how many there were" \
	    "$(tail -n 1 "$T/recv.err")" 'inbox: [0-9]+ more not stored$'
	umount "$T/disk"
else
	ok "no right to mount a small disk" true
fi
done_testing
