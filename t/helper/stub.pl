# What the stubs of systems share: a server of one request a connection, for
# t/helper/*-write.pl, which are strict: what a system does not document is 400.
#   stub_serve(DIR, sub { my ($q) = @_; ... return (status, body[, headers]) })
# $q has method, path, query (a hash), head (lower-case names), body, json.
# The port stands in DIR/port; each request is a line of DIR/log: the method, the
# path, the status, the length of the body; the last one stands in DIR/last.
use strict;
use warnings;
use IO::Socket::INET;
use JSON::PP;

sub slurp {
	open my $f, '<', $_[0] or return;
	local $/;
	return scalar <$f>;
}

sub put {	# whole or not at all: others read it
	open my $f, '>', "$_[0].tmp" or die;
	print $f $_[1];
	close $f;
	rename "$_[0].tmp", $_[0] or die;
}

sub stub_json { return JSON::PP->new->canonical->encode($_[0]); }

# The word in DIR/mode; with "once" in front it is good for one request.
sub stub_mode {
	my ($dir) = @_;
	my $m = slurp("$dir/mode");
	return '' unless defined $m;
	chomp $m;
	unlink "$dir/mode" if $m =~ s/^once //;
	return $m;
}

sub unescape {
	my ($s) = @_;
	$s =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
	return $s;
}

sub request {
	my ($c) = @_;
	my $in = '';
	while ($in !~ /\r\n\r\n/) {
		sysread $c, $in, 65536, length $in or return;
	}
	my ($head) = split /\r\n\r\n/, $in, 2;
	my ($n) = $head =~ /^content-length:\s*(\d+)/mi;
	my $all = length($head) + 4 + ($n || 0);
	while (length $in < $all) {
		sysread $c, $in, 65536, length $in or return;
	}
	my ($line, @lines) = split /\r\n/, $head;
	my ($method, $target) = split / /, $line;
	my ($path, $query) = split /\?/, $target, 2;
	my %query = map { my ($k, $v) = split /=/, $_, 2; ($k, $v) }
	    split /&/, defined $query ? $query : '';
	my %head = map { my ($k, $v) = split /:\s*/, $_, 2; (lc $k, $v) } @lines;
	my $body = substr $in, length($head) + 4;
	my $json = eval { JSON::PP->new->utf8->decode($body) };
	return { method => $method, path => $path, query => \%query,
	    head => \%head, body => $body, json => $json, text => $in };
}

sub stub_serve {
	my ($dir, $answer) = @_;
	$SIG{PIPE} = 'IGNORE';
	my $l = IO::Socket::INET->new(Listen => 128, LocalAddr => '127.0.0.1',
	    LocalPort => 0) or die "listen: $!\n";
	open my $log, '>>', "$dir/log" or die;
	$log->autoflush(1);
	put("$dir/port", $l->sockport);
	while (my $c = $l->accept) {
		$c->autoflush(1);
		my $q = request($c) or next;
		my ($status, $body, $more) = $answer->($q);
		put("$dir/last", $q->{text});
		print $log "$q->{method} $q->{path} $status ",
		    length $q->{body}, "\n";
		$more = '' unless defined $more;
		$body = '' unless defined $body;
		my $len = $status == 204 ? '' : 'Content-Length: ' .
		    length($body) . "\r\n";
		print $c "HTTP/1.1 $status X\r\nConnection: close\r\n",
		    "$more$len\r\n$body";
		close $c;
	}
}

1;
