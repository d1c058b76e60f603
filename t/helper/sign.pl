# The headers that sign standard input as Standard Webhooks 1.0 wants it:
# sign.pl SECRET ID [TIME]
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256);
use MIME::Base64;

my ($secret, $id, $time) = @ARGV;
$time //= time;
(my $key = $secret) =~ s/^whsec_//;
my $body = do { local $/; <STDIN> } // '';
my $sum = hmac_sha256("$id.$time.$body", decode_base64($key));
print "webhook-id: $id\r\nwebhook-timestamp: $time\r\n",
    'webhook-signature: v1,', encode_base64($sum, ''), "\r\n";
