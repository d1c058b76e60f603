#!/bin/sh
# The server around the requests: addresses, signals, standard output, death.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

json='Content-Type: application/json'

acknowledged() {	# of post.pl: every id that got a 202
	grep -v '^status' "$1" | sort
}

lost() {	# acknowledged ids that are not in the inbox
	inbox "SELECT event_id FROM inbox" | sort >"$T/stored"
	acknowledged "$1" | comm -23 - "$T/stored"
}

sources

# usage and set-up
status 64 "an address without port" loya-recv -l localhost
status 64 "an invalid port" loya-recv -l 127.0.0.1:99999
status 64 "a relative socket path" loya-recv -l unix:sock
status 64 "a certificate without key" loya-recv -C x
status 64 "a CA without certificate" loya-recv -A x
status 64 "a limit that is not a number" loya-recv -m many
status 64 "an argument" loya-recv x
status 78 "no socket was handed over" loya-recv -l fd
status 78 "an address that is not ours" loya-recv -l 192.0.2.1:1
status 0 "-n checks the set-up" loya-recv -n
like "and says who owns what" "$(cat "$T/out")" \
    '"field":"email","owner":null,"authority":\[\]'
echo '{ "map": { "external_id": "/id",
    "fields": { "email": "/mail", "shoe_size": "/shoe" } } }' \
    >"$LOYA_CONF/sources/hr.json"
status 0 "with a map" loya-recv -n
like "the one source that maps a field owns it" "$(cat "$T/out")" \
    '"field":"email","owner":"hr","authority":\["hr"\]'
is "attributes are listed too" "$(grep -c '"shoe_size","owner":"hr"' "$T/out")" 1
rm "$LOYA_CONF/sources/hr.json"
echo '{ "receive": { "auth": { "kind": "no-such" } } }' \
    >"$LOYA_CONF/sources/bad.json"
status 78 "a bad source file" loya-recv -n
like "is named with its line" "$(cat "$T/err")" 'bad.json:1:'
status 78 "and keeps the server from starting" loya-recv -l 127.0.0.1:0
rm "$LOYA_CONF/sources/bad.json"

# addresses
start recv loya-recv -l 127.0.0.1:0 -l "unix:$T/sock" -l '[::1]:0'
wait_for "the last address" grep -q 'listening on \[::1\]:' "$T/recv.err"
is "each address is announced" "$(grep -c listening "$T/recv.err")" 3
request POST /hooks/open '{"id":"by-unix"}' "$json"
address=unix:$T/sock
ask
is "a local socket is served, and trusted" "$code" 202
address=$(sed -n 's/.*listening on \(\[::1\].*\)/\1/p' "$T/recv.err")
status 78 "a socket that somebody listens on is not taken" \
    loya-recv -l "unix:$T/sock"
stop recv KILL
ok "a killed server leaves its socket" test -S "$T/sock"
start recv loya-recv -l "unix:$T/sock"
wait_for "the server" grep -q listening "$T/recv.err"
address=unix:$T/sock
ask
is "which the next one replaces" "$code" 202
stop recv
is "it ends with 0" "$rc" 0
ok "and removes the socket" test ! -e "$T/sock"
status 78 "it cannot listen everywhere" \
    loya-recv -l "unix:$T/sock" -l 192.0.2.1:1
ok "and removes what it has made so far" test ! -e "$T/sock"
echo '{"no":1}' >"$LOYA_CONF/sources/bad.json"
status 78 "a source file is wrong" loya-recv -l "unix:$T/sock"
ok "there is no socket without a server" test ! -e "$T/sock"
rm "$LOYA_CONF/sources/bad.json"

# Whoever has the socket may be too busy to accept.
start full perl -MIO::Socket::UNIX -e '
	my $l = IO::Socket::UNIX->new(Local => shift, Listen => 1) or die;
	my @waiting;
	while (my $s = IO::Socket::UNIX->new(Type => SOCK_STREAM |
	    Socket::SOCK_NONBLOCK)) {
		connect $s, $l->sockname or last;
		push @waiting, $s;
	}
	$| = 1;
	print "full\n";
	sleep 60' "$T/full"
wait_for "a socket with no room" grep -q full "$T/full.out"
status 78 "nor is one whose owner is busy" \
    timeout 10 loya-recv -l "unix:$T/full"
stop full KILL

# a socket that was handed over
cat >"$T/hand.pl" <<'EOT'
use IO::Socket::INET;
use Fcntl;
use POSIX;
my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1:0') or die;
POSIX::dup2(fileno $s, 3) or die if fileno $s != 3;
fcntl STDIN, F_GETFD, 0;
open my $k, '<&=', 3;
fcntl $k, F_SETFD, 0;
$ENV{LISTEN_PID} = $$;
$ENV{LISTEN_FDS} = 1;
exec 'loya-recv', '-l', 'fd' or die;
EOT
start recv perl "$T/hand.pl"
wait_for "the server" grep -q listening "$T/recv.err"
address=$(sed -n 's/.*listening on //p' "$T/recv.err")
ask
is "a socket that systemd hands over" "$code" 202
stop recv
is "is given back with 0" "$rc" 0

# reload
start_recv
request POST /hooks/late '{"id":"l1"}' "$json"
ask
is "a source that is not there yet" "$code" 404
echo '{ "receive": { "auth": { "kind": "none" }, "id": "/id" } }' \
    >"$LOYA_CONF/sources/late.json"
kill -HUP "$(cat "$T/recv.pid")"
wait_for "the reload" grep -q 'read again' "$T/recv.err"
ask
is "is there after SIGHUP" "$code" 202
echo '{' >"$LOYA_CONF/sources/late.json"
kill -HUP "$(cat "$T/recv.pid")"
wait_for "the refusal" grep -q 'old configuration stays' "$T/recv.err"
ask
is "a bad file leaves the old ones in place" "$code" 202
rm "$LOYA_CONF/sources/late.json"
echo '{ "receive": { "auth": { "kind": "bearer" } } }' \
    >"$LOYA_CONF/sources/unset.json"
kill -HUP "$(cat "$T/recv.pid")"
wait_for "the warning" grep -q "secret 'unset' is not set" "$T/recv.err"
request POST /hooks/unset '{}' "$json" 'Authorization: Bearer x'
ask
is "without a secret no sender is accepted" "$code" 401
let_in() { ask; [ "$code" = 202 ]; }
kept_out() { ask; [ "$code" = 401 ]; }
printf x | loya-token set unset
wait_for "a secret that is set while it runs" let_in
is "... is good without a signal" "$code" 202
printf y | loya-token set -a unset
request POST /hooks/unset '{}' "$json" 'Authorization: Bearer y'
wait_for "another one" let_in
request POST /hooks/unset '{}' "$json" 'Authorization: Bearer x'
ask
is "... is good beside it" "$code" 202
loya-token -q rotate
loya-token unset -o unset
wait_for "the older one to go, and another key" kept_out
is "... is good no more" "$code" 401
request POST /hooks/unset '{}' "$json" 'Authorization: Bearer y'
ask
is "... and the newer one is" "$code" 202
stop recv

# the key is changed while the server cannot read the other one
mkdir "$T/cred"
cp "$LOYA_CONF/key" "$T/cred/loya-key"
printf y | loya-token set unset
CREDENTIALS_DIRECTORY=$T/cred
export CREDENTIALS_DIRECTORY
start_recv
unset CREDENTIALS_DIRECTORY
ask
is "a key that systemd hands over" "$code" 202
loya-token -q rotate
noticed() { ask; grep -q 'start this program again' "$T/recv.err"; }
wait_for "the change to be noticed" noticed
ask
is "... is good for what is still set" "$code" 202
printf new | loya-token set unset
gone() { ask; [ "$code" = 503 ]; }
wait_for "the secret to be replaced" gone
is "... what was replaced is good no more, but for a time only" "$code" 503
request POST /hooks/unset '{}' "$json" 'Authorization: Bearer new'
ask
is "... nor is the other one known" "$code" 503
like "... and a sender hears nothing of our key" \
    "$(cat "$T/got")" '"detail":"nothing can be received at present"'
cp "$LOYA_CONF/key" "$T/cred/loya-key"
wait_for "the other key" let_in
is "... until the key is there" "$code" 202
stop recv
start_recv
request POST /hooks/unset '{}' "$json" 'Authorization: Bearer z'
ask
like "and the scheme is named" "$(cat "$T/got")" '^WWW-Authenticate: Bearer '
stop recv
rm "$LOYA_CONF/sources/unset.json"

# a flood of failures is one row
start_recv
request POST /hooks/std '{"id":"x"}' "$json"
head -c -0 "$T/req" >"$T/one"
i=0
while [ $i -lt 200 ]; do
	cat "$T/one"
	i=$((i + 1))
done >"$T/req"
ask -n 200
is "200 failures get 200 answers" "$(grep -c '^HTTP/1.1 401' "$T/got")" 200
stop recv
like "and at most a row a minute" \
    "$(inbox "SELECT count(*), sum(count) FROM refusal
	WHERE source = 'std'")" '^[12]\|200$'

# A proxy that was set up wrongly has every request refused.
echo '{ "proxy": { "from": ["127.0.0.1"], "address": "X-Client" } }' \
    >"$LOYA_CONF/loya.json"
start_recv
request POST /hooks/open '{"id":"proxied"}' "$json" 'X-Client: what?'
answer 400 "a proxy that says nonsense"
answer 400 "... always"
stop recv
rm "$LOYA_CONF/loya.json"
is "... is reported, without -v, and seldom" \
    "$(grep -v listening "$T/recv.err")" "loya-recv: proxy 127.0.0.1: \
the proxy's header with the client's address is malformed
loya-recv: proxy: 1 more request refused"

# the end, under load
start_recv
perl "$here/helper/post.pl" "$address" 16 term >"$T/acked" &
load=$!
wait_for "some events" sh -c "test \$(wc -l <$T/acked) -gt 500"
stop recv
is "SIGTERM under load ends with 0" "$rc" 0
wait "$load"
is "no delivery was refused" "$(grep -c status "$T/acked")" 0
is "every acknowledged event is in the inbox" "$(lost "$T/acked")" ""
sed -n 's/.*"id":"\(term[^"]*\)".*/\1/p' "$T/recv.out" | sort >"$T/printed"
is "and was printed once" "$(inbox "SELECT event_id FROM inbox
    WHERE event_id GLOB 'term*'" | sort | cmp - "$T/printed" 2>&1)" ""

# one that does not end in time; it is checked below
start late loya-recv -l 127.0.0.1:0
wait_for "the server" grep -q listening "$T/late.err"
perl -MIO::Socket::INET - "$(sed -n 's/.*listening on //p' "$T/late.err")" \
    "$(cat "$T/late.pid")" >"$T/late.got" 2>"$T/late.ms" <<'EOT' &
use Time::HiRes qw(time);
my ($to, $pid) = @ARGV;
my $s = IO::Socket::INET->new($to) or die;
print $s "POST /hooks/open HTTP/1.1\r\nHost: loya\r\nExpect: 100-continue\r\n",
    "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n";
$s->flush;
<$s> =~ / 100 / or die;
my $began = time;
kill "TERM", $pid;
print <$s>;
# He keeps his side open until the server has ended.
sub state { open my $f, '<', "/proc/$pid/stat" or return 'X';
    (split ' ', <$f>)[2] }
select undef, undef, undef, 0.02 while state() !~ /[ZX]/;
printf STDERR "%d\n", 1000 * (time - $began);
EOT
late=$!

# one whose head was read and whose body was not
start_recv
perl -MIO::Socket::INET - "$address" "$(cat "$T/recv.pid")" \
    >"$T/got" <<'EOT'
my ($to, $pid) = @ARGV;
my $s = IO::Socket::INET->new($to) or die;
print $s "POST /hooks/open HTTP/1.1\r\nHost: loya\r\nExpect: 100-continue\r\n",
    "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n";
$s->flush;
<$s> =~ / 100 / or die;
kill "TERM", $pid;
select undef, undef, undef, 0.01 while IO::Socket::INET->new($to);
print $s '{"id":"last"}';
$s->flush;
print <$s>;
EOT
stop recv
is "what is under way at the end is taken" \
    "$(inbox "SELECT count(*) FROM inbox WHERE event_id = 'last'")" 1
like "with an answer" "$(cat "$T/got")" '^HTTP/1.1 202'
like "that says that it is the last one" "$(cat "$T/got")" '^Connection: close'

n=0
while [ $n -lt 5 ]; do
	n=$((n + 1))
	start_recv
	perl "$here/helper/post.pl" "$address" 8 "kill$n" >"$T/acked" &
	load=$!
	wait_for "some events" sh -c "test \$(wc -l <$T/acked) -gt 200"
	stop recv KILL
	wait "$load"
	is "killed: no acknowledged event is lost" "$(lost "$T/acked")" ""
done

wait "$late"
stop late
is "what takes too long at the end is cut off" "$rc" 0
like "with an answer that does not blame its sender" "$(cat "$T/late.got")" \
    '^HTTP/1.1 503'
like "... and says when to come again" "$(cat "$T/late.got")" '^Retry-After: 5'
ok "all within five seconds ($(cat "$T/late.ms") ms)" \
    test "$(cat "$T/late.ms")" -lt 6000

# more clients than descriptors; a repeat needs one more
start_recv
request POST /hooks/open '{"id":"among-many"}' "$json"
ask
stop recv
start recv sh -c 'ulimit -n 80; exec loya-recv -l 127.0.0.1:0'
wait_for "the server" grep -q listening "$T/recv.err"
address=$(sed -n 's/.*listening on //p' "$T/recv.err")
perl -MIO::Socket::INET -e '
	my $at = shift;
	my @s = map { IO::Socket::INET->new($at) or die } 1 .. 100;
	sleep 1;
	local $/;
	print { $s[0] } <STDIN>;
	$s[0]->flush;
	$/ = "\n";
	my $line = readline $s[0];
	print $line;' "$address" <"$T/req" >"$T/got"
like "they do not take those of the store" "$(cat "$T/got")" '^HTTP/1.1 202'
stop recv
is "nor end the server" "$rc" 0
like "which says how many it takes" "$(cat "$T/recv.err")" \
    'only 80 descriptors: 32 connections at once, not 512'

# readers of standard output
mkfifo "$T/fifo"
start recv sh -c "exec loya-recv -l 127.0.0.1:0 >'$T/fifo'"
exec 7<"$T/fifo"
wait_for "the server" grep -q listening "$T/recv.err"
address=$(sed -n 's/.*listening on //p' "$T/recv.err")
big=$(perl -e 'print "x" x 200000')
i=0
while [ $i -lt 12 ]; do
	i=$((i + 1))
	request POST /hooks/open "{\"id\":\"slow-$i\",\"x\":\"$big\"}" "$json"
	ask
	[ "$code" = 202 ] || echo "$code"
done >"$T/codes"
is "a reader that does not read delays no sender" "$(cat "$T/codes")" ""
wait_for "the reader to be found slow" grep -q 'reader is slow' "$T/recv.err"
cat <&7 >"$T/lines" &
reader=$!
stop recv
exec 7<&-
wait "$reader"
is "nor the end" "$rc" 0
like "when it reads again it gets what was kept" \
    "$(wc -l <"$T/lines")" '^[5-7]$'
is "whole lines only" "$(grep -vc '^{"specversion".*x"}}$' "$T/lines")" 0

start recv sh -c "exec loya-recv -l 127.0.0.1:0 >'$T/fifo'"
exec 7<"$T/fifo"
wait_for "the server" grep -q listening "$T/recv.err"
address=$(sed -n 's/.*listening on //p' "$T/recv.err")
exec 7<&-
request POST /hooks/open '{"id":"gone"}' "$json"
ask
is "a reader that is gone harms no sender" "$code" 202
wait_for "the word of it" grep -q 'reader is gone' "$T/recv.err"
request POST /hooks/open '{"id":"gone2"}' "$json"
ask
is "later neither" "$code" 202
stop recv
is "and the end is clean" "$rc" 0
done_testing
