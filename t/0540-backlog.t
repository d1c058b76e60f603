#!/bin/sh
# A long backlog, read and mapped ahead by a thread of its own.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr "{\"profile\":\"plain\",\"pull\":{\"command\":[\"cat\",\"$T/people\"]}}"

# 3,000 members, then a suspension of every third, one line in 500 refused.
awk 'BEGIN {
	for (i = 1; i <= 4000; i++) {
		data = "\"external_id\":\"E" i "\",\"version\":1,\"name\":\"N" i "\",\"status\":\"active\""
		if (i > 3000)
			data = "\"external_id\":\"E" ((i - 3000) * 3 - 2) "\",\"version\":2,\"status\":\"suspended\""
		if (i % 500 == 0)
			data = "\"external_id\":\"x\",\"shoe\":1"
		print "{\"specversion\":\"1.0\",\"id\":\"e" i "\",\"source\":\"hr\",\"type\":\"loya.member\",\"data\":{" data "}}"
	}
}' >"$T/people"
status 0 "a backlog is received" loya-pull -q hr
for s in "" -inbox; do
	for f in full slow; do
		sqlite3 "$LOYA_STORE$s" ".backup $T/$f.db$s"
	done
done
status 1 "a backlog with refusals in it is worked off" loya-apply -b
is "every line is about what happened, in order" \
    "$(sed 's/.*"loyaseq":\([0-9]*\).*/\1/' "$T/out" | awk '$1 != NR { print "line " NR ": " $0; exit }')" ""
# Six were refused when they came first; two of them come again, suspended.
is "there are that many members" "$(store "SELECT count(*) FROM member")" 2996
is "that many are suspended" \
    "$(store "SELECT count(*) FROM member WHERE status = 'suspended'")" 998
is "that many events were refused" \
    "$(store "SELECT count(*), min(why), max(why) FROM event WHERE state = 'refused'")" \
    "8|bad_field|bad_field"
ok "verify agrees" loya-audit verify
status 0 "and then nothing is left to do" loya-apply -b
is "nothing" "$(cat "$T/out")" ""

status 74 "where the lines cannot be written" \
    sh -c 'loya-apply -b -s "$T/full.db" >/dev/full'
is "that is reported once" "$(grep -v refused "$T/err")" \
    "loya-apply: standard output: No space left on device; going on without it"
is "and all is worked off" \
    "$(sqlite3 "$T/full.db" "SELECT count(*) FROM member")" 2996
# A full pipe that does not block takes some or none of what is written.
# 0x541b: FIONREAD.  The program sleeps until there is room; the test waits up
# to 10 s (1000 looks).
perl -MFcntl -e 'pipe my $r, my $w or die;
    fcntl $w, F_SETFL, O_NONBLOCK;
    my $pid = fork;
    if (!$pid) { open STDOUT, ">&", $w; exec @ARGV }
    close $w;
    my $n = pack "L", 0;
    until (unpack("L", $n) > 60000) {
	select undef, undef, undef, .01;
	ioctl $r, 0x541b, $n;
    }
    my ($asleep, $looks) = (0, 0);
    while ($asleep < 20 && $looks++ < 1000) {
	select undef, undef, undef, .01;
	open my $f, "<", "/proc/$pid/stat" or die;
	$asleep = <$f> =~ /\) S / ? $asleep + 1 : 0;
    }
    print STDERR $asleep < 20 ? "busy\n" : "asleep\n";
    print while <$r>' loya-apply -b -s "$T/slow.db" >"$T/slow" 2>"$T/err"
is "a slow reader gets every line" "$(sort -u "$T/slow" |
    grep -c '^{.*}$')" 4000
is "and is waited for without work" "$(sed q "$T/err")" asleep
done_testing
