# Darwinbox as it is written to: darwinbox-write.pl DIR
# /importapi/update with Basic authentication (loya:dbx-password) and an api_key
# (dbx-key), or with a token; of one employee a time.  Employees in DIR/people;
# what was written is kept in DIR/records.  It answers 200, and says in the body
# whether it did it.  And Workday: a custom object, by what is believed of it.
use strict;
use warnings;
use File::Basename;
use JSON::PP;
use MIME::Base64;
use lib dirname(__FILE__);
require 'stub.pl';

my ($dir) = @ARGV;

sub keep {
	my ($id, $row) = @_;
	open my $f, '>>', "$dir/records" or die;
	print $f "$id ", stub_json($row), "\n";
	close $f;
}

sub refuse { return (200, stub_json({ status => 0, message => $_[0] })); }

sub known { return grep { $_ eq $_[0] } split /\s+/,
	slurp("$dir/people"); }

sub update {
	my ($q) = @_;
	my $all = $q->{json};
	my $basic = 'Basic ' . encode_base64('loya:dbx-password', '');
	my $by_key = $q->{head}->{authorization} eq $basic &&
	    ($all->{api_key} || '') eq 'dbx-key';
	my $by_token = $q->{head}->{authorization} eq 'Bearer dbx-token' &&
	    !exists $all->{api_key};
	return (401, '') unless $by_key || $by_token;
	delete $all->{api_key};
	return refuse('not such a body') unless join(' ', keys %$all) eq
	    'employees' && @{$all->{employees}} == 1;
	my $row = $all->{employees}->[0];
	for my $name (keys %$row) {
		return refuse("unknown field $name") unless $name =~
		    /^(employee_id|loyalty_points|loyalty_tier)$/;
	}
	return refuse('no such employee') unless known($row->{employee_id});
	keep($row->{employee_id}, $row);
	return (200, stub_json({ status => 1, message => 'updated' }));
}

sub custom {
	my ($q, $id) = @_;
	return (401, '') unless
	    $q->{head}->{authorization} eq 'Bearer dbx-token';
	return (404, stub_json({ error => 'not found', errors => [{
	    error => 'no such worker', field => 'id' }] })) unless known($id);
	keep($id, $q->{json});
	return (200, stub_json({ id => $id }));
}

sub answer {
	my ($q) = @_;
	return (200, stub_json({ access_token => 'dbx-token',
	    token_type => 'Bearer', expires_in => 3600 })) if
	    $q->{path} =~ m{^/(oauth/v2token|ccx/oauth2/acme/token)$};
	return update($q) if "$q->{method} $q->{path}" eq
	    'POST /importapi/update';
	return custom($q, $1) if "$q->{method} $q->{path}" =~
	    m{^PUT /ccx/api/customObjects/v1/acme/workers/([0-9a-f]+)/customObjects/loyalty$};
	return (404, '');
}

stub_serve($dir, \&answer);
