# A configuration for curl(1): N signed events to URL, {"id":"PREFIX-I"}, of
# which it prints the statuses and ids: flood.pl URL N PREFIX SECRET [LINE]...
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_base64);
use MIME::Base64;

my ($url, $n, $prefix, $secret, @line) = @ARGV;
(my $key = $secret) =~ s/^whsec_//;
$key = decode_base64($key);
my $now = time;
for my $i (1 .. $n) {
	my $id = "$prefix-$i";
	my $body = "{\"id\":\"$id\"}";
	my $sum = hmac_sha256_base64("$id.$now.$body", $key);
	$sum .= '=' while length($sum) % 4;
	(my $data = $body) =~ s/"/\\"/g;
	print "next\n" if $i > 1;
	print "url = \"$url\"\nmax-time = 120\noutput = \"/dev/null\"\n",
	    "write-out = \"%{http_code} $id\\n\"\ndata-binary = \"$data\"\n",
	    "header = \"Content-Type: application/json\"\n",
	    "header = \"webhook-id: $id\"\n",
	    "header = \"webhook-timestamp: $now\"\n",
	    "header = \"webhook-signature: v1,$sum\"\n";
	print "$_\n" for @line;
}
