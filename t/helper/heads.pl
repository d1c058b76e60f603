# Requests that a server of HTTP has to refuse, many of each kind:
#   heads.pl HOST:PORT TIMES     a line for each kind: its name, the answers
# Every answer is read to its end, or the connection is dropped at once where
# the peer is one that does so.
use strict;
use warnings;
use IO::Socket::INET;

my ($address, $times) = @ARGV;
my $h = "Host: x\r\n";
my $post = "POST /hooks/open HTTP/1.1\r\n${h}";
my @kind = (
	[ 'NUL and query', "GET /\0?" . 'a&' x 3000 . " HTTP/1.1\r\n$h\r\n" ],
	[ 'NUL, query and long target', 'GET /' . 'x' x 12000 . "\0?" .
	    'a&' x 900 . " HTTP/1.1\r\n$h\r\n" ],
	[ 'NUL and query, left', "GET /\0?" . 'a&' x 3000 .
	    " HTTP/1.1\r\n$h\r\n", 'left' ],
	[ 'cookies and no length', "GET / HTTP/1.1\r\n${h}Cookie: " .
	    'a;' x 5000 . "\r\nContent-Length: x\r\n\r\n" ],
	[ 'many headers', "GET / HTTP/1.1\r\n$h" . "a:\r\n" x 2000 . "\r\n" ],
	[ 'long header', "GET / HTTP/1.1\r\n${h}a: " . 'x' x 20000 ],
	[ 'folded header', "GET / HTTP/1.1\r\n${h}a: x\r\n" .
	    (' ' . 'x' x 100 . "\r\n") x 200 . "\r\n" ],
	[ 'no header', "GET / HTTP/1.1\r\n${h}a\r\n\r\n" ],
	[ 'long target', 'GET /' . 'x' x 20000 ],
	[ 'other version', "GET / HTTP/2.0\r\n$h\r\n" ],
	[ 'wrong chunk', "${post}Transfer-Encoding: chunked\r\n\r\nx\r\n" ],
	[ 'many trailers', "${post}Content-Type: application/json\r\n" .
	    "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" .
	    "a:\r\n" x 2000 . "\r\n" ],
	[ 'left in the head', "GET / HTTP/1.1\r\n${h}a: b", 'left' ],
	[ 'left in the body', "${post}Content-Type: application/json\r\n" .
	    "Content-Length: 20\r\n\r\n{", 'left' ],
);

$| = 1;
$SIG{PIPE} = 'IGNORE';
for my $k (@kind) {
	my ($name, $text, $left) = @$k;
	my %seen;
	for (1 .. $times) {
		my $s = IO::Socket::INET->new(PeerAddr => $address) or
		    die "$address: $!";
		my $got = '';
		syswrite $s, $text;
		unless ($left) {
			$s->shutdown(1);
			while (sysread $s, $got, 65536, length $got) { }
		}
		my $all = join ' ', $got =~ /^HTTP\/1\.1 (\d+)/mg;
		$seen{$all || '-'}++;
		close $s;
	}
	print "$name: ", join(', ', sort keys %seen), "\n";
}
