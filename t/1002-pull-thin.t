#!/bin/sh
# Thin events: their records are read back, by the next run or within a pipe.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_org
salesforce
loya-token -q init
secret crm.oauth hush
clock 2026-03-04T06:00:00Z
record 1 2026-03-04T05:00:00 0 Mira Dell mira@example.org >"$org/records"
record 2 2026-03-04T05:00:00 0 Noor Quist noor@example.org >>"$org/records"
record 3 2026-03-04T05:00:00 1 Otto Rand otto@example.org >>"$org/records"

# gap EVENT IDS [TYPE [TIME]]: a change event without the data
gap() {
	printf '{"ChangeEventHeader":{"entityName":"Contact","recordIds":[%s],"changeType":"%s","transactionKey":"%s","sequenceNumber":1,"commitTimestamp":%s}}' \
	    "$2" "${3-GAP_UPDATE}" "$1" "${4-1772600000000}"
}
ids() { for tap_i; do printf '"%s" ' "$(id "$tap_i")"; done |
    sed 's/ $//; s/ /,/g'; }
received() {	# EVENT BODY: as a line, whose row loya-apply makes
	printf '{"specversion":"1.0","id":"%s","source":"crm","type":"loya.received","datacontenttype":"application/json","data":%s}\n' "$1" "$2"
}
event() { store "SELECT state || coalesce(' ' || why, '') FROM event
    WHERE seq = $1"; }
members() { store "SELECT coalesce(given_name, '-') || ' ' || status
    FROM member ORDER BY 1" | tr '\n' ' ' | sed 's/ $//'; }

received g1 "$(gap g1 "$(ids 1 3)")" | loya-apply >"$T/out"
is "a gap event waits" "$(event 1)" unread
status 0 "the next run" loya-pull -n crm
is "with -n leaves it" "$(event 1)" unread
salesforce ',"first":"2026-03-04T05:30:00Z"'
status 0 "the next run reads it back" loya-pull crm
cp "$T/out" "$T/lines"
is "each of its records" "$(records "$T/lines")" "1 3"
is "and it is done" "$(event 1)" "applied read"
status 0 "they are applied" loya-apply <"$T/lines"
is "the deleted one as closed" "$(members)" "- closed Mira active"
forget_log
status 0 "again" loya-pull crm
is "nothing is read back" "$(asked | grep -c "WHERE Id")" 0

# One that is gone for good.
received g2 "$(gap g2 "$(ids 1)")" | loya-apply >"$T/out"
sed -i 1d "$org/records"
clock 2026-03-04T06:10:00Z
status 0 "a record that is gone" loya-pull crm
like "becomes a line that says so" "$(cat "$T/out")" \
    "\"external_id\":\"$(id 1)\",\"version\":1772604600000000,\"deleted\":true"
loya-apply <"$T/out" >"$T/applied"
is "and closes its member" "$(types "$T/applied")" member.closed

# One that names no record, and one that names a whole type.
record 4 2026-03-04T05:20:00 0 Pia Sohn pia@example.org >>"$org/records"
received g3 "$(gap g3 "" GAP_OVERFLOW 1772602200000)" | loya-apply >"$T/out"
received g4 "$(gap g4 '"003*"' GAP_UPDATE 1772602260000)" |
    loya-apply >"$T/out"
forget_log
status 0 "an overflow" loya-pull crm
is "is what changed since before it" "$(records "$T/out")" 4
like "15 minutes" "$(asked | head -n 1)" \
    'SystemModstamp >= 2026-03-04T05:15:00Z AND SystemModstamp < 2026-03-04T06:10:00Z'
is "one query serves both" "$(asked | grep -c queryAll)" 2
is "both are done" "$(store "SELECT count(*) FROM event
    WHERE why = 'read'")" 4
is "the cursor did not go back" "$(cursor)" 2026-03-04T06:09:55.000000Z

# One that arrived after that query, by the clock of this machine.
received g6 "$(gap g6 "" GAP_OVERFLOW 1772602200000)" | loya-apply >"$T/out"
received g7 "$(gap g7 "" GAP_OVERFLOW 1772602260000)" |
    LOYA_NOW=2026-03-04T06:10:01Z loya-apply >"$T/out"
forget_log
status 0 "two overflows, one of them later" loya-pull crm
is "have a query each" "$(asked | grep -c queryAll)" 3
is "both are done" "$(store "SELECT count(*) FROM event
    WHERE why = 'read'")" 6

# In windows: the last of them is read, too, however short it is.
salesforce ',"window":194'
received g8 "$(gap g8 "" GAP_OVERFLOW 1772602200000)" | loya-apply >"$T/out"
forget_log
status 0 "an overflow, in windows" loya-pull -v crm
like "the last one ends now" "$(asked | tr '\n' ' ')" \
    '>= 2026-03-04T06:09:58Z AND SystemModstamp < 2026-03-04T06:10:00Z'
salesforce

# In the second in which it is about something; the clock is put back after.
record 6 2026-03-04T06:10:00 0 Rhea Udo rhea@example.org >>"$org/records"
clock 2026-03-04T06:10:00.600Z
received g9 "$(gap g9 "" GAP_OVERFLOW 1772604600000)" | loya-apply >"$T/out"
status 0 "an overflow, at once" loya-pull crm
is "finds what it is about" "$(records "$T/out")" 6
sed -i '$d' "$org/records"
clock 2026-03-04T06:10:00Z

# By a clock that is ahead of ours.
record 6 2026-03-04T06:10:07 0 Rhea Udo rhea@example.org >>"$org/records"
date -u -d 2026-03-04T06:10:07Z +%s >"$org/date"
received g9b "$(gap g9b "" GAP_OVERFLOW 1772604607000)" | loya-apply >"$T/out"
forget_log
status 0 "an overflow of a system whose clock is ahead" loya-pull crm
is "finds what it is about" "$(records "$T/out")" 6
like "with a second query" "$(asked | sed -n 2p)" \
    '>= 2026-03-04T06:10:00Z AND SystemModstamp < 2026-03-04T06:10:08Z'
sed -i '$d' "$org/records"
clock 2026-03-04T06:10:00Z

# An answer that is not the record.
received g5 "$(gap g5 "$(ids 2)")" | loya-apply >"$T/out"
for m in other many; do
	echo $m >"$org/script"
	status 74 "an answer of $m" loya-pull crm
	like "is refused" "$(cat "$T/err")" 'one: the answer (is another record|has more than one)'
	is "the event waits" "$(store "SELECT count(*) FROM event
	    WHERE state = 'unread'")" 1
done
printf 'other\n503\n503\n503\n503\n' >"$org/script"
status 74 "an answer of another record, and then none" loya-pull crm
like "which is reported, too" "$(cat "$T/err")" 'answers 503'
received g5b "$(gap g5b "$(ids 2)")" | loya-apply >"$T/out"
printf 'other\n503\n503\n503\n503\n' >"$org/script"
status 74 "another record, and none for the next event" loya-pull crm
like "both are reported" "$(tr '\n' ' ' <"$T/err")" \
    "source 'crm': inbox [0-9]+: one: the answer is another record.*answers 503"
printf 'other\nforbidden\n' >"$org/script"
status 78 "another record, and a refusal of all" loya-pull crm
like "both are reported" "$(tr '\n' ' ' <"$T/err")" \
    "source 'crm': inbox [0-9]+: one: the answer is another record.*API_DISABLED"
status 0 "the right one" loya-pull crm
is "is read" "$(records "$T/out")" 2

# Many events about few records.
record 7 2026-03-04T06:08:00 0 Rena Zorn rena@example.org >>"$org/records"
record 8 2026-03-04T06:08:00 0 Sven Zack sven@example.org >>"$org/records"
for i in 1 2 3; do
	received "few7$i" "$(gap "few7$i" "$(ids 7)")"
	received "few8$i" "$(gap "few8$i" "$(ids 8 7)")"
done | loya-apply >"$T/out"
waiting() { store "SELECT count(*) FROM event WHERE state = 'unread'"; }
is "six events about two records" "$(waiting)" 6
printf 'forbidden\n' >"$org/script"
status 78 "cannot be read at first" loya-pull crm
is "and wait" "$(waiting)" 6
forget_log
status 0 "another time" loya-pull crm
is "both are read" "$(records "$T/out")" "7 8"
is "with a request each" "$(asked | grep -c "WHERE Id")" 2
is "which all the events were about" "$(waiting)" 0
is "it is noted with each that it was read" "$(store "SELECT count(*) FROM event
    WHERE why = 'read' AND seq > (SELECT max(seq) - 6 FROM event)")" 6

# An answer does not know what happened after it was asked for.
received few1 "$(gap few1 "$(ids 7)")" | loya-apply >"$T/out"
forget_log
echo second >"$org/script"
start slow loya-pull crm
wait_for "the request" grep -q second "$org/log"
received few2 "$(gap few2 "$(ids 7)")" | loya-apply >"$T/out"
wait "$(cat "$T/slow.pid")"
is "an event comes while its record is being read" $? 0
is "it is read again" "$(asked | grep -c "WHERE Id")" 2
is "and none waits" "$(waiting)" 0

# As a filter, with rows in the inbox.
# put EVENT BODY [TIME]: a row as loya-recv makes it, and its line in $T/line
put() {
	received "$1" "$2" >"$T/one"
	loya-apply -b >"$T/out"
	seq=$(($(inbox "SELECT max(seq) FROM inbox") + 1))
	sqlite3 "$LOYA_STORE-inbox" "INSERT INTO inbox VALUES ($seq, 'crm',
	    '$1', ${3-1772604600000000}, 'application/json', NULL, CAST('$2' AS BLOB))"
	sed "s/\"datacontenttype\"/\"loyaseq\":$seq,&/" "$T/one" >"$T/line"
}
record 5 2026-03-04T05:59:00 0 Quin Tal quin@example.org >>"$org/records"
put g6 "$(gap g6 "$(ids 5)")"
member other 1 '{"external_id":"x"}' >"$T/plain"
cat "$T/plain" "$T/line" "$T/plain" >"$T/in"
status 0 "a filter" loya-pull -r crm <"$T/in"
cp "$T/out" "$T/lines"
is "passes what is not thin" "$(grep -cxF -f "$T/plain" "$T/lines")" 2
is "and what is as its record" "$(records "$T/lines")" 5
is "which is all" "$(wc -l <"$T/lines")" 3
loya-apply <"$T/lines" >"$T/applied"
is "the event does not wait any more" "$(event "$seq")" "applied read"
status 0 "not for the next run either" loya-pull crm
is "which reads nothing" "$(cat "$T/out")" ""
put g7 "$(gap g7 "$(ids 5)")"
status 0 "a record that is known" loya-pull -r crm <"$T/line"
is "leaves the line, as a wake-up" "$(cat "$T/out")" "$(cat "$T/line")"
put g8 "$(gap g8 "$(ids 5)")"
status 0 "a filter of another source" sh -c 'echo "{\"profile\":\"plain\",
    \"pull\":{\"command\":[\"true\"]}}" >"$LOYA_CONF/sources/hr.json"
    echo "{\"authority\":{\"*\":[\"crm\",\"hr\"]}}" >"$LOYA_CONF/loya.json"
    loya-pull -r hr <"$T/line"'
is "passes it" "$(cat "$T/out")" "$(cat "$T/line")"
printf forbidden >"$org/always"
status 78 "a record that cannot be read" loya-pull -r crm <"$T/line"
is "passes it as well" "$(cat "$T/out")" "$(cat "$T/line")"
like "and says why" "$(cat "$T/err")" \
    "inbox $seq: source 'crm': one: 127.0.0.1:[0-9]+ answers 403: API_DISABLED_FOR_ORG"
cat "$T/line" "$T/line" "$T/line" >"$T/in"
status 78 "where none can be read" loya-pull -r crm <"$T/in"
is "each is passed" "$(wc -l <"$T/out" | tr -d ' ')" 3
is "one is reported, and then how many" \
    "$(sed "s/\(inbox [0-9]*\): .*/\1/" "$T/err")" "loya-pull: inbox $seq
loya-pull: inbox: 2 more not read back"
{ head -c 4194400 /dev/zero | tr '\0' x; echo; } >"$T/long"
cat "$T/long" "$T/line" >"$T/in"
status 78 "the gravest end is that of all" loya-pull -r crm <"$T/in"
rm "$org/always"
status 65 "a line that is too long" loya-pull -r crm <"$T/long"
echo other >"$org/script"
cat "$T/line" "$T/long" >"$T/in"
status 74 "another record, and a line that is too long" \
    loya-pull -r crm <"$T/in"

# As a filter, for lines that have no row.
loya-apply -b >"$T/out"
loya-pull crm >"$T/out"
rows() { inbox "SELECT event_id FROM inbox WHERE seq > $last AND
    event_id NOT LIKE 'pull-%' ORDER BY seq" | tr '\n' ' '; }
for how in '' ',"loyaseq":999999' ',"loyaseq":1' ',"loyaseq":-1'; do
	n=$((${n-20} + 1))
	LOYA_NOW=2026-03-04T06:1$((n - 20)):00Z
	clock "$LOYA_NOW"
	record 5 2026-03-04T06:0$((n - 20)):00 0 "Quin$n" Tal quin@example.org \
	    >"$org/records"
	last=$(inbox "SELECT max(seq) FROM inbox")
	received g$n "$(gap g$n "$(ids 5)")" |
	    sed "s/\"datacontenttype\"/\"x\":1$how,&/" >"$T/line"
	cat "$T/plain" "$T/line" >"$T/in"
	status 0 "a line of its own {$how}" loya-pull -r crm <"$T/in"
	cp "$T/out" "$T/lines"
	is "becomes its record" "$(records "$T/lines") $(grep -c "Quin$n" \
	    "$T/lines") $(wc -l <"$T/lines")" "5 1 2"
	is "and a row" "$(rows)" "g$n "
	is "received now" "$(inbox "SELECT strftime('%H:%M', received_at /
	    1000000, 'unixepoch') FROM inbox WHERE seq = $((last + 1))")" \
	    "06:1$((n - 20))"
	loya-apply <"$T/lines" >"$T/applied"
	is "which is done" "$(event $((last + 1)))" "applied read"
	forget_log
	status 0 "again" loya-pull -r crm <"$T/line"
	is "it is not asked for" "$(asked | grep -c 'WHERE Id')" 0
	is "the line is that of the row" "$(grep -o '"id":"g[0-9]*"\|"loyaseq":[0-9]*' \
	    "$T/out" | tr '\n' ' ')" "\"id\":\"g$n\" \"loyaseq\":$((last + 1)) "
	is "which is the same one" "$(rows)" "g$n "
done
LOYA_NOW=2026-03-04T06:20:00Z
clock "$LOYA_NOW"
record 5 2026-03-04T06:19:00 0 Raw Tal quin@example.org >"$org/records"
last=$(inbox "SELECT max(seq) FROM inbox")
printf '{"specversion":"1.0","id":"g30","source":"crm","type":"loya.received","data_base64":"%s"}\n' \
    "$(gap g30 "$(ids 5)" | base64 -w 0)" >"$T/line"
status 0 "one whose body is in base64" loya-pull -r crm <"$T/line"
is "is read as well" "$(grep -c Raw "$T/out")" 1

# Lines that are not thin, or cannot be read, stay as they are, without a row.
last=$(inbox "SELECT max(seq) FROM inbox")
{
	cat "$T/plain"
	received f1 '{"ChangeEventHeader":{"entityName":"Contact","recordIds":["003"],"changeType":"UPDATE"},"Email":"a@b"}'
	received g31 "$(gap g31 "$(ids 5)")" | sed 's/1.0/0.3/'
	received g32 "$(gap g32 "$(ids 5)")" | sed 's/"g32","source"/"","source"/'
	received g33 "$(gap g33 "$(ids 5)")" | sed 's/"data":/"x":/'
	received g34 "$(gap g34 "$(ids 5)")" |
	    sed 's/"data":/"data_base64":"e30=",&/'
	received g35 "$(gap g35 "$(ids 5)")" | sed 's/"crm"/"other"/'
	received g36 "$(gap g36 "$(ids 5)")" | sed 's/loya.received/x/'
	received g37 "$(gap g37 "$(ids 5)")" |
	    sed 's/"data":/"loyaseq":"1",&/'
	received g38 "$(gap g38 "$(ids 5)")" | sed 's/"g38","source"/3,"source"/'
	printf '{"not":"an event"}\ngarbage\n\n'
} >"$T/in"
forget_log
status 0 "lines that are not thin" loya-pull -r crm <"$T/in"
is "are passed as they are" "$(cat "$T/out")" "$(cat "$T/in")"
is "and not stored, nor asked for" "$(rows)$(asked)" ""
received g40 "$(gap g40 "$(ids 5)")" >"$T/line"
printf forbidden >"$org/always"
status 78 "one that cannot be read" loya-pull -r crm <"$T/line"
is "is passed on, as the line of its row" "$(grep -o \
    '"id":"g[0-9]*"\|"loyaseq":[0-9]*' "$T/out" | tr '\n' ' ')" \
    "\"id\":\"g40\" \"loyaseq\":$((last + 1)) "
like "and reported" "$(cat "$T/err")" "inbox $((last + 1)): source 'crm': one: "
rm "$org/always"
loya-apply <"$T/out" >"$T/applied"
is "and waits" "$(event $((last + 1)))" unread
status 0 "for the next run" loya-pull crm
is "which reads it" "$(event $((last + 1)))" "applied read"
received g41 "$(gap g41 "$(ids 5)")" >"$T/line"
exec 5>>"$LOYA_STORE-inbox-lock"
flock 5
status 75 "one that cannot be stored" loya-pull -r crm <"$T/line" 5>&-
is "is passed on" "$(cat "$T/out")" "$(cat "$T/line")"
like "and reported" "$(cat "$T/err")" "standard input: .*-inbox: "
exec 5>&-
for s in "" -inbox; do
	sqlite3 "$LOYA_STORE$s" ".backup $T/bad.db$s"
done
sqlite3 "$T/bad.db-inbox" "UPDATE hash_run SET pairs = x'0011'"
{ cat "$T/line"; received g42 "$(gap g42 "$(ids 5)")"; } >"$T/in"
status 78 "two that cannot be" loya-pull -r -s "$T/bad.db" crm <"$T/in"
is "are passed on, one like the other" "$(cat "$T/out")" "$(cat "$T/in")"
clock 2026-03-04T06:30:00Z

# A burst of events that name nobody, as a filter.
for i in 1 2 3; do
	received "burst$i" "$(gap "burst$i" "" GAP_OVERFLOW 177260220000$i)"
done >"$T/in"
forget_log
status 0 "three overflows" loya-pull -r crm <"$T/in"
is "are three lines" "$(wc -l <"$T/out" | tr -d ' ')" 3
is "one query serves all" "$(asked | grep -c queryAll)" 1
loya-apply <"$T/out" >"$T/applied"
is "all are done" "$(store "SELECT count(*) FROM event
    WHERE state = 'unread'")" 0
put burst4 "$(gap burst4 "" GAP_OVERFLOW 1772602200004)"
cp "$T/line" "$T/in"
put burst5 "$(gap burst5 "" GAP_OVERFLOW 1772602200005)" 1772607000000000
cat "$T/line" >>"$T/in"
forget_log
status 0 "two, one of which came behind that query" loya-pull -r crm <"$T/in"
is "have a query each" "$(asked | grep -c queryAll)" 2
loya-apply -b >"$T/applied"

# Many filters and runs read the same event at the same time.
record 6 2026-03-04T05:59:00 0 Rosa Ulm rosa@example.org >>"$org/records"
put g10 "$(gap g10 "$(ids 6)")"
loya-apply -b >"$T/out"
crowd=
for i in 1 2 3 4; do
	loya-pull -r crm <"$T/line" >"$T/crowd.$i" 2>&1 &
	crowd="$crowd $!"
	loya-pull crm >"$T/crowd.$i$i" 2>&1 &
	crowd="$crowd $!"
done
# shellcheck disable=SC2086
wait $crowd
is "the event is done" "$(event "$seq")" "applied read"
is "its record is one row" "$(inbox "SELECT count(*) FROM inbox
    WHERE CAST(body AS TEXT) LIKE '%Rosa%'")" 1
is "and one line" "$(cat "$T"/crowd.* | grep -c Rosa)" 1
is "the others say nothing, or that one is at it" "$(cat "$T"/crowd.* |
    grep loya-pull: | grep -vc 'another loya-pull is reading it')" 0

# Other lines do not wait for a slow record.
touch "$org/hold"
mkfifo "$T/pipe"
put g9 "$(gap g9 "$(ids 2)")"
loya-pull -r crm <"$T/pipe" >"$T/piped" 2>"$T/err" &
echo $! >"$T/filter.pid"
tap_started="$tap_started filter"
exec 4>"$T/pipe"
cat "$T/line" "$T/plain" >&4
wait_for "the line after it" grep -qxF -f "$T/plain" "$T/piped"
is "the thin one is on its way" "$(wc -l <"$T/piped")" 1
record 2 2026-03-04T06:05:00 0 Noor Quast noor@example.org >"$org/records"
rm "$org/hold"
wait_for "its record" grep -q Quast "$T/piped"
exec 4>&-
wait "$(cat "$T/filter.pid")"
is "at the end of its input it ends" $? 0
rm "$T/filter.pid"

# Many of another source, which would take half a minute one after the other.
n=$(inbox "SELECT max(seq) FROM inbox")
many="WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL
    SELECT i + 1 FROM n WHERE i < 20000)"
inbox "$many INSERT INTO inbox(seq, source, event_id, received_at,
    content_type, body) SELECT $n + i, 'other', i, 1, 'text/plain', x'31'
    FROM n"
store "$many INSERT INTO event(seq, state) SELECT $n + i, 'unread' FROM n"
status 0 "what waits for another source holds up nobody" \
    timeout 8 loya-pull crm
done_testing
