# Post events as fast as they are taken: post.pl ADDRESS N [PREFIX]
# N connections, each posting {"id":"PREFIX-C-I"} to /hooks/open until the
# server is gone or asks to stop.  Prints the id of every event that was
# acknowledged, and for anything else than 202 its status.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my ($where, $n, $prefix) = (@ARGV, 'e');
$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { exit 0 };
$| = 1;
my (%c, $sel);
$sel = IO::Select->new;
for my $k (1 .. $n) {
	my $s = IO::Socket::INET->new(PeerAddr => $where) or next;
	$c{$s} = { s => $s, k => $k, i => 0, got => '' };
	$sel->add($s);
	post($c{$s});
}

sub post {
	my $c = shift;
	$c->{i}++;
	my $b = "{\"id\":\"$prefix-$c->{k}-$c->{i}\"}";
	syswrite $c->{s}, "POST /hooks/open HTTP/1.1\r\nHost: x\r\n" .
	    "Content-Type: application/json\r\nContent-Length: " .
	    length($b) . "\r\n\r\n$b";
}

while ($sel->count) {
	for my $s ($sel->can_read(5)) {
		my $c = $c{$s};
		my $r = sysread $s, my $part, 4096;
		if (!$r) {
			$sel->remove($s);
			next;
		}
		$c->{got} .= $part;
		next unless $c->{got} =~
		    /\AHTTP\/1.1 (\d+).*?\r\ncontent-length: (\d+).*?\r\n\r\n/si;
		my ($code, $end) = ($1, $+[0] + $2);
		next if length $c->{got} < $end;
		$c->{got} = substr $c->{got}, $end;
		print $code eq '202' ? "$prefix-$c->{k}-$c->{i}\n" :
		    "status $code\n";
		post($c);
	}
}
