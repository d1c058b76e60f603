#!/bin/sh
# Erasing a person who never was a member: one whom waiting or refused events
# name.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
source_file hr
source_file shop
cat >"$LOYA_CONF/sources/many.json" <<'END'
{"map":{"each":"/people","external_id":"/id","fields":{"name":"/name"}}}
END
echo '{"authority":{"*":["hr","shop","many"]}}' >"$LOYA_CONF/loya.json"
left() {	# lines of files that have anything of the person
	cat "$LOYA_STORE"* | grep -a -i -c -e Zebulon -e Quux -e zq@example \
	    -e ZQ77
}
{
	member hr o1 '{"external_id":"E0","version":1,"name":"Other"}'
	member hr z1 '{"external_id":"ZQ77","version":1,"name":"Zebulon Quux","email":"zq@example","effective_at":"2036-01-01T00:00:00Z"}'
	points hr z2 '{"external_id":"ZQ77","kind":"earn","points":5,"reference":"order 1"}'
	member hr z3 '{"external_id":"ZQ77","version":2,"birthdate":"Zebulon","email":"zq@example"}'
	line local z4 loya.hold '{"external_id":"ZQ77","hold":"quux"}'
	member local z5 '{"external_id":"ZQ77","name":"Zebulon"}'
} | loya-apply >"$T/lines"
is "events about no member wait, or are refused" "$(store "SELECT state, why
    FROM event WHERE seq > 1 ORDER BY seq")" "scheduled|
held|unknown_member
refused|bad_field
refused|unknown_member
refused|denied"
status 1 "an id that nothing names" loya-audit erase hr/E8
is "is not known" "$(cat "$T/err")" \
    "loya-audit: 'hr/E8': there is no such member and no event names it"
status 1 "nor is the id of another source" loya-audit erase hs/ZQ77

status 1 "an e-mail address erases nothing" loya-audit erase ZQ@example
is "but the events with it are named" "$(cat "$T/err")" \
    "loya-audit: 'ZQ@example': an e-mail address does not name a member; give the member's id or SOURCE/EXTERNAL-ID; it is in events: hr/ZQ77 (inbox 2), hr/ZQ77 (inbox 4)"
status 1 "nor lifted" loya-audit erase -u zq@example
is "without looking" "$(cat "$T/err")" \
    "loya-audit: 'zq@example': an e-mail address does not name a member; give the member's id or SOURCE/EXTERNAL-ID"

status 0 "-n says what would go" loya-audit erase -n hr/ZQ77
cp "$T/out" "$T/dry"
is "of no member" "$(cat "$T/dry")" \
    '{"member":null,"links":1,"events":2,"bodies":5,"audit":5,"deliveries":0,"hashes":0,"left":0}'
like "and takes nothing away" "$(left)" '^[1-9]'
is "nor makes one" "$(store 'SELECT count(*) FROM member')" 1
status 0 "erase" loya-audit erase hr/ZQ77
is "the receipt is what -n said, with a member" \
    "$(sed 's/"member":"[-0-9a-f]*"/"member":null/' "$T/out")" \
    "$(cat "$T/dry")"
nobody=$(sed 's/.*"member":"\([-0-9a-f]*\)".*/\1/' "$T/out")
is "nothing of the person is in any file" "$(left)" 0
is "the member is closed and empty" "$(store "SELECT status, name, claims
    FROM member WHERE id = '$nobody'")" "closed||[]"
status 0 "everything verifies" loya-audit verify
like "and no member is unknown" "$(cat "$T/out")" '"unknown":0,"faults":0'
is "the record says that no member was enrolled" "$(loya-audit show -T "$nobody" |
    grep -c "was never enrolled")" 1
is "why the member is closed" "$(loya-audit why -T "$nobody")" \
    "status is closed because the member was erased by user:$(id -un) at 2026-11-23T12:00:00Z (row 7 of the record)."
like "as it was from the record alone" \
    "$(loya-audit show -jt now "$nobody")" '"status":"closed"'
status 0 "again" loya-audit erase hr/ZQ77
is "there is nothing left to do" "$(cat "$T/out")" \
    "{\"member\":\"$nobody\",\"links\":0,\"events\":0,\"bodies\":0,\"audit\":0,\"deliveries\":0,\"hashes\":0,\"left\":0}"

LOYA_NOW=2038-01-01T00:00:00Z
status 0 "when the time would have come" loya-apply -b
is "nothing happens" "$(cat "$T/out")" ""
member hr z6 '{"external_id":"ZQ77","version":4,"name":"Zebulon Quux"}' |
    loya-apply >"$T/lines"
like "one that comes later is held" "$(cat "$T/lines")" \
    'loya.event.held.*"why":"erased"'
status 0 "and goes when the member is erased again" loya-audit erase "$nobody"
is "without a trace, too" "$(left)" 0

status 0 "-u lets the person come" loya-audit erase -u hr/ZQ77
member hr z7 '{"external_id":"ZQ77","version":5,"name":"Zebulon"}' |
    loya-apply >"$T/lines"
is "a member enrolled for the first time" "$(types "$T/lines")" member.enrolled
status 0 "it verifies" loya-audit verify -q
status 0 "erased as a member" loya-audit erase hr/ZQ77
is "the person is gone again" "$(left)" 0
status 0 "it verifies" loya-audit verify -q

# In an unreadable body a word may have any letters, and be long.
printf '{"specversion":"1.0","id":"w1","source":"hr","type":"loya.received","datacontenttype":"text/plain","data":"%0600d ZQ77\303\234, Zebulon"}\n' 0 |
    loya-apply >"$T/lines"
status 0 "an id with other letters is found there" \
    loya-audit erase "$(printf 'hr/ZQ77\303\234')"
is "and nothing of it is left" "$(left)" 0
n=0
unread() {	# text: an event that no map can read
	n=$((n + 1))
	printf '{"specversion":"1.0","id":"u%s","source":"hr","type":"loya.received","datacontenttype":"text/plain","data":"%s"}\n' \
	    "$n" "$1" | loya-apply >"$T/lines" 2>"$T/err"
}
for id in urn:x:ZQ77 'x/ZQ77' '#ZQ77' "O'ZQ77" 'ZQ 77' '{ZQ77}'; do
	unread "<id>$id</id>Zebulon"
	unread "\\\"who\\\":\\\"$id\\\",Zebulon"
	case $id in
	*[:/#]*) unread "Zebulon is ($id), Zebulon" ;;
	esac
	status 0 "an id of another form is: $id" loya-audit erase "hr/$id"
	is "and nothing of it is left, either" "$(left)" 0
done
line many w2 loya.received '{"people":[{"id":"ZQ771","name":"Zebulon"},{"id":"ZQ772","name":{}}]}' |
    loya-apply >"$T/lines"
status 1 "a person named by a refused event with others" \
    loya-audit erase many/ZQ771
like "is known, and it has to be settled" "$(cat "$T/err")" \
    'inbox [0-9]+: it waits, and is about other people too'
loya-apply -d "$(store "SELECT max(seq) FROM event")" >"$T/lines"
status 0 "then the person is erased" loya-audit erase many/ZQ771
is "with all of it" "$(left)" 0

last=$(store "SELECT max(seq) FROM event")
sqlite3 "$LOYA_STORE-inbox" "INSERT INTO inbox
    VALUES ($last + 1, 'hr', 'new', 0, 'x', NULL, CAST('{}' AS BLOB))"
status 1 "an id named only by an event that was not looked at" \
    loya-audit erase hr/E9
is "is said to be one" "$(cat "$T/err")" \
    "loya-audit: 'hr/E9': there is no such member and no event names it; events after inbox $last have not been looked at yet (loya-apply -b)"
done_testing
