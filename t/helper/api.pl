# APIs of the usual kinds, for what a pull section can say: api.pl DIR
# Listens on a free port of loopback and writes it to DIR/port; DIR/log is what
# was asked.  Basic authentication loya:hush, but for /open.
#   GET  /offset?offset=N&limit=2   {"data":[...],"total":5}
#   GET  /short?offset=N&limit=2    the same without total
#   POST /soap     XML with <Page>N</Page>: page N of 3, one Worker each; with
#                  DIR/fault a SOAP fault at status 500
#   GET  /keys     {"d":{"results":[{"id":"a"},{"id":"b"}],"__next":URL}}, the
#                  first of two pages; the second is /keys?at=2 and wants the
#                  cookie and the X-CSRF-Token that came with the first (t1,
#                  or what is in DIR/csrf), but no cookie of a character that
#                  none can have
#   GET  /one/ID   {"d":{"id":ID,"text":...}}, 404 for "c"
#   GET  /whole/ID {"d":{"id":ID,"jobs":[...]}}: a two jobs named x and y; b one
#                  without a name; c 101; d job "gone"; 404 for all others,
#                  but 5.. for what begins with such a number
#   GET  /rows/N   {"rows":[...]} of the job of that name, 404 for "gone"
#   GET  /v1/employees/ID?fields=NAMES  DIR/employee, 404 where ID is not 123
#   GET  /names    {"rows":[...]} of N ids of 4 MB, N from DIR/rows
#   GET  /old      XML with a DTD and an entity
#   GET  /told?at=N  the file DIR/told.N, with the header in DIR/header.N and
#                  the status in DIR/status.N
#   GET  /open     {"rows":N rows}, N from DIR/rows, without an end in memory
# DIR/once is a target and a word: the next answer to it, and no other, ends
# early (cut), or has the status 400 and that word for an error.
use strict;
use warnings;
use IO::Socket::INET;
use MIME::Base64;

my ($dir) = @ARGV;
$SIG{PIPE} = 'IGNORE';
my $l = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1',
    LocalPort => 0) or die "listen: $!\n";
my $port = $l->sockport;

sub slurp {
	open my $f, '<', "$dir/$_[0]" or return '';
	local $/;
	my $s = <$f>;
	return defined $s ? $s : '';
}

sub note {
	open my $f, '>>', "$dir/log" or die;
	print $f "$_[0]\n";
	close $f;
}

sub reply {
	my ($status, $body, @more) = @_;
	@more = ('Content-Type: application/json') unless @more;
	return join("\r\n", "HTTP/1.1 $status X", @more, 'Content-Length: '
	    . length($body), 'Connection: close') . "\r\n\r\n$body";
}

sub offset {
	my ($at, $limit, $total) = @_;
	my @id = grep { $_ < 5 } $at .. $at + $limit - 1;
	return reply(200, '{"data":[' . join(',', map { qq({"id":$_}) } @id)
	    . ']' . ($total ? ',"total":5' : '') . '}');
}

sub soap {
	my ($body) = @_;
	my ($page) = $body =~ m{^<q><Page>([1-3])</Page><Name>(?:[^<&]|&#\d+;)*</Name></q>$};
	my @type = ('Content-Type: text/xml');
	return reply(500, '<E:Envelope xmlns:E="e"><E:Body><E:Fault>'
	    . '<faultcode>E:' . slurp('fault') . '</faultcode><faultstring>'
	    . 'no</faultstring></E:Fault></E:Body></E:Envelope>', @type)
	    if -e "$dir/fault" || !defined $page;
	return reply(200, '<e:Envelope xmlns:e="e" xmlns:w="urn:w"><e:Body>'
	    . '<w:Answer><w:Results><w:Pages>3</w:Pages></w:Results><w:Data>'
	    . qq(<w:Worker><w:ID w:type="WID">W$page</w:ID><w:Name>N &amp; $page)
	    . '</w:Name></w:Worker></w:Data></w:Answer></e:Body></e:Envelope>',
	    @type);
}

sub keys_page {
	my ($head, $query) = @_;
	return reply(200, '{"d":{"results":[{"id":"a"},{"id":"b"}],"__next":'
	    . qq("http://127.0.0.1:$port/keys?at=2"}}),
	    'Set-Cookie: session=s1; Path=/; HttpOnly', 'Set-Cookie: lb=7',
	    "Set-Cookie: \tx=\x01", "Set-Cookie: a\x02=b; Path=/",
	    'X-CSRF-Token: ' . (slurp('csrf') || 't1')) if $query eq '';
	return reply(403, '{"error":"no session"}')
	    unless $head =~ /^Cookie: session=s1; lb=7\r$/mi
	    && $head =~ /^X-CSRF-Token: t1\r$/mi;
	return reply(200, '{"d":{"results":[{"id":"b"},{"id":"c"}]}}');
}

sub whole {
	my %jobs = (a => '{"n":"x","rows":{"all":{"later":1}},"z":1}, {"n":"y"}',
	    b => '{"m":"x"}', c => join(',', ('{"n":"x"}') x 101),
	    d => '{"n":"gone"}');
	return reply(404, '{"error":"gone"}') unless $jobs{$_[0]};
	return reply(200, qq({"d":{"id":"$_[0]","jobs":[$jobs{$_[0]}],"t":2}}));
}

sub open_rows {
	my ($s) = @_;
	my $n = slurp('rows') + 0;
	print $s "HTTP/1.1 200 X\r\nConnection: close\r\n\r\n{\"rows\":[";
	for (my $i = 0; $i < $n; $i += 1000) {
		print $s join '', map { ($_ ? ',' : '') . qq({"id":"e$_","at":1,)
		    . '"text":"' . 'x' x 200 . '"}' } $i .. $i + 999;
	}
	print $s ']}';
	return '';
}

sub answer {
	my ($s, $method, $target, $head, $body) = @_;
	my ($path, $query) = $target =~ /^([^?]*)\??(.*)$/;
	note("$method $target");
	return open_rows($s) if $path eq '/open';
	return reply(200, '{"rows":[' . join(',', map { '{"id":"' . 'x' x
	    4_000_000 . qq($_"}) } 1 .. slurp('rows')) . ']}') if
	    $path eq '/names';
	return reply(slurp("status.$1") || 200, slurp("told.$1"), split /\n/, slurp("header.$1")) if
	    "$path?$query" =~ m{^/told\?at=(\w+)$};
	return reply(200, '<!DOCTYPE r [<!ENTITY e "x">]><r><w>&e;</w></r>')
	    if $path eq '/old';
	my ($basic) = $head =~ /^Authorization: Basic (\S+)\r$/mi;
	return reply(401, '{}')
	    unless defined $basic && decode_base64($basic) eq 'loya:hush';
	return offset($1, $2, $path eq '/offset')
	    if $path =~ m{^/(?:offset|short)$}
	    && $query =~ /^offset=(\d+)&limit=(\d+)$/;
	return soap($body) if $path eq '/soap' && $method eq 'POST';
	return keys_page($head, $query)
	    if $path eq '/keys' && $query =~ /^(at=2)?$/;
	return $1 eq 'c' ? reply(404, '{"error":"gone"}')
	    : reply(200, qq({"d":{"id":"$1","text":"all of $1"}}))
	    if $path =~ m{^/one/(\w)$};
	return $1 eq '123' ? reply(200, slurp('employee')) : reply(404, '')
	    if $query =~ m{^fields=\w+(?:(?:,|%2C)\w+)*$}
	    && $path =~ m{^/v1/employees/(\d+)$};
	return whole($1) if $path =~ m{^/whole/(\w)$};
	return reply($1, '{"error":"down"}') if $path =~ m{^/whole/(5\d\d)};
	return $1 eq 'gone' ? reply(404, '{}')
	    : reply(200, '{"rows":[{"v":1}, {"v":2}]}')
	    if $path =~ m{^/rows/(\w+)$};
	return reply(400, '{"error":"unknown"}');
}

# What is answered this once.
sub once {
	my ($target, $answer) = @_;
	my ($at, $what) = split ' ', slurp('once');
	return $answer unless defined $at && $at eq $target;
	unlink "$dir/once";
	return substr $answer, 0, -4 if $what eq 'cut';
	return reply(400, qq({"error":"$what"}));
}

open my $p, '>', "$dir/port.tmp" or die;
print $p $port;
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
	my ($method, $target) = $head =~ m{\A(\S+) (\S+) };
	print $s once($target, answer($s, $method, $target, $head,
	    substr $got, length $head));
	close $s;
}
