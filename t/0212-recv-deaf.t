#!/bin/sh
# A connection whose buffer is full of bytes that are not part of a body, so
# that libmicrohttpd neither reads nor refuses them: it costs next to nothing,
# and ends.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

# A chunk whose first line has no end, after other requests on its connection.
extension() {
	printf '%b' "$1"
	printf '%s\r\n' 'POST /hooks/open HTTP/1.1' 'Host: loya' \
	    'Content-Type: application/json' 'Transfer-Encoding: chunked' ''
	perl -e 'print "5;", "x" x 100000'
}
health='GET /health HTTP/1.1\r\nHost: loya\r\n\r\n'
codes() { sed -n 's/^HTTP.1.1 \([0-9]*\).*/\1/p' "$1" | xargs; }

sources
extension "$health" >"$T/second"
start inetd perl -e 'system @ARGV;
    printf "%d\n", 100 * ((times)[2] + (times)[3])' timeout 10 \
    sh -c 'exec loya-recv <"$1" >"$2"' sh "$T/second" "$T/answers"

start_recv
pid=$(cat "$T/recv.pid")
used() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
closed() { [ "$(find "/proc/$pid/fd" -lname 'socket:*' | wc -l)" = 1 ]; }
gone() { ! kill -0 "$pid"; }
extension '' >"$T/req"
answer 400 "a chunk's extension that fills the buffer"
# A trailer that ends exactly with the buffer, wherever that is: 64 clients
# that send it and leave.
perl -MIO::Socket -e 'for (17860 .. 17923) {
	my $s = IO::Socket::INET->new($ARGV[0]) or die;
	print $s join("\r\n", "POST /hooks/open HTTP/1.1", "Host: loya",
	    "Content-Type: application/json", "Transfer-Encoding: chunked",
	    "", "2", "{}", "0", "a:" . "b" x $_, "");
}' "$address"
cp "$T/second" "$T/req"
ask -e
is "and one after a request that was answered" "$code" "200 400"
wait_for "the connections to be closed" closed
used=$(used)
ok "they have taken less than 0.3 s of the processor ($used)" \
    test "$used" -lt 30
# A server that spins on a connection that it cannot close would not end.
kill "$pid"
wait_for "the server's end" gone || kill -KILL "$pid"
stop recv
is "the server ends when it is told to" "$rc" 0

tap_pid=$(cat "$T/inetd.pid")
wait "$tap_pid"
is "inetd: the same answers" "$(codes "$T/answers")" "200 400"
used=$(cat "$T/inetd.out")
ok "inetd: in less than 0.3 s of the processor ($used)" test "$used" -lt 30
done_testing
