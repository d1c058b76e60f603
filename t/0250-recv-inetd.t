#!/bin/sh
# loya-recv as inetd(8) starts it: one socket is descriptor 0, 1 and 2.
. "$(dirname "$0")/lib.sh"

echo '{"profile":"plain"}' >"$LOYA_CONF/sources/hr.json"
loya-token init -q

# Like inetd: what comes back from the socket for this request.
inetd() {
	printf '%b' "$1" | perl -MSocket -e '
		socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0) or die;
		if (!fork) {
			close $a;
			open STDIN, "<&", $b;
			open STDOUT, ">&", $b;
			open STDERR, ">&", $b;
			exec "loya-recv";
		}
		close $b;
		local $/;
		syswrite $a, scalar <STDIN>;
		shutdown $a, 1;
		print <$a>;'
}

is "the peer gets HTTP and no message" \
    "$(inetd 'GET /health HTTP/1.0\r\n\r\n' | head -n 1 | tr -d '\r')" "HTTP/1.1 200 OK"
echo '{' >"$LOYA_CONF/sources/bad.json"
is "what cannot be set up is 503 for the peer" \
    "$(inetd 'GET /health HTTP/1.0\r\n\r\n' | head -n 2 | tr -d '\r')" \
    "HTTP/1.1 503 Service Unavailable
Retry-After: 60"
done_testing
