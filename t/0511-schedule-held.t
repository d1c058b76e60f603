#!/bin/sh
# An event of several records: those that wait for their time still do if
# another one is held or refused.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
source_file crm '{"match":[["email"]],"map":{"each":"/r","external_id":"/id",
    "version":"/v","effective_at":"/eff","deleted":"/gone","fields":
    {"name":"/name","email":"/email","tags":{"from":"/tags","as":"set"}}}}'
echo '{"authority":{"*":["hr","crm"],"tags":["hr"]}}' >"$LOYA_CONF/loya.json"

at() {	# TIME: feed $T/in at that time; types in $got
	LOYA_NOW=$1 loya-apply <"$T/in" >"$T/lines" 2>"$T/err"
	got=$(types "$T/lines")
	: >"$T/in"
}
crm() { line crm "$1" loya.received "{\"r\":[$2]}"; }
later() { printf '{"id":"%s","v":%s,"name":"%s","eff":"2026-%s-01T00:00:00Z"}' "$@"; }
gone() { printf '{"id":"%s","v":1,"gone":true}' "$1"; }
event() { store "SELECT state, why, date(due_at / 1000000, 'unixepoch')
    FROM event WHERE seq = $1"; }
names() { store "SELECT group_concat(name) FROM (SELECT name FROM member
    WHERE name IS NOT NULL ORDER BY num)"; }
listed() { loya-audit inbox -j -S "$1" | jq -r .seq | paste -s -d ' '; }
agrees() { is "verify agrees" "$(loya-audit verify -j 2>&1 | grep fault\")" ""; }

for bad in first last; do
	case $bad in
	first) both="$(gone D),$(later A 2 a2 07)" ;;
	last) both="$(later B 2 b2 07),$(gone E)" ;;
	esac
	crm "$bad" "$both" >>"$T/in"
done
at 2026-06-01T00:00:00Z
is "one record waits for a person, another for its time" \
    "$(event 1) $(event 2)" \
    "held|unknown_member|2026-07-01 held|unknown_member|2026-07-01"
is "the event is listed as held" "$(listed held)" "1 2"
is "and as scheduled" "$(listed scheduled)" "1 2"
agrees
at 2026-06-30T23:59:59Z
is "nothing happens before" "$got" ""
at 2026-07-01T00:00:00Z
is "what is due is applied in its time" "$(names)" a2,b2
is "and what is held stays held" "$(event 1) $(event 2)" \
    "held|unknown_member| held|unknown_member|"
is "nothing is scheduled any more" "$(listed scheduled)" ""
agrees
at 2026-07-02T00:00:00Z
is "once" "$got" ""
crm 3 '{"id":"D","v":1,"name":"d"},{"id":"E","v":1,"name":"e"}' >"$T/in"
at 2026-07-03T00:00:00Z
is "a person enrolled later releases them" "$(event 1) $(event 2)" \
    "applied|| applied||"
is "and no event waits any more" "$(store "SELECT count(*) FROM pending")" 0
agrees

# The removal of the very record that is scheduled.
crm 4 "$(gone F | sed s/:1/:3/),$(later F 2 f2 09)" >"$T/in"
at 2026-08-01T00:00:00Z
is "a removal of somebody whose enrolment is to come" "$(event 4)" \
    "held|unknown_member|2026-09-01"
at 2026-09-01T00:00:00Z
is "is looked at again when they are enrolled" "$(event 4)" "applied||"
is "and happens behind that" "$got" "member.enrolled member.closed"
agrees

# A newer change replaces it.
crm 5 "$(later A 4 never 11),$(gone G)" >"$T/in"
crm 6 "$(later A 5 a5 12)" >>"$T/in"
at 2026-10-01T00:00:00Z
is "a newer schedule replaces it, and the rest stays held" \
    "$(event 5) $(event 6)" "held|unknown_member| scheduled||2026-12-01"
agrees
at 2026-11-02T00:00:00Z
is "so that it never happens" "$(names)" a2,b2,d,e,f2
at 2026-12-01T00:00:00Z
is "and the newer one does" "$(names)" a5,b2,d,e,f2
crm 8 "$(later B 6 b6 04)" >"$T/in"
crm 7 "$(later B 5 never 03),$(gone H)" | sed 's/2026-03/2027-03/' >>"$T/in"
sed -i s/2026-04/2027-04/ "$T/in"
at 2027-01-01T00:00:00Z
is "also when the two come in the other order" \
    "$(event 7) $(event 8)" "scheduled||2027-04-01 held|unknown_member|"
agrees

# Another record of it is refused.
crm 9 "$(later C 1 c1 06),{\"id\":\"X\",\"v\":1,\"tags\":[\"x\"]}" |
    sed s/2026-06/2027-06/ >"$T/in"
at 2027-05-01T00:00:00Z
is "a record that is refused is listed" "$(event 9) $(listed refused)" \
    "refused|denied|2027-06-01 9"
is "and so is what waits beside it" "$(listed scheduled)" 9
agrees
LOYA_NOW=2027-05-02T00:00:00Z loya-audit prune -S refused 0d >"$T/out"
is "pruning leaves its body" \
    "$(inbox "SELECT body IS NULL FROM inbox WHERE seq = 9")" 0
at 2027-06-01T00:00:00Z
is "which is applied in its time" "$(names)" a5,b6,d,e,f2,c1
is "what was refused stays listed" "$(event 9) $(listed refused)" \
    "refused|denied| 9"
agrees
store "UPDATE event SET due_at = NULL WHERE seq = 9" 
crm 10 "$(later C 3 c3 08),$(gone Y)" | sed s/2026-08/2027-08/ >"$T/in"
at 2027-07-01T00:00:00Z
agrees
store "UPDATE event SET due_at = NULL WHERE seq = 10"
like "verify holds the time to the record" "$(loya-audit verify -j)" \
    '"row":"10","fault":"due_at is not what the audit log says"'

# One whose time was read wrongly, and that was tried again.
source_file hr '{"map":{"external_id":"/id","effective_at":"/eff","fields":{"name":"/n"}}}'
line hr 1 loya.received '{"id":"Z","n":"z","eff":"2029-01-01T00:00:00Z"}' >"$T/in"
at 2028-01-01T00:00:00Z
source_file hr '{"map":{"external_id":"/id","fields":{"name":"/n"}}}'
LOYA_NOW=2028-01-02T00:00:00Z loya-apply -r 11 >"$T/lines"
is "tried again it holds at once" "$(event 11)" "applied||"
is "verify has nothing to say of it" \
    "$(loya-audit verify -j 2>&1 | grep -c '"row":"11"')" 0

# Refused when its time had come, and tried again while a newer one waits that
# was said only then: until the time of that one it holds.
rm -f "$LOYA_STORE"*
source_file job
job() { member job "$1" "{\"external_id\":\"J\",\"version\":$1,\"name\":\"j$1\",
    \"effective_at\":\"2026-0$1-01T00:00:00Z\"}" | tr -d '\n' >>"$T/in"
	echo >>"$T/in"; }
for first in 2026-01-15 2026-03-02 never; do
	rm -f "$LOYA_STORE"*
	echo '{"authority":{"*":["hr","crm"]}}' >"$LOYA_CONF/loya.json"
	old=1
	if [ "$first" = never ]; then
		old=2
		job 5
		at 2026-02-01T00:00:00Z
		job 3
	else
		job 3
		at "${first}T00:00:00Z"
		job 5
	fi
	at 2026-03-03T00:00:00Z
	is "refused, received before on $first, and a newer one waits" \
	    "$(event $old) $(event $((3 - old)))" \
	    "refused|denied| scheduled||2026-05-01"
	echo '{"authority":{"*":["hr","crm","job"]}}' >"$LOYA_CONF/loya.json"
	LOYA_NOW=2026-03-04T00:00:00Z loya-apply -r $old >"$T/lines"
	is "tried again it is said" "$(names)" j3
	at 2026-05-01T00:00:00Z
	is "until the newer one is" "$(names)" j5
	agrees
done
done_testing
