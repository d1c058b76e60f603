#!/bin/sh
# What loya-recv refuses before it looks at an event: sizes, times, and heads
# that two readers might read differently.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

problem='^Content-Type: application/problem.json'
json='Content-Type: application/json'

# raw FORMAT [ARG]...: a request by printf
raw() {
	printf "$@" >"$T/req"
}

many() {	# times, text
	perl -e 'print $ARGV[1] x $ARGV[0]' "$1" "$2"
}

big() {	# bytes: a JSON text with so many characters in it
	perl -e 'print "{\"id\":\"big\",\"x\":\"", "x" x $ARGV[0], "\"}"' "$1"
}

body_file() {	# file, more headers as one text
	printf 'POST /hooks/open HTTP/1.1\r\nHost: loya\r\n%s\r\n%s\r\nContent-Length: %d\r\n\r\n' \
	    "$json" "$2" "$(wc -c <"$1")" | cat - "$1" >"$T/req"
}

shapes() {
	h='Host: loya\r\nContent-Type: application/json\r\n'
	raw "POST /hooks/open HTTP/1.1\r\n${h}Content-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x"
	answer 400 "Content-Length beside Transfer-Encoding" "$problem"
	like "$mode: and the connection ends" "$(cat "$T/got")" '^Connection: close'
	raw "POST /hooks/open HTTP/1.1\r\n${h}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"
	answer 400 "two Content-Length" "$problem"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Content-Length: 2, 2\r\n\r\n{}"
	answer 400 "a list of Content-Length"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Content-Length: +2\r\n\r\n{}"
	answer 400 "a Content-Length with a sign"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Content-Length: 0x2\r\n\r\n{}"
	answer 400 "a hexadecimal Content-Length"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Content-Length: 99999999999999999999999\r\n\r\n{}"
	answer 413 "a Content-Length beyond all numbers"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
	answer 400 "another Transfer-Encoding" "$problem"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"
	answer 400 "a Transfer-Encoding that only looks like it"
	for blank in ' ' '\t'; do
		raw "POST /hooks/open HTTP/1.1\r\n${h}Transfer-Encoding: chunked$blank\r\n\r\n0\r\n\r\n"
		answer 400 "a blank behind the Transfer-Encoding" "$problem"
		raw "POST /hooks/open HTTP/1.1\r\n${h}Content-Length: 2$blank\r\n\r\n{}"
		answer 400 "a blank behind the Content-Length" \
		    '"Content-Length must be given once, as decimal digits and nothing else"'
	done
	raw "POST /hooks/open HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
	answer 400 "two Transfer-Encoding"
	raw "POST /hooks/open HTTP/1.0\r\n${h}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
	answer 400 "chunks in HTTP/1.0"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"
	answer 400 "a blank before the colon"
	raw "POST /hooks/open HTTP/1.1\r\n${h}X: a\r\n Content-Length: 2\r\n\r\n{}"
	answer 400 "a folded line"
	raw "POST /hooks/open HTTP/1.1\r\n${h}X: a\rContent-Length: 2\r\n\r\n{}"
	answer 400 "a bare carriage return"
	raw "POST /hooks/open HTTP/1.1\r\n${h}X: a\\000b\r\nContent-Length: 2\r\n\r\n{}"
	answer 400 "a NUL in a header"
	raw "POST /hooks/open HTTP/1.1\r\n${h}X\\000Y: a\r\nContent-Length: 2\r\n\r\n{}"
	answer 400 "a NUL in a header's name"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Content-Length: 2\r\nX: a\\000b\r\n\r\n{}"
	answer 400 "a NUL in the last header" "$problem"
	for line in ': a' ':' '\000' '\000a: b'; do
		raw "POST /hooks/open HTTP/1.1\r\n${h}Content-Length: 0\r\n$line\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n"
		answer 400 "a header without a name" "$problem"
	done
	raw "POST /hooks/open\\000x HTTP/1.1\r\n${h}Content-Length: 2\r\n\r\n{}"
	answer 400 "a NUL in the target"
	raw "GET /health\\000?%0500d HTTP/1.1\r\nHost: x\r\n\r\n" 0
	answer 400 "a NUL in front of a query" "$problem"
	raw "GET /health\\000HTTP/1.1\\000?a&b HTTP/1.1\r\nHost: x\r\n\r\n"
	answer 400 "a NUL that looks like the end of the target" "$problem"
	raw "GET /\\000?$(many 3000 'a&') HTTP/1.1\r\nHost: x\r\n\r\n"
	answer 400 "a NUL in front of a query of 3,000 parts" "$problem"
	raw "POST /hooks/open HTTP/1.1\r\n${h}X: a\\001b\r\nContent-Length: 2\r\n\r\n{}"
	answer 400 "a control character in a header" "$problem"
	raw "POST /hooks/open HTTP/1.1\r\n${h}no colon\r\nContent-Length: 2\r\n\r\n{}"
	answer 400 "a header without colon"
	raw "POST /hooks/o pen HTTP/1.1\r\n${h}Content-Length: 2\r\n\r\n{}"
	answer 400 "a blank in the target" "$problem"
	raw "POST /hooks/open HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
	answer 400 "no Host" "$problem"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Host: b\r\nContent-Length: 2\r\n\r\n{}"
	answer 400 "two Host" "$problem"
	raw "POST /hooks/open HTTP/1.1\r\n${h}\r\n"
	answer 411 "a POST that announces no body" "$problem"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
	answer 400 "a chunk with an invalid size"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n"
	answer 400 "a chunk that is longer than it says"
	raw "POST /hooks/open HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"
	answer 413 "a chunk beyond all numbers"
	for end in '2\r\n{}\r\n0\r\n\r\n' '2\n{}\n0\n\n' '2;x\n{}\r\n0\r\n\r\n'; do
		raw "POST /hooks/none HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n${end}GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
		answer 404 "a body in chunks"
		like "$mode: ends the connection" "$(cat "$T/got")" \
		    '^Connection: close'
		is "$mode: so nothing behind it is a request" \
		    "$(grep -c '^HTTP/1.1' "$T/got")" 1
	done
	raw "POST /hooks/open HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n2;x\ny\r\n{}\r\n0\r\n\r\n"
	answer 400 "a chunk that is cut by a line feed in its extension"
	raw "GET /health HTTP/3.7\r\nHost: x\r\n\r\n"
	answer 505 "another version of HTTP"
	is "$mode: none of it was stored" "$(inbox "SELECT count(*) FROM inbox")" 0
}

sizes() {
	perl -e 'print "GET /health HTTP/1.1\r\nHost: x\r\nX: ", "x" x 20000,
	    "\r\n\r\n"' >"$T/req"
	answer 431 "headers of 20,000 bytes"
	perl -e 'print "GET /", "x" x 20000, " HTTP/1.1\r\nHost: x\r\n\r\n"' \
	    >"$T/req"
	answer 414 "a target of 20,000 bytes"
	perl -e 'print "GET /health HTTP/1.1\r\nHost: x\r\nX: ", "x" x 12000,
	    "\r\n\r\n"' >"$T/req"
	answer 200 "headers of 12,000 bytes"
	perl -e 'print "GET /health?", "&" x 12000, " HTTP/1.1\r\nHost: x\r\n\r\n"' \
	    >"$T/req"
	answer 200 "a query of 12,000 parts"
	raw "GET /health HTTP/1.1\r\nHost: x\r\nCookie: $(many 3500 'a=b;')\r\n\r\n"
	answer 200 "a cookie of 3,500 parts"
	raw "GET /health HTTP/1.1\r\nHost: x\r\n$(many 1000 'X:y\r\n')\r\n"
	answer 431 "1,000 headers"
	# Where the library has room for the head, but none for that of the
	# answer.
	n=17400
	codes=
	while [ "$n" -le 18200 ]; do
		request POST /hooks/open "{\"id\":\"h$n\"}" "$json" \
		    "X: $(printf "%0$((n - 114))d" 0)"
		ask
		codes="$codes ${code:-none:$n}"
		head -n 1 "$T/got" >>"$T/titles"
		n=$((n + 40))
	done
	is "$mode: each head is answered, whatever its size" \
	    "$(echo "$codes" | tr ' ' '\n' | sort -u | tr '\n' ' ')" " 202 431 "
	is "$mode: with what the status is called" "$(tr -d '\r' <"$T/titles" |
	    sort -u | tr '\n' ';')" \
	    "HTTP/1.1 202 Accepted;HTTP/1.1 431 Request Header Fields Too Large;"
	is "$mode: and none with 431 was stored" "$(inbox "SELECT count(*)
	    FROM inbox WHERE event_id LIKE 'h%'")" \
	    "$(echo "$codes" | tr ' ' '\n' | grep -c 202)"

	big 4194280 >"$T/big"
	body_file "$T/big" 'X: y'
	answer 202 "a body of just under 4 MiB"
	big 10485760 >"$T/big"
	body_file "$T/big" 'X: y'
	answer 413 "a body of 10 MiB" "$problem"
	body_file "$T/big" 'Expect: 100-continue'
	answer 413 "a body of 10 MiB that asks first" "$problem"
	is "$mode: is not asked for" "$(grep -c '100 Continue' "$T/got")" 0
	perl -e 'print "POST /hooks/open HTTP/1.1\r\nHost: x\r\n",
	    "Content-Type: application/json\r\n",
	    "Transfer-Encoding: chunked\r\n\r\n";
	    printf "%x\r\n%s\r\n", 100000, "x" x 100000 for 1 .. 105;
	    print "0\r\n\r\n"' >"$T/req"
	answer 413 "chunks of 10 MiB" "$problem"
	perl -e 'print "POST /nothing HTTP/1.1\r\nHost: x\r\n",
	    "Content-Length: 5000000\r\n\r\n", "x" x 5000000' >"$T/req"
	answer 404 "a large body for no source" "$problem"
	request POST /hooks/open '{"id":"whole"}' "$json"
	head -c -1 "$T/req" >"$T/cut"
	mv "$T/cut" "$T/req"
	ask -s
	is "$mode: a truncated body is told so" "$code" 400
	is "$mode: and is not stored" "$(inbox "SELECT count(*) FROM inbox
	    WHERE event_id = 'whole'")" 0
	request GET /health ''
	head -c 30 "$T/req" >"$T/cut"
	mv "$T/cut" "$T/req"
	ask -s
	is "$mode: half a head as well" "$code" 400
	request GET /health ''
	ask -s -e
	is "$mode: a peer that ends with its request is answered" "$code" 200
}

sources
start_recv
shapes
sizes
mode=inetd
rm -f "$LOYA_STORE"*
sources
shapes
sizes
mode=server
stop recv
is "the server has outlived it all" "$rc" 0

# -H
for most in 1024 65536 1048576; do
	start_recv -H $most
	for more in 0 4000; do
		perl -e 'my $h = "GET /health HTTP/1.1\r\nHost: x\r\nX: ";
		    print $h, "x" x ($ARGV[0] - length($h) - 4),
		    "\r\n\r\n"' $((most + more)) >"$T/req"
		[ $more = 0 ] && answer 200 "-H $most: as many bytes" ||
		    answer 431 "-H $most: and $more more"
	done
	stop recv
done

# time limits
start_recv -t 1 -i 1 -l "unix:$T/local"
request POST /hooks/open '{"id":"slow"}' "$json"
ask -p 20
is "a slow sender is told so" "$code" 408
like "as a problem" "$(cat "$T/got")" "$problem"
request POST /hooks/open '{"id":"slow"}' "$json" 'Content-Length: 13'
request GET /health ''
head -c 5 "$T/req" >"$T/cut"
mv "$T/cut" "$T/req"
ask -e
is "one who stops inside the head as well" "$code" 408
like "and it is over" "$(cat "$T/got")" 'http: closed'
: >"$T/req"
ask -e
is "a client that says nothing gets no answer" "$(cat "$T/got")" 'http: closed'
port=$address
address=unix:$T/local
ask -e
is "nor by a local socket" "$(cat "$T/got")" 'http: closed'
printf 'GET /he' >"$T/req"
ask -e
is "but one who has begun is there as well" "$code" 408
address=$port
request GET /health ''
ask -e
is "an idle connection was answered" "$code" 200
like "and is closed after a while" "$(cat "$T/got")" 'http: closed'
stop recv

# -b also holds for a body in chunks, even below the size of the first chunk.
chunks() {	# bytes in all, bytes of a chunk
	big $(($1 - 19)) | perl -e 'local $/; my $b = <STDIN>;
	    print "POST /hooks/open HTTP/1.1\r\nHost: l\r\n",
	    "Content-Type: application/json\r\n",
	    "Transfer-Encoding: chunked\r\n\r\n";
	    printf "%x\r\n%s\r\n", length, $_
		for unpack "(a$ARGV[0])*", $b;
	    print "0\r\n\r\n"' "$2" >"$T/req"
}
for most in 100 3000 1000000; do
	start_recv -b $most
	for part in 40 $((most + 1)); do
		[ $most -le $((part * 100)) ] || part=5000
		chunks $most $part
		answer 202 "-b $most: as many in chunks of $part"
		chunks $((most + 1)) $part
		answer 413 "-b $most: one more is too many" "$problem"
	done
	stop recv
done

# With -v each of them gets a line: what was asked for, as far as it arrived.
# And each is dated (RFC 9110 section 6.6.1).
date='^Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT$'
start_recv -v -t 1 -b 100
raw 'POST /hooks/open?secret HTTP/1.1\r\nHost: l\r\n\r\n'
answer 411 "no length" "$date"
raw 'POST /hooks/open HTTP/1.1\r\nHost: l\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}'
answer 400 "two lengths" "$date"
raw 'POST /hooks/open HTTP/1.1\r\nHost: l\r\nContent-Length: x\r\n\r\n{}'
answer 400 "an invalid length" "$date"
request POST /hooks/open "$(big 100)" "$json"
answer 413 "too large" "$date"
raw 'PUT / HTTP/1.1\r\nHost: l\r\nX: %020000d\r\n\r\n' 0
answer 431 "too many headers" "$date"
raw "PUT /\\000?$(many 3000 'a&') HTTP/1.1\r\nHost: l\r\n\r\n"
answer 400 "a NUL and many parts" "$date"
request POST /hooks/open '{"id":"slow"}' "$json"
head -c -3 "$T/req" >"$T/cut"
mv "$T/cut" "$T/req"
ask -e
is "slow with the body" "$code" 408
like "... with $date" "$(tr -d '\r' <"$T/got")" "$date"
request GET /health ''
head -c 5 "$T/req" >"$T/cut"
mv "$T/cut" "$T/req"
ask -e
is "slow with the head" "$code" 408
request GET /health ''
{ cat "$T/req"; head -c 30 "$T/req"; } >"$T/cut"
mv "$T/cut" "$T/req"
ask -e
is "slow with the next head" "$code" "200 408"
request POST /hooks/open '{"id":"goes on"}' "$json"
perl -MIO::Socket -e 'my $s = IO::Socket::INET->new(shift) or die;
    local $/; my $all = <STDIN>;
    syswrite $s, substr($all, 0, 5); sysread $s, my $told, 9999;
    syswrite $s, substr($all, 5); print $told, <$s>' "$address" \
    <"$T/req" >"$T/got"
is "a client that goes on after that gets no answer" \
    "$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$T/got")" 408
request GET /health ''
ask
stop recv
is "and is not read" "$(inbox "SELECT count(*) FROM inbox
    WHERE CAST(body AS TEXT) LIKE '%goes on%'")" 0
is "-v has a line for each, and once" "$(grep -v listening "$T/recv.err")" \
    "loya-recv: 127.0.0.1: POST /hooks/open: 411
loya-recv: 127.0.0.1: POST /hooks/open: 400
loya-recv: 127.0.0.1: - /hooks/open: 400
loya-recv: 127.0.0.1: POST /hooks/open: 413
loya-recv: 127.0.0.1: - -: 431
loya-recv: 127.0.0.1: - /: 400
loya-recv: 127.0.0.1: POST /hooks/open: 408
loya-recv: 127.0.0.1: - -: 408
loya-recv: 127.0.0.1: GET /health: 200
loya-recv: 127.0.0.1: - /health: 408
loya-recv: 127.0.0.1: - -: 408
loya-recv: 127.0.0.1: GET /health: 200"

# connections: the bytes of one that was not accepted are in the kernel queue:
# how many connections to the server there are, and how many of them have sent
# bytes that it has not read.
queue() {
	awk -v at="$(printf '0100007F:%04X' "${address##*:}")" '
	    $2 == at && $4 == "01" { n++; m += $5 !~ /:00000000$/ }
	    END { print n + 0, m + 0 }' /proc/net/tcp
}
queued() { [ "$(queue)" = "$1" ]; }
# A request that sends a byte now, and the next one in a minute.
hold() {
	start "$1" sh -c 'exec "$BUILD/t/http" "$1" -p 60000 <"$T/req"' sh \
	    "$address"
}
export BUILD
start_recv -m 2
request GET /health ''
hold one
hold two
wait_for "two connections" queued "2 0"
start three sh -c 'exec "$BUILD/t/http" "$1" <"$T/req"' sh "$address"
wait_for "a third one" queued "3 1"
is "a third connection waits while two are at work" "$(cat "$T/three.out")" ""
stop one 2>/dev/null
tap_pid=$(cat "$T/three.pid")
wait "$tap_pid"
like "and is served when one of them has ended" "$(cat "$T/three.out")" \
    '^HTTP/1.1 200'
stop two 2>/dev/null
stop recv
is "and it ends well" "$rc" 0

# an idle connection that is kept open makes room for one that waits
start_recv -v -m 1
"$BUILD/t/http" "$address" -e <"$T/req" >"$T/kept" &
kept=$!
wait_for "its answer" grep -q 'GET /health: 200' "$T/recv.err"
ask
is "one connection at once, and that is kept: another is served" "$code" 200
wait "$kept"
like "because the first was closed" "$(cat "$T/kept")" '^http: closed'
stop recv

# ... also where descriptors are fewer than allowed connections
start recv sh -c 'ulimit -n 64; exec loya-recv -l 127.0.0.1:0'
wait_for "loya-recv" grep -q listening "$T/recv.err"
address=$(sed -n 's/.*listening on //p' "$T/recv.err")
perl -MIO::Socket -e 'alarm 15; $| = 1; my @s;
    for (1 .. 30) {
	push @s, IO::Socket::INET->new($ARGV[0]) or die;
	syswrite $s[-1], "GET /health HTTP/1.1\r\nHost: l\r\n\r\n";
	sysread $s[-1], my $told, 999;
	print substr($told, 9, 3), "\n";
    }' "$address" >"$T/kept"
is "30 that are kept, and 64 descriptors: each is served" \
    "$(grep -c 200 "$T/kept")" 30
stop recv

# A client that announces large bodies, and sends none of them, holds up only
# other large ones.
start_recv
start large perl -MIO::Socket -e 'my @s;
    for (1 .. 16) {
	push @s, IO::Socket::INET->new($ARGV[0]) or die;
	syswrite $s[-1], "POST /hooks/open HTTP/1.1\r\nHost: l\r\n" .
	    "Expect: 100-continue\r\nContent-Length: 4194304\r\n\r\n";
	sysread $s[-1], my $go, 99;
    }
    print STDERR "announced\n"; sleep 60' "$address"
wait_for "large bodies" grep -q announced "$T/large.err"
big 100000 >"$T/big"
body_file "$T/big" 'X: y'
answer 503 "no room for a large body is reported" "$problem"
like "as something that passes" "$(cat "$T/got")" '^Retry-After: 1'
request POST /hooks/open '{"id":"small"}' "$json"
answer 202 "a small one is taken all the same"
stop large
stop recv
done_testing
