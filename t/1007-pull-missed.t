#!/bin/sh
# Missed changes at Salesforce: what the org lists as updated or deleted, but
# changes had missed.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_org
salesforce
loya-token -q init
secret crm.oauth hush
listed() { inbox "SELECT value FROM cursor WHERE source = 'crm'
    AND name = 'missed.$1'"; }
lists() { asked | grep -e ^updated -e ^deleted; }
in_keys() { asked | grep -c "WHERE Id IN"; }
# pull_apply TIME: both, and which requests were made
pull_apply() {
	forget_log
	clock "$1"
	loya-pull crm >"$T/out" 2>"$T/err"
	rc=$?
	loya-apply <"$T/out" >"$T/applied" 2>&1
}
members() { store "SELECT coalesce(given_name, '-') || ' ' || status
    FROM member ORDER BY 1" | tr '\n' ' ' | sed 's/ $//'; }
quiet_too() { loya-apply -b >"$T/applied"; }

clock 2026-03-04T06:00:00Z
for i in 1 2 3; do
	record $i 2026-03-04T05:00:00 0 "N$i" Dell "n$i@example.org"
done >"$org/records"
pull_apply 2026-03-04T06:00:00Z
is "the first run reads everything and asks for no list" "$(lists)" ""
is "from before it the lists will be asked for" \
    "$(listed updated) $(listed deleted)" \
    "2026-03-04T05:45:00.000000Z 2026-03-04T05:45:00.000000Z"

# A transaction that takes an hour: stamped early, seen late.
record 6 2026-03-04T06:00:20 0 Late Dell late@example.org 6 >>"$org/records"
echo 2026-03-04T06:00:00 >"$org/covered"
pull_apply 2026-03-04T06:10:00Z
is "the next one asks for both, to the minute" "$(lists)" \
"updated 2026-03-04T05:45:00 2026-03-04T06:10:00
deleted 2026-03-04T05:45:00 2026-03-04T06:10:00"
is "and goes on from where the org says that it covers" "$(listed updated)" \
    2026-03-04T06:00:00.000000Z
pull_apply 2026-03-04T06:40:00Z
is "which may stand still" "$(listed updated)" 2026-03-04T06:00:00.000000Z
pull_apply 2026-03-04T06:44:00Z
pull_apply 2026-03-04T06:48:00Z
is "nothing has come" "$(members)" "N1 active N2 active N3 active"
rm "$org/covered"
pull_apply 2026-03-04T07:10:00Z
is "what became visible after the look-back is in the list" \
    "$(records "$T/out") $rc" "6 0"
is "and read with its like" "$(in_keys)" 1
is "so no record is lost" "$(members)" \
    "Late active N1 active N2 active N3 active"
is "the list is covered" "$(listed updated)" 2026-03-04T07:10:00.000000Z
pull_apply 2026-03-04T07:14:59Z
is "no more often than every five minutes" "$(lists)" ""

# What changes has read is read again, without a new row.
record 1 2026-03-04T07:16:00 0 N1 Doll n1@example.org >>"$org/records"
sed -i 1d "$org/records"
pull_apply 2026-03-04T07:20:00Z
is "a change is one row, in both lines" "$(records "$T/out") $(in_keys)" "1 1"

# Deleted: still in the bin, purged, and unknown.
sed -i "s/^$(id 2).*/$(record 2 2026-03-04T07:21:00 1 N2 Dell n2@example.org)/" "$org/records"
sed -i "/^$(id 3)/d" "$org/records"
{
	printf '%s\t2026-03-04T07:22:00\n' "$(id 3)"
	printf '%s\t2026-03-04T07:23:00\n' "$(id 3)"
	printf '%s\t2026-03-04T07:22:00\n' "$(id 8)"
} >"$org/purged"
echo 2026-03-04T07:20:00 >"$org/covered"
salesforce ',"gone":"never"'
pull_apply 2026-03-04T07:25:00Z
is "a record in the bin is read" "$(records "$T/out")" 2
is "where an answer without a record does not mean that it is gone" \
    "$rc $(members)" "0 Late active N1 active N2 closed N3 active"
salesforce
pull_apply 2026-03-04T07:30:00Z
is "a purged one is gone as of its time, if it was one of ours" \
    "$(grep -c "\"external_id\":\"$(id 3)\",\"version\":17726089[28]0000000,\"deleted\":true" "$T/out") $(grep -c "$(id 8)" "$T/out")" "2 0"
is "both are closed, and of a stranger nothing is said" "$(members)" \
    "Late active N1 active N2 closed N3 closed"
pull_apply 2026-03-04T07:35:00Z
is "a list that says it again is nothing new" "$(cat "$T/out")" ""
rm "$org/covered"

# Too many for one list, and for one request.
i=100
while [ $i -lt 310 ]; do
	record $i 2026-03-04T07:3$((6 + i % 3)):00 0 "M$i" Dell "m$i@example.org" 1
	i=$((i + 1))
done >>"$org/records"
echo 100 >"$org/ids"
echo 500 >"$org/page"
pull_apply 2026-03-04T07:40:00Z
is "a list that is too long is halved" "$(lists | grep updated)" \
"updated 2026-03-04T07:20:00 2026-03-04T07:40:00
updated 2026-03-04T07:20:00 2026-03-04T07:30:00
updated 2026-03-04T07:30:00 2026-03-04T07:40:00
updated 2026-03-04T07:30:00 2026-03-04T07:35:00
updated 2026-03-04T07:35:00 2026-03-04T07:40:00
updated 2026-03-04T07:35:00 2026-03-04T07:37:00
updated 2026-03-04T07:37:00 2026-03-04T07:40:00"
is "and when no half will do it is for later" "$rc $(listed updated)" \
    "75 2026-03-04T07:37:00.000000Z"
rm "$org/ids"
pull_apply 2026-03-04T07:45:00Z
is "then everybody is there" "$rc $(store "SELECT count(*) FROM member")" "0 214"
sed -i 's/T07:3[678]:/T07:46:/' "$org/records"
pull_apply 2026-03-04T07:50:00Z
is "200 are read at once" "$rc $(in_keys)" "0 2"

# Answers that are not lists.
wrong() {	# MODE: of the list that is asked for first
	printf '%s\n' good "$1" >"$org/script"
}
wrong uncovered
pull_apply 2026-03-04T07:55:00Z
like "a list that does not say what it covers" "$rc $(cat "$T/err")" \
    "^74 .*missed.updated: there is no time at '/latestDateCovered'"
record 1 2026-03-04T07:55:30 0 N1 Dill n1@example.org >>"$org/records"
printf '%s\n' good good other >"$org/script"
pull_apply 2026-03-04T07:56:00Z
like "another record than was asked for" "$rc $(cat "$T/err")" \
    '^74 .*some: the answer has a record that was not asked for'
is "does not hold back rows of changes" "$(records "$T/out")" 1
is "the list waits" "$(listed updated)" 2026-03-04T07:50:00.000000Z
pull_apply 2026-03-04T07:57:00Z
is "until it is answered" "$rc $(listed updated)" \
    "0 2026-03-04T07:57:00.000000Z"

# A time that can no longer be asked for.
echo 2026-03-04T07:58:00 >"$org/earliest"
pull_apply 2026-03-04T08:02:00Z
like "a list of deletions that was cut off" "$rc $(cat "$T/err")" \
    "^1 .*missed.deleted: changes since 2026-03-04T07:57:00Z can no longer be asked for: -i or -f"
is "is recorded" "$(store "SELECT kind FROM audit ORDER BY seq DESC LIMIT 1")" \
    pull.failed
pull_apply 2026-03-04T08:06:00Z
is "and reported until somebody does" "$rc" 1
is "changes are read all the same" "$(cursor)" 2026-03-04T08:05:55.000000Z
clock 2026-03-04T08:20:00Z
status 0 "that is, reads everything" loya-pull -f crm
quiet_too
is "then the lists start over" "$(listed deleted)" 2026-03-04T08:05:00.000000Z
pull_apply 2026-03-04T08:21:00Z
is "without a complaint" "$rc" 0
rm "$org/earliest"
# A transaction that is under way while everything is read.
for m in -f -i; do
	case $m in
	-f)	n=71 h=08 ;;
	-i)	n=72 h=09 ;;
	esac
	echo 2026-03-04T$h:22:30 >"$org/covered"
	pull_apply 2026-03-04T$h:49:00Z
	clock 2026-03-04T$h:50:00Z
	status 0 "everything is read ($m)" loya-pull $m crm
	quiet_too
	record $n 2026-03-04T$h:23:00 0 Late$m Dell late$m@example.org >>"$org/records"
	rm "$org/covered"
	pull_apply 2026-03-04T$h:55:00Z
	is "what was under way during $m is still in the list" \
	    "$(members | grep -c Late$m)" 1
done
pull_apply 2026-03-25T08:00:00Z
like "after three weeks the deletions are too old to be asked for" \
    "$rc $(cat "$T/err")" '^1 .*missed.deleted: changes since'
is "which needs no question" "$(lists | grep -c deleted)" 0
loya-pull -f crm >"$T/out"
quiet_too

# The clock of the org counts.
clock 2026-03-25T08:10:00Z
forget_log
LOYA_NOW=2026-03-25T10:00:00Z loya-pull crm >"$T/out" 2>"$T/err"
is "a clock that is wrong here asks for nothing that is to come" \
    "$(lists | head -n 1)" "updated 2026-03-25T08:00:00 2026-03-25T08:10:00"
clock 2026-03-25T08:20:00Z
status 0 "-n" loya-pull -n crm
like "shows the lists" "$(cat "$T/out")" \
    '/sobjects/Contact/updated/\?start=2026-03-25T08%3A10%3A00Z&end=2026-03-25T08%3A20%3A00Z'
salesforce ',"missed":null'
pull_apply 2026-03-25T08:20:00Z
is "a file can do without" "$rc $(lists)" "0 "
ok "verify agrees" loya-audit verify
done_testing
