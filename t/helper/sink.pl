# A receiver of webhooks that does as it is told: sink.pl DIR [CERT KEY]
# Listens on a free port of loopback and writes it to DIR/port.  Each request
# is a line of DIR/log: what was answered, webhook-id, subject, id of the event,
# webhook-timestamp; the last one stands in DIR/last as it came.  What is
# answered stands in DIR/mode, or DIR/mode.SUBJECT, read anew for each:
#   a number  this status, with DIR/headers and DIR/body (or DIR/body.SUBJECT)
#             where they are
#   N then M  N for this request, M from the next one on
#   much      200 and a body without end
#   half, junk, reset, mute (says nothing)
#   cut       200 and a part of the headers
#   drip      200 and a byte of a header now and then, without end
#   headers, continue   the same in a stream: headers, answers of 100
#   long      200 and a header of 200,000 bytes
#   minus     200 and less than nothing
#   trailer   503, and Retry-After behind its body
#   twice     204, and 204 once more for the next request
# Many connections at a time, each for many requests.  While DIR/hold is there
# nothing is answered, and DIR/held says that a request is there.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Socket qw(SOL_SOCKET SO_LINGER);
use Time::HiRes ();

my ($dir, $cert, $key) = @ARGV;
$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = 'IGNORE';
my %where = (Listen => 1024, LocalAddr => '127.0.0.1', LocalPort => 0);
my $l;
if ($cert) {
	require IO::Socket::SSL;
	$l = IO::Socket::SSL->new(%where, SSL_cert_file => $cert,
	    SSL_key_file => $key);
} else {
	$l = IO::Socket::INET->new(%where);
}
die "listen: $!\n" unless $l;
open my $log, '>>', "$dir/log" or die;
$log->autoflush(1);

sub slurp {
	open my $f, '<', "$dir/$_[0]" or return;
	local $/;
	return scalar <$f>;
}

sub put {	# whole or not at all: others read it
	open my $f, '>', "$dir/$_[0].tmp" or die;
	print $f $_[1];
	close $f;
	rename "$dir/$_[0].tmp", "$dir/$_[0]" or die;
}

sub mode {
	my $m = -e "$dir/mode.$_[0]" ? slurp("mode.$_[0]") : slurp('mode');
	$m = '204' unless defined $m;
	chomp $m;
	put('mode', $1) if $m =~ s/ then (.*)//;
	return $m;
}

sub reset_it {
	setsockopt $_[0], SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
}

sub bodied {
	my ($m, $who) = @_;
	my $body = -e "$dir/body.$who" ? slurp("body.$who") : slurp('body');
	my $more = slurp('headers');
	$body = '' if !defined $body || $m eq '204';
	$more = '' unless defined $more;
	my $len = $m eq '204' ? '' : 'Content-Length: ' . length($body)
	    . "\r\n";
	return "HTTP/1.1 $m X\r\n$more$len\r\n$body";
}

# Without keeping the others waiting.
sub drip {
	my ($c) = @_;
	my $pid = fork;
	return if $pid;
	print $c "HTTP/1.1 200 X\r\nX-Slow: ";
	while (print $c 'x') {
		Time::HiRes::sleep(0.05);
	}
	POSIX::_exit(0);
}

# What the request gets; undef: the connection ends.
sub answer {
	my ($c, $m, $who) = @_;
	return bodied($m, $who) if $m =~ /^\d+$/;
	return '' if $m eq 'mute';
	return "HTTP/1.1 204 X\r\n\r\n" x 2 if $m eq 'twice';
	if ($m eq 'half') {
		print $c "HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhalf";
	} elsif ($m eq 'cut') {
		print $c "HTTP/1.1 200 X\r\nContent-Le";
	} elsif ($m eq 'junk') {
		print $c "\0\1\2 this is not HTTP\r\n\r\n";
	} elsif ($m eq 'reset') {
		reset_it($c);
	} elsif ($m eq 'much') {
		print $c "HTTP/1.1 200 X\r\n\r\n";
		while (print $c 'x' x 65536) {}
	} elsif ($m eq 'drip') {
		drip($c);
	} elsif ($m eq 'headers') {
		print $c "HTTP/1.1 200 X\r\n";
		while (print $c "X-More: more\r\n" x 100) {}
	} elsif ($m eq 'long') {
		print $c "HTTP/1.1 200 X\r\nX-Long: ", 'x' x 200000, "\r\n\r\n";
	} elsif ($m eq 'minus') {
		print $c "HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\n";
	} elsif ($m eq 'trailer') {
		print $c "HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n",
		    "2\r\nno\r\n0\r\nRetry-After: 90\r\n\r\n";
	} elsif ($m eq 'continue') {
		while (print $c "HTTP/1.1 100 Continue\r\n\r\n" x 100) {}
	}
	return;
}

my (%in, %held);
my $sel = IO::Select->new($l);
put('port', $l->sockport);

sub drop {
	my ($c) = @_;
	$sel->remove($c);
	delete $in{$c};
	delete $held{$c};
	close $c;
}

# Everything whole that the connection has sent.
sub serve {
	my ($c) = @_;
	while (defined $in{$c} && $in{$c} =~ /\r\n\r\n/) {
		my $head = $`;
		my ($n) = $head =~ /^content-length:\s*(\d+)/mi;
		my $all = length($head) + 4 + ($n || 0);
		return if length $in{$c} < $all;
		if (-e "$dir/hold") {
			$held{$c} = $c;
			put('held', '');
			return;
		}
		my $request = substr($in{$c}, 0, $all, '');
		my ($id) = $head =~ /^webhook-id:\s*(\S+)/mi;
		my ($at) = $head =~ /^webhook-timestamp:\s*(\S+)/mi;
		my ($who) = $request =~ /"subject":"([^"]*)"/;
		my ($event) = $request =~ /"id":"([^"]*)"/;
		$_ = defined $_ ? $_ : '-' for $id, $at, $who, $event;
		my $m = mode($who);
		put('last', $request);
		print $log join("\t", $m, $id, $who, $event, $at), "\n";
		my $a = answer($c, $m, $who);
		return drop($c) unless defined $a;
		print $c $a if length $a;
	}
}

while (1) {
	for my $c ($sel->can_read(%held ? 0.02 : 1)) {
		if ($c == $l) {
			my $new = $l->accept or next;
			$new->autoflush(1);
			$in{$new} = '';
			$sel->add($new);
			next;
		}
		my $n = sysread $c, $in{$c}, 65536, length $in{$c};
		$n ? serve($c) : drop($c);
	}
	next if -e "$dir/hold";
	for my $c (values %held) {
		delete $held{$c};
		serve($c);
	}
}
