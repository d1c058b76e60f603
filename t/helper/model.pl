# What the members and their points must be after load.pl, by a model of its own:
#
#   model.pl SENT ACKED <INBOX
#
# INBOX is id|body in the order of receipt.  Prints what is not as it must be:
# "twice ID", "lost ID" (it was acknowledged), "other ID" (it is not what was
# sent); then for each member external id, status, points, name and e-mail.
use strict;
use warnings;

my (%sent, %in, %who, %posted);
open my $f, '<', $ARGV[0] or die;
/^([^\t]*)\t(.*)$/ and $sent{$1} = $2 while <$f>;

sub post {	# member, points, reference
	my ($m, $kind, $p, $reference) = @_;
	return if $posted{$reference} || $m->{status} ne 'active';
	return if $kind eq 'redeem' && $p > $m->{points};
	$m->{points} += $kind eq 'redeem' ? -$p : $p;
	$posted{$reference} = 1;
}

sub claim {	# member, field, value, version
	my ($m, $field, $value, $v) = @_;
	return if ($m->{"v$field"} // 0) > $v;
	@$m{$field, "v$field"} = ($value, $v);
}

while (<STDIN>) {
	my ($id, $body) = /^([^|]*)\|(.*)$/ or die;
	print "twice $id\n" if $in{$id}++;
	print "other $id\n" if $body ne ($sent{$id} // '');
	my ($w) = $body =~ /"external_id":"(\w+)"/ or die;
	my $m = $who{$w} //= { points => 0, name => '', email => '',
	    status => 'active', waits => [] };
	if ($body =~ /"kind":"(\w+)","points":(\d+),"reference":"([^"]+)"/) {
		# Nobody knows yet who that is: it waits.
		my @entry = ($1, $2, $3);
		$m->{known} ? post($m, @entry) : push @{$m->{waits}}, \@entry;
		next;
	}
	my ($v) = $body =~ /"version":(\d+)/ or die;
	for ('name', 'email', 'status') {
		claim($m, $_, $1, $v) if $body =~ /"$_":"([^"]+)"/;
	}
	$m->{known} = 1;
	post($m, @$_) for splice @{$m->{waits}};
}
open $f, '<', $ARGV[1] or die;
while (<$f>) {
	chomp;
	print "lost $_\n" unless $in{$_};
}
for (sort keys %who) {
	my $m = $who{$_};
	print join('|', $_, @$m{'status', 'points', 'name', 'email'}), "\n"
	    if $m->{known};
}
