#!/bin/sh
# A merge at Salesforce: the loser is closed and names the winner; moving its
# points is up to a person.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_org
salesforce
source_file shop
echo '{"authority":{"*":["crm"]}}' >"$LOYA_CONF/loya.json"
loya-token -q init
secret crm.oauth hush
# pull_apply TIME: both
pull_apply() {
	clock "$1"
	loya-pull crm >"$T/out" 2>"$T/err"
	loya-apply <"$T/out" >"$T/applied" 2>>"$T/err"
	rc=$?
}
members() { store "SELECT given_name || ' ' || status || ' ' ||
    coalesce(json_extract(attributes, '$.merged_into'), '-') || ' ' || points
    FROM member ORDER BY 1" | tr '\n' ',' | sed 's/,$//'; }
# lost N INTO TIME: the record was merged
lost() {
	sed -i "s/^\($(id "$1")\)	[^	]*	0/\1	$3	1/" "$org/records"
	echo "$(id "$1") $(id "$2")" >>"$org/merged"
}
{
	for i in 1 2 3 4; do
		record $i 2026-03-04T05:00:0$i 0 "N$i" Dell "n$i@example.org"
	done
} >"$org/records"
pull_apply 2026-03-04T06:00:00Z
points local p2 "{\"member\":\"$(store "SELECT id FROM member
    WHERE given_name = 'N2'")\",\"kind\":\"earn\",\"points\":300,\"reference\":\"p2\"}" |
    loya-apply -q >"$T/applied"

lost 1 4 2026-03-04T06:01:00
pull_apply 2026-03-04T06:10:00Z
is "the loser of a merge is closed, and says who took its place" \
    "$rc $(members)" \
    "0 N1 closed $(id 4) 0,N2 active - 300,N3 active - 0,N4 active - 0"
like "so does the line" "$(cat "$T/applied")" \
    "loya.member.closed.*\"merged_into\":\{\"old\":null,\"new\":\"$(id 4)\"\}"

lost 2 4 2026-03-04T06:11:00
pull_apply 2026-03-04T06:20:00Z
like "one with points is closed as well" "$rc $(members)" \
    "^1 .*N2 closed $(id 4) 300"
is "and held" "$(types "$T/applied") $(store "SELECT state || ' ' || why
    FROM event WHERE state <> 'applied'")" "member.closed event.held held merged"
like "which says where what is" "$(cat "$T/applied")" \
    "\"why\":\"merged\",\"detail\":\"the record was merged into .*$(id 4).* \(member $(store "SELECT id FROM member WHERE given_name = 'N4'")\), and 300 points"
seq=$(store "SELECT seq FROM event WHERE state = 'held'")
loya-pull -f crm | loya-apply >"$T/applied" 2>"$T/err"
is "it is reported once, whatever is read again" "$?" 0
points local p4 "{\"member\":\"$(store "SELECT id FROM member
    WHERE given_name = 'N4'")\",\"kind\":\"adjust\",\"points\":300,\"reference\":\"merge-p2\"}" |
    loya-apply -q >"$T/applied"
status 0 "the points are posted to the winner, and it is dismissed" \
    loya-apply -d "$seq"
like "then everything is done" "$(members) $(store "SELECT count(*) FROM event
    WHERE state = 'held'")" 'N4 active - 300 0$'

# The deletion came first, by a hook that does not say what it was.
points local p3 "{\"member\":\"$(store "SELECT id FROM member
    WHERE given_name = 'N3'")\",\"kind\":\"earn\",\"points\":7,\"reference\":\"p3\"}" |
    loya-apply -q >"$T/applied"
line crm cdc loya.received "{\"ChangeEventHeader\":{\"entityName\":\"Contact\",\"recordIds\":[\"$(id 3)\"],\"changeType\":\"DELETE\",\"transactionKey\":\"d\",\"sequenceNumber\":1,\"commitTimestamp\":1772605320500}}" |
    loya-apply >"$T/applied" 2>"$T/err"
is "a deletion that comes first" "$(types "$T/applied")" member.closed
lost 3 4 2026-03-04T06:22:00
pull_apply 2026-03-04T06:30:00Z
is "is held when the merge is read" "$rc $(store "SELECT why FROM event
    WHERE state = 'held'")" "1 merged"

# Undeleted.
sed -i "s/^\($(id 1)\)	[^	]*	1/\1	2026-03-04T06:31:00	0/" "$org/records"
sed -i "/^$(id 1)/d" "$org/merged"
pull_apply 2026-03-04T06:40:00Z
like "one that is undeleted is back" "$(members)" '^N1 active - 0,'
ok "verify agrees" loya-audit verify
done_testing
