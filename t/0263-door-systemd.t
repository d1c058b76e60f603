#!/bin/sh
# The units of man/examples, and the two ways in which systemd hands over
# sockets, by systemd-socket-activate.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
. "$here/door.sh"

need systemd-socket-activate systemd

mkdir "$T/units"
for u in "$top"/man/examples/loya*.service "$top"/man/examples/loya*.socket; do
	sed "s|/usr/local/s*bin/loya|$BUILD/loya|" "$u" \
	    >"$T/units/$(basename "$u")"
done
SYSTEMD_UNIT_PATH=$T/units:
export SYSTEMD_UNIT_PATH
for u in "$T"/units/*; do
	status 0 "$(basename "$u") is a unit" systemd-analyze verify \
	    --man=no --recursive-errors=no "$u"
	is "without a word" "$(cat "$T/out" "$T/err")" ""
done
for u in "$T"/units/*.service; do
	status 0 "$(basename "$u") is shut in: exposure 2.0 of 10 at most" \
	    systemd-analyze security --offline=true --threshold=20 "$u"
done

sources

# activate NAME [option]... -- loya-recv ...: $port, $url
activate() {
	free_port
	url=http://127.0.0.1:$port
	as=$1
	shift
	start "$as" systemd-socket-activate -l "127.0.0.1:$port" \
	    -E LOYA_STORE -E LOYA_CONF -E ASAN_OPTIONS "$@"
	wait_for "systemd-socket-activate" \
	    grep -q "Listening on" "$T/$as.err"
}

# Accept=no: one server for the socket
activate fd loya-recv -v -l fd
is "the first connection starts the server, and is served" \
    "$(hook /hooks/std f1)" 202
like "which names the socket" "$(cat "$T/fd.err")" \
    "^loya-recv: listening on 127.0.0.1:$port\$"
is "its event is in the inbox" "$(stored f1)" 1
is "a wrong signature" "$(hook /hooks/std f2 -H 'webhook-id: x')" 401
is "the peer is known" "$(tail -n 1 "$T/fd.err")" \
    "loya-recv: 127.0.0.1: POST /hooks/std: 401"
is "300 events, 32 at a time" "$(flood /hooks/std 300 fd)" "300 202"
is "are all in the inbox" "$(stored 'fd-*')" 300
stop fd
is "SIGTERM ends it with 0" "$rc" 0

# the same with a socket in a folder, behind a proxy
echo '{ "proxy": { "from": ["unix"], "address": "Forwarded" } }' \
    >"$LOYA_CONF/loya.json"
start local systemd-socket-activate -l "$T/sock" \
    -E LOYA_STORE -E LOYA_CONF -E ASAN_OPTIONS loya-recv -v -l fd
wait_for "systemd-socket-activate" test -S "$T/sock"
url=http://localhost
is "a local socket" "$(hook /hooks/std u1 --unix-socket "$T/sock" \
    -H 'Forwarded: for="[2001:db8::7]:4711";proto=https')" 202
is "whose proxy says who it is" "$(tail -n 1 "$T/local.err")" \
    "loya-recv: 2001:db8::7: POST /hooks/std: 202"
stop local
ok "its file is systemd's, and stays" test -S "$T/sock"
rm "$LOYA_CONF/loya.json"

# Accept=yes: one process for each connection
activate each --accept --inetd loya-recv -v
is "a process for the connection" "$(hook /hooks/std e1)" 202
is "its event is in the inbox" "$(stored e1)" 1
is "a wrong signature" "$(hook /hooks/std e2 -H 'webhook-id: x')" 401
is "this machine is this machine" "$(hook /hooks/open e3)" 202
wait_for "the peer's address" grep -q \
    '^loya-recv: 127.0.0.1: POST /hooks/open: 202' "$T/each.err"
is "300 events, 32 at a time" "$(flood /hooks/std 300 each)" "300 202"
is "are all in the inbox" "$(stored 'each-*')" 300
stop each

# the wrong one for each
activate whole --inetd loya-recv
is "a listening socket is not a connection" "$(hook /hooks/std x1)" 000
like "as is said" "$(cat "$T/whole.err")" \
    '^loya-recv: standard input is a socket that listens'
stop whole
is "with 78" "$rc" 78
activate one --accept loya-recv -l fd
is "a connection is not a listening socket" "$(hook /hooks/std x2)" 000
like "as is said" "$(cat "$T/one.err")" \
    '^loya-recv: fd: 127.0.0.1:.* is not a socket that listens'
stop one
done_testing
