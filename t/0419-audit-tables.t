# Every column of every table of a store that has everything in it is changed:
# the verifier finds it and names the table, except for what loya-audit(1)
# lists as impossible to find.  LOYA_TAMPER="SEED ROWS" draws other rows, and
# more of each column.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
[ -x "$BUILD/t/tamper" ] || skip_all "make unit builds the helper"
umask 077

# The list of the page, one line each: file, table.column, all or part.
sed -n '/^\.Ss What cannot be found/,/^\.S[hs] Erasing/p' \
    "$top/man/loya-audit.1" | awk '
	/^\.Pq Pa STORE-inbox/ { file = "inbox" }
	/^\.Pq Pa STORE :/ { file = "store" }
	/\\$/ { sub(/ *\\$/, ""); line = line $0 " "; next }
	{ $0 = line $0; line = "" }
	/^\.It Cm / {
		how = / Pq in part/ ? "part" : "all"
		for (i = 2; i <= NF; i++)
			if ($i ~ /[a-z]\.[a-z]/)
				print file, $i, how
	}' >"$T/list"
like "the page has a list" "$(wc -l <"$T/list")" '^[4-9][0-9]$'

LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
source_file hr
source_file crm '{"profile":"plain","match":[["employee_number"]]}'
source_file std '{"receive":{"auth":{"kind":"standard-webhooks"},"id":"/id"}}'
source_file many '{"map":{"each":"/people","external_id":"/id","fields":{"name":"/name"}}}'
source_file sf '{"profile":"salesforce","pull":{"base":"https://sf.example"}}'
echo '{"push":{"kind":"exec","on":"*","exec":{"command":["cat"]}}}' \
    >"$LOYA_CONF/sources/out.json"
echo '{"authority":{"*":["hr","crm","many","sf"],"email":["crm","hr"]},
    "audit":{"origin":"o"}}' >"$LOYA_CONF/loya.json"
loya-token -q init
for name in std gone.push poor.push spare; do secret $name $push_secret; done
printf %s "${push_secret}eA" | loya-token -q set -a std
loya-token -q unset spare
loya-token client add alpha hook:hr >"$T/client" 2>"$T/err"
loya-token client add beta hook:crm >"$T/client" 2>"$T/err"
loya-token -q client rotate beta >"$T/client" 2>"$T/err"
loya-token client add old hook:hr >"$T/client" 2>"$T/err"
loya-token -q client revoke old
loya-token issue -t 40d hook:hr >"$T/token" 2>"$T/err"
id=$(sed -n 's/.*token \(t_[^:]*\):.*/\1/p' "$T/err")
loya-token issue -t 0 hook:crm hook:hr >"$T/token" 2>"$T/err"
loya-token -q revoke "$id"

# Targets: one that accepts everything, one that is gone, one that refuses.
mkdir "$sink"
echo 410 >"$sink/mode"
start_sink
hook gone "$port"
start_sink sink2
echo 400 >"$T/sink2/mode"
hook poor "$port"

snapshot() {	# ID COUNT EXTERNAL-ID...
	line hr "$1.b" loya.snapshot "{\"phase\":\"begin\",\"snapshot\":\"$1\"}"
	tap_id=$1
	tap_count=$2
	shift 2
	for tap_i; do
		member hr "$tap_id.$tap_i" \
		    "{\"external_id\":\"$tap_i\",\"version\":9}" \
		    ",\"loyasnapshot\":\"$tap_id\""
	done
	[ "$tap_count" = - ] || line hr "$tap_id.e" loya.snapshot \
	    "{\"phase\":\"end\",\"snapshot\":\"$tap_id\",\"count\":$tap_count}"
}
{
	for i in 1 2 3 4 5 6 7 8; do
		member hr "e$i" "{\"external_id\":\"E$i\",\"version\":1,\"name\":\"N $i\",\"given_name\":\"G$i\",\"family_name\":\"F$i\",\"email\":\"e$i@x.example\",\"phone_number\":\"+91555019977$i\",\"birthdate\":\"1987-03-0$i\",\"locale\":\"en-IN\",\"zoneinfo\":\"Asia/Kolkata\",\"address\":{\"locality\":\"L$i\"},\"tags\":[\"t$i\"],\"enrolled_at\":\"2026-01-0$i\",\"ended_at\":\"2036-01-0$i\",\"status\":\"active\",\"attributes\":{\"employee_number\":\"n$i\"}}"
		points hr "p$i" "{\"external_id\":\"E$i\",\"kind\":\"earn\",\"points\":${i}0,\"reference\":\"r$i\"}"
	done
	points hr p9 '{"external_id":"E1","kind":"reverse","reference":"r9","reverses":"r1"}'
	member crm c1 '{"external_id":"C1","version":1,"email":"c1@x.example","attributes":{"employee_number":"n1"}}'
	member hr s2 '{"external_id":"E2","version":2,"status":"suspended"}'
	line local h3 loya.hold '{"external_id":"E3","hold":"fraud"}'
	# Events that wait, were refused, superseded, repeated, or changed
	# nothing.
	member hr w1 '{"external_id":"E4","version":5,"effective_at":"2036-01-01T00:00:00Z","name":"later"}'
	member hr w2 '{"external_id":"E5","version":5,"effective_at":"2037-01-01T00:00:00Z","name":"later"}'
	points hr w3 '{"external_id":"NOBODY","kind":"earn","points":5,"reference":"w3"}'
	points hr w4 '{"external_id":"NOONE","kind":"earn","points":5,"reference":"w4"}'
	member hr f1 '{"external_id":"E4","version":3,"birthdate":"no date"}'
	member hr f2 '{"external_id":"E4","version":3,"birthdate":"no date"}'
	member hr f3 '{"external_id":"E1","version":0,"name":"older"}'
	points hr f4 '{"external_id":"E4","kind":"earn","points":40,"reference":"r4"}'
	line many m1 loya.received '{"people":[]}' \
	    ',"datacontenttype":"application/json"'
	for i in 1 2; do
		line sf "g$i" loya.received '{"ChangeEventHeader":{"entityName":"Contact","recordIds":["003000000000001AAA"],"changeType":"GAP_UPDATE","transactionKey":"g","sequenceNumber":1,"commitTimestamp":1772600000000}}' \
		    ',"datacontenttype":"application/json"'
	done
	member hr z1 '{"external_id":"Z1","version":1,"name":"Zoe","email":"z1@x.example"}'
	points hr zp '{"external_id":"Z1","kind":"earn","points":7,"reference":"zp"}'
	member hr z2 '{"external_id":"Z2","version":1,"name":"Zed","email":"z2@x.example"}'
	member hr z3 '{"external_id":"Z3","version":1,"name":"Zia","email":"z3@x.example"}'
} | loya-apply >"$T/lines" 2>"$T/err"
seq() { inbox "SELECT seq FROM inbox WHERE event_id = '$1'"; }
loya-apply -d "$(seq f2)" >"$T/lines"
loya-apply -r "$(seq w4)" >"$T/lines" 2>"$T/err"
while read -r args; do
	# shellcheck disable=SC2086
	snapshot $args | loya-apply >"$T/lines" 2>"$T/err"
done <<'END'
A 11 E1 E2 E3 E4 E5 E6 E7 E8 Z1 Z2 Z3
B 9 E1 E3 E4 E5 E6 E7 E8 Z2 Z3
C 0
D 7 E1 E3
F - E1
END
is "of snapshots there is one of each kind" "$(store "SELECT id || state
    FROM snapshot ORDER BY id" | tr '\n' ' ')" \
    "Adone Bdone Crefused Dsuperseded Fopen "
loya-push -b gone poor out >"$T/lines" 2>"$T/err"
is "and of deliveries" "$(store "SELECT target, state, count(*) > 2 FROM outbox
    WHERE state <> 'waiting' GROUP BY 1, 2" | tr '\n' ' ')" \
    "out|sent|1 poor|dead|1 "

# Failed authentications; a person who was erased, came back, and was erased
# again.
for i in 1 2 3; do
	printf 'POST /hooks/std HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nwebhook-id: a\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,x\r\nConnection: close\r\n\r\n{}' |
	    loya-recv >"$T/answer" 2>"$T/err"
done
LOYA_NOW=2026-11-23T12:10:00Z
loya-apply -b >"$T/lines" 2>"$T/err"
for i in Z1 Z2; do loya-audit -q erase hr/$i >"$T/receipt"; done
who=$(store "SELECT id FROM member WHERE status = 'closed' ORDER BY num LIMIT 1")
loya-audit erase -u "$who" >"$T/receipt"
loya-audit erase "$who" >"$T/receipt"

# Heads, and what a witness signed.
loya-token -q head init >"$T/key"
loya-audit head >"$T/h1"
loya-token -q head rotate >"$T/key"
loya-audit head >"$T/h2"
openssl genpkey -algorithm ed25519 -out "$T/w.pem" 2>"$T/err" ||
    skip_all "openssl knows no Ed25519"
perl - "$T" <<'END' >"$T/vkey"
use MIME::Base64;
use Digest::SHA "sha256";
my $t = shift;
my $raw = substr `openssl pkey -in $t/w.pem -pubout -outform DER`, -32;
my $id = substr sha256("w\n\x04$raw"), 0, 4;
open my $h, "<", "$t/h2" or die;
my $head = do { local $/; <$h> };
open my $m, ">", "$t/message" or die;
print $m "cosignature/v1\ntime 1700000000\n", $head =~ /^(.*?\n)\n/s;
close $m;
my $sig = `openssl pkeyutl -sign -rawin -inkey $t/w.pem -in $t/message`;
open my $l, ">", "$t/line" or die;
print $l "\xe2\x80\x94 w ", encode_base64($id . pack("Q>", 1700000000) . $sig,
    ""), "\n";
print "w+", unpack("H*", $id), "+", encode_base64("\x04$raw", "");
END
sed -i "s|\"origin\":\"o\"|\"origin\":\"o\",\"witnesses\":[\"$(cat "$T/vkey")\"]|" \
    "$LOYA_CONF/loya.json"
status 0 "a cosignature" loya-audit cosign "$T/line"

# Tables that nothing above fills.
sqlite3 "$LOYA_STORE" "UPDATE event SET state = 'applied', why = 'read'
    WHERE seq = $(seq g1);
    INSERT INTO credential VALUES ('crm', x'010203', 1700000000000000,
	1700000000000000, 1700000000000000);
    UPDATE outbox SET state = 'leased', lease_until = 1 WHERE seq % 3 = 0
	AND state = 'waiting' AND tries = 0;
    INSERT INTO target VALUES ('rest', 1 << 50, NULL, 'busy')"
# Every other pair is merged.
store "SELECT id, hex(pairs) FROM hash_run" | perl -F'\|' -lane '
    my $left = "";
    for (unpack "(a32)*", $F[1]) {
	$n++ % 2 or $left .= $_, next;
	printf "INSERT INTO hash_key VALUES (%d, %d);\n",
	    unpack "q2", pack "H*", $_;
    }
    print "UPDATE hash_run SET pairs = x\x27$left\x27 WHERE id = $F[0];"' |
    sqlite3 "$LOYA_STORE"
sqlite3 "$LOYA_STORE-inbox" "INSERT INTO read_back VALUES ($(seq g1), 1);
    INSERT INTO cursor VALUES ('sf', 'changes', '2026-01-01T00:00:00Z', 1);
    INSERT INTO seen VALUES (1, 2, 3)"
status 0 "the store is sound" loya-audit verify

# shellcheck disable=SC2086
set -- ${LOYA_TAMPER:-1 1}
status 0 "what is changed is found, or on the list" "$BUILD/t/tamper" \
    "$LOYA_STORE" "$1" "$2" "$T/list"
like "there was much" "$(cat "$T/err")" '^[0-9]{3,} tried, 0 wrong$'
status 0 "the store is as it was" loya-audit verify
done_testing
