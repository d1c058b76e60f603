# A token endpoint that does as it is told: token.pl DIR [CERT KEY]
# Listens on a free port of loopback and writes it to DIR/port.  Each request
# is kept in DIR/request.N, N from 1; DIR/count is how many there were.  What
# is answered stands in DIR/mode, read anew for each:
#   good      a token for an hour
#   file      DIR/status, DIR/headers and DIR/body, as they are
#   rotate    refresh tokens: each is good once (the first is "first"); one
#             that was used before ends the whole family; a file DIR/chain
#             begins another with the token that stands in it
#   echo      400, and all that was sent is said again
#   half, large, endless, reset, junk, mute (until the client hangs up)
# A GET is answered 401 when it carries the token that stands in DIR/revoked,
# else 200.
# While DIR/hold is there nothing is answered.
use strict;
use warnings;
use IO::Socket::INET;
use MIME::Base64;
use Socket qw(SOL_SOCKET SO_LINGER);

my ($dir, $cert, $key) = @ARGV;
$SIG{PIPE} = 'IGNORE';
my %where = (Listen => 64, LocalAddr => '127.0.0.1', LocalPort => 0);
my $l;
if ($cert) {
	require IO::Socket::SSL;
	$l = IO::Socket::SSL->new(%where, SSL_cert_file => $cert,
	    SSL_key_file => $key, SSL_startHandshake => 0);
} else {
	$l = IO::Socket::INET->new(%where);
}
die "listen: $!\n" unless $l;
my ($n, $issued, %used) = (0, 0);
my ($current, $dead) = ('first', 0);

sub slurp {
	open my $f, '<', "$dir/$_[0]" or return '';
	local $/;
	my $s = <$f>;
	return defined $s ? $s : '';
}

sub put {	# whole or not at all: others read it
	open my $f, '>', "$dir/$_[0].tmp" or die;
	print $f $_[1];
	close $f;
	rename "$dir/$_[0].tmp", "$dir/$_[0]" or die;
}

sub reply {	# status, body, headers
	my ($status, $body, $more) = @_;
	$more = "Content-Type: application/json\r\n" unless defined $more;
	return "HTTP/1.1 $status X\r\n${more}Cache-Control: no-store\r\n"
	    . 'Content-Length: ' . length($body)
	    . "\r\nConnection: close\r\n\r\n$body";
}

sub rotate {
	if (-e "$dir/chain") {
		chomp($current = slurp('chain'));
		unlink "$dir/chain";
		($dead, %used) = (0);
	}
	my ($sent) = $_[0] =~ /refresh_token=([^&]*)/;
	$sent = '' unless defined $sent;
	if ($dead || $sent ne $current) {
		$dead = 1 if $used{$sent};
		return reply(400, '{"error":"invalid_grant",'
		    . '"error_description":"expired access\/refresh token"}');
	}
	$used{$sent} = 1;
	$issued++;
	$current = "chain-$issued-of-peer";
	put('current', $current);
	return reply(200, qq({"access_token":"token-$issued-of-peer",)
	    . qq("token_type":"Bearer","refresh_token":"$current","expires_in":3600}));
}

sub echo {
	my ($request) = @_;
	my ($basic) = $request =~ /^Authorization: Basic (\S+)/m;
	$request .= ' ' . decode_base64($basic) if defined $basic;
	$request =~ s/[\r\n]+/ /g;
	$request =~ s/^.*?(?=Authorization|client_id|grant_type)//;
	(my $plain = $request) =~ s/%([0-9A-F]{2})/chr hex $1/ge;
	for ($request, $plain) {
		s/(["\\])/\\$1/g;
	}
	return reply(400, qq({"error":"invalid_client",)
	    . qq("error_description":"$plain","error_uri":"$request"}));
}

sub resource {
	my ($bearer) = $_[0] =~ /^Authorization: Bearer (\S+)/m;
	chomp(my $revoked = slurp('revoked'));
	return reply(401, '[{"errorCode":"INVALID_SESSION_ID"}]')
	    if !defined $bearer || $bearer eq $revoked;
	return reply(200, '{}');
}

my %answer = (
	good => sub {
		$issued++;
		return reply(200, qq({"access_token":"token-$issued-of-peer",)
		    . '"token_type":"bearer","expires_in":3600}');
	},
	file => sub {
		return reply(slurp('status') || 200, slurp('body'),
		    -f "$dir/headers" ? slurp('headers') : undef);
	},
	rotate => sub { rotate(slurp("request.$n")) },
	echo => sub { echo(slurp("request.$n")) },
	half => sub { substr reply(200, '{"access_token":"' . 'x' x 100 . '"}'),
	    0, -50 },
	large => sub { reply(200, '{"access_token":"' . 'x' x 2000000 . '"}') },
	endless => sub { "HTTP/1.1 200 X\r\n\r\n" . 'x' x 2000000 },
	junk => sub { "SSH-2.0-OpenSSH_9.2\r\n" },
	mute => sub { '' },
	reset => sub { undef },
);

sub request {	# head and body, or undef
	my ($s) = @_;
	my $got = '';
	until ($got =~ /\r\n\r\n/) {
		return undef unless sysread $s, $got, 65536, length $got;
	}
	my ($head) = $got =~ /\A(.*?\r\n\r\n)/s;
	my $len = $head =~ /^content-length: *(\d+)/mi ? $1 : 0;
	while (length $got < $len + length $head) {
		return undef unless sysread $s, $got, 65536, length $got;
	}
	return $got;
}

sub serve {
	my ($s) = @_;
	my $got = request($s);
	return unless defined $got;
	put('request.' . ++$n, $got);
	put('count', $n);
	select undef, undef, undef, 0.01 while -e "$dir/hold";
	chomp(my $mode = slurp('mode') || 'good');
	my $text = $got =~ /\AGET / ? resource($got) : $answer{$mode}->();
	if (!defined $text) {
		setsockopt $s, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
		return;
	}
	my $off = 0;
	while ($off < length $text) {
		my $k = syswrite $s, $text, length($text) - $off, $off;
		last unless $k;
		$off += $k;
	}
	sysread $s, my $rest, 1 if $mode eq 'mute';
}

put('count', 0);
put('port', $l->sockport);
while (1) {
	my $s = $l->accept or next;
	if ($cert) {
		IO::Socket::SSL->start_SSL($s, SSL_server => 1,
		    SSL_cert_file => $cert, SSL_key_file => $key) or next;
	}
	serve($s);
	close $s;
}
