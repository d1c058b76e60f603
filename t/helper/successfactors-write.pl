# SAP SuccessFactors as it is written to: successfactors-write.pl DIR
# One MDF object, cust_LoyaltyTxn, by /odata/v2/upsert; users in DIR/users; what
# was upserted is kept in DIR/records: "KEY JSON".  DIR/mode (stub.pl): expired,
# short, swapped, busy.  A field that the object does not have is 400.
use strict;
use warnings;
use File::Basename;
use JSON::PP;
use lib dirname(__FILE__);
require 'stub.pl';

my ($dir) = @ARGV;
my $token = 0;

sub fault {
	my ($status, $code, $words) = @_;
	return ($status, stub_json({ error => { code => $code,
	    message => { lang => 'en-US', value => "[$code]$words" } } }));
}

sub upsert {
	my ($row, $i) = @_;
	my $key = $row->{externalCode};
	my %result = (key => "cust_LoyaltyTxn/externalCode=$key", index => $i,
	    inlineResults => undef);
	(my $quoted = $key) =~ s/'/''/g;
	my $wrong = $row->{__metadata}->{uri} ne "cust_LoyaltyTxn('$quoted')" ?
	    'the key is another' :
	    !(grep { $_ eq $row->{cust_userId} } split /\s+/,
	    slurp("$dir/users")) ? "userId not found with the index $i" :
	    $row->{cust_at} !~ m{^/Date\(\d+\)/$} ? 'no date' :
	    $row->{cust_points} !~ /^-?\d+$/ ? 'no points' : undef;
	return { %result, status => 'ERROR', editStatus => undef,
	    httpCode => 500, message => $wrong } if defined $wrong;
	open my $f, '>>', "$dir/records" or die;
	print $f "$key ", stub_json($row), "\n";
	return { %result, status => 'OK', editStatus => 'UPSERTED',
	    httpCode => 200, message => undef };
}

sub all {
	my ($rows, $mode) = @_;
	for my $row (@$rows) {
		return fault(400, 'COE_PROPERTY_NOT_FOUND', 'no such field')
		    unless join(' ', sort keys %$row) eq '__metadata ' .
		    'cust_at cust_points cust_type cust_userId externalCode'
		    && !ref $row->{cust_points};
	}
	my $i = 0;
	my @results = map { upsert($_, $i++) } @$rows;
	shift @results if $mode eq 'short';
	@results = reverse @results if $mode eq 'swapped';
	return (200, stub_json({ d => \@results }));
}

sub answer {
	my ($q) = @_;
	if ($q->{path} eq '/oauth/token') {
		$token++;
		return (200, stub_json({ access_token => "sap-token-$token",
		    token_type => 'Bearer', expires_in => 86399 }));
	}
	my $mode = stub_mode($dir);
	$token += 100 if $mode eq 'expired';
	return fault(403, 'LGN0007', 'token expired') if
	    ($q->{head}->{authorization} || '') ne "Bearer sap-token-$token";
	return (429, '') if $mode eq 'busy';
	return fault(404, 'COE_ENTITY_NOT_FOUND', 'no such entity') unless
	    "$q->{method} $q->{path}" eq 'POST /odata/v2/upsert' &&
	    stub_json($q->{query}) eq '{"$format":"json"}' &&
	    ref $q->{json} eq 'ARRAY';
	return all($q->{json}, $mode);
}

stub_serve($dir, \&answer);
