# A Salesforce org that is written to: salesforce-write.pl DIR
# It knows the fields of a few objects and the contacts in DIR/contacts, and
# keeps what it was sent in DIR/records: "OBJECT KEY JSON", the newest last.
# DIR/mode (see stub.pl): expired, final, quota, html, several, short, lock,
# maintenance.  DIR/instance: the instance_url of tokens, if that is another
# one.  Fields and answers as documented; anything else is 400.
use strict;
use warnings;
use File::Basename;
use JSON::PP;
use lib dirname(__FILE__);
require 'stub.pl';

my ($dir) = @ARGV;
my ($token, $made) = (1, 0);

my %fields = (
	Loyalty_Transaction__c => [qw(Txn_Ext_Id__c Contact__c Points__c
	    Balance_After__c Kind__c Occurred_At__c)],
	TransactionJournal => [qw(ExternalTransactionNumber LoyaltyProgramId
	    JournalTypeId MemberId ActivityDate TransactionAmount Status)],
	Contact => [qw(Loyalty_Points__c Loyalty_Tier__c
	    Loyalty_Enrolled_At__c)],
	Loyalty_Event__e => [qw(Reference__c Member_Ext_Id__c Points__c)],
);
my %key = (Loyalty_Transaction__c => 'Txn_Ext_Id__c',
	TransactionJournal => 'ExternalTransactionNumber', Contact => 'Id');
my %person = (Loyalty_Transaction__c => 'Contact__c',
	TransactionJournal => 'MemberId');

sub fault {
	my ($status, $code, $message) = @_;
	return ($status, stub_json([{ message => $message,
	    errorCode => $code }]));
}

sub known { return grep { $_ eq $_[0] } split /\s+/,
	slurp("$dir/contacts") || ''; }

sub keep {
	my ($type, $id, $row) = @_;
	open my $f, '>>', "$dir/records" or die;
	print $f "$type $id ", stub_json($row), "\n";
	close $f;
}

# What is wrong with the fields of a row; nothing: undef.
sub strange {
	my ($type, $row) = @_;
	for my $name (sort keys %$row) {
		next if $name eq 'attributes';
		return $name unless grep { $_ eq $name } @{$fields{$type}};
	}
	return;
}

sub row_fault {
	return { success => JSON::PP::false, errors => [{
	    statusCode => $_[0], message => $_[1], fields => [] }] };
}

sub upsert_row {
	my ($type, $row, $locked) = @_;
	my $id = $row->{$key{$type}};
	return row_fault('REQUIRED_FIELD_MISSING', 'no key') unless
	    defined $id && length $id;
	return row_fault('UNABLE_TO_LOCK_ROW', 'unable to obtain access')
	    if $locked;
	return row_fault('INVALID_CROSS_REFERENCE_KEY', 'no such person')
	    unless known($row->{$person{$type}});
	return row_fault('INVALID_DATE', 'not a time') unless
	    ($row->{Occurred_At__c} || $row->{ActivityDate}) =~
	    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
	keep($type, $id, $row);
	return { id => sprintf('a01Zz%07dLoyaAA', ++$made), success => JSON::PP::true, errors => [],
	    created => JSON::PP::true };
}

sub collection {
	my ($q, $type, $key, $mode) = @_;
	my $all = $q->{json};
	return fault(404, 'NOT_FOUND', 'no such key') unless
	    ($key{$type} || '') eq $key;
	return fault(400, 'JSON_PARSER_ERROR', 'not such a body') unless
	    ref $all eq 'HASH' && join(' ', sort keys %$all) eq
	    'allOrNone records' && !$all->{allOrNone};
	my @rows = @{$all->{records}};
	return fault(400, 'EXCEEDED_ID_LIMIT', 'more than 200')
	    if @rows > 200;
	for my $row (@rows) {
		return fault(400, 'INVALID_TYPE', 'no type') unless
		    stub_json($row->{attributes}) eq
		    stub_json({ type => $type });
		my $name = strange($type, $row);
		return fault(400, 'INVALID_FIELD', "no $name") if $name;
	}
	my @results = map { upsert_row($type, $_, $mode eq 'lock') } @rows;
	pop @results if $mode eq 'short';
	return (200, stub_json(\@results));
}

sub one {
	my ($q, $type, $key, $id, $mode) = @_;
	return fault(404, 'NOT_FOUND', 'no such key') unless
	    ($key{$type} || '') eq $key;
	return fault(400, 'INVALID_QUERY', 'it would create one') unless
	    stub_json($q->{query}) eq '{"updateOnly":"true"}';
	my $name = strange($type, $q->{json});
	return fault(400, 'INVALID_FIELD', "no $name") if $name;
	return (300, stub_json(["/sobjects/$type/1", "/sobjects/$type/2"]))
	    if $mode eq 'several';
	return fault(404, 'NOT_FOUND', 'no such record') unless known($id);
	keep($type, $id, $q->{json});
	return (204);
}

sub event {
	my ($q, $type) = @_;
	my $name = strange($type, $q->{json});
	return fault(400, 'INVALID_FIELD', "no $name") if $name;
	keep($type, $q->{json}->{Reference__c}, $q->{json});
	return (201, stub_json({ id => 'e01', success => JSON::PP::true,
	    errors => [{ statusCode => 'OPERATION_ENQUEUED',
	    message => 'f1a2', fields => [] }] }));
}

sub process {
	my ($q, $way) = @_;
	my $one = $q->{json}->{processParameters};
	my $points = $way eq 'Credit%20Points' ? 'PointsToCredit' :
	    'PointsToDebit';
	return fault(400, 'JSON_PARSER_ERROR', 'not such a body') unless
	    ref $one eq 'ARRAY' && @$one == 1 && join(' ',
	    sort keys %{$one->[0]}) eq "$points TransactionJournal" &&
	    $one->[0]->{$points} =~ /^\d+$/;
	my $journal = $one->[0]->{TransactionJournal};
	keep('process', $journal->{ExternalTransactionNumber}, $one->[0]);
	return (200, stub_json({ message => undef, status => JSON::PP::true,
	    outputParameters => { outputParameters => {} } }));
}

sub token {
	my ($q) = @_;
	my $instance = slurp("$dir/instance") ||
	    "http://$q->{head}->{host}";
	$token++;
	return (200, stub_json({ access_token => "sf-token-$token",
	    token_type => 'Bearer', instance_url => $instance }));
}

sub trouble {
	my ($mode) = @_;
	$token += 100 if $mode eq 'expired';
	return fault(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
	    if $mode eq 'expired';
	return fault(401, 'INVALID_SESSION_ID', 'This session is not valid '
	    . 'for use with the REST API') if $mode eq 'final';
	return fault(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit '
	    . 'exceeded.') if $mode eq 'quota';
	return (200, '<html>We are down for maintenance</html>')
	    if $mode eq 'html';
	return (503, '') if $mode eq 'maintenance';
	return;
}

sub answer {
	my ($q) = @_;
	my $path = $q->{path};
	return token($q) if $path eq '/services/oauth2/token';
	my $mode = stub_mode($dir);
	my @trouble = trouble($mode);
	return @trouble if @trouble;
	return fault(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
	    unless $q->{head}->{authorization} eq "Bearer sf-token-$token";
	return fault(400, 'UNKNOWN', 'whose call is it?') unless
	    ($q->{head}->{'sforce-call-options'} || '') eq 'client=loya';
	return fault(400, 'JSON_PARSER_ERROR', 'no JSON') unless $q->{json};
	my $how = "$q->{method} ";
	return collection($q, $1, $2, $mode) if "$how$path" =~
	    m{^PATCH /services/data/v60.0/composite/sobjects/(\w+)/(\w+)$};
	return one($q, $1, $2, unescape($3), $mode) if "$how$path" =~
	    m{^PATCH /services/data/v60.0/sobjects/(\w+)/(\w+)/([^/]+)$};
	return event($q, $1) if "$how$path" =~
	    m{^POST /services/data/v60.0/sobjects/(\w+__e)$};
	return process($q, $1) if "$how$path" =~
	    m{^POST /services/data/v60.0/connect/loyalty/programs/Inner%20Circle/program-processes/((?:Credit|Debit)%20Points)$};
	return fault(404, 'NOT_FOUND', 'no such resource');
}

stub_serve($dir, \&answer);
