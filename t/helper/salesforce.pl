# An org of Salesforce as its pages describe it, and no more: salesforce.pl DIR
# Listens on a free port of loopback and writes it to DIR/port.
#
#   POST /services/oauth2/token          client_credentials, in the body
#   GET  /services/data/v60.0/queryAll   ?q=SOQL, and query (live rows only)
#   GET  /services/data/v60.0/query/LOCATOR
#   GET  /services/data/v60.0/sobjects/Contact/updated/  ?start=TIME&end=TIME
#   GET  /services/data/v60.0/sobjects/Contact/deleted/  the same
# and of Lead, which has no Birthdate, but IsConverted and ConvertedContactId.
#
# What is not of these (another parameter, another field, SOQL of another form)
# is an error 400.  DIR/records has the rows, read anew for each request:
#   Id, SystemModstamp (UTC, to the second), IsDeleted (0 or 1), FirstName,
#   LastName, Email, and a sixth: absent or the number of the query (those for
#   ids IN a list do not count) from which
#   on the row can be seen (it was committed late); separated by tabs.
# DIR/ghosts has ids that a list of ids has, and nothing else.
# DIR/merged has a loser of a merge and its winner in a line, DIR/converted a
# lead and its contact.  Ids of leads begin with 00Q, those of contacts with 003.
# DIR/page is how many rows a page has (2); DIR/date the time of the Date
# header in seconds since 1970 (now); DIR/usage the Sforce-Limit-Info; DIR/log
# what was asked.  Each line of DIR/script is what becomes of one request of
# data, in order; when there is none the line of DIR/always; else "good":
#   good    401  locator  timeout  quota  503 (HTML)  420 (HTML)  204
#   html    200 and a page of HTML        empty   200 and nothing
#   cut     half of the JSON, well framed half    less than was announced
#   many    the answer twice as many rows other   of another record
#   circle  not done, and a next page that names itself for ever
#   nonext  not done, and no next page    elsewhere   a next page on another
#   reset   the connection is reset       retry   429, Retry-After: 0
#   second  429, Retry-After: 1           minutes 429, Retry-After: 61
#   date    503, Retry-After: a second behind DIR/date, as a date
#   mute    nothing is said for 30 s
#   uncovered  a list without latestDateCovered
#   latin   good, and a row with a byte that is no UTF-8 in front
#   nokey   good, and a row without its Id in front
#   allodd  rows without their Ids
#   same    not done, and the same rows for ever, each time somewhere else
#   nothing not done, and no rows for ever, each time somewhere else
#   500     502     504 (HTML)            gzip    10 MB in 10 kB
#   short   more than was announced       chunk   chunks, without the last one
#   drip    five bytes a second           trickle blanks, fast, without end
#   moved   302 to another place          tell    400, with the secret
#   forbidden  403, the user may not      done    done, and a nextRecordsUrl
# The lists of updated and deleted reach back 30 and 15 days from DIR/date and
# cut off seconds; a start that is not more than a minute before its end is
# INVALID_REPLICATION_DATE.  DIR/covered is their latestDateCovered at most,
# DIR/earliest the earliestDateAvailable, DIR/ids how many ids they can have;
# DIR/purged has deleted records that no query finds: Id, deletedDate.
# With DIR/step every answer counts so many of 100 requests as used.
# DIR/grant "invalid": the token endpoint answers invalid_grant; "page": a page of
# HTML.  While DIR/hold is there no data is answered.
use strict;
use warnings;
use IO::Compress::Gzip qw(gzip);
use IO::Socket::INET;
use POSIX qw(strftime);
use Socket qw(SOL_SOCKET SO_LINGER);
use Time::Local qw(timegm);

my ($dir) = @ARGV;
$SIG{PIPE} = 'IGNORE';
my $l = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1',
    LocalPort => 0) or die "listen: $!\n";
my $port = $l->sockport;
my $used = 0;
my $bomb;
gzip(\(' ' x 10_000_000) => \$bomb) or die;
my $slow = 0;	# bytes a fifth of a second; 0: all at once
my ($issued, $queries, $locators, %locator) = (0, 0, 0);
my $token = '';
my @common = qw(Id FirstName LastName Email MobilePhone IsDeleted
    MasterRecordId SystemModstamp);
my %known = (Contact => { map { $_ => 1 } @common, 'Birthdate' },
    Lead => { map { $_ => 1 } @common, 'IsConverted', 'ConvertedContactId' });
my %prefix = (Contact => '003', Lead => '00Q');

sub slurp {
	open my $f, '<', "$dir/$_[0]" or return;
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

sub note {
	open my $f, '>>', "$dir/log" or die;
	print $f "$_[0]\n";
	close $f;
}

sub say_all {	# status, body, headers
	my ($status, $body, @more) = @_;
	my $at = slurp('date');
	my $usage = slurp('usage');
	chomp for grep { defined } $at, $usage;
	@more = ('Content-Type: application/json;charset=UTF-8') unless @more;
	if (defined(my $step = slurp('step'))) {
		$used += $step;
		$usage = "api-usage=$used/100";
	}
	push @more, "Sforce-Limit-Info: $usage" if defined $usage;
	return join("\r\n", "HTTP/1.1 $status X", @more,
	    'Date: ' . strftime('%a, %d %b %Y %H:%M:%S GMT',
	    gmtime(defined $at ? $at : time)),
	    'Content-Length: ' . length($body), 'Connection: close')
	    . "\r\n\r\n$body";
}

sub fault {
	my ($status, $code) = @_;
	return say_all($status,
	    qq([{"message":"words about $code","errorCode":"$code"}]));
}

sub html {
	return say_all($_[0], '<html><body>We are down for maintenance.</body>'
	    . '</html>', 'Content-Type: text/html;charset=UTF-8');
}

sub form {
	my %v;
	for (split /&/, $_[0]) {
		my ($k, $v) = /^([^=]+)=(.*)$/ or return;
		for ($k, $v) {
			tr/+/ /;
			s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
		}
		return if exists $v{$k};
		$v{$k} = $v;
	}
	return \%v;
}

sub grant {
	my ($body) = @_;
	my $v = form($body);
	note('POST /services/oauth2/token');
	return say_all(400, '{"error":"invalid_request","error_description":'
	    . '"x"}') unless $v && join(' ', sort keys %$v) eq
	    'client_id client_secret grant_type';
	return say_all(400, '{"error":"unsupported_grant_type",'
	    . '"error_description":"grant type not supported"}')
	    unless $v->{grant_type} eq 'client_credentials';
	return say_all(400, '{"error":"invalid_grant","error_description":'
	    . '"no client credentials user enabled"}')
	    if (slurp('grant') || '') =~ /invalid/;
	return html(200) if (slurp('grant') || '') =~ /page/;
	return say_all(401, '{"error":"invalid_client","error_description":'
	    . '"invalid client credentials"}')
	    unless $v->{client_id} eq 'loya' && $v->{client_secret} eq 'hush';
	$token = '00DZz0000000LoY!AQ0A.token.' . ++$issued;
	return say_all(200, qq({"access_token":"$token","signature":"c2ln",)
	    . qq("scope":"api","instance_url":"http://127.0.0.1:$port",)
	    . '"id":"https://login.salesforce.com/id/00DZz0000000LoYMAU/'
	    . '005Zz0000000001AAA","token_type":"Bearer",'
	    . '"issued_at":"1772601967000"}');
}

sub quote {
	my ($s) = @_;
	return 'null' if $s eq '';
	$s =~ s/(["\\])/\\$1/g;
	return qq("$s");
}

sub other {	# what stands beside an id in a file of pairs, or ''
	my ($name, $id) = @_;
	return (slurp($name) || '') =~ /^$id (\w+)$/m ? $1 : '';
}

sub record {
	my ($object, $r, @field) = @_;
	my $contact = other('converted', $r->[0]);
	my %v = (Id => quote($r->[0]),
	    SystemModstamp => quote("$r->[1].000+0000"),
	    IsDeleted => $r->[2] ? 'true' : 'false',
	    FirstName => quote($r->[3]), LastName => quote($r->[4]),
	    Email => quote($r->[5]), MobilePhone => 'null',
	    Birthdate => 'null', MasterRecordId => quote(other('merged',
	    $r->[0])), IsConverted => $contact ne '' ? 'true' : 'false',
	    ConvertedContactId => quote($contact));
	return qq({"attributes":{"type":"$object","url":)
	    . qq("/services/data/v60.0/sobjects/$object/$r->[0]"},)
	    . join(',', map { qq("$_":$v{$_}) } @field) . '}';
}

sub rows {	# of an object
	my ($object) = @_;
	return grep { $_->[0] =~ /^$prefix{$object}/ }
	    map { chomp; [split /\t/, $_, -1] } split /^/,
	    slurp('records') || '';
}

my $time = qr/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z/;

# The rows of SOQL of these three forms, or the code of what is wrong.
sub query {
	my ($soql, $all) = @_;
	my ($fields, $object, $where, $order) = $soql =~ /^SELECT\ ([\w, ]+)
	    \ FROM\ (\w+)\ WHERE\ (.*?)((?:\ ORDER\ BY\ .*)?)$/x
	    or return 'MALFORMED_QUERY';
	$known{$object} or return 'INVALID_TYPE';
	my @field = split /\s*,\s*/, $fields;
	$known{$object}{$_} or return 'INVALID_FIELD' for @field;
	my @r = grep { @$_ < 7 || $_->[6] <= $queries } rows($object);
	push @r, map { [$_, '2026-03-04T05:00:00', 0, '', '', ''] }
	    split /\n/, slurp('ghosts') || '' if @field == 2;
	@r = grep { !$_->[2] } @r unless $all;
	$where =~ s/ +$//;
	if ($where =~ /^SystemModstamp >= $time AND SystemModstamp < $time$/) {
		my ($from, $to) = ($1, $2);
		@r = grep { $_->[1] ge $from && $_->[1] lt $to } @r;
	} elsif ($where =~ /^SystemModstamp >= $time$/) {
		my $from = $1;
		@r = grep { $_->[1] ge $from } @r;
	} elsif ($where =~ /^Id IN \(('\w{18}'(?:,'\w{18}'){0,199})\)$/) {
		my %id = map { tr/'//dr => 1 } split /,/, $1;
		@r = grep { $id{$_->[0]} } @r;
	} elsif ($where =~ /^Id = '([A-Za-z0-9]{18})'$/) {
		my $id = $1;
		@r = grep { $_->[0] eq $id } @r;
	} else {
		return 'MALFORMED_QUERY';
	}
	if ($order eq ' ORDER BY SystemModstamp ASC, Id ASC') {
		@r = sort { $a->[1] cmp $b->[1] || $a->[0] cmp $b->[0] } @r;
	} elsif ($order eq ' ORDER BY Id ASC') {
		@r = sort { $a->[0] cmp $b->[0] } @r;
	} elsif ($order ne '') {
		return 'MALFORMED_QUERY';
	}
	return [map { record($object, $_, @field) } @r];
}

sub page {
	my ($rows, $at, $total, $mode) = @_;
	my $size = slurp('page') || 2;
	my @part = splice @$rows, 0, $size;
	my $next = '';
	@part = (@part, @part) if $mode eq 'many';
	unshift @part, qq({"Id":"003Zz0000000009IAA","LastName":"M\xfcller"})
	    if $mode eq 'latin';
	unshift @part, '{"LastName":"Nobody"}' if $mode eq 'nokey';
	s/"Id":/"id":/ for $mode eq 'allodd' ? @part : ();
	if ($mode eq 'same' || $mode eq 'nothing') {
		@$rows = (@part, @$rows);
		@part = () if $mode eq 'nothing';
		$size = 0;
	}
	s/"Id":"(.{17})./"Id":"$1Q/ for $mode eq 'other' ? @part : ();
	if (@$rows || $mode =~ /^(?:done|same|nothing)$/) {
		my $id = sprintf '01gZz%010dAAA-%d', ++$locators, $at + $size;
		$locator{$id} = [[@$rows], $at + $size, $total];
		$next = qq("nextRecordsUrl":"/services/data/v60.0/query/$id",);
	}
	my $done = @$rows ? 'false' : 'true';
	$next = '"nextRecordsUrl":"https://evil.example/q",'
	    if $mode eq 'elsewhere';
	$next = '' if $mode eq 'nonext';
	if ($mode eq 'circle') {
		my $id = '01gZz0000000000AAA-2';
		$locator{$id} = [[@part, @$rows], 2, $total];
		$next = qq("nextRecordsUrl":"/services/data/v60.0/query/$id",);
		$done = 'false';
	}
	$done = 'false' if $mode eq 'nonext' || $mode eq 'elsewhere';
	return qq({"totalSize":$total,"done":$done,$next"records":[)
	    . join(',', @part) . ']}';
}

sub data {
	my ($path, $args, $mode) = @_;
	my ($body, $rows);
	if ($path =~ /^(query|queryAll)$/) {
		my $v = form($args);
		return fault(400, 'MALFORMED_QUERY')
		    unless $v && join(' ', keys %$v) eq 'q';
		note("$path $v->{q}");
		$queries++ unless $v->{q} =~ m{ IN };
		$rows = query($v->{q}, $path eq 'queryAll');
		return fault(400, $rows) unless ref $rows;
		$body = page($rows, 0, scalar @$rows, $mode);
	} elsif ($path =~ m{^query/(01g\w{15}-\d+)$} && $args eq '') {
		note("next");
		my $k = $locator{$1} or
		    return fault(400, 'INVALID_QUERY_LOCATOR');
		$body = page([@{$k->[0]}], $k->[1], $k->[2], $mode);
	} elsif ($path =~ m{^sobjects/(Contact|Lead)/(updated|deleted)/$}) {
		return replication($1, $2, $args, $mode);
	} else {
		return fault(404, 'NOT_FOUND');
	}
	return say_all(200, substr $body, 0, length($body) / 2)
	    if $mode eq 'cut';
	my $all = say_all(200, $body);
	$all =~ s/(Content-Length: )\d+/${1}40/ if $mode eq 'short';
	$all =~ s/Content-Length: .*?\r\n\r\n/sprintf "Transfer-Encoding: "
	    . "chunked\r\n\r\n%x\r\n", length $body/es if $mode eq 'chunk';
	return $mode eq 'half' ? substr($all, 0, -10) : $all;
}

my $fault_of_time = 'INVALID_REPLICATION_DATE';

sub line {	# the first line of a file, or what stands for it
	my ($name, $else) = @_;
	my $s = slurp($name);
	return $else unless defined $s;
	chomp $s;
	return $s;
}

# Lists of ids; their rows, or the code of what is wrong.
sub listed {
	my ($object, $deleted, $from, $to) = @_;
	my $days = $deleted ? 15 : 30;
	my $oldest = strftime('%Y-%m-%dT%H:%M', gmtime(line('date', time)
	    - $days * 86400));
	my ($y, $mo, $d, $h, $mi) = split /[-T:]/, $from;
	my $next = strftime('%Y-%m-%dT%H:%M', gmtime(60
	    + timegm(0, $mi, $h, $d, $mo - 1, $y)));
	return $fault_of_time if $from lt $oldest || $to le $next;
	my @r = grep { (@$_ < 7 || $_->[6] <= $queries)
	    && !$_->[2] == !$deleted } rows($object);
	push @r, map { chomp; my @f = split /\t/; [$f[0], $f[1], 1] }
	    split /^/, slurp('purged') || '' if $deleted;
	@r = grep { $_->[1] ge $from && $_->[1] lt $to } @r;
	return @r > line('ids', 600_000) ? 'EXCEEDED_ID_LIMIT' : \@r;
}

sub replication {
	my ($object, $what, $args, $mode) = @_;
	my $v = form($args);
	return fault(400, 'INVALID_FIELD')
	    unless $v && join(' ', sort keys %$v) eq 'end start';
	my ($from, $to) = map { ($v->{$_} =~ /^$time$/)[0] } qw(start end);
	return fault(400, 'INVALID_FIELD') unless $from && $to;
	note("$what $from $to");
	s/:\d\d$// for $from, $to;
	my $rows = listed($object, $what eq 'deleted', $from, $to);
	return fault(400, $rows) unless ref $rows;
	my $covered = line('covered', "$to:00");
	$covered = "$to:00" if $covered gt "$to:00";
	my @id = map { $what eq 'deleted' ? qq({"id":"$_->[0]",)
	    . qq("deletedDate":"$_->[1].000+0000"}) : qq("$_->[0]") } @$rows;
	return say_all(200, '{' . ($what eq 'deleted' ?
	    '"deletedRecords":[' : '"ids":[') . join(',', @id) . ']'
	    . ($what eq 'deleted' ? ',"earliestDateAvailable":"'
	    . line('earliest', '2020-01-01T00:00:00') . '.000+0000"' : '')
	    . ($mode eq 'uncovered' ? '' :
	    qq(,"latestDateCovered":"$covered.000+0000")) . '}');
}

sub next_mode {
	my $s = slurp('script');
	if (defined $s && $s =~ s/^(\S+)\n?//) {
		my $m = $1;
		$s eq '' ? unlink "$dir/script" : put('script', $s);
		return $m;
	}
	$s = slurp('always');
	return defined $s && $s =~ /(\S+)/ ? $1 : 'good';
}

my %bad = (
	401 => sub { fault(401, 'INVALID_SESSION_ID') },
	locator => sub { fault(400, 'INVALID_QUERY_LOCATOR') },
	timeout => sub { fault(400, 'QUERY_TIMEOUT') },
	quota => sub { fault(403, 'REQUEST_LIMIT_EXCEEDED') },
	tell => sub { fault(400, 'hush') },
	forbidden => sub { fault(403, 'API_DISABLED_FOR_ORG') },
	503 => sub { html(503) },
	500 => sub { html(500) },
	502 => sub { html(502) },
	504 => sub { html(504) },
	drip => sub { say_all(200, '{"totalSize":0,' . ' ' x 1000) },
	trickle => sub { say_all(200, '{"totalSize":0,' . ' ' x 900000) },
	gzip => sub { say_all(200, $bomb, 'Content-Type: application/json',
	    'Content-Encoding: gzip') },
	420 => sub { html(420) },
	html => sub { html(200) },
	empty => sub { say_all(200, '') },
	204 => sub { "HTTP/1.1 204 X\r\nConnection: close\r\n\r\n" },
	mute => sub { sleep 30; undef },
	moved => sub { say_all(302, '', 'Location: https://a.example/') },
	retry => sub { say_all(429, '', 'Retry-After: 0') },
	second => sub { say_all(429, '', 'Retry-After: 1') },
	date => sub { say_all(503, '', 'Retry-After: ' . strftime(
	    '%a, %d %b %Y %H:%M:%S GMT', gmtime(slurp('date') + 1))) },
	minutes => sub { say_all(429, '', 'Retry-After: 61') },
	reset => sub { undef },
);

sub answer {
	my ($method, $target, $head, $body) = @_;
	my ($path, $args) = $target =~ /^([^?]*)\??(.*)$/;
	return grant($body)
	    if "$method $target" eq 'POST /services/oauth2/token';
	return fault(405, 'METHOD_NOT_ALLOWED') unless $method eq 'GET';
	return fault(404, 'NOT_FOUND')
	    unless $path =~ s{^/services/data/v60\.0/}{};
	my ($bearer) = $head =~ /^Authorization: Bearer (\S+)\r$/mi;
	return fault(401, 'INVALID_SESSION_ID')
	    unless defined $bearer && $bearer eq $token;
	select undef, undef, undef, 0.01 while -e "$dir/hold";
	my $mode = next_mode();
	$slow = $mode eq 'drip' ? 1 : $mode eq 'trickle' ? 2000 : 0;
	if ($bad{$mode}) {
		note("($mode)");
		return $bad{$mode}->();
	}
	return data($path, $args, $mode);
}

sub serve {
	my ($s) = @_;
	my $got = '';
	until ($got =~ /\r\n\r\n/) {
		return unless sysread $s, $got, 65536, length $got;
	}
	my ($head) = $got =~ /\A(.*?\r\n\r\n)/s;
	my $len = $head =~ /^content-length: *(\d+)/mi ? $1 : 0;
	while (length $got < $len + length $head) {
		return unless sysread $s, $got, 65536, length $got;
	}
	my ($method, $target) = $head =~ m{\A(\S+) (\S+) HTTP/1\.1\r\n};
	my $text = answer($method, $target, $head, substr $got, length $head);
	if (!defined $text) {
		setsockopt $s, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
		return;
	}
	my $off = 0;
	while ($off < length $text) {
		my $k = syswrite $s, $text, $slow && $off > 300 ? $slow :
		    length($text) - $off > 301 && $slow ? 301 :
		    length($text) - $off, $off;
		last unless $k;
		select undef, undef, undef, 0.2 if $slow;
		$off += $k;
	}
}

put('port', $port);
while (1) {
	my $s = $l->accept or next;
	serve($s);
	close $s;
}
