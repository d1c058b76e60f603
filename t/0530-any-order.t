#!/bin/sh
# Any order and any repetition of the same deliveries ends in the same members
# and claims, and posts each points reference once.
# LOYA_TORTURE=SECONDS runs longer; LOYA_DICE=NUMBER repeats a run's chances.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr '{"profile":"plain","match":[["employee_number"]]}'
source_file crm '{"profile":"plain","match":[["employee_number"]]}'
echo '{"authority":{"*":["hr","crm"],"email":["crm","hr"],"tags":["crm"]}}' \
    >"$LOYA_CONF/loya.json"

# make.pl DICE: histories of one person each, with several copies of every
# history; each copy (its ids end in .HISTORY.COPY) has an order of its own
# with repeats, and is cut at random into the files in1, in2 and in3.
cat >"$T/make.pl" <<'EOT'
use strict;
use warnings;
use List::Util qw(shuffle);
my ($dice, $histories, $copies) = @ARGV;
srand $dice;
my @file = map { open my $f, '>', "$ENV{T}/in$_" or die; $f } 1 .. 3;

sub some { $_[rand @_] }

sub fields {
	my ($by, $points) = @_;
	my @status = $points ? 'active' : qw(active suspended closed pending);
	my %all = (
		name => some('"A"', '"B"', '"C"', 'null'),
		email => some('"a.@"', '"b.@"', 'null'),
		status => '"' . some(@status) . '"',
		tags => some('["x","y"]', '["z"]', '[]', 'null'),
		birthdate => '"198' . int(rand 10) . '-01-02"',
		address => some('{"locality":"Pune"}', '"Delhi"', 'null'));
	my @l = (shuffle keys %all)[0 .. rand 4];
	return join ',', map { qq("$_":$all{$_}) } @l;
}

sub history {
	my $points = rand() < 0.5;
	# Who comes first decides whom a match rule finds, and a schedule may
	# decide that: schedules only where there is nobody to match.
	my $one = rand() < 0.5;
	my @v = shuffle 1 .. 9;
	my @l;
	for my $k (1 .. 2 + int rand 4) {
		my ($by, $who) = @{some(['hr', 'E'], $one ? () : ['crm', 'C'])};
		my $v = shift @v;
		my $d = join ',', qq("external_id":"$who.@","version":$v),
		    fields($by, $points);
		my $more = qq("attributes":{"employee_number":"n.@","k$v":$v});
		$d .= qq(,"effective_at":"2026-0) . (2 + int rand 7) .
		    '-01T00:00:00Z"' if $one && rand() < 0.3;
		# A deletion has nothing that a match rule could compare.
		$d = qq("external_id":"$who.@","version":$v,"deleted":true),
		    $more = '"name":null' if $k > 1 && !$points && rand() < 0.15;
		push @l, [$by, $k, 'member', "$d,$more"];
	}
	# Points come from a record that is certainly named.
	my ($by, $who) = ($l[0][0], $l[0][0] eq 'hr' ? 'E' : 'C');
	for my $k (1 .. ($points ? 1 + int rand 3 : 0)) {
		push @l, map { [$by, "p$k$_", 'points', qq("external_id":) .
		    qq("$who.@","kind":"earn","points":$k,) .
		    qq("reference":"r$k.@")] } some(['a'], ['a', 'b']);
	}
	return @l;
}

my @streams;
for my $h (1 .. $histories) {
	my @l = history();
	for my $c (1 .. $copies) {
		my @order = shuffle @l, grep { rand() < 0.2 } @l;
		push @streams, [map {
			my ($by, $id, $type, $data) = @$_;
			$data =~ s/\@/$h.$c/g;
			[rand, qq({"specversion":"1.0","id":"$id.$h.$c",) .
			    qq("source":"$by","type":"loya.$type",) .
			    qq("data":{$data}}\n)]
		} @order];
	}
}
# Merged, with the order of each copy kept.
my @all;
for my $s (@streams) {
	my @when = sort { $a <=> $b } map { $_->[0] } @$s;
	push @all, map { [$when[$_], $s->[$_][1]] } 0 .. $#$s;
}
for (sort { $a->[0] <=> $b->[0] } @all) {
	print { $file[$_->[0] * 3] } $_->[1];
}
EOT

# compare.pl: members, claims and points of each copy against the others of its
# history, without what is random or depends on receipt: ids, times, rows
cat >"$T/compare.pl" <<'EOT'
use strict;
use warnings;
use JSON::PP;
my $json = JSON::PP->new->canonical->allow_nonref;
my (%of, %seen, $differ);
while (<STDIN>) {
	my $m = $json->decode($_);
	my %claims;
	my @link;
	my $copy;
	for my $l (@{$json->decode($m->{claims})}) {
		($copy) = $l->{external_id} =~ /\.(\d+\.\d+)$/ or die;
		my $name = "$l->{source}/$l->{external_id}";
		push @link, $name;
		for my $f (keys %{$l->{fields}}) {
			my ($value, $e) = @{$l->{fields}{$f}};
			my (undef, @version) = @{$l->{events}[$e]};
			$claims{$name}{$f} = [$value, @version];
		}
	}
	my $decided = $json->decode($m->{decided});
	$m->{decided} = { map { $_ => $link[$decided->{$_}] } keys %$decided };
	$m->{claims} = \%claims;
	my $text = $json->encode($m);
	$text =~ s/\Q.$copy\E//g;
	push @{$of{$copy}}, $text;
}
for my $copy (sort keys %of) {
	my ($h) = $copy =~ /^(\d+)/;
	my $text = join "\n", sort @{$of{$copy}};
	$seen{$h} //= [$copy, $text];
	next if $seen{$h}[1] eq $text || $differ++ > 2;
	print "$seen{$h}[0]: $seen{$h}[1]\n$copy: $text\n";
}
printf "%d\n", scalar keys %of;
EOT

at() { LOYA_NOW=$1 loya-apply -q >>"$T/lines" 2>>"$T/said"; }

round() {	# DICE HISTORIES COPIES
	rm -rf "$LOYA_STORE"* "$T/said" "$T/lines"
	perl "$T/make.pl" "$1" "$2" "$3"
	at 2026-01-01T00:00:00Z <"$T/in1"
	at 2026-04-15T00:00:00Z <"$T/in2"
	at 2026-06-15T00:00:00Z <"$T/in3"
	at 2027-01-01T00:00:00Z </dev/null
	store "SELECT json_object('claims', claims, 'decided', decided,
	    'status', status, 'points', points, 'name', name, 'email', email,
	    'tags', tags, 'birthdate', birthdate, 'address', address,
	    'ended_at', ended_at, 'attributes', attributes) FROM member" |
	    perl "$T/compare.pl" >"$T/same"
	is "dice $1: $2 histories in $3 orders each end the same" \
	    "$(cat "$T/same")" $(($2 * $3))
	is "dice $1: each reference is posted once" "$(store "SELECT count(*),
	    count(DISTINCT reference) FROM ledger")" \
	    "$(cat "$T"/in? | sed -n 's/.*"reference":"\([^"]*\)".*/\1/p' |
	    sort -u | awk 'END { print NR "|" NR }')"
	is "dice $1: nothing was said" "$(cat "$T/said")" ""
	ok "dice $1: verify agrees" loya-audit verify
}

dice=${LOYA_DICE:-$(date +%s)}
end=$(($(date +%s) + ${LOYA_TORTURE:-0}))
while :; do
	round "$dice" 30 40
	dice=$((dice + 1))
	if [ "$(date +%s)" -ge "$end" ] || [ "$tap_bad" != 0 ]; then
		break
	fi
done
done_testing
