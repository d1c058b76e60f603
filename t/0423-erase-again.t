#!/bin/sh
# An erased person does not come back by an event, only by a person's decision.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/erase.sh"

status 78 "without a store" loya-audit erase hr/PQZQ77
erase_conf
# The same kind of body as others', about many people at once.
cat >"$LOYA_CONF/sources/many.json" <<'END'
{"map":{"each":"/people","external_id":"/id","fields":{"name":"/name"}}}
END
LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
{ other 1; zaphira; } | loya-apply >"$T/applied"
zaphira=$(store "SELECT member FROM link WHERE external_id = 'PQZQ77'")

status 64 "without a member" loya-audit erase
status 64 "two members" loya-audit erase hr/PQZQ77 hr/P97
status 64 "-u with another verb" loya-audit -u log
status 1 "an unknown member" loya-audit erase hr/NOBODY
like "says so" "$(cat "$T/err")" "'hr/NOBODY': there is no such member"
status 1 "an e-mail address" loya-audit erase zaph.q@private.example
status 1 "an id of no member" loya-audit erase 01a20846-fe00-7000-b671-bcaaf4a64ef4
status 1 "-u of somebody who was not erased" loya-audit erase -u "$zaphira"
like "says so" "$(cat "$T/err")" "member $zaphira: was not erased"
status 0 "erase" loya-audit erase -T shop/SHOPZQ99
like "a table on a terminal" "$(cat "$T/out")" '^links  *3$'
hers=$(store "SELECT max(inbox) FROM audit WHERE member = '$zaphira'")
like "show of her event says that it is erased" \
    "$(loya-audit show -T -i "$hers")" '^body +\(erased\)$'
status 0 "again" loya-audit erase hr/PQZQ77
like "there is nothing left to do" "$(cat "$T/out")" \
    '"links":0,"events":0,"bodies":0,"audit":0,"deliveries":0,"hashes":0,"left":0'

# New events: from each of the sources, by her id, and for the future.
{
	member hr n1 '{"external_id":"PQZQ77","version":60,"name":"Zaphira"}'
	member crm n2 '{"external_id":"CRMZQ88","deleted":true}'
	points shop n3 '{"external_id":"SHOPZQ99","kind":"earn","points":1,"reference":"order 9"}'
	line local n4 loya.hold '{"external_id":"PQZQ77","hold":"grudge-zq"}'
	line local n5 loya.hold "{\"member\":\"$zaphira\",\"hold\":\"grudge-zq\"}"
	member local n6 "{\"member\":\"$zaphira\",\"attributes\":{\"badge\":\"badge-zq\"}}"
	member hr n7 '{"external_id":"PQZQ77","version":61,"effective_at":"2036-01-01T00:00:00Z","name":"Zaphira"}'
} >"$T/lines"
status 1 "events about her" loya-apply <"$T/lines"
cp "$T/out" "$T/held"
is "are held" "$(types "$T/held")" \
    "event.held event.held event.held event.held event.held event.held event.held"
is "since she was erased" "$(store "SELECT DISTINCT state, why, due_at
    FROM event WHERE state <> 'applied'")" "held|erased|"
is "the lines say her id and nothing of her" \
    "$(grep -c "\"subject\":\"$zaphira\"" "$T/held") $(grep -c 'Zaph\|ZQ' "$T/held")" \
    "7 0"
is "the store itself has nothing of her" \
    "$(traces | grep -v -e '-inbox')" ""
is "no event waits for her" "$(store "SELECT count(*) FROM pending")" 0
status 0 "it verifies" loya-audit verify -q
line hr s1 loya.snapshot '{"phase":"begin","snapshot":"S"}' >"$T/lines"
member hr s2 '{"external_id":"P97","version":2}' ',"loyasnapshot":"S"' \
    >>"$T/lines"
member hr s3 '{"external_id":"PQZQ77","version":2}' ',"loyasnapshot":"S"' \
    >>"$T/lines"
line hr s4 loya.snapshot '{"phase":"end","snapshot":"S","count":2}' \
    >>"$T/lines"
status 1 "she is in a snapshot" loya-apply <"$T/lines"
is "which is complete all the same" "$(store "SELECT state, rows, missing
    FROM snapshot")" "done|2|0"
status 1 "tried again they are held again" loya-apply -r 6
is "by the same word" "$(store "SELECT state, why, tries FROM event
    WHERE seq = 6")" "held|erased|2"
status 0 "one is dismissed" loya-apply -d 7
status 0 "erase again" loya-audit erase "$zaphira"
like "takes them away" "$(cat "$T/out")" '"links":0,"events":7,"bodies":8,'
is "no trace of her is left" "$(traces)" ""
is "they are refused now" "$(store "SELECT DISTINCT state, why FROM event
    WHERE state <> 'applied' ORDER BY 2")" "refused|dismissed
refused|erased"
status 1 "trying one of them" loya-apply -r 6
like "says that there is nothing left of it" "$(cat "$T/out")" '"why":"pruned"'
status 0 "it verifies" loya-audit verify -q

# Rules change; she stays closed.
echo '{"authority":{"*":["crm","hr","shop","many"]}}' >"$LOYA_CONF/loya.json"
status 0 "when the authority changes" loya-apply -b
is "she stays closed" "$(store "SELECT status FROM member
    WHERE id = '$zaphira'")" closed
status 0 "it verifies" loya-audit verify -q

# She comes back.
member hr r1 '{"external_id":"PQZQ77","version":70,"name":"Zaphira"}' |
    loya-apply >"$T/out"
held=$(store "SELECT max(seq) FROM event")
status 0 "-un says what would be lifted" loya-audit erase -un hr/PQZQ77
is "three ids" "$(cat "$T/out")" "{\"member\":\"$zaphira\",\"lifted\":3}"
status 0 "-u lets her come back" loya-audit erase -u hr/PQZQ77
is "it is recorded" "$(store "SELECT kind FROM audit WHERE member = '$zaphira'
    ORDER BY seq DESC LIMIT 1")" erasure.lifted
status 1 "no member has it any more" loya-audit erase -u hr/PQZQ77
status 0 "what was held is tried again" loya-apply -r "$held"
is "it enrols a new member" "$(types "$T/out")" member.enrolled
new=$(store "SELECT member FROM link WHERE external_id = 'PQZQ77'")
[ "$new" != "$zaphira" ]
tap_result $? "who is another one"
status 1 "by her old id nothing comes" loya-apply <<END
$(line local r2 loya.hold "{\"member\":\"$zaphira\",\"hold\":\"x\"}")
END
status 0 "it verifies" loya-audit verify -q
status 0 "she is erased a second time" loya-audit erase hr/PQZQ77
status 0 "it verifies" loya-audit verify -q

# One event about several people.
batch() {
	line many "$1" loya.received "$2" ',"datacontenttype":"application/json"'
}
{
	batch b1 '{"people":[{"id":"PQZQ77","name":"Zaphira"},{"id":"M2","name":"Em"}]}'
	batch b2 '{"people":[{"id":"PQZQ77","name":"Zaphira"},{"id":"M2","name":7,"x":1},{"name":"no id"}]}'
} | loya-apply >"$T/out"
b2=$(store "SELECT max(seq) FROM event")
is "one of them was refused as a whole" "$(store "SELECT state, why FROM event
    WHERE seq = $b2")" "refused|bad_field"
status 1 "erase leaves what may still do something for others" \
    loya-audit erase many/PQZQ77
like "names it" "$(cat "$T/err")" \
    "inbox $b2: it waits, and is about other people too; settle it"
like "counts it" "$(cat "$T/out")" '"bodies":1,.*"left":1\}'
is "the other one is there" "$(store "SELECT name FROM member m JOIN link l
    ON l.member = m.id WHERE l.external_id = 'M2'")" Em
status 0 "it is dismissed" loya-apply -d "$b2"
status 0 "and erased" loya-audit erase many/PQZQ77
like "now" "$(cat "$T/out")" '"bodies":1,.*"left":0\}'
is "no trace of her is left" "$(traces)" ""
status 0 "it verifies" loya-audit verify -q

# Erased, lifted, and erased once more: nothing old brings her back.
other=$(store "SELECT member FROM link WHERE external_id = 'P97'")
status 0 "somebody else is erased" loya-audit erase "$other"
status 0 "that is lifted" loya-audit erase -u "$other"
status 0 "-n says who would be kept away by a second erasure" \
    loya-audit erase -n "$other"
like "by one id" "$(cat "$T/out")" '"links":1,'
status 0 "and they are erased once more" loya-audit erase "$other"
like "by the same id" "$(cat "$T/out")" '"links":1,'
status 0 "once more" loya-audit erase "$other"
like "there is nothing to do" "$(cat "$T/out")" '"links":0,'
status 0 "it verifies" loya-audit verify -q
member hr t1 '{"external_id":"P97","version":70,"name":"Other"}' |
    loya-apply >"$T/out"
is "what comes about them is held" "$(types "$T/out")" event.held
held=$(store "SELECT max(seq) FROM event")
status 0 "it is lifted again" loya-audit erase -u "$other"
status 0 "and what was held tried again" loya-apply -r "$held"
is "it enrols a new member" "$(types "$T/out")" member.enrolled
status 0 "the old one is erased a third time" loya-audit erase "$other"
member hr t2 '{"external_id":"P97","version":71,"name":"Otter"}' |
    loya-apply >"$T/out"
is "which keeps away no existing member" "$(types "$T/out")" member.updated
status 0 "a hold finds them" loya-apply <<END
$(line local t3 loya.hold '{"external_id":"P97","hold":"x"}')
END
status 0 "it verifies" loya-audit verify -q

# Two erased people had the same id: the newer erasure keeps each away, and
# lifting and repeating the older one changes nothing about it.
{
	member hr u1 '{"external_id":"Q9","version":1,"attributes":{"employee_number":"n-9"}}'
	member crm u2 '{"external_id":"C9","version":1,"attributes":{"employee_number":"n-9"}}'
} | loya-apply >"$T/out"
first=$(store "SELECT member FROM link WHERE external_id = 'Q9'")
status 0 "the first one is erased" loya-audit erase "$first"
status 0 "and lifted" loya-audit erase -u "$first"
member hr u3 '{"external_id":"Q9","version":2,"name":"Second"}' |
    loya-apply >"$T/out"
second=$(store "SELECT member FROM link WHERE external_id = 'Q9'")
status 0 "the second one is erased" loya-audit erase hr/Q9
status 0 "-n of the first one once more" loya-audit erase -n "$first"
like "names what no other member has" "$(cat "$T/out")" '"links":1,'
status 0 "the first one is erased once more" loya-audit erase "$first"
like "and gets that" "$(cat "$T/out")" '"links":1,'
status 0 "it verifies" loya-audit verify -q
status 0 "the first one is lifted again" loya-audit erase -u "$first"
member hr u4 '{"external_id":"Q9","version":3,"name":"Third"}' |
    loya-apply >"$T/out"
is "which brings back no person that the second erasure keeps away" \
    "$(types "$T/out")" event.held
status 0 "the second one is lifted" loya-audit erase -u "$second"
status 0 "it verifies" loya-audit verify -q
done_testing
