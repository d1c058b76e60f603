# All programs on one store, each killed after a random time and started again,
# under senders that repeat themselves:
#
#   load.pl [-p] [-c SECONDS] SECRET SECONDS DICE
#
# The folder is T, the source hr.  Writes sent (id, tab, body), acked (the ids
# that got 202) and talk (what the programs say); prints how many times it
# killed, and what nobody may do: "wrong ...".
#   -p  three loya-push and a loya-audit verify as well; their target is
#       sink.pl in the folder sink, and often not well
#   -c  then for so many seconds nobody is killed: prints what each program's
#       memory was a third into that time and at its end ("memory NAME KIB KIB")
#       and how long the logs got ("log MOST-OF-INBOX MOST-OF-STORE", bytes)
#       in its last quarter; nobody verifies then
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256);
use Getopt::Std;
use IO::Select;
use IO::Socket::UNIX;
use MIME::Base64;
use POSIX qw(WNOHANG _exit dup2);
use Time::HiRes qw(time);

my %opt;
getopts('pc:', \%opt) && @ARGV == 3 or die "load.pl: wrong arguments\n";
my ($secret, $seconds, $dice) = @ARGV;
my $calm = $opt{c} // 0;
srand $dice;
my $dir = $ENV{T};
my $key = decode_base64(substr $secret, length 'whsec_');
$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { exit 1 };
my (%slot, %at, %due, %killed, %state, %first, @again, @wrong);
my ($kills, $made, $quiet) = (0, 0, 0);
my @log = (0, 0);
my $prefix = "d$dice";
sub append { open my $f, '>>', "$dir/$_[0]" or die; return $f }
my ($acked, $talk, $sent) = map { append($_) } 'acked', 'talk', 'sent';
open my $null, '+<', '/dev/null' or die;

sub spawn {	# in, out, command
	my ($in, $out, @command) = @_;
	my $pid = fork // die;
	return $pid if $pid;
	dup2(fileno $in, 0);
	dup2(fileno $out, 1);
	dup2(fileno $talk, 2);
	exec { $command[0] } @command or _exit 127;
}

# What runs in a slot; and with which statuses it may end by itself.
my %program = (
	watch => [['loya-apply', '-w']],
	backlog => [['loya-apply', '-b'], 0, 1],
	push => [['loya-push', '-wq']],
	push2 => [['loya-push', '-wq']],
	pushb => [['loya-push', '-bq'], 0, 75],
	verify => [['loya-audit', 'verify'], 0],
);

# The slot's program, with the time it has left.
sub start {
	my $name = shift;
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
	$slot{$name} = spawn($null, $null, @{$program{$name}[0]});
	$at{$name} = time + rand($name eq 'verify' ? 4 : $most);
}

sub may {	# name, process, status as of waitpid
	my ($name, $pid, $how) = @_;
	return $killed{$pid} if $how == 9;
	# The last apply of a pipe; its writer may have been killed in the middle
	# of a line.
	return $how == 0 || $how == 256 || $how >> 8 == 65 if $name eq 'apply';
	return grep { defined && $how == $_ << 8 } @{$program{$name}}[1, 2];
}

sub reap {
	while ((my $pid = waitpid -1, WNOHANG) > 0) {
		my ($name) = grep { $slot{$_} == $pid } keys %slot;
		next unless defined $name;
		delete $slot{$name};
		push @wrong, "$name: " . ($? & 127 ? "signal " . ($? & 127) :
		    "exit " . ($? >> 8)) unless may($name, $pid, $?);
		$due{$name} = $quiet ? 9e9 : time + 1 if $name eq 'verify';
		start($name eq 'recv' ? 'pipe' : $name)
		    unless $name eq 'apply' || $due{$name};
	}
}

# Events about forty people: what they are, by versions; and points, of which
# some references come in two events.
sub event {	# its id and body
	return @{splice @again, rand @again, 1} if @again && rand() < 0.3;
	my $id = $prefix . '-' . ++$made;
	my $who = 'E' . int rand 40;
	my ($type, $data) = ('member', '');
	if (rand() < 0.5) {
		my $n = rand() < 0.1 ? $made - 1 : $made;
		my $p = 1 + $n % 97;
		my $kind = $n % 4 == 0 ? 'redeem' : 'earn';
		$who = 'E' . $n % 40;
		$type = 'points';
		$data = qq("kind":"$kind","points":$p,"reference":"$prefix-$n");
	} else {
		my $v = 1 + int rand 1000;
		$data = qq("version":$v,"name":"$id");
		$data .= ',"status":"' . (rand() < 0.8 ? 'active' :
		    'suspended') . '"' if rand() < 0.7;
		$data .= qq(,"email":"$id\@x") if rand() < 0.5;
	}
	my $body = qq({"specversion":"1.0","id":"$id","source":"hr",) .
	    qq("type":"loya.$type","data":{"external_id":"$who",$data}});
	syswrite $sent, "$id\t$body\n";
	return ($id, $body);
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

sub memory {	# KiB of each program that stays
	my %rss;
	for my $name (grep { !$program{$_} || @{$program{$_}} == 1 } keys %slot) {
		open my $f, '<', "/proc/$slot{$name}/status" or next;
		/^VmRSS:\s+(\d+)/ and $rss{$name} = $1 while <$f>;
	}
	return %rss;
}

# Verifying reads everything: while it does the logs cannot begin anew, and grow
# by what is written.
sub look_at_logs {
	return if !$quiet || $slot{verify};
	for ([0, '-inbox'], [1, '']) {
		my $size = -s "$ENV{LOYA_STORE}$_->[1]-wal" // 0;
		$log[$_->[0]] = $size if $size > $log[$_->[0]];
	}
}

my $health = 0;
sub change_health {
	return if !$opt{p} || time < $health;
	my @mode = (204, 204, 204, 500, 503, 'half', 'reset', 'mute');
	my $f = append('sink/mode.new');
	print $f $quiet ? 204 : $mode[rand @mode];
	close $f;
	rename "$dir/sink/mode.new", "$dir/sink/mode" or die;
	$health = time + 0.1 + rand 0.5;
}

sub turn {
	connected();
	change_health();
	answered($_) for $sel->can_read(0.002);
	for (grep { !$quiet && $at{$_} <= time } keys %slot) {
		$kills += kill 'KILL', $slot{$_};
		$killed{$slot{$_}} = 1;
		$at{$_} = time + 1;
	}
	reap();
	start($_) for grep { $due{$_} <= time && delete $due{$_} } keys %due;
	look_at_logs();
}

start($_) for 'pipe', 'watch', 'backlog',
    $opt{p} ? ('push', 'push2', 'pushb', 'verify') : ();
my $end = time + $seconds;
turn() while time < $end;
if ($calm) {
	# Those of before were killed; who is here now stays.
	$quiet = 1;
	turn() while time < $end + $calm / 3;
	%first = memory();
	turn() while time < $end + $calm / 2;
	if ($slot{verify}) {
		$killed{$slot{verify}} = 1;
		kill 'KILL', $slot{verify};
	}
	turn() while time < $end + $calm * 3 / 4;
	@log = (0, 0);	# by now they were begun anew
	turn() while time < $end + $calm;
	my %last = memory();
	print "memory $_ $first{$_} $last{$_}\n"
	    for sort grep { $first{$_} && $last{$_} } keys %last;
	print "log @log\n";
}
kill 'KILL', values %slot;
1 while wait > 0;
print "wrong $_\n" for @wrong;
print "kills $kills\n";
