# OData v2 of SAP SuccessFactors as it is read: successfactors.pl DIR
# What is not documented is 400.  It answers
#   POST /oauth/token     saml2-bearer; the token is good for DIR/life seconds
#   GET  /odata/v2/PerPerson          $select=personIdExternal, $filter
#   GET  /odata/v2/PerPerson('ID')    $expand
#   GET  /odata/v2/EmpJob             $filter, $expand, fromDate and toDate
# DIR/people is a JSON object of persons by id, read anew for each request:
#   changed, personal, emails, phones, end (latestTerminationDate), users: by
#   userId status, changed, start, end, touched (of the employment) and jobs:
#   from, until, is, seq, changed.  Days and times are texts.
# As there, a comparison holds when it does for any slice, so two bounds may be
# met by two of them; without a word about status only t and T are found;
# effective-dated rows of an expansion are those of DIR/today.  A page has
# customPageSize rows, the next one wants cookie and X-CSRF-Token.  DIR/asked
# is what was asked.  DIR/mode (stub.pl): expired, rights, busy, rebuild, html,
# maintenance, elsewhere (__next on another host), twice (a row once more on
# the next page), other (another person is answered), nowhere (404, HTML).
use strict;
use warnings;
use File::Basename;
use JSON::PP;
use Time::Local;
use lib dirname(__FILE__);
require 'stub.pl';

my ($dir) = @ARGV;
my ($token, $session, $mode, %list) = (0, 0, '');

sub note {
	open my $f, '>>', "$dir/asked" or die;
	print $f "$_[0]\n";
}

sub word {
	my $s = slurp("$dir/$_[0]");
	chomp $s if defined $s;
	return $s;
}

sub fault {
	my ($status, $code) = @_;
	return ($status, stub_json({ error => { code => $code, message =>
	    { lang => 'en-US', value => "[$code] words" } } }));
}

sub epoch {
	my ($y, $m, $d, $H, $M, $S) = $_[0] =~
	    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)Z?)?$/ or die $_[0];
	return timegm($S || 0, $M || 0, $H || 0, $d, $m - 1, $y);
}

sub day { defined $_[0] ? '/Date(' . epoch($_[0]) . '000)/' : undef }
sub moment { '/Date(' . epoch($_[0]) . '000+0000)/' }
sub people { JSON::PP->new->utf8->decode(slurp("$dir/people")) }
sub users { my ($p) = @_; map { $p->{users}{$_} } sort keys %{$p->{users}} }

# What stands at a path of PerPerson, of all slices: times as numbers.
my %at = (
	'lastModifiedDateTime' => sub { $_[0]{changed} },
	'personalInfoNav/lastModifiedDateTime' =>
	    sub { map { $_->{changed} } @{$_[0]{personal}} },
	'personalInfoNav/startDate' =>
	    sub { map { $_->{from} } @{$_[0]{personal}} },
	'emailNav/lastModifiedDateTime' =>
	    sub { map { $_->{changed} } @{$_[0]{emails}} },
	'phoneNav/lastModifiedDateTime' =>
	    sub { map { $_->{changed} } @{$_[0]{phones}} },
	'employmentNav/lastModifiedDateTime' =>
	    sub { map { $_->{touched} } users($_[0]) },
	'employmentNav/startDate' => sub { map { $_->{start} } users($_[0]) },
	'employmentNav/jobInfoNav/lastModifiedDateTime' =>
	    sub { map { $_->{changed} } map { @{$_->{jobs}} } users($_[0]) },
	'employmentNav/jobInfoNav/startDate' =>
	    sub { map { $_->{from} } map { @{$_->{jobs}} } users($_[0]) },
	'employmentNav/userNav/lastModifiedDateTime' =>
	    sub { map { $_->{changed} } users($_[0]) },
	'personEmpTerminationInfoNav/latestTerminationDate' =>
	    sub { $_[0]{end} },
);

sub compare {
	my ($p, $path, $op, $kind, $text) = @_;
	my $is_day = $path =~ /Date$/;
	die 'COE_PROPERTY_NOT_FOUND' unless $at{$path};
	die 'COE_GENERAL_BAD_REQUEST' if $is_day != ($kind eq 'datetime') ||
	    ($text =~ /Z$/) == $is_day;
	my $t = epoch($text);
	return scalar grep { $op eq 'ge' ? epoch($_) >= $t : epoch($_) < $t }
	    grep { defined } $at{$path}->($p);
}

# A filter, term by term: T for one that holds, F for one that does not.
sub holds {
	my ($p, $filter) = @_;
	my $s = $filter;
	$s =~ s{([\w/]+) (ge|lt) (datetime(?:offset)?)'([^']*)'}
	    {compare($p, $1, $2, $3, $4) ? 'T' : 'F'}ge;
	$s =~ s{employmentNav/userNav/status in ((?:'[tfTFed]',?)+)}
	    {my $l = $1; (grep { index($l, "'$_->{status}'") >= 0 } users($p))
	    ? 'T' : 'F'}ge or (grep { $_->{status} =~ /^t$/i } users($p)) or
	    $s = "($s) and F";
	1 while $s =~ s/\(([TF])\)/$1/g ||
	    $s =~ s/([TF]) and ([TF])/$1 eq 'T' && $2 eq 'T' ? 'T' : 'F'/e ||
	    $s =~ s/([TF]) or ([TF])(?! and)/"$1$2" =~ m{T} ? 'T' : 'F'/e;
	die 'COE_GENERAL_BAD_REQUEST' unless $s =~ /^[TF]$/;
	return $s eq 'T';
}

# A list of keys, which the server keeps (paging=snapshot), from a row on.
sub page {
	my ($q, $id, $at) = @_;
	my ($keys, $size) = @{$list{$id}};
	my $end = $at + $size - 1;
	$end = $#$keys if $end > $#$keys;
	my %d = (results => [map { { __metadata => { type => 'SFOData.PerPerson',
	    uri => "x('$_')" }, personIdExternal => $_ } } @{$keys}[$at .. $end]]);
	my $more = $mode eq 'twice' ? $end : $end + 1;
	my $host = $mode eq 'elsewhere' ? 'sap.example.org' :
	    $q->{head}{host};
	$d{__next} = "http://$host/odata/v2/PerPerson?\$format=json&" .
	    "\$skiptoken=$id-$more" if $end < $#$keys;
	return (200, stub_json({ d => \%d }), $at > 0 ? '' :
	    "Set-Cookie: JSESSIONID=s$id; Path=/\r\nX-CSRF-Token: c$id\r\n");
}

sub list {
	my ($q, $v) = @_;
	if (defined(my $skip = $v->{'$skiptoken'})) {
		my ($id, $at) = $skip =~ /^(\d+)-(\d+)$/;
		return fault(403, 'LGN0003') unless
		    ($q->{head}{cookie} || '') eq "JSESSIONID=s$session" &&
		    ($q->{head}{'x-csrf-token'} || '') eq "c$session";
		return page($q, $id, $at);
	}
	return fault(400, 'COE_GENERAL_BAD_REQUEST') unless
	    join(' ', sort keys %$v) eq
	    '$filter $format $select customPageSize paging' &&
	    "$v->{'$select'} $v->{paging}" eq 'personIdExternal snapshot' &&
	    $v->{customPageSize} =~ /^\d{1,4}$/ && $v->{customPageSize} <= 1000;
	my $p = people();
	my @keys = eval {
		grep { holds($p->{$_}, $v->{'$filter'}) } sort keys %$p };
	return fault(400, $@ =~ /^(COE_\w+)/) if $@;
	$list{++$session} = [\@keys, $v->{customPageSize}];
	return page($q, $session, 0);
}

sub today { my $t = word('today');
	return grep { $_->{from} le $t && $_->{until} ge $t } @_ }

sub person {
	my ($id, $v) = @_;
	my $p = people()->{$id} or return fault(404, 'NotFoundException');
	return fault(400, 'COE_PROPERTY_NOT_FOUND') unless
	    join(' ', sort keys %$v) eq '$expand $format' && $v->{'$expand'} eq
	    'employmentNav,personalInfoNav,emailNav,phoneNav,' .
	    'personEmpTerminationInfoNav';
	$id = 'P0' if $mode eq 'other';
	my $uri = "x('$id')";
	return (200, stub_json({ d => { personIdExternal => $id,
	    __metadata => { uri => $uri, type => 'SFOData.PerPerson' },
	    perPersonUuid => 'ABC', lastModifiedDateTime =>
	    moment($p->{changed}),
	    personalInfoNav => { results => [map { {
		firstName => $_->{first}, lastName => $_->{last},
		startDate => day($_->{from}) } } today(@{$p->{personal}})] },
	    emailNav => { results => [map { {
		emailAddress => $_->{address}, isPrimary => JSON::PP::true } }
		@{$p->{emails}}] },
	    phoneNav => { results => [] },
	    personEmpTerminationInfoNav => $p->{end} ?
		{ latestTerminationDate => day($p->{end}) } : undef,
	    employmentNav => { results => [map { { userId => $_,
		personIdExternal => $id,
		startDate => day($p->{users}{$_}{start}),
		endDate => day($p->{users}{$_}{end}),
		jobInfoNav => { __deferred => { uri => "$uri/jobInfoNav" } } } }
		sort keys %{$p->{users}}] } } }));
}

sub jobs {
	my ($v) = @_;
	my ($user) = ($v->{'$filter'} || '') =~ /^userId eq '(\w+)'$/;
	return fault(400, 'COE_PROPERTY_NOT_FOUND') unless $user &&
	    ($v->{'$expand'} || '') eq 'emplStatusNav';
	my @jobs = map { @{$_->{users}{$user}{jobs} || []} }
	    grep { $_->{users}{$user} } values %{people()};
	@jobs = today(@jobs) unless ($v->{fromDate} || '') eq '1900-01-01' &&
	    ($v->{toDate} || '') eq '9999-12-31';
	return (200, stub_json({ d => { results => [map { {
	    userId => $user, seqNumber => $_->{seq} || '1',
	    startDate => day($_->{from}), endDate => day($_->{until}),
	    department => $_->{department},
	    emplStatusNav => { externalCode => $_->{is} } } } @jobs] } }));
}

sub token {
	my ($q) = @_;
	my %v = map { my ($k, $v) = split /=/; ($k, unescape($v)) }
	    split /&/, $q->{body};
	return (401, '{"errorHttpCode":"401","errorMessage":"Unable to ' .
	    'authenticate the client"}') unless join(' ', map { "$_=$v{$_}" }
	    sort keys %v) eq 'assertion=c2FtbA== client_id=key ' .
	    'company_id=acme grant_type=urn:ietf:params:oauth:grant-type:' .
	    'saml2-bearer';
	note('token');
	return (200, stub_json({ access_token => 'sap-' . ++$token,
	    token_type => 'Bearer', expires_in => (word('life') || 86399) + 0 }));
}

sub answer {
	my ($q) = @_;
	return token($q) if "$q->{method} $q->{path}" eq 'POST /oauth/token';
	$mode = stub_mode($dir);
	$token++ if $mode eq 'expired';
	return fault(403, 'LGN0022') if
	    ($q->{head}{authorization} || '') ne "Bearer sap-$token";
	return fault(403, 'LGN0002') if $mode eq 'rights';
	return (429, '') if $mode eq 'busy';
	return fault(500, 'COE_METADATA') if $mode eq 'rebuild';
	return (503, '<html>maintenance</html>') if $mode eq 'maintenance';
	return (404, '<html>no such page</html>') if $mode eq 'nowhere';
	return (200, '<html>login</html>') if $mode eq 'html';
	my %v = map { (unescape($_), unescape($q->{query}{$_})) }
	    keys %{$q->{query}};
	my $path = unescape($q->{path});
	note("$q->{method} $path" . join '', map { " $_=$v{$_}" }
	    grep { /filter|fromDate|skip/ } sort keys %v);
	return fault(400, 'COE_GENERAL_BAD_REQUEST') unless
	    $q->{method} eq 'GET' && ($v{'$format'} || '') eq 'json';
	return list($q, \%v) if $path eq '/odata/v2/PerPerson';
	return person($1, \%v) if $path =~ m{^/odata/v2/PerPerson\('(\w+)'\)$};
	return jobs(\%v) if $path eq '/odata/v2/EmpJob';
	return fault(400, 'COE_ENTITY_NOT_FOUND');
}

stub_serve($dir, \&answer);
