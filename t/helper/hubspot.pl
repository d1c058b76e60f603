# Contacts of HubSpot's API as loya-source(5) says they are read: hubspot.pl DIR
# What is not of this is 400; it wants "Authorization: Bearer hush".
#   GET  /crm/v3/objects/contacts/ID   ?properties=NAMES
# DIR/contacts has ID, updatedAt, firstname, lastname, email, separated by tabs.
# DIR/mode (stub.pl): limit (429, RATE_LIMITS).
use strict;
use warnings;
use File::Basename;
use JSON::PP;
use lib dirname(__FILE__);
require 'stub.pl';

my ($dir) = @ARGV;
my $contacts = '/crm/v3/objects/contacts';

sub fault {
	my ($status, $category) = @_;
	return ($status, stub_json({ status => 'error', category => $category,
	    message => "words about $category" }));
}

sub contact {
	my ($f, $names) = @_;
	my %v = (firstname => $f->[2], lastname => $f->[3], email => $f->[4]);
	return { id => $f->[0], createdAt => '2025-01-01T00:00:00Z',
	    updatedAt => $f->[1], archived => JSON::PP::false,
	    properties => { map { $_ => $v{$_} } split /,/, $names } };
}

sub contacts {
	return map { chomp; [split /\t/] } split /^/, slurp("$dir/contacts");
}

stub_serve($dir, sub {
	my ($q) = @_;
	return fault(401, 'INVALID_AUTHENTICATION')
	    unless ($q->{head}{authorization} || '') eq 'Bearer hush';
	return fault(429, 'RATE_LIMITS') if stub_mode($dir) eq 'limit';
	my $names = unescape($q->{query}{properties} || '');
	my $args = join ' ', sort keys %{$q->{query}};
	return fault(400, 'VALIDATION_ERROR') unless $q->{method} eq 'GET' &&
	    $names =~ /^[a-z_]+(?:,[a-z_]+)*$/;
	if ($q->{path} =~ m{^$contacts/(\d+)$} && $args eq 'properties') {
		my ($f) = grep { $_->[0] eq $1 } contacts();
		return fault(404, 'OBJECT_NOT_FOUND') unless $f;
		return (200, stub_json(contact($f, $names)));
	}
	return fault(400, 'VALIDATION_ERROR');
});
