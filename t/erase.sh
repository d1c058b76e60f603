# A store with somebody to erase, for t/042*; source it behind lib.sh, apply.sh
# and push.sh.
#
# Zaphira is known to hr, crm (which finds her by employee_number) and shop.
# Around her are others, whose rows were moved about in the files by changes of
# all sizes.  What is distinctive about her stands in $T/values, one a line.

# Read-only, because the shell would make a checkpoint when it closes.
store() { sqlite3 -readonly "$LOYA_STORE" "$1"; }
inbox() { sqlite3 -readonly "$LOYA_STORE-inbox" "$1"; }

values() {
	cat <<'END'
Zaphira
Quillfeather
Kringlø
Zaph.Q@Private.Example
+915550199771
1987-03-09
Xylograph
PQZQ77
CRMZQ88
SHOPZQ99
NUM-4711-ZQ
badge-zq
tag-zq
grudge-zq
END
}

erase_conf() {
	source_file hr
	source_file crm '{"profile":"plain","match":[["employee_number"]]}'
	source_file shop '{"profile":"plain","match":[["employee_number"]]}'
	echo '{"authority":{"*":["hr","crm","shop"],"email":["crm","hr","shop"]}}' \
	    >"$LOYA_CONF/loya.json"
	values >"$T/values"
}

# other N: another person, whose rows grow and shrink
other() {
	member hr "o$1" "{\"external_id\":\"P$(($1 * 97 % 241))\",\"version\":1,\"name\":\"Other $1\",\"email\":\"o$1@other.example\",\"attributes\":{\"employee_number\":\"n$1\"}}"
}
grown() {
	member hr "g$1" "{\"external_id\":\"P$1\",\"version\":2,\"given_name\":\"$(printf "%0$((1 + $1 * 37 % 700))d" 0)\",\"attributes\":{\"note\":\"$(printf "%0$(($1 * 101 % 900))d" 1)\"}}"
}

zaphira() {
	member hr z1 '{"external_id":"PQZQ77","version":1,"given_name":"Zaphira","family_name":"Quillfeather","name":"Zaphira Kringl\u00f8","email":"zaph.q@private.example","phone_number":"+915550199771","birthdate":"1987-03-09","address":{"street_address":"7 Xylograph Lane"},"tags":["tag-zq"],"attributes":{"employee_number":"NUM-4711-ZQ","badge":"badge-zq"}}'
	points shop z2 '{"external_id":"SHOPZQ99","kind":"earn","points":120,"reference":"order 1"}'
	member crm z3 '{"external_id":"CRMZQ88","version":1,"email":"Zaph.Q@Private.Example","attributes":{"employee_number":"NUM-4711-ZQ"}}'
	member shop z4 '{"external_id":"SHOPZQ99","version":1,"attributes":{"employee_number":"NUM-4711-ZQ"}}'
}

zaphiras_life() {
	i=2
	while [ "$i" -le 30 ]; do
		member hr "z5.$i" "{\"external_id\":\"PQZQ77\",\"version\":$i,\"given_name\":\"Zaphira$(printf "%0$((i * 53 % 400))d" 0)\"}"
		i=$((i + 1))
	done
	member hr z6 '{"external_id":"PQZQ77","version":7,"family_name":"Quillfeather-Old"}'
	member hr z7 '{"external_id":"PQZQ77","version":40,"birthdate":"Xylograph"}'
	# Cut off in the middle, so that it is unreadable.
	line hr z8 loya.received 0 |
	    sed 's/"data":0/"data_base64":"eyJleHRlcm5hbF9pZCI6IlBRWlE3NyIsIm5hbWUiOiJaYXBoaXJhIg=="/'
	line hr z9 com.unknown.thing '{"external_id":"PQZQ77","name":"Zaphira"}'
	member hr z10 '{"external_id":"PQZQ77","version":50,"effective_at":"2036-01-01T00:00:00Z","name":"Quillfeather"}'
	points shop z11 '{"external_id":"SHOPZQ99","kind":"redeem","points":20,"reference":"order 2"}'
	points shop z12 '{"external_id":"SHOPZQ99","kind":"redeem","points":20000,"reference":"order 3"}'
	line local z13 loya.hold '{"external_id":"CRMZQ88","hold":"grudge-zq"}'
	member crm z14 '{"external_id":"CRMZQ88","version":2,"given_name":"Zaphira","tags":["tag-zq"]}'
}

# others FIRST LAST FUNCTION
others() {
	tap_i=$1
	while [ "$tap_i" -le "$2" ]; do
		"$3" "$tap_i"
		tap_i=$((tap_i + 1))
	done
}

# The store; Zaphira's id goes to $zaphira.
erase_store() {
	LOYA_NOW=2026-11-23T12:00:00Z
	export LOYA_NOW
	erase_conf
	{
		others 1 120 other
		zaphira
		others 121 240 other
		others 1 200 grown
		zaphiras_life
		others 201 240 grown
	} | loya-apply >"$T/applied" 2>"$T/apply.err"
	zaphira=$(store "SELECT member FROM link WHERE external_id = 'PQZQ77'")
}

# What is found of her, in any file of the store and in any form: FILE VALUE
traces() {
	perl -e '
		use Encode;
		my ($values, @files) = @ARGV;
		open my $v, "<:encoding(UTF-8)", $values or die;
		chomp(my @v = <$v>);
		for my $f (@files) {
			open my $h, "<:raw", $f or next;
			local $/;
			my $all = lc <$h>;
			for my $v (@v) {
				(my $j = $v) =~ s/([^ -~])/sprintf "\\u%04x", ord $1/ge;
				my @forms = (encode("UTF-8", $v), $j,
				    encode("UTF-16LE", $v),
				    encode("UTF-16BE", $v));
				print "$f ", encode("UTF-8", $v), "\n"
				    if grep { index($all, lc $_) >= 0 } @forms;
			}
		}' "$T/values" "$LOYA_STORE"*
}

# Bytes of pages that nothing points to and that are not zero: FILE PAGE.
leavings() {
	perl -e '
		for my $f (@ARGV) {
			open my $h, "<:raw", $f or die;
			for (my $n = 0; read $h, my $p, 4096; $n++) {
				my ($kind, undef, $cells, $to) =
				    unpack "C n n n", substr $p, $n ? 0 : 100;
				next unless grep { $kind == $_ } 2, 5, 10, 13;
				my $from = ($n ? 0 : 100) + 2 * $cells +
				    ($kind < 10 ? 12 : 8);
				print "$f ", $n + 1, "\n"
				    if substr($p, $from, $to - $from) =~ /[^\0]/;
			}
		}' "$LOYA_STORE" "$LOYA_STORE-inbox"
}

# Everything about all other people.
elsewhere() {
	store "SELECT * FROM member WHERE id <> '$zaphira' ORDER BY num;
	    SELECT b.* FROM binding b JOIN member m ON m.num = b.member
	    WHERE m.id <> '$zaphira' ORDER BY 1, 2;
	    SELECT * FROM audit WHERE member <> '$zaphira' ORDER BY seq;
	    SELECT seq, commitment, kind, event_id, inbox FROM audit
	    WHERE seq <= $last_audit ORDER BY seq;
	    SELECT * FROM ledger; SELECT * FROM outbox
	    WHERE member <> '$zaphira'; SELECT id, state FROM snapshot"
	inbox "SELECT seq, source, event_id, received_at, content_type
	    FROM inbox ORDER BY seq;
	    SELECT * FROM inbox WHERE event_id NOT LIKE 'z%' ORDER BY seq"
}
