#!/bin/sh
# Who is missing from a snapshot, who only seems to be, and how many there are.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

begin() { line hr "$1-begin" loya.snapshot "{\"phase\":\"begin\",\"snapshot\":\"$1\"}"; }
end() { line hr "$1-end" loya.snapshot "{\"phase\":\"end\",\"snapshot\":\"$1\",\"count\":$2}"; }
row() { line hr "$1-$2" loya.member "{\"external_id\":\"$2\",\"version\":1}" ",\"loyasnapshot\":\"$1\""; }
# snapshot NAME FIRST LAST: of these people
snapshot() {
	begin "$1"
	for i in $(seq "$2" "$3"); do row "$1" "E$i"; done
	end "$1" $(($3 - $2 + 1))
}
apply() { loya-apply >"$T/lines" 2>"$T/err"; }
told() { types "$T/lines" | tr ' ' '\n' | grep -v unchanged | sort |
    uniq -c | awk '{ print $1, $2 }'; }
status_of() {
	store "SELECT m.status FROM member m JOIN link l ON l.member = m.id
	    WHERE l.external_id = '$1'"
}
counts() {
	store "SELECT source || ' has ' || (detail ->> 'present') ||
	    ', lacks ' || (detail ->> 'missing') FROM audit
	    WHERE kind = 'snapshot.complete' ORDER BY seq DESC LIMIT 1"
}

source_file hr '{"profile":"plain","snapshot":{"missing":"suspend","least":0.5}}'
for i in $(seq 1 10); do
	member hr "e$i" "{\"external_id\":\"E$i\",\"version\":1,\"status\":\"active\"}"
done | apply
snapshot all 1 10 | apply
is "a snapshot that has all ten" "$(told)|$(counts)" "|hr has 10, lacks 0"

member hr c1 '{"external_id":"E1","version":2,"status":"closed"}' | apply
member hr c2 '{"external_id":"E2","version":2,"status":"suspended"}' | apply
snapshot less 4 10 | apply
is "a closed or suspended member is not missing" "$(told)" "1 member.suspended"
is "nor is anything done to them" "$(status_of E1) $(status_of E2)" \
    "closed suspended"
is "any other is" "$(status_of E3)" suspended
is "and counted, once" "$(counts)" "hr has 7, lacks 1"

# Here half of them are enough; a person named since it began counts.
{
	begin half
	for i in 8 9 10; do row half "E$i"; done
	member hr n4 '{"external_id":"E4","version":2,"name":"N"}'
	end half 3
} | apply
is "an event after the begin is as good as a row" "$(told)" \
    "3 member.suspended
1 member.updated"
is "and counts as one" "$(counts)" "hr has 4, lacks 3"

# A member whose status the source may not decide is only listed.
source_file crm '{"profile":"plain"}'
echo '{"authority":{"*":["hr","crm"],"status":["crm"]}}' >"$LOYA_CONF/loya.json"
snapshot other 8 9 | apply
is "if another source decides the status, the missing are listed" \
    "$(told)" "2 member.missing
6 member.reactivated"
is "and keeps the status that it has" "$(status_of E4) $(status_of E10)" \
    "active active"
{
	begin since
	row since E8
	member hr n10 '{"external_id":"E10","version":2,"name":"N"}'
	end since 1
} | apply
is "nor is somebody listed who was named since the begin" "$(told)" \
    "1 member.missing
1 member.updated"
is "who is counted as one that is there" "$(counts)" "hr has 2, lacks 1"

# What was counted is not counted again, and decisions stay.
rm "$LOYA_CONF/sources/crm.json" "$LOYA_CONF/loya.json"
loya-apply -b >"$T/lines"
ends() {	# EVENT...: what became of them
	for i; do
		store "SELECT state || coalesce(' ' || why, '') FROM event
		    WHERE seq = $(inbox "SELECT seq FROM inbox
		    WHERE event_id = '$i'")"
	done | tr '\n' ' '
}
{
	begin late
	line hr late-E1 loya.member '{"external_id":"E1","version":9,"name":"L","effective_at":"2027-01-02T00:00:00Z"}' \
	    ',"loyasnapshot":"late"'
} | LOYA_NOW=2027-01-01T00:00:00Z loya-apply >"$T/lines"
is "a row waits for its time" "$(told)" "1 event.scheduled"
LOYA_NOW=2027-01-03T00:00:00Z status 0 "which comes" loya-apply -b
line hr late-end loya.snapshot '{"phase":"end","snapshot":"late","count":2}' |
    apply
like "and was one row of it all the time" "$(cat "$T/err")" \
    "snapshot 'late' of hr: 1 of 2 rows were applied"
line hr late-end2 loya.snapshot '{"phase":"end","snapshot":"late","count":3}' |
    apply
is "another end takes the place of the one that waits" \
    "$(ends late-end late-end2)" "applied superseded held incomplete "
ok "that one is dismissed" loya-apply -d "$(inbox "SELECT max(seq) FROM inbox")"
begin newer | apply
is "and stays so when a newer one begins" "$(ends late-end2)" \
    "refused dismissed "

# Many of them are checked in many transactions.
rm -f "$LOYA_STORE"*
source_file hr '{"profile":"plain","snapshot":{"missing":"suspend","least":0}}'
for i in $(seq 1 1500); do
	member hr "e$i" "{\"external_id\":\"E$i\",\"version\":1,\"status\":\"active\"}"
done | apply
snapshot most 500 999 | apply
is "a thousand who are missing" "$(told)" "1000 member.suspended"
is "are counted, and those that are there" "$(counts)" \
    "hr has 500, lacks 1000"
is "no id is left over" "$(store "SELECT position FROM snapshot
    WHERE id = 'most'")" ""
ok "the record holds" loya-audit verify

# A person who left stays in many reports for ever, and says nothing about who
# is there.
rm -f "$LOYA_STORE"*
source_file hr '{"profile":"plain","snapshot":{"missing":"suspend","least":0.5}}'
{
	for i in 1 2 3 4; do
		member hr "e$i" "{\"external_id\":\"E$i\",\"version\":1}"
	done
	for i in $(seq 1 40); do
		member hr "l$i" "{\"external_id\":\"L$i\",\"version\":1,\"status\":\"closed\"}"
	done
} | apply
{
	begin left
	row left E1
	for i in $(seq 1 40); do row left "L$i"; done
	end left 41
} | apply
is "a snapshot of those who have left is not believed" \
    "$(told)|$(ends left-end)" "1 event.refused|refused shrunken "
like "for it has few of those in use" "$(cat "$T/err")" \
    "it has 1 of 4 records, less than 0.5 of them"
is "so no member is suspended" "$(store "SELECT count(*) FROM member
    WHERE status = 'suspended'")" 0
{
	begin most
	for i in 1 2 3; do row most "E$i"; done
	line hr most-L0 loya.member '{"external_id":"L0","version":1,"status":"closed"}' \
	    ',"loyasnapshot":"most"'
	for i in $(seq 1 40); do row most "L$i"; done
	end most 44
} | apply
is "one of those who are there is" "$(status_of E4)" suspended
is "and has only them" "$(counts)" "hr has 3, lacks 1"
ok "the record holds then, too" loya-audit verify

# A source that went back to older versions still has who is in its snapshots.
rm -f "$LOYA_STORE"*
old_row() {	# SNAPSHOT EXTERNAL-ID VERSION
	line hr "$1-$2" loya.member \
	    "{\"external_id\":\"$2\",\"version\":$3}" \
	    ",\"loyasnapshot\":\"$1\""
}
{ begin one; old_row one E1 9; old_row one E2 9; end one 2; } | apply
{ begin two; old_row two E2 9; end two 1; } | apply
is "one who was in a snapshot is missing from the next" \
    "$(status_of E1)" suspended
{ begin three; old_row three E1 2; old_row three E2 2; end three 2; } | apply
is "and back with a later one, even under an older version" \
    "$(status_of E1) $(counts)" "active hr has 2, lacks 0"
is "once" "$(told)" "1 member.reactivated"
ok "that holds as well" loya-audit verify
done_testing
