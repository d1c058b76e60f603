#!/bin/sh
# loya-recv as inetd(8) starts it: one socket is descriptor 0, 1 and 2.
. "$(dirname "$0")/lib.sh"

echo '{"profile":"plain"}' >"$LOYA_CONF/sources/hr.json"
loya-token init -q

# Like inetd: what comes back from the socket for this request.
inetd() {	# REQUEST [OPTION]...
	inetd_request=$1
	shift
	printf '%b' "$inetd_request" | perl -MSocket -e '
		socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0) or die;
		if (!fork) {
			close $a;
			open STDIN, "<&", $b;
			open STDOUT, ">&", $b;
			open STDERR, ">&", $b;
			exec "loya-recv", @ARGV;
		}
		close $b;
		local $/;
		syswrite $a, scalar <STDIN>;
		shutdown $a, 1;
		print <$a>;' -- "$@"
}

is "the peer gets HTTP and no message" \
    "$(inetd 'GET /health HTTP/1.0\r\n\r\n' | head -n 1 | tr -d '\r')" "HTTP/1.1 200 OK"
is "nor does it get our usage" \
    "$(inetd 'GET /health HTTP/1.0\r\n\r\n' -z; echo .)" "."
# A shell may have a socket for all three, too.
like "a server tells who started it why it cannot be one" \
    "$(inetd '' -l 192.0.2.1:1)" '^loya-recv: 192.0.2.1:1: cannot listen'
like "so does -n" "$(inetd '' -n -c "$T/none")" "^loya-recv: $T/none"
like "a wrong option beside them as well" "$(inetd '' -n -z)" \
    '^loya-recv: unknown option -z'
# A pipe that is full, and that nobody reads.
printf 'POST /hooks/hr HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}' \
    >"$T/request"
mkfifo "$T/full"
exec 3<>"$T/full"
dd if=/dev/zero of="$T/full" bs=65536 count=1 2>/dev/null
start piped sh -c 'exec loya-recv -t 1 <"$1" >"$2"' sh "$T/request" "$T/full"
gone() { ! kill -0 "$(cat "$T/piped.pid")"; }
wait_for "it to end" gone
stop piped
is "a pipe whose reader reads nothing does not keep it" "$rc" 0
exec 3>&-
status 74 "an answer that cannot be written" \
    sh -c 'exec loya-recv <"$1" >/dev/full' sh "$T/request"
is "... is reported" "$(tail -n 1 "$T/err")" \
    "loya-recv: standard output: No space left on device"
status 74 "a request that cannot be read" loya-recv <"$T"
is "... is reported" "$(tail -n 1 "$T/err")" \
    "loya-recv: standard input: Is a directory"
status 0 "a reader that is gone is a peer that is gone" sh -c \
    '{ loya-recv <"$1"; echo $? >"$1.rc"; } | :; exit $(cat "$1.rc")' \
    sh "$T/request"
echo '{' >"$LOYA_CONF/sources/bad.json"
# unset SENTENCE: what a peer gets in each case has none of our messages
unset_up() {
	inetd 'GET /health HTTP/1.0\r\n\r\n' | tr -d '\r' >"$T/health"
	like "$1: /health says so" "$(cat "$T/health")" \
	    '^\{"status":"failing","why":"(failing|read_only)"\}$'
	inetd 'POST /hooks/hr HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}' |
	    tr -d '\r' >"$T/hook"
	is "$1: a sender gets 503" "$(head -n 1 "$T/hook")" \
	    "HTTP/1.1 503 Service Unavailable"
	like "... with the date" "$(cat "$T/hook")" '^Date: ...,'
	like "... and when to come again" "$(cat "$T/hook")" '^Retry-After: 60'
	like "... with a problem" "$(cat "$T/hook")" \
	    '^Content-Type: application/problem\+json'
	like "... that is one" "$(tail -n 1 "$T/hook")" \
	    '^\{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"'
	is "... and tells nothing of us" "$(grep -Ec \
	    '/(tmp|conf|sources)|json:|key|newer|configuration' "$T/hook")" 0
	status 78 "... and the status is 78" loya-recv </dev/null
}
mv "$LOYA_CONF/key" "$T/key"
cat >"$LOYA_CONF/sources/std.json" <<-'EOT'
{ "receive": { "auth": { "kind": "standard-webhooks" } } }
EOT
unset_up "without the key"
mv "$T/key" "$LOYA_CONF/key"
echo '{' >"$LOYA_CONF/sources/bad.json"
unset_up "with a broken source file"
rm "$LOYA_CONF/sources/bad.json"
sqlite3 "$LOYA_STORE" 'PRAGMA user_version=99'
unset_up "with a newer store"
if [ "$(id -u)" != 0 ]; then
	chmod a-w "$LOYA_STORE-inbox"
	unset_up "with an inbox that cannot be written"
fi
done_testing
