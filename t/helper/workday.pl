# Workday as it is read: workday.pl DIR
# What is not documented is 400, or in SOAP a fault.  It answers
#   POST /ccx/service/acme/Human_Resources/v44.2   Get_Workers by WS-Security
#   GET  /ccx/service/customreport2/acme/isu/Loya  a report (RaaS), Basic
#   POST /ccx/oauth2/acme/token                    client_credentials
#   GET  /ccx/api/v1/acme/workers[/WID]            REST
# The ISU is isu, its password h<&>"ush.  DIR/workers has a line each, read anew
# for each request: the WID's last digit, when it was updated, when that takes
# effect, the page from which on it is there, first name, hire date,
# termination date or -, active, terminated, hire rescinded (0 or 1).
# DIR/report has lines of a time and an object.  DIR/asked is what was asked.
# DIR/mode (stub.pl): absent, many, years (503 for one that spans the turn of
# a year) of a report; fault; moved (another WID); leaves (the first worker is
# not there any more from page 2 on).
use strict;
use warnings;
use File::Basename;
use JSON::PP;
use MIME::Base64;
use lib dirname(__FILE__);
require 'stub.pl';

my ($dir) = @ARGV;
my $mode = '';
my $wss = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';

sub note {
	open my $f, '>>', "$dir/asked" or die;
	print $f "$_[0]\n";
}

sub lines { return split /\n/, slurp("$dir/$_[0]") || '' }
sub wid { return sprintf '%032x', $_[0] }

sub fault {
	my ($code, $words) = @_;
	return (500, '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.' .
	    'xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><SOAP-ENV:Fault>' .
	    "<faultcode>SOAP-ENV:$code</faultcode><faultstring>$words" .
	    '</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body>' .
	    '</SOAP-ENV:Envelope>', "Content-Type: text/xml\r\n");
}

sub worker {
	my ($n, $first, $hire, $end, $active, $terminated, $rescinded) =
	    @{$_[0]}[0, 4 .. 9];
	$end = $end eq '-' ? '' : "<wd:Termination_Date>$end</wd:Termination_Date>";
	return '<wd:Worker><wd:Worker_Reference><wd:ID wd:type="WID">' .
	    wid($n) . '</wd:ID><wd:ID wd:type="Employee_ID">E' . $n .
	    '</wd:ID></wd:Worker_Reference><wd:Worker_Data><wd:Worker_ID>E' .
	    "$n</wd:Worker_ID><wd:User_ID>u$n</wd:User_ID><wd:Personal_Data>" .
	    '<wd:Name_Data><wd:Legal_Name_Data><wd:Name_Detail_Data>' .
	    "<wd:First_Name>$first</wd:First_Name><wd:Last_Name>Rao" .
	    '</wd:Last_Name></wd:Name_Detail_Data></wd:Legal_Name_Data>' .
	    '</wd:Name_Data></wd:Personal_Data><wd:Employment_Data>' .
	    "<wd:Worker_Status_Data><wd:Active>$active</wd:Active>" .
	    "<wd:Hire_Date>$hire</wd:Hire_Date><wd:Terminated>$terminated" .
	    "</wd:Terminated>$end<wd:Hire_Rescinded>$rescinded" .
	    '</wd:Hire_Rescinded></wd:Worker_Status_Data>' .
	    '</wd:Employment_Data></wd:Worker_Data></wd:Worker>';
}

sub workers {
	my ($page, $count, @all) = @_;
	my $pages = int((@all + $count - 1) / $count) || 1;
	my $total = @all;
	my @part = splice @all, ($page - 1) * $count, $count;
	my $n = @part;
	return (200, '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/' .
	    'soap/envelope/"><env:Body><wd:Get_Workers_Response xmlns:wd=' .
	    '"urn:com.workday/bsvc"><wd:Response_Results><wd:Total_Results>' .
	    "$total</wd:Total_Results><wd:Total_Pages>$pages" .
	    "</wd:Total_Pages><wd:Page_Results>$n</wd:Page_Results>" .
	    "<wd:Page>$page</wd:Page>" .
	    '</wd:Response_Results><wd:Response_Data>' . join('', map {
	    worker($_) } @part) . '</wd:Response_Data>' .
	    '</wd:Get_Workers_Response></env:Body></env:Envelope>',
	    "Content-Type: text/xml\r\n");
}

my $moment = qr/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/;
my $group = join '', '<b:Response_Group>', (map { "<b:Include_$_>true" .
    "</b:Include_$_>" } qw(Reference Personal_Information
    Employment_Information)), '</b:Response_Group>';
my $range = qr{<b:Transaction_Log_Criteria_Data><b:Transaction_Date_Range_Data>
    <b:(Updated|Effective)_From>($moment)</b:\g{-2}_From>
    <b:\g{-2}_Through>($moment)</b:\g{-3}_Through>
    </b:Transaction_Date_Range_Data></b:Transaction_Log_Criteria_Data>}x;

sub soap {
	my ($q) = @_;
	my $m = qr{^<env:Envelope\ xmlns:env="http://schemas.xmlsoap.org/soap/
	    envelope/"\ xmlns:b="urn:com.workday/bsvc"><env:Header>
	    <wsse:Security\ xmlns:wsse="\Q$wss\Ewssecurity-secext-1.0.xsd"\ 
	    env:mustUnderstand="1"><wsse:UsernameToken><wsse:Username>
	    isu\@acme</wsse:Username><wsse:Password\ Type="\Q$wss\E
	    username-token-profile-1.0\#PasswordText">([^<>]*)</wsse:Password>
	    </wsse:UsernameToken></wsse:Security></env:Header><env:Body>
	    <b:Get_Workers_Request\ b:version="v44.2">(.*)
	    </b:Get_Workers_Request></env:Body></env:Envelope>$}xs;
	my ($password, $body) = $q->{body} =~ $m or
	    return fault('Client', 'malformed');
	my %named = (lt => '<', gt => '>', amp => '&', quot => '"', apos => "'");
	$password =~ s/&(?:#(\d+)|(\w+));/defined $1 ? chr $1 : $named{$2}/ge;
	if ($password ne 'h<&>"ush') {
		note('wrong password');
		return fault('Client.authenticationError',
		    'invalid username or password');
	}
	return fault('Server', 'try later') if $mode eq 'fault';
	my @all = map { [split / /] } lines('workers');
	shift @all if $mode eq 'leaves' && $q->{body} !~ /<b:Page>1</;
	if ($body =~ m{^<b:Request_References\ b:Skip_Non_Existing_Instances=
	    "true"><b:Worker_Reference><b:ID\ b:type="WID">(\w+)</b:ID>
	    </b:Worker_Reference></b:Request_References>\Q$group\E$}x) {
		my $wid = $1;
		note("one $wid");
		return workers(1, 100, grep { $mode eq 'moved' ?
		    wid($_->[0]) ne $wid : wid($_->[0]) eq $wid } @all);
	}
	my ($kind, $from, $to, $of, $page, $count) =
	    $body =~ m{^<b:Request_Criteria>(?:$range)?
	    <b:Exclude_Inactive_Workers>false</b:Exclude_Inactive_Workers>
	    </b:Request_Criteria><b:Response_Filter><b:As_Of_Effective_Date>
	    ($moment)</b:As_Of_Effective_Date><b:As_Of_Entry_DateTime>
	    \g{-1}</b:As_Of_Entry_DateTime><b:Page>(\d+)</b:Page><b:Count>
	    ([1-9]\d{0,2})</b:Count></b:Response_Filter>\Q$group\E$}x or
	    return fault('Client.validationError', 'not valid');
	note(($kind || 'all') . " page $page as of $of");
	my $at = ($kind || '') eq 'Effective' ? 2 : 1;
	return workers($page, $count, grep { $_->[3] <= $page && (!$kind ||
	    ($_->[$at] ge $from && $_->[$at] le $to)) } @all);
}

sub report {
	my ($q, $v) = @_;
	return (401, '{"error":"invalid"}') unless
	    ($q->{head}{authorization} || '') eq
	    'Basic ' . encode_base64('isu:h<&>"ush', '');
	my $kind = exists $v->{Effective_From} ? 'Effective' : 'Updated';
	my ($from, $to) = @$v{"${kind}_From", "${kind}_Through"};
	return (400, '{"error":"prompt"}') unless join(' ', sort keys %$v) eq
	    "${kind}_From ${kind}_Through format" && $v->{format} eq 'json' &&
	    "$from $to" =~ /^$moment $moment$/;
	note("report " . ($kind eq 'Updated' ? '' : "$kind ") . "$from $to");
	return (503, '{}') if $mode eq 'years' &&
	    substr($from, 0, 4) ne substr($to, 0, 4);
	return (200, '{}') if $mode eq 'absent';
	my @row = grep { $kind eq 'Updated' ||
	    grep { $_ ge substr($from, 0, 10) && $_ le substr($to, 0, 10) }
	    /_Date":"([\d-]+)"/g } map { my ($at, $row) = split / /, $_, 2;
	    $kind eq 'Effective' || $at ge $from && $at le $to ? $row :
	    () } lines('report');
	@row = map { '{"Worker_WID":"' . wid($_) . '","Worker_Status":' .
	    '"Active","Hire_Date":"2020-01-01","First_Name":"F"}' } 1 .. 20000
	    if $mode eq 'many';
	return (200, '{"Report_Entry":[' . join(',', @row) . ']}');
}

sub rest {
	my ($q, $v, $id) = @_;
	return (401, '{"error":"invalid_token"}') unless
	    ($q->{head}{authorization} || '') eq 'Bearer wd-1';
	my @all = map { my @w = split / /; { id => wid($w[0]), descriptor =>
	    "$w[4] Rao", primaryWorkEmail => "$w[4]\@example.org" } }
	    lines('workers');
	if ($id) {
		note("worker $id");
		my ($w) = grep { $_->{id} eq $id } @all;
		return $w ? (200, stub_json($w)) : (404, '{"error":"not found"}');
	}
	return (400, '{"error":"bad","errors":[{"error":"limit"}]}') unless
	    join(' ', sort keys %$v) eq 'limit offset' && $v->{limit} <= 100;
	my $total = @all;
	return (200, stub_json({ total => $total, data =>
	    [splice @all, $v->{offset}, $v->{limit}] }));
}

sub answer {
	my ($q) = @_;
	my ($path) = $q->{path} =~ m{^/ccx/(.*)$} or return (404, '{}');
	my %v = map { ($_, unescape($q->{query}{$_})) } keys %{$q->{query}};
	$mode = stub_mode($dir);
	return $q->{head}{authorization} eq 'Basic ' .
	    encode_base64('client:c', '') && $q->{body} eq
	    'grant_type=client_credentials' ? (200, '{"access_token":"wd-1",' .
	    '"token_type":"Bearer","expires_in":3600}') :
	    (401, '{"error":"invalid_client"}')
	    if "$q->{method} $path" eq 'POST oauth2/acme/token';
	return soap($q) if "$q->{method} $path" eq
	    'POST service/acme/Human_Resources/v44.2' &&
	    $q->{head}{'content-type'} =~ m{^text/xml; *charset=utf-8$}i;
	return (404, '{}') if $q->{method} ne 'GET';
	return report($q, \%v) if $path eq 'service/customreport2/acme/isu/Loya';
	return rest($q, \%v, $1) if $path =~ m{^api/v1/acme/workers(?:/(\w+))?$};
	return (404, '{}');
}

stub_serve($dir, \&answer);
