# Talk raw HTTP: http.pl ADDRESS [-n N] [-s] [-p MS] <REQUEST
# Sends standard input as it is to host:port or unix:/path and prints what
# comes back, until N answers (1) are whole or the peer closes; waits 15 s.
#   -s     say nothing more after the request (half close)
#   -p MS  a byte every MS milliseconds, until an answer comes
#   -e     wait for the peer to close, whatever the answers say
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket qw(SHUT_WR);

my $where = shift @ARGV;
my ($want, $half, $pace, $end) = (1, 0, 0, 0);
while (@ARGV) {
	my $o = shift @ARGV;
	$want = shift @ARGV if $o eq '-n';
	$half = 1 if $o eq '-s';
	$pace = shift @ARGV if $o eq '-p';
	$end = 1 if $o eq '-e';
}
$SIG{PIPE} = 'IGNORE';
binmode STDIN;
binmode STDOUT;
my $request = do { local $/; <STDIN> };
my $s = $where =~ /^unix:(.*)/
    ? IO::Socket::UNIX->new(Peer => $1)
    : IO::Socket::INET->new(PeerAddr => $where);
die "$where: $!\n" unless $s;
my $sel = IO::Select->new($s);
my $got = '';

sub whole {	# answers that are whole
	my ($rest, $n) = ($got, 0);
	while ($rest =~ s/\A(HTTP\/1\.1 (\d\d\d).*?\r\n\r\n)//s) {
		my ($head, $code) = ($1, $2);
		next if $code == 100;
		my $len = $request =~ /\AHEAD / ? 0 : $head =~ /^content-length: (\d+)/mi ? $1 : 0;
		last if length $rest < $len;
		substr $rest, 0, $len, '';
		$n++;
	}
	return $n;
}

sub take {	# what is there within so many seconds; 0 at the end
	return 1 unless $sel->can_read($_[0]);
	my $k = sysread $s, my $part, 65536;
	return 0 unless $k;
	$got .= $part;
	return 1;
}

my $open = 1;
if ($pace) {
	for my $byte (split //, $request) {
		last unless defined syswrite $s, $byte;
		$open = take($pace / 1000);
		last if !$open || length $got;
	}
} else {
	my $sent = 0;
	while ($sent < length $request) {
		my $k = syswrite $s, $request, 65536, $sent;
		last unless defined $k;
		$sent += $k;
	}
}
shutdown $s, SHUT_WR if $half;
my $until = time + 15;
while ($open && ($end || whole() < $want)) {
	if (time > $until) {
		print "http.pl: timed out\n";
		last;
	}
	$open = take(0.5);
}
print $got;
print "http.pl: closed\n" if !$open && $end;
