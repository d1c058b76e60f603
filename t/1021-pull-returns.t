#!/bin/sh
# A record that passed for gone, because it was not found when it was asked for,
# is there again once it is found.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_org
salesforce
loya-token -q init
secret crm.oauth hush
# gap EVENT N TYPE TIME: a change event without the data
gap() {
	received "$1" "\"$(id "$2")\"" GAP_UPDATE 1772600000000 |
	    loya-apply >"$T/applied"
}
received() {	# EVENT IDS TYPE TIME
	line crm "$1" loya.received "{\"ChangeEventHeader\":{\"entityName\":\"Contact\",\"recordIds\":[$2],\"changeType\":\"$3\",\"transactionKey\":\"$1\",\"sequenceNumber\":1,\"commitTimestamp\":$4}}" ',"datacontenttype":"application/json"'
}
pull() {	# [OPTION]: and apply
	loya-pull "$@" crm >"$T/out" 2>"$T/err"
	rc=$?
	loya-apply <"$T/out" >"$T/applied" 2>>"$T/err"
}
of() { store "SELECT coalesce(given_name, '-') || ' ' || status FROM member
    WHERE claims LIKE '%$(id "$1")%'"; }
rows() { inbox "SELECT count(*) FROM inbox"; }

clock 2026-03-04T06:00:00Z
for i in 1 2 3 4; do
	record $i 2026-03-04T05:00:00 0 "N$i" Dell "n$i@example.org"
done >"$org/records"
pull
is "records" "$(of 1) $(of 2)" "N1 active N2 active"

# One that can be seen only after it was asked for.
clock 2026-03-04T06:10:00Z
gap g1 5
pull
is "one that cannot be seen yet is gone" "$(of 5)" "- closed"
record 5 2026-03-04T06:09:50 0 Otto Rand o@example.org >>"$org/records"
clock 2026-03-04T06:11:00Z
pull
is "and is there once a run finds it" "$rc $(of 5)" "0 Otto active"
is "which the record says" "$(types "$T/applied")" member.reactivated
n=$(rows)
pull
is "and says once" "$(($(rows) - n))" 0
cp "$org/records" "$T/all"

# All that an account may not see for a while.
m=20
for how in -f -i gap; do
	sed -i 1d "$org/records"
	clock "2026-03-04T06:$m:00Z"
	gap "h$how" 1
	pull
	is "one that may not be seen is gone" "$(of 1)" "N1 closed"
	cp "$T/all" "$org/records"
	clock "2026-03-04T06:$((m + 5)):00Z"
	case $how in
	gap)	gap "i$how" 1; pull ;;
	*)	pull $how ;;
	esac
	is "and is there once $how finds it" "$rc $(of 1)" "0 N1 active"
	m=$((m + 10))
done

# By a line of a person.
sed -i 1d "$org/records"
gap byhand 1
pull
is "one that may not be seen is gone" "$(of 1)" "N1 closed"
cp "$T/all" "$org/records"
member crm again "{\"external_id\":\"$(id 1)\"}" ',"loyaunread":"true"' >"$T/line"
status 0 "a line says which record is to be read" loya-pull -r crm <"$T/line"
loya-apply <"$T/out" >"$T/applied"
is "which it is" "$(of 1)" "N1 active"
is "and the line is done" "$(store "SELECT why FROM event WHERE seq = $(inbox \
    "SELECT seq FROM inbox WHERE event_id = 'again'")")" read

# What the system itself said is deleted.
received d1 "\"$(id 2)\"" DELETE 1772607600000 | loya-apply >"$T/applied"
is "one that was said to be deleted" "$(of 2)" "N2 closed"
clock 2026-03-04T07:10:00Z
pull -f
is "is not there for an older row" "$rc $(of 2)" "0 N2 closed"
sed -i "/^$(id 3)/d" "$org/records"
gap g3 3
pull
record 3 2026-03-04T06:00:00 1 N3 Dell n3@example.org >>"$org/records"
clock 2026-03-04T07:11:00Z
pull -f
is "nor is one that is found as deleted" "$rc $(of 3)" "0 N3 closed"

# An answer from before it was not found.
printf 'good\nsecond\n' >"$org/script"
sed -i "/^$(id 4)/d" "$org/records"
record 4 2026-03-04T07:11:30 0 N4 Doll n4@example.org >>"$org/records"
for i in 6 7; do
	record $i 2026-03-04T07:11:4$i 0 "N$i" Dell "n$i@example.org"
done >>"$org/records"
clock 2026-03-04T07:13:00Z
forget_log
start slow loya-pull crm
wait_for "the second page" grep -q second "$org/log"
sed -i "/^$(id 4)/d" "$org/records"
received g4 "\"$(id 4)\"" GAP_UPDATE 1772600000000 >"$T/line"
loya-pull -r crm <"$T/line" >"$T/lines"
like "a record is gone meanwhile" "$(cat "$T/lines")" '"deleted":true'
wait "$(cat "$T/slow.pid")"
is "the run ends" $? 0
loya-apply -b >"$T/applied"
is "what it had read of the record does not bring it back" "$(of 4)" \
    "N4 closed"
ok "verify agrees" loya-audit verify

# A record without a stamp, that says what it said before.
start_api
printf '{"map":{"thin":{"from":"/thin","there":true},"external_id":"/id","fields":{"name":"/name"}},"pull":{"base":"%s","pause":0,"first":"2026-03-01T00:00:00Z","changes":[{"url":"{base}/told?at=all","rows":"/r","key":"/id"}],"one":{"url":"{base}/told?at={key}","rows":"/r","key":"/id"}}}' \
    "$base" >"$LOYA_CONF/sources/hr.json"
echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
echo '{"r":[{"id":"E","name":"Ed"}]}' >"$api/told.all"
clock 2026-03-04T08:00:00Z
hr() {	# read changes and apply
	loya-pull hr >"$T/out" 2>"$T/err" && loya-apply -q <"$T/out" >"$T/applied"
	store "SELECT status FROM member WHERE name = 'Ed'"
}
is "a record without a stamp" "$(hr)" active
cp "$api/told.all" "$api/told.E"
echo '{"r":[]}' >"$api/told.all"
printf 404 >"$api/status.E"
line hr t1 loya.received '{"thin":1,"id":"E"}' | loya-apply -q >"$T/applied"
is "is gone where it is not found" "$(hr)" closed
rm "$api/status.E"
clock 2026-03-04T08:05:00Z
cp "$api/told.E" "$api/told.all"
is "and there once it is found as it was" "$(hr)" active
n=$(rows)
clock 2026-03-04T08:10:00Z
is "after which it is read" "$(hr)" active
is "and not news" "$(($(rows) - n))" 0

# A request that is made again is as late as it is made.
sed -i 's/"pause":0/"pause":5,"error":{"code":"\/error","later":"odd"}/
    s/"map":{/&"time":"\/at",/' \
    "$LOYA_CONF/sources/hr.json"
echo '{"r":[]}' >"$api/told.all"
echo '{"r":[{"id":"F","at":"2026-03-04T08:00:00Z"}]}' >"$api/told.F"
echo '/told?at=F odd' >"$api/once"
line hr t2 loya.received '{"thin":1,"id":"F"}' | loya-apply -q >"$T/applied"
rm -f "$api/log"
start later loya-pull hr
wait_for "a request that is put off" grep -q 'at=F' "$api/log"
printf 404 >"$api/status.F"
line hr t3 loya.received '{"thin":1,"id":"F"}' >"$T/line"
loya-pull -r hr <"$T/line" >"$T/lines" 2>"$T/err"
like "a record is gone meanwhile" "$(cat "$T/lines")" '"deleted":true'
rm "$api/status.F"
wait "$(cat "$T/later.pid")"
is "the run ends" $? 0
loya-apply -b >"$T/applied"
is "the request that is made again finds it" "$(store "SELECT status
    FROM member WHERE claims LIKE '%\"F\"%'")" active
done_testing
