#!/bin/sh
# Everything is killed at any time, under load, again and again: what was
# acknowledged is there once and is applied once, and all records agree.
# LOYA_TORTURE=SECONDS runs longer; LOYA_DICE=NUMBER repeats a run's chances.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
. "$here/apply.sh"

echo '{"profile":"plain"}' >"$LOYA_CONF/sources/hr.json"

# load.pl SECRET SECONDS DICE: programs on one store, each killed after a
# random time and started again; eight senders that repeat themselves.  Writes
# acked, the ids that got 202; prints how many times it killed.
cat >"$T/load.pl" <<'EOT'
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256);
use IO::Select;
use IO::Socket::UNIX;
use MIME::Base64;
use POSIX qw(WNOHANG _exit dup2);
use Time::HiRes qw(time);

my ($secret, $seconds, $dice) = @ARGV;
srand $dice;
my $dir = $ENV{T};
my $key = decode_base64(substr $secret, length 'whsec_');
$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { exit 1 };
my (%slot, %at, %state, @again, @wrong);
my ($kills, $made) = (0, 0);
my $prefix = "d$dice";
open my $acked, '>>', "$dir/acked" or die;
open my $talk, '>>', "$dir/talk" or die;

sub spawn {	# in, out, command
	my ($in, $out, @command) = @_;
	my $pid = fork // die;
	return $pid if $pid;
	dup2(fileno $in, 0) if $in;
	dup2(fileno $out, 1);
	dup2(fileno $talk, 2);
	exec { $command[0] } @command or _exit 127;
}

# The slot's programs, each with the time it has left.
sub start {
	my $name = shift;
	open my $null, '+<', '/dev/null' or die;
	my $most = rand() < 0.5 ? 0.02 : 0.2;
	if ($name eq 'pipe') {
		pipe my $r, my $w or die;
		$slot{recv} = spawn($null, $w, 'loya-recv', '-l',
		    "unix:$dir/sock");
		$slot{apply} = spawn($r, $null, 'loya-apply');
		$at{recv} = time + rand($most * 2);
		$at{apply} = time + rand $most;
		return;
	}
	$slot{$name} = spawn($null, $null, 'loya-apply',
	    $name eq 'watch' ? '-w' : '-b');
	$at{$name} = time + rand $most;
}

sub reap {
	while ((my $pid = waitpid -1, WNOHANG) > 0) {
		my ($name) = grep { $slot{$_} == $pid } keys %slot;
		next unless defined $name;
		delete $slot{$name};
		my $how = $? & 127 ? "signal " . ($? & 127) : "exit " . ($? >> 8);
		push @wrong, "$name: $how" unless $? == 9 ||
		    $name =~ /^(apply|backlog)$/ && ($? == 0 || $? == 256) ||
		    # Its writer was killed in the middle of a line.
		    $name eq 'apply' && $? >> 8 == 65;
		start('pipe') if $name eq 'recv';
		start($name) if $name eq 'watch' || $name eq 'backlog';
	}
}

sub event {	# its id and body
	return @{splice @again, rand @again, 1} if @again && rand() < 0.3;
	my $id = $prefix . '-' . ++$made;
	my $who = 'E' . int rand 40;
	my ($type, $data) = ('member', '');
	if (rand() < 0.5) {
		# Some references come in two events.
		my $n = rand() < 0.1 ? $made - 1 : $made;
		my $p = 1 + $n % 97;
		$who = 'E' . $n % 40;
		$type = 'points';
		$data = qq("kind":"earn","points":$p,"reference":"$prefix-$n");
	} else {
		my $v = 1 + int rand 1000;
		$data = qq("version":$v,"name":"$id","status":"active");
		$data .= qq(,"email":"$id\@x") if rand() < 0.5;
	}
	return ($id, qq({"specversion":"1.0","id":"$id","source":"hr",) .
	    qq("type":"loya.$type","data":{"external_id":"$who",$data}}));
}

my $sel = IO::Select->new;
sub post {
	my $c = shift;
	@$c{'id', 'body'} = event();
	$c->{got} = '';
	my $now = int time;
	my $sum = encode_base64(hmac_sha256("$c->{id}.$now.$c->{body}", $key),
	    '');
	syswrite $c->{s}, "POST /hooks/hr HTTP/1.1\r\nHost: x\r\n" .
	    "Content-Type: application/cloudevents+json\r\n" .
	    "webhook-id: $c->{id}\r\n" .
	    "webhook-timestamp: $now\r\nwebhook-signature: v1,$sum\r\n" .
	    'Content-Length: ' . length($c->{body}) . "\r\n\r\n$c->{body}";
}

sub connected {
	while ($sel->count < 8) {
		my $s = IO::Socket::UNIX->new(Peer => "$dir/sock") or return;
		$state{$s} = { s => $s };
		$sel->add($s);
		post($state{$s});
	}
}

sub answered {
	my $s = shift;
	my $c = $state{$s};
	my $n = sysread $s, $c->{got}, 4096, length $c->{got};
	if (!$n) {
		push @again, [@$c{'id', 'body'}] if rand() < 0.7;
		$sel->remove($s);
		delete $state{$s};
		return;
	}
	return unless $c->{got} =~
	    /\AHTTP\/1.1 (\d+).*?\r\ncontent-length: (\d+).*?\r\n\r\n/si &&
	    length $c->{got} >= $+[0] + $2;
	if ($1 eq '202') {
		syswrite $acked, "$c->{id}\n";
	} else {
		push @wrong, "$c->{id}: status $1";
	}
	push @again, [@$c{'id', 'body'}] if rand() < ($1 eq '202' ? 0.05 : 1);
	post($c);
}

start($_) for 'pipe', 'watch', 'backlog';
my $end = time + $seconds;
while (time < $end) {
	connected();
	answered($_) for $sel->can_read(0.002);
	for (grep { $at{$_} <= time } keys %slot) {
		$kills += kill 'KILL', $slot{$_};
		$at{$_} = time + 1;
	}
	reap();
}
kill 'KILL', values %slot;
1 while wait > 0;
print "wrong $_\n" for @wrong;
print "kills $kills\n";
EOT

# model.pl ACKED <INBOX: what the members and the points must be; what was
# acknowledged and is not there
cat >"$T/model.pl" <<'EOT'
use strict;
use warnings;
my (%in, %who, %posted);
while (<STDIN>) {
	my ($id, $body) = /^([^|]*)\|(.*)$/ or die;
	print "twice $id\n" if $in{$id}++;
	my ($w) = $body =~ /"external_id":"(\w+)"/ or die;
	my $m = $who{$w} //= { points => 0, name => '', email => '' };
	if ($body =~ /"points":(\d+),"reference":"([^"]+)"/) {
		$m->{points} += $1 unless $posted{$2}++;
		next;
	}
	my ($v) = $body =~ /"version":(\d+)/ or die;
	$m->{known} = 1;
	for ('name', 'email') {
		next unless $body =~ /"$_":"([^"]+)"/;
		next if ($m->{"v$_"} // 0) > $v;
		@$m{$_, "v$_"} = ($1, $v);
	}
}
open my $f, '<', $ARGV[0] or die;
while (<$f>) {
	chomp;
	print "lost $_\n" unless $in{$_};
}
for (sort keys %who) {
	my $m = $who{$_};
	print join('|', $_, @$m{'points', 'name', 'email'}), "\n" if $m->{known};
}
EOT

members="SELECT external_id, points, coalesce(name, ''), coalesce(email, '')
    FROM member m JOIN link l ON l.member = m.id ORDER BY 1"

round() {	# SECONDS DICE
	rm -rf "$LOYA_STORE"* "$T/acked" "$T/talk" "$T/sock"
	loya-token init 2>/dev/null
	printf '%s\n' "$secret" | loya-token set hr
	perl "$T/load.pl" "$secret" "$1" "$2" >"$T/load"
	grep '^wrong' "$T/load" | sort | uniq -c
	# 1: points of somebody whom nobody has named yet are held.
	loya-apply -b >/dev/null 2>>"$T/talk"
	[ $? -le 1 ] || echo "apply: failed"
	inbox "SELECT event_id, CAST(body AS TEXT) FROM inbox ORDER BY seq" |
	    perl "$T/model.pl" "$T/acked" >"$T/want"
	store "$members" >"$T/have"
	diff "$T/want" "$T/have"
	store "SELECT reference, count(*) FROM ledger GROUP BY 1
	    HAVING count(*) > 1"
	store "SELECT 'balance', id FROM member m WHERE points IS NOT
	    (SELECT coalesce(sum(points), 0) FROM ledger WHERE member = m.id)"
	store "SELECT 'audit', inbox, count(*) FROM audit
	    WHERE inbox IS NOT NULL AND kind <> 'event.held'
	    GROUP BY inbox HAVING count(*) > 1"
	store "ATTACH '$LOYA_STORE-inbox' AS i;
	    SELECT 'not applied', seq FROM i.inbox
	    WHERE seq NOT IN (SELECT seq FROM event)"
	loya-audit verify >"$T/verify" 2>&1 || cat "$T/verify"
	# A sanitizer that dies while it looks at its threads says so.
	grep -v -e "listening on" -e "reader is gone" \
	    -e "standard input: line [0-9]*: byte" \
	    -e "==Unable to get registers from thread" "$T/talk" | sort | uniq -c
}

dice=${LOYA_DICE:-$(date +%s)}
left=${LOYA_TORTURE:-9}
kills=0
acked=0
bad=
while [ "$left" -gt 0 ]; do
	round 3 "$dice" >"$T/found" 2>&1
	if [ -s "$T/found" ]; then
		echo "# LOYA_DICE=$dice"
		tap_show found "$T/found"
		bad=1
	fi
	kills=$((kills + $(sed -n 's/kills //p' "$T/load")))
	acked=$((acked + $(wc -l <"$T/acked")))
	dice=$((dice + 1))
	left=$((left - 3))
done
is "killed $kills times, $acked events acknowledged: all of them once" "$bad" ""
[ "$kills" -gt 50 ] && [ "$acked" -gt 200 ]
tap_result $? "there was something to lose"
done_testing
