#!/bin/sh
# A snapshot in any order: its rows, its end and what comes meanwhile, through
# any number of runs, end in the same members and claims.
# LOYA_TORTURE=SECONDS runs longer; LOYA_DICE=NUMBER repeats a run's chances.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

# Copies of one history, each a source of its own, for a snapshot is its
# source's: five people known by events; a begin; then rows of most of them,
# events about some, and the end, in an order of the copy's own with repeats.
cat >"$T/make.pl" <<'EOT'
use strict;
use warnings;
use List::Util qw(shuffle);
my ($dice, $copies) = @ARGV;
srand $dice;
my $versions = rand() < 0.7;
my @status = qw("active" "active" "suspended" "closed");

sub event {
	my ($id, $who, $v, $more, $snapshot) = @_;
	my $d = qq("external_id":"$who");
	$d .= qq(,"version":$v) if $versions;
	$d .= qq(,$more) if $more ne '';
	return [$id, 'member', $d, $snapshot ? qq(,"loyasnapshot":"S") : ''];
}
sub some { $_[rand @_] }

# Without versions the order of receipt counts: then events about one person
# keep their order.
my (@first, @rows, @meanwhile);
for my $i (1 .. 5) {
	push @first, event("o$i", "P$i", 5, qq("status":) . some(@status))
	    if $versions;
	push @first, event("f$i", "P$i", 10, some('', qq("status":) .
	    some(@status) . ',') . qq("name":"F$i"));
	push @rows, event("r$i", "P$i", 10 + int rand 3,
	    some('', qq("status":) . some(@status), qq("name":"R$i")), 1)
	    if rand() < 0.6;
	push @meanwhile, event("m$i", "P$i", some(6 .. 11, 13),
	    some(qq("name":"M$i"), qq("status":) . some(@status)))
	    if rand() < 0.4;
	# Another version than the others, because ties go by receipt.
	push @meanwhile, ["d$i", 'member', qq("external_id":"P$i","deleted":true) .
	    ($versions ? ',"version":12' : ''), ''] if rand() < 0.1;
}
push @rows, event('rx', 'PX', 10, qq("name":"X"), 1);
my $n = @rows;
my @end = ['end', 'snapshot', qq("phase":"end","snapshot":"S","count":$n), ''];

for my $c (1 .. $copies) {
	my @l = (shuffle(@first), ['begin', 'snapshot',
	    qq("phase":"begin","snapshot":"S"), '']);
	my @behind = (@rows, @meanwhile, @end);
	if ($versions) {
		@behind = shuffle @behind, grep { rand() < 0.2 } @behind;
	} else {
		# The events keep their order; rows come anywhere.
		my %of = map { $_->[0] => rand } @behind;
		my @t = sort { $a <=> $b } map { $of{$_->[0]} } @meanwhile;
		$of{$meanwhile[$_][0]} = $t[$_] for 0 .. $#meanwhile;
		@behind = sort { $of{$a->[0]} <=> $of{$b->[0]} } @behind;
	}
	push @l, @behind;
	my $cut = int rand @l;
	for my $k (0 .. $#l) {
		my ($id, $type, $data, $more) = @{$l[$k]};
		open my $f, '>>', "$ENV{T}/in" . ($k < $cut ? 1 : 2) or die;
		print $f qq({"specversion":"1.0","id":"$id","source":"s$c",) .
		    qq("type":"loya.$type"$more,"data":{$data}}\n);
	}
}
EOT

# compare.pl: members and claims of each copy against the first's.
cat >"$T/compare.pl" <<'EOT'
use strict;
use warnings;
use JSON::PP;
my $json = JSON::PP->new->canonical->allow_nonref;
my (%of, $same);
while (<STDIN>) {
	my $m = $json->decode($_);
	my ($l) = @{$json->decode($m->{claims})};
	my %claims;
	for my $f (keys %{$l->{fields}}) {
		my ($value) = @{$l->{fields}{$f}};
		$claims{$f} = $value;
	}
	push @{$of{$l->{source}}}, $json->encode([$l->{external_id},
	    $m->{status}, $m->{name}, \%claims]);
}
my ($first) = map { join "\n", sort @{$of{$_}} } 's1';
for my $s (sort keys %of) {
	my $text = join "\n", sort @{$of{$s}};
	if ($text eq $first) { $same++; next }
	print "s1:\n$first\n$s:\n$text\n";
	last;
}
print "$same\n";
EOT

round() {	# DICE COPIES
	rm -rf "$LOYA_STORE"* "${LOYA_CONF:?}"/* "$T"/in?
	mkdir -p "$LOYA_CONF/sources"
	: >"$T/in1"
	: >"$T/in2"
	perl "$T/make.pl" "$1" "$2"
	i=0
	names=
	while [ $((i += 1)) -le "$2" ]; do
		source_file "s$i" '{"profile":"plain","snapshot":{"missing":"suspend","least":0}}'
		names="$names,\"s$i\""
	done
	echo "{\"authority\":{\"*\":[${names#,}]}}" >"$LOYA_CONF/loya.json"
	loya-apply <"$T/in1" >"$T/lines" 2>"$T/said"
	loya-apply <"$T/in2" >>"$T/lines" 2>>"$T/said"
	store "SELECT json_object('claims', claims, 'status', status,
	    'name', name) FROM member" | perl "$T/compare.pl" >"$T/same"
	is "dice $1: $2 orders end the same" "$(cat "$T/same")" "$2"
	is "dice $1: every snapshot is done" \
	    "$(store "SELECT count(*) FROM snapshot WHERE state = 'done'")" "$2"
	ok "dice $1: verify agrees" loya-audit verify
}

# ordered LINES...: the name at the end
ordered() {
	rm -f "$LOYA_STORE"*
	for l; do
		case $l in
		begin|end) line hr "$l" loya.snapshot \
		    "{\"phase\":\"$l\",\"snapshot\":\"S\",\"count\":1}" |
		    sed '/begin/s/,"count":1//' ;;
		row) member hr row '{"external_id":"P1","version":9,"name":"row"}' \
		    ',"loyasnapshot":"S"' ;;
		event) member hr event \
		    '{"external_id":"P1","version":3,"name":"event"}' ;;
		esac
	done | loya-apply >"$T/lines"
	store 'SELECT name FROM member'
}
source_file hr
is "a newer row beats an event before the begin" \
    "$(ordered event begin row end)" row
is "and one before the row, when that comes before the begin" \
    "$(ordered event row begin end)" row
is "but not one after such a row, whatever the versions" \
    "$(ordered row event begin end)" event
is "as not one after the begin" "$(ordered begin row event end)" event
status 0 "and all of it is sound" loya-audit verify -q

# A row of one snapshot, an event after its begin, a row of the next one: each
# replaces the one before, in whatever order they come, although the first row
# has the newest version.
begins() { line hr "$1" loya.snapshot \
    "{\"phase\":\"begin\",\"snapshot\":\"$1\"}"; }
says() { member hr "$1" \
    "{\"external_id\":\"P1\",\"version\":$2,\"name\":\"$1\"}" "${3-}"; }
says first 5 ',"loyasnapshot":"S1"' >"$T/row1"
says event 3 >"$T/event"
says second 4 ',"loyasnapshot":"S2"' >"$T/row2"
begins S1 >"$T/begin1"
begins S2 >"$T/begin2"
for order in "begin1 row1 event begin2 row2" "begin1 event begin2 row1 row2" \
    "begin1 event begin2 row2 row1"; do
	rm -f "$LOYA_STORE"*
	for l in $order; do
		cat "$T/$l"
	done | loya-apply >"$T/lines"
	is "the row of the later one holds: $order" \
	    "$(store 'SELECT name FROM member')" second
done
status 0 "and that is sound" loya-audit verify -q

# A status that comes late, behind the end: who passed for suspended, and was in
# use, is missing; who passed for one in use, and was not, is not.
source_file hr '{"profile":"plain","snapshot":{"missing":"suspend","least":0}}'
late() {	# STATUS, then another, late: how P1 ends
	rm -f "$LOYA_STORE"*
	{ member hr 1 "{\"external_id\":\"P1\",\"version\":2,\"status\":\"$1\"}"
	member hr 2 '{"external_id":"P1","version":9,"name":"P"}'
	begins S
	says row 1 ',"loyasnapshot":"S"' | sed s/P1/P2/
	line hr end loya.snapshot '{"phase":"end","snapshot":"S","count":1}'
	} | loya-apply >"$T/lines"
	member hr 3 "{\"external_id\":\"P1\",\"version\":3,\"status\":\"$2\"}" |
	    loya-apply >"$T/lines"
	loya-audit verify -q || echo "verify finds faults"
	store "SELECT m.status || ': ' || group_concat(f.key) FROM member m,
	    json_each(m.claims, '\$[0].fields') f
	    WHERE m.claims LIKE '%P1%'"
}
is "who was in use after all is missing" "$(late suspended active)" \
    "suspended: name,status,@missing"
like "which the record says of the snapshot" "$(cat "$T/lines")" \
    '"loyacause":"hr/end".*"new":"suspended".*"why":"missing","snapshot":"S"'
is "who was not is not" "$(late active suspended)" \
    "suspended: name,status"
is "whatever it was" "$(late pending closed)" "closed: name,status"
is "and both may be" "$(late closed suspended)" \
    "suspended: name,status"
source_file hr
is "where nobody is suspended for it nobody is" \
    "$(late suspended active)" "active: name,status"

dice=${LOYA_DICE:-$(date +%s)}
end=$(($(date +%s) + ${LOYA_TORTURE:-0}))
n=0
while :; do
	round "$dice" 30
	dice=$((dice + 1))
	n=$((n + 1))
	if [ "$tap_bad" != 0 ] || { [ "$n" -ge 4 ] &&
	    [ "$(date +%s)" -ge "$end" ]; }; then
		break
	fi
done
done_testing
