#!/bin/sh
# A client that closes its sending side gets its answer, also among others.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

sources
start_recv
# together N: N requests at once, each with its sending side closed; how many
# answers came, by status
together() {
	perl -MIO::Socket::INET -e '
		my ($at, $n) = @ARGV;
		my @s = map { IO::Socket::INET->new($at) or die } 1 .. $n;
		for my $i (0 .. $#s) {
			my $b = qq({"id":"$n.$i"});
			syswrite $s[$i], "POST /hooks/open HTTP/1.1\r\n" .
			    "Host: x\r\nContent-Type: application/json\r\n" .
			    "Content-Length: " . length($b) . "\r\n\r\n$b";
			shutdown $s[$i], 1;
		}
		my %n;
		$n{(split / /, <$_> // "no answer")[1]}++ for @s;
		print join(" ", map { "$_:$n{$_}" } sort keys %n), "\n";
	' "$address" "$1"
}

is "one" "$(together 1)" "202:1"
is "two at once" "$(together 2)" "202:2"
is "thirty at once" "$(together 30)" "202:30"
is "what was accepted is there" "$(inbox "SELECT count(*) FROM inbox")" 33
stop recv
is "it ends" "$rc" 0

# Over TLS the last bytes may be decrypted but not yet read when the end
# arrives: a record has up to 16 KiB.
perl -MIO::Socket::SSL -e 1 2>/dev/null && command -v openssl >/dev/null || {
	echo "# no IO::Socket::SSL or openssl: nothing over TLS"
	done_testing
	exit
}
make_cert server localhost 'subjectAltName=IP:127.0.0.1'
start_recv -C "$T/server.pem" -K "$T/server.key" -t 5
# over_tls [BYTES]...: for each, a request with a body of that many bytes, and
# the end; prints the status of each answer
over_tls() {
	perl -MIO::Socket::SSL -e '
		my $at = shift;
		for my $n (@ARGV) {
			my $s = IO::Socket::SSL->new(PeerAddr => $at,
			    SSL_verify_mode => 0) or die;
			my $b = qq({"id":"tls.$n","x":");
			$b .= "y" x ($n - length($b) - 2) . "\"}";
			print $s "POST /hooks/open HTTP/1.1\r\nHost: x\r\n" .
			    "Content-Type: application/json\r\n" .
			    "Content-Length: $n\r\n\r\n$b";
			shutdown $s, 1;
			print +(split / /, <$s> // "no answer")[1], " ";
		}
	' "$address" "$@"
}
is "the last bytes over TLS are read" \
    "$(over_tls 100 12000 15000 30000 60000)" "202 202 202 202 202 "
is "and is there" "$(inbox "SELECT count(*) FROM inbox
    WHERE event_id LIKE 'tls.%'")" 5
# early: the end in the middle of a head or a body, of TLS (t), then also of
# TCP (b), or of this alone (c)
early() {
	perl -MIO::Socket::SSL -e '
		my ($at, $ends) = @ARGV;
		my $post = "POST /hooks/open HTTP/1.1\r\nHost: x\r\n";
		for my $part ($post, "${post}Content-Length: 9\r\n\r\nabc",
		    "${post}Transfer-Encoding: chunked\r\n\r\n9\r\nabc") {
			for my $end (split //, $ends) {
				my $s = IO::Socket::SSL->new(PeerAddr => $at,
				    SSL_verify_mode => 0) or die;
				print $s $part;
				Net::SSLeay::shutdown($s->_get_ssl_object)
				    if $end ne "c";
				shutdown $s, 1 if $end ne "t";
				print +(split / /, <$s> // "no none")[1], " ";
			}
		}
	' "$address" "$1"
}
is "a request that ends with its TLS is incomplete" "$(early tbc)" \
    "400 400 400 400 400 400 400 400 400 "
stop recv
done_testing
