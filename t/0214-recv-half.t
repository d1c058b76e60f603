#!/bin/sh
# Who says that he sends no more gets his answer, also among others.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

sources
start_recv
# together N: so many requests at once, each end of them half closed; how many
# answers came, by status
together() {
	perl -MIO::Socket::INET -e '
		my ($at, $n) = @ARGV;
		my @s = map { IO::Socket::INET->new($at) or die } 1 .. $n;
		for my $i (0 .. $#s) {
			my $b = qq({"id":"$n.$i"});
			syswrite $s[$i], "POST /hooks/open HTTP/1.1\r\n" .
			    "Host: x\r\nContent-Type: application/json\r\n" .
			    "Content-Length: " . length($b) . "\r\n\r\n$b";
			shutdown $s[$i], 1;
		}
		my %n;
		$n{(split / /, <$_> // "no answer")[1]}++ for @s;
		print join(" ", map { "$_:$n{$_}" } sort keys %n), "\n";
	' "$address" "$1"
}

is "one" "$(together 1)" "202:1"
is "two at once" "$(together 2)" "202:2"
is "thirty at once" "$(together 30)" "202:30"
is "what was accepted is there" "$(inbox "SELECT count(*) FROM inbox")" 33
stop recv
is "it ends" "$rc" 0
done_testing
