# Darwinbox's employee API as its pages describe it, and no more:
# darwinbox.pl DIR
# Listens on a free port of loopback and writes it to DIR/port.  It answers
#   POST /masterapi/employee, Basic authentication loya:hush, and JSON of
#   api_key, datasetKey and perhaps last_modified (DD-MM-YYYY HH:mm:ss) or
#   employee_ids
# and nothing else.  DIR/active and DIR/inactive, read anew for each request,
# have the employees of the datasets "ds-active" and "ds-inactive": a time in
# Indian time to the second as YYYYMMDDHHmmss, a blank, and the JSON object.
# Everything is answered at once.  DIR/log is what was asked.  The line of
# DIR/always is what becomes of each request:
#   status0  200 and {"status":0,...}   keys  the same, with what was sent
#   429  500  html  none (no array)
use strict;
use warnings;
use IO::Socket::INET;
use MIME::Base64;

my ($dir) = @ARGV;
$SIG{PIPE} = 'IGNORE';
my $l = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1',
    LocalPort => 0) or die "listen: $!\n";

sub slurp {
	open my $f, '<', "$dir/$_[0]" or return '';
	local $/;
	my $s = <$f>;
	return defined $s ? $s : '';
}

sub reply {
	my ($status, $body, $type) = @_;
	$type = 'application/json' unless defined $type;
	return "HTTP/1.1 $status X\r\nContent-Type: $type\r\nContent-Length: "
	    . length($body) . "\r\nConnection: close\r\n\r\n$body";
}

# The members of a flat JSON object of texts and lists of texts; undef: other.
sub object {
	my ($s) = @_;
	my %v;
	$s =~ s/^\{(.*)\}$/$1/s or return;
	my $text = qr/"(?:[^"\\]|\\["\\])*"/;
	while ($s =~ s/^"(\w+)":($text|\[(?:$text,?)*\])(,|$)//) {
		my ($k, $v) = ($1, $2);
		return if exists $v{$k};
		$v =~ s/\\(.)/$1/g if $v =~ s/^"(.*)"$/$1/;
		$v{$k} = $v;
	}
	return $s eq '' ? \%v : undef;
}

my %bad = (
	status0 => sub { reply(200, '{"status":0,"message":"Invalid dataset"}') },
	keys => sub { reply(200, qq({"status":0,"message":"you sent $_[0]"})) },
	none => sub { reply(200, '{"status":1,"message":"Successfully loaded"}') },
	429 => sub { reply(429, '') },
	500 => sub { reply(500, 'oops', 'text/plain') },
	html => sub { reply(200, '<html>login</html>', 'text/html') },
);

sub answer {
	my ($head, $body) = @_;
	return reply(404, '{}')
	    unless $head =~ m{^POST /masterapi/employee HTTP/1\.1\r\n};
	return reply(415, '{}')
	    unless $head =~ m{^Content-Type: application/json\r$}mi;
	my ($basic) = $head =~ /^Authorization: Basic (\S+)\r$/mi;
	return reply(401, '{"status":0,"message":"Unauthorized"}')
	    unless defined $basic && decode_base64($basic) eq 'loya:hush';
	my $v = object($body);
	my $mode = slurp('always');
	chomp $mode;
	(my $plain = $body) =~ s/["\\]//g;
	return $bad{$mode}->($plain) if $bad{$mode};
	return reply(400, '{"status":0,"message":"malformed"}') unless $v;
	for (keys %$v) {
		return reply(400, qq({"status":0,"message":"unknown $_"}))
		    unless /^(api_key|datasetKey|last_modified|employee_ids)$/;
	}
	return reply(200, '{"status":0,"message":"Invalid api key"}')
	    unless ($v->{api_key} || '') eq 'k"ey';
	my ($set) = ($v->{datasetKey} || '') =~ /^ds-(active|inactive)$/
	    or return reply(200, '{"status":0,"message":"Invalid dataset"}');
	my $from = '';
	if (defined $v->{last_modified}) {
		my @t = $v->{last_modified} =~
		    /^(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d):(\d\d)$/
		    or return reply(200, '{"status":0,"message":"bad time"}');
		$from = "$t[2]$t[1]$t[0]$t[3]$t[4]$t[5]";
	}
	open my $f, '>>', "$dir/log" or die;
	print $f "$set $from\n";
	my @out;
	for (split /\n/, slurp($set)) {
		my ($at, $json) = /^(\d{14}) (.*)$/ or die;
		push @out, $json if $at ge $from;
	}
	return reply(200, '{"status":1,"message":"Successfully loaded",'
	    . '"employee_data":[' . join(',', @out) . ']}');
}

open my $p, '>', "$dir/port.tmp" or die;
print $p $l->sockport;
close $p;
rename "$dir/port.tmp", "$dir/port" or die;
while (1) {
	my $s = $l->accept or next;
	my $got = '';
	until ($got =~ /\r\n\r\n/) {
		last unless sysread $s, $got, 65536, length $got;
	}
	my ($head) = $got =~ /\A(.*?\r\n\r\n)/s or next;
	my $len = $head =~ /^content-length: *(\d+)/mi ? $1 : 0;
	while (length $got < $len + length $head) {
		last unless sysread $s, $got, 65536, length $got;
	}
	print $s answer($head, substr $got, length $head);
	close $s;
}
