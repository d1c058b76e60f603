# A member as it was: rebuilt from the audit log and compared with the store at
# that time, all along a random history (LOYA_DICE=NUMBER repeats one); what
# differs between two times; what was erased.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
TZ=UTC
export TZ
audit_conf
dice=${LOYA_DICE:-$$}
steps=${LOYA_STEPS:-25}

# One line of events for each step: fields, points, holds of three people.
perl -we '
	srand shift;
	sub some { $_[rand @_] }
	sub field {
		my %f = (name => some(q("A"), q("B \"b\" \\\\ é"), "null"),
		    email => some(q("a@x.example"), "null"),
		    status => some(q("active"), q("suspended"), q("closed")),
		    tags => some(q(["x","y"]), "[]", "null"),
		    address => some(q({"locality":"Pune"}), q("Delhi"), "null"),
		    birthdate => some(q("1980-01-02"), "null"),
		    attributes => sprintf(q({"n%d":%s}), rand 4,
			some("1.50", "true", q("t"), "null")));
		my $n = some(keys %f);
		return qq("$n":$f{$n});
	}
	my ($steps, $v) = (shift, 0);
	for my $s (1 .. $steps) {
		my $who = 1 + int rand 3;
		my $e = sprintf q({"specversion":"1.0","id":"s%d","source":"%s",),
		    $s, my $by = some("hr", "hr", "crm");
		$v++;
		my $key = qq("external_id":"E$who",);
		if ($s > 6 && rand() < 0.3) {
			print $e, q("type":"loya.points","data":{), $key,
			    qq("kind":"earn","points":$v,"reference":"r$v"}}\n);
		} else {
			print $e, q("type":"loya.member","data":{), $key,
			    qq("version":$v,), field(), "}}\n";
		}
	}' "$dice" "$steps" >"$T/lines"

at() { printf '2026-11-23T%02d:%02d:00Z' $(($1 / 60)) $(($1 % 60)); }
members() { loya-audit members -j | sed 's/,"links":\[[^]]*\]}$/}/'; }
then_of() { loya-audit show -j -t "$1" "$2" |
    sed 's/^{"what":"member","at":"[^"]*",/{/'; }

i=0
while read -r l; do
	i=$((i + 1))
	LOYA_NOW=$(at $i)
	export LOYA_NOW
	printf '%s\n' "$l" | loya-apply >"$T/out" 2>"$T/err"
	if [ $((i % 7)) = 0 ]; then
		m=$(sqlite3 "$LOYA_STORE" 'SELECT id FROM member LIMIT 1')
		line hold local "h$i" "$LOYA_NOW" "{\"member\":\"$m\",
		    \"hold\":$([ $((i % 2)) = 0 ] && echo null ||
		    echo '"dispute"')}" | tr -d '\n\t' |
		    loya-apply >"$T/out" 2>"$T/err"
	fi
	members >"$T/members.$i"
done <"$T/lines"

bad=
for k in $(seq 1 "$i"); do
	sed 's/^{"id":"\([^"]*\)".*/\1/' "$T/members.$k" >"$T/ids"
	while read -r id; do
		then_of "$(at "$k")" "$id"
	done <"$T/ids" >"$T/then"
	cmp -s "$T/then" "$T/members.$k" || {
		bad="$bad $k"
		diff "$T/then" "$T/members.$k" | sed 's/^/# /' | head -n 4
	}
done
is "every member at every time is as it was then (LOYA_DICE=$dice)" "$bad" ""
ok "and that was no small thing" [ "$(cat "$T"/members.* | wc -l)" -gt 20 ]

audit_dir=$T/second
mkdir "$audit_dir"
LOYA_STORE=$audit_dir/loya.db
audit_store
LOYA_NOW=2026-11-24T12:00:00Z
export LOYA_NOW
line member hr e8 2026-11-24T08:00:00Z '{"external_id":"E1","version":10,
    "status":"active","family_name":"Ek","attributes":{"grade":7}}' |
    tr -d '\n' | loya-apply >"$T/apply.out"
is "people get a block" "$(loya-audit show -T -t 2026-11-23T12:00:00Z hr/E1 |
    sed "s/$anna/ANNA/" | tr -s ' ')" "at 2026-11-23T12:00:00.000000Z
id ANNA
status suspended
points 0
given name Anna
family name Ek
email anna@crm.example
tags [\"a\",\"b\"]
attributes {\"employee_number\":\"1001\"}
audit 13"
is "diff names what is different, and by what" \
    "$(loya-audit diff hr/E1 2026-11-23T13:00:00Z now | sed "s/$anna/ANNA/
	s/user:[^\"]*/USER/")" \
'{"member":"ANNA","field":"grade","old":null,"new":7,"at":"2026-11-24T12:00:00.000000Z","source":"hr","event_id":"e8","actor":"USER","why":null,"audit":14}
{"member":"ANNA","field":"status","old":"suspended","new":"active","at":"2026-11-24T12:00:00.000000Z","source":"hr","event_id":"e8","actor":"USER","why":null,"audit":14}'
is "until now when nothing is said" "$(loya-audit diff hr/E1 1d | wc -l |
    tr -d ' ')" 2
is "points, too" "$(loya-audit diff hr/E3 2026-11-22 | grep -o \
    '"field":"points","old":[^,]*,"new":[^,]*')" \
    '"field":"points","old":null,"new":70'
is "nothing is different where nothing happened" \
    "$(loya-audit diff hr/E1 2026-11-24T10:00:00Z 2026-11-24T11:00:00Z)" ""
is "a table" "$(loya-audit diff -T hr/E1 1h | head -n 1)" \
    "FIELD   OLD        NEW     AT                    WHO  EVENT ID  WHY  AUDIT"
post() {
	line points hr "$1" 2026-11-24T12:00:00Z \
	    '{"external_id":"E1","kind":"adjust","points":'"$2"',
	    "reference":"'"$1"'"}' | tr -d '\n' | loya-apply >"$T/apply.out"
}
balance() {
	loya-audit diff hr/E1 1d | grep -o '"points","old":[^,]*,"new":[^,]*'
}
post r8 5
is "a member that had no points yet had 0" "$(balance)" \
    '"points","old":0,"new":5'
post r9 -5
is "a balance of 0 is no other than none" "$(balance)" ""
status 64 "two times that are turned round are 64" \
    loya-audit diff hr/E1 now 1d
status 64 "a second time that is to come is 64" \
    loya-audit diff hr/E1 1d 2026-11-24T12:00:01Z
like "and says that it is unknown" "$(cat "$T/err")" \
    '^loya-audit: diff: 2026-11-24T12:00:01.000000Z is in the future, which the audit log does not know; what is scheduled is shown by loya-audit why$'
status 64 "both are" loya-audit diff hr/E1 2026-11-25 2026-11-26
status 64 "show -t of a time to come is" loya-audit show -t 2026-11-25 hr/E1
like "and says so" "$(cat "$T/err")" \
    '^loya-audit: show: 2026-11-25T00:00:00.000000Z is in the future, '
ok "now is not to come" loya-audit show -t now hr/E1
status 64 "an invalid time is 64" loya-audit diff hr/E1 soon
status 64 "without a time it is 64" loya-audit diff hr/E1
status 64 "-t and -i do not go together" loya-audit show -t 1d -i 3
status 64 "nor do -i and a member" loya-audit show -i 3 hr/E1
status 64 "-t wants a member" loya-audit show -t 1d
status 1 "a member that was not there yet is 1" \
    loya-audit show -t 2026-11-20 hr/E1
like "and is reported" "$(cat "$T/err")" \
    "it was not there yet at 2026-11-20T00:00:00.000000Z"
status 1 "nor was it when time began" \
    loya-audit show -t 1970-01-01T00:00:00Z hr/E1
status 0 "up to then" loya-audit log -b 1970-01-01T00:00:00Z
is "there is nothing" "$(cat "$T/out")" ""
status 1 "an unknown member is 1" loya-audit show -t 1d hr/E99
status 1 "nor can there be a difference before it was there" \
    loya-audit diff hr/E1 2026-11-01 2026-11-02

sqlite3 "$LOYA_STORE" "UPDATE audit SET detail = NULL, salt = NULL
    WHERE seq IN (7, 8)"
status 1 "a member whose rows were erased cannot be rebuilt" \
    loya-audit show -t 2026-11-23T12:00:00Z hr/E1
is "the rows are named" "$(sed "s/$anna/ANNA/" "$T/err")" \
    "loya-audit: member ANNA: it cannot be rebuilt: the detail of audit rows 7, 8 was erased"
status 1 "nor compared" loya-audit diff hr/E1 1d

m=$(sqlite3 "$LOYA_STORE" "SELECT member FROM audit WHERE seq = 2")
ok "a member with all rows" loya-audit show -t 2026-11-23T12:00:00Z "$m"
ok "is erased" loya-audit erase "$m"
status 1 "and cannot be rebuilt any more" \
    loya-audit show -t 2026-11-23T12:00:00Z "$m"
like "for nothing of it is left" "$(cat "$T/err")" \
    'the detail of audit rows 2, 11 was erased'
done_testing
