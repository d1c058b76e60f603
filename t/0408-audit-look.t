# Looking for things with loya-audit: by actor, e-mail address, times as people
# type them, fields of members; rows as they come; what a terminal gets.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
TZ=Europe/Berlin
export TZ
[ "$(TZ=Europe/Berlin date -d @0 +%H)" = 01 ] || TZ=CET-1CEST,M3.5.0,M10.5.0/3
audit_store
user=$(id -un)

seqs() {
	loya-audit "$@" | sed 's/^{"seq":\([0-9]*\),.*/\1/' | tr '\n' ' ' |
	    sed 's/ $//'
}
all=$(seqs)

is "-A takes an actor" "$(seqs -A "user:$user")" "$all"
is "and its name alone" "$(seqs -A "$user")" "$all"
is "somebody else did nothing" "$(seqs -A nobody)" ""
is "-m takes an e-mail address" "$(seqs -m anna@crm.example)" "1 7 8 9 13"
status 1 "an e-mail address that no member has is 1" loya-audit -m x@crm.example
line member hr two 2026-11-22T13:00:00Z '{"external_id":"E8","version":1,
    "attributes":{"grade":7,"vip":true},"tags":["a","c"]}' | tr -d '\n' |
    loya-apply >"$T/apply.out"
line member crm two 2026-11-22T13:00:00Z '{"external_id":"C8","version":1,
    "email":"anna@crm.example"}' | tr -d '\n' | loya-apply >"$T/apply.out"
status 1 "one that two members have is 1" loya-audit -m anna@crm.example
like "and says how to see them" "$(cat "$T/err")" \
    "2 members have this e-mail address; see loya-audit members email=anna@crm.example"
is "as it does" "$(loya-audit members email=anna@crm.example | wc -l |
    tr -d ' ')" 2

members() {
	loya-audit members "$@" | grep -o '"hr/[^"]*"\|"crm/[^"]*"' |
	    tr -d '"' | tr '\n' ' ' | sed 's/ $//'
}
is "members by a field" "$(members given_name=Bo)" hr/E2
is "by several" "$(members status=suspended email=anna@crm.example)" \
    "hr/E1 crm/C1"
is "by one of the tags" "$(members tags=a)" "hr/E1 crm/C1 hr/E8"
is "by an attribute that is a text" "$(members employee_number=1001)" \
    "hr/E1 crm/C1"
is "by one that is a number" "$(members grade=7)" hr/E8
is "by one that is true" "$(members vip=true)" hr/E8
is "by a hold" "$(members hold=fraud)" hr/E3
is "by having none" "$(members hold= given_name= tags=)" crm/C8
is "-S and a field" "$(members -S active grade=7)" hr/E8
status 64 "what is no FIELD=VALUE is 64" loya-audit members grade
like "and is named" "$(head -n 1 "$T/err")" "'grade' is not FIELD=VALUE"
status 64 "a field that cannot be is 64" loya-audit members 'a"=1'

# It is 13:00 in Berlin.
rows() { loya-audit "$@" | wc -l | tr -d ' '; }
n=$(rows)
is "-a takes how long ago" "$(rows -a 1h)" "$n"
is "-b too" "$(rows -b '1 minute ago')" 0
is "-a takes today" "$(rows -a today)" "$n"
is "-a yesterday -b today is yesterday" "$(rows -a yesterday -b today)" 0
is "which it is tomorrow" "$(LOYA_NOW=2026-11-23T23:30:00Z loya-audit \
    -a yesterday -b today | wc -l | tr -d ' ')" "$n"
is "a time without a zone is that of TZ" \
    "$(rows -a '2026-11-23 13:00' -b '2026-11-23 13:01')" "$n"
is "in UTC that is another" \
    "$(TZ=UTC loya-audit -a '2026-11-23 13:00' | wc -l | tr -d ' ')" 0

ok "a kind that nothing is of is done" loya-audit -k member.reactivated
is "and is named" "$(cat "$T/err")" \
    "loya-audit: no row of the audit log is of kind 'member.reactivated'"
status 64 "an unknown kind is 64" loya-audit -k points.psted
is "and those of its family are named" "$(head -n 1 "$T/err")" \
    "loya-audit: 'points.psted': no such kind (try: points.posted)"
status 64 "so is an unknown family" loya-audit -k memer
is "with all that there are" "$(head -n 1 "$T/err")" \
    "loya-audit: 'memer': no such kind (try: member, points, event, erasure, auth, snapshot, store, secret, key, headkey, client, token, delivery, target, oauth, credential, prune, pull)"
status 64 "the beginning of a kind is not a family" loya-audit -k member.sus
page=$(sed -n '/^further$/,/^\.It /s/^\.Cm //p' "$top/man/loya-store.5" |
    tr -d ' ' | tr , '\n' | grep -F .)
like "the page names kinds" "$page" '^pull\.failed$'
is "each kind that the page names is one" "$(for k in $page; do
	loya-audit -k "$k" >/dev/null 2>&1 || echo "$k"
done)" ""
sqlite3 "$LOYA_STORE" "INSERT INTO tally VALUES (1, 'later.made', 'hr', 1)"
ok "a kind that a later release wrote is one" loya-audit -k later
is "about which nothing is said" "$(cat "$T/err")" ""
sqlite3 "$LOYA_STORE" "INSERT INTO tally VALUES (1, 'delivery.sent', 'shop', 1)"
ok "deliveries of a member are done" loya-audit -k delivery -m hr/E1
is "and where they are is said" "$(cat "$T/err")" "loya-audit: deliveries are \
not listed with the rows of a member; loya-audit outbox -m lists them"
for v in log members inbox outbox stats latency; do
	ok "$v: a source that nothing is of is done" loya-audit $v -o darwinbx
	is "and named by $v" "$(cat "$T/err")" \
	    "loya-audit: no row of the audit log is of source 'darwinbx'"
done
for f in "-A nobody-here" "-F tier" "-e e99"; do
	ok "log -T $f: nothing to show is done" loya-audit -T $f
	is "and said with $f" "$(cat "$T/err")" \
	    "loya-audit: no row of the audit log matches"
done
ok "programs get no message" loya-audit -j -e e99
is "what they see" "$(cat "$T/out" "$T/err")" ""
ok "a family of kinds is known" loya-audit -k points
is "and nothing is said" "$(cat "$T/err")" ""
ok "-q says nothing either" loya-audit -q -o darwinbx
is "of what is unknown" "$(cat "$T/err")" ""

like "-v shows a row as a block" "$(loya-audit -T -v -e e4)" \
    '^detail +\{"external_id":"E1","changes":'
like "with a sentence" "$(loya-audit -T -v -e e4)" \
    '^what +status active -> suspended$'

# Rows as they come.
start follow loya-audit -f -o hr -k member
wait_for "the rows that are there" grep -q '"event_id":"two"' "$T/follow.out"
is "-f begins with the newest 10" "$(wc -l <"$T/follow.out" | tr -d ' ')" 7
line member hr late 2026-11-22T14:00:00Z '{"external_id":"E8","version":2,
    "name":"Late"}' | tr -d '\n' | loya-apply >"$T/apply.out"
line member crm late 2026-11-22T14:00:00Z '{"external_id":"C8","version":2,
    "name":"Other"}' | tr -d '\n' | loya-apply >"$T/apply.out"
wait_for "the new row" grep -q '"event_id":"late"' "$T/follow.out"
line member hr last 2026-11-22T14:00:00Z '{"external_id":"E8","version":3,
    "name":"Last"}' | tr -d '\n' | loya-apply >"$T/apply.out"
wait_for "one more" grep -q '"event_id":"last"' "$T/follow.out"
is "and goes on with those that pass" "$(tail -n +8 "$T/follow.out" |
    sed 's/.*"source":"\([a-z]*\)","event_id":"\([a-z]*\)".*/\1 \2/')" \
"hr late
hr last"
stop follow
ok "until it is ended" [ "$rc" = 143 ]
loya-audit -f -N 1 | head -n 1 >"$T/first"
is "or until the reader is gone" "$(wc -l <"$T/first" | tr -d ' ')" 1
start one loya-audit -f -m hr/E8 -a now
line member hr later 2026-11-22T15:00:00Z '{"external_id":"E8","version":4,
    "name":"Later"}' | tr -d '\n' | loya-apply >"$T/apply.out"
wait_for "a row of one member" grep -q '"event_id":"later"' "$T/one.out"
stop one
status 64 "-f and -r do not go together" loya-audit -f -r
status 64 "nor do -f and -b" loya-audit -f -b now
# moved FROM TO: what follows the store ends, in $?.
moved() {
	start moved loya-audit -f -N 1
	wait_for "a row" test -s "$T/moved.out"
	mv "$1" "$2"
	wait "$(cat "$T/moved.pid")"
}
moved "$LOYA_STORE" "$T/elsewhere"
is "a store that is moved away is followed no more: 75" "$?" 75
is "and it says so" "$(cat "$T/moved.err")" \
    "loya-audit: $LOYA_STORE: was moved or deleted; nothing is there now"
cp "$T/elsewhere" "$LOYA_STORE"
moved "$T/elsewhere" "$LOYA_STORE"
is "one that is replaced neither: 75" "$?" 75
is "and it says that" "$(cat "$T/moved.err")" \
    "loya-audit: $LOYA_STORE: was moved or replaced; what is there now has another record"
cp "$LOYA_STORE" "$T/copy"
moved "$T/copy" "$LOYA_STORE"
is "nor one that is replaced by a copy" "$?" 75
rm "$T/moved.pid"

if command -v script >/dev/null; then
	tty() {
		COLUMNS=200 script -qec "$*" /dev/null </dev/null | tr -d '\r'
	}
	esc=$(printf '\033')
	like "a terminal with colours has a refusal in red" \
	    "$(TERM=xterm tty loya-audit -k event.refused | sed "s/$esc/ESC/g")" \
	    '^ESC\[31m +6 .*ESC\[0m$'
	echo '{"pull":{"command":["false"]}}' >"$LOYA_CONF/sources/api.json"
	status 74 "a read that fails" loya-pull -f api
	like "is red, too" "$(TERM=xterm tty loya-audit -k pull.failed |
	    sed "s/$esc/ESC/g")" '^ESC\[31m +[0-9]+ .*ESC\[0m$'
	rm "$LOYA_CONF/sources/api.json"
	is "with NO_COLOR it has none" "$(NO_COLOR=1 TERM=xterm tty loya-audit \
	    -k event.refused | grep -c "$esc")" 0
	is "with TERM=dumb neither" "$(TERM=dumb tty loya-audit \
	    -k event.refused | grep -c "$esc")" 0
	line member hr c1 2026-11-22T13:00:00Z \
	    '{"external_id":"E9","version":1,"name":"a\u009b2Jb\u202ec"}' |
	    loya-apply >"$T/apply.out"
	for f in table json csv cef syslog ocsf; do
		is "$f on a terminal: nothing moves the cursor" \
		    "$(TERM=dumb tty loya-audit -O $f -e c1 -o hr |
		    grep -c "a?2Jb?c")" 1
	done
	for f in "why -j hr/E9 name" "why -j -t now hr/E9 name" \
	    "show -j hr/E9" "diff -O csv hr/E9 2026-11-01" "show -T hr/E9"; do
		like "$f: neither" "$(TERM=dumb tty loya-audit "$f")" \
		    'a[?]2Jb[?]c'
	done
	is "a line a row" "$(TERM=xterm tty loya-audit | wc -l | tr -d ' ')" \
	    $(($(rows) + 1))
fi
status 1 "outside text in a message" loya-audit why \
    "$(printf 'a\302\2332J\342\200\256b\342\201\246c\342\200\217d\377e\303\251')"
is "does not steer a terminal either, and letters stay" \
    "$(sed "s/^[^']*'\([^']*\)'.*/\1/" "$T/err")" "a?2J?b?c?d?e$(printf '\303\251')"
is "a file has none" "$(TERM=xterm loya-audit -T -k event.refused |
    grep -c "$(printf '\033')")" 0

# No source sets the column tier; an attribute may have this name.
line member hr tier 2026-11-22T13:00:00Z '{"external_id":"E8","version":2,
    "attributes":{"tier":"gold"}}' | tr -d '\n' | loya-apply >"$T/apply.out"
tiers() { loya-audit "$@" | grep -o '"tier":[^,}]*' | tr '\n' ' '; }
is "members finds an attribute that is called tier" "$(members tier=gold)" hr/E8
is "and none by having none" "$(members tier= grade=7)" ""
is "show -t has it where members has it" "$(tiers show -t now hr/E8)" \
    "$(tiers members grade=7)"

# What is found is what is shown, however SQLite reads it.
for number in 12345678901234567890 1.50 0.30000000000000004 1e3 -0; do
	line member hr "$number" 2026-11-22T14:00:00Z "{\"external_id\":\"E9\",
	    \"attributes\":{\"card.no\":$number}}" | tr -d '\n' |
	    loya-apply >"$T/apply.out"
	is "members finds $number" "$(members "card.no=$number")" hr/E9
done
is "and no member by another one" "$(members card.no=1)" ""
line member hr 0.50 2026-11-22T14:00:00Z '{"external_id":"E9",
    "attributes":{"card.no":0.50},"address":"1 High St"}' | tr -d '\n' |
    loya-apply >"$T/apply.out"
is "also without a zero that says nothing" "$(members card.no=0.5)" hr/E9
is "an address that is a text" "$(members 'address=1 High St')" hr/E9

# A row that does not match is looked at once, not again with each of the five
# looks a second: soon no more processor time is used.
spent() { awk '{ print $14 + $15 }' "/proc/$(cat "$T/idle.pid")/stat"; }
if [ -r /proc/self/stat ]; then
	start idle loya-audit -f -a now -k points.posted
	sqlite3 "$LOYA_STORE" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
	    SELECT i + 1 FROM n WHERE i < 400000) INSERT INTO audit(seq, at,
	    kind, actor, commitment) SELECT (SELECT max(seq) FROM audit) + i,
	    0, 'member.updated', 'user:x', x'' FROM n"
	looked() { [ "$(spent)" -gt 2 ]; }
	wait_for "its look at them" looked
	rests() {
		before=$(spent)
		sleep 0.5
		[ "$(spent)" = "$before" ]
	}
	for i in 1 2 3 4 5 6 7 8 9 10; do
		rests && break
	done
	ok "-f does not look at them again and again" [ "$i" -lt 10 ]
	stop idle
fi
done_testing
