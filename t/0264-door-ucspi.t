#!/bin/sh
# loya-recv from tcpserver and from socat, by their run scripts in
# man/examples.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
. "$here/door.sh"

# What both must do.
door() {	# NAME
	free_port
	url=http://127.0.0.1:$port
	address=127.0.0.1:$port
	sed "s/8080/$port/; s|/usr/local/sbin/loya-recv|$BUILD/loya-recv -v|" \
	    "$top/man/examples/$1.run" >"$T/$1.run"
	# Both shells become the server by exec.
	start "$1" sh "$T/$1.run"
	wait_for "$1" listens "$port"

	is "$1: a signed webhook" "$(hook /hooks/std "$1_1")" 202
	is "$1: is in the inbox" "$(stored "$1_1")" 1
	is "$1: a wrong signature" \
	    "$(hook /hooks/std "$1_2" -H 'webhook-id: x')" 401
	is "$1: an event of this machine" "$(hook /hooks/open "$1_3")" 202
	ok "$1: whose address is known" grep -q \
	    '^loya-recv: 127.0.0.1: POST /hooks/open: 202' "$T/$1.out"
	is "$1: not one that a proxy passes on" "$(hook /hooks/open "$1_4" \
	    -H 'Forwarded: for=192.0.2.7')" 401
	is "$1: curl asks before it sends" "$(hook /hooks/std "$1_5" \
	    -H 'Expect: 100-continue')" 202
	signed /hooks/std "$1_6" "{\"id\":\"$1_6\"}"
	ask -s
	is "$1: a peer that has said all is answered" "$code" 202
	is "$1: 300 events, 32 at a time" \
	    "$(flood /hooks/std 300 "$1")" "300 202"
	is "$1: are all in the inbox" "$(stored "$1-*")" 300
	is "$1: 100 on connections of their own" \
	    "$(flood /hooks/std 100 "$1=" "$alone")" "100 202"
	is "$1: are all in the inbox" "$(stored "$1=-*")" 100
	stop "$1"
}

command -v tcpserver >/dev/null || command -v socat >/dev/null ||
    skip_all "neither tcpserver nor socat is installed (Debian: ucspi-tcp)"
sources
for d in tcpserver socat; do
	if command -v $d >/dev/null; then
		door $d
	else
		ok "# SKIP $d is not installed" true
	fi
done

# Where the socket does not give the peer, tcpserver's variables count.
if command -v tcpserver >/dev/null; then
	free_port
	url=http://127.0.0.1:$port
	start piped tcpserver -HR -l 0 127.0.0.1 "$port" \
	    sh -c 'cat | loya-recv -v | cat'
	wait_for "tcpserver" listens "$port"
	is "a peer behind a pipe" "$(hook /hooks/open p1 \
	    -H 'Connection: close')" 202
	stop piped
fi
done_testing
