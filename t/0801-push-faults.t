#!/bin/sh
# loya-push and a faulty receiver: what is kept, what is dead, and when it is
# tried again.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
hook crm "$port" ',"timeout":1'
loya-token -q init
secret crm.push $push_secret
n=0

# A new event about a new person, in its own hour: no target rests.
owe() {
	n=$((n + 1))
	LOYA_NOW=$(date -u -d "2027-01-01T00:00:00Z + $n days" +%FT%TZ)
	export LOYA_NOW
	people "$n" "$n" | loya-apply >"$T/applied" || return
	rm -f "$sink/body" "$sink/headers"
}

row() { store "SELECT state, tries, answer FROM outbox ORDER BY seq DESC
    LIMIT 1"; }

# Seconds from now to the next attempt of the last one.
wait_of() { store "SELECT (due_at - 1000000 * $(date -d "$LOYA_NOW" +%s)) / 1000000
    FROM outbox ORDER BY seq DESC LIMIT 1"; }

# meets STATUS MODE ANSWER [HEADER]: a new event is sent to this receiver.
meets() {
	owe
	echo "$2" >"$sink/mode"
	[ $# -lt 4 ] || printf '%s\r\n' "$4" >"$sink/headers"
	before=$(log | wc -l)
	status "$1" "$2" loya-push -b
	is "$2: what became of it" "$(row)" "$3"
	is "$2: it was asked once, and nobody else" "$(log | wc -l)" \
	    $((before + 1))
}

# later MODE ANSWER [HEADER]: it is tried again, and arrives.
later() {
	mode=$1
	shift
	meets 75 "$mode" "waiting|1|$1" ${2+"$2"}
	[ "$(wait_of)" = 5 ]
	tap_result $? "$mode: five seconds later"
	status 75 "$mode: another run before that" loya-push -b
	echo 204 >"$sink/mode"
	LOYA_NOW=$(date -u -d "$LOYA_NOW + 6 seconds" +%FT%TZ) status 0 \
	    "$mode: then it arrives" loya-push -b
	is "$mode: it is sent" "$(row)" "sent|2|204"
}

later 500 500
later 408 408
later 425 425
later 429 429
later 502 502
later 503 503
for s in 300 301 302 303 304 307 308; do
	later $s $s "Location: http://127.0.0.1:$port/else"
done
later half "127.0.0.1:$port: it closed the connection in the middle of its answer"
later cut "127.0.0.1:$port: it closed the connection in the middle of its answer"
later junk "127.0.0.1:$port: its answer is not HTTP"
later minus "127.0.0.1:$port: its answer is not HTTP"
later trailer "503 no"
later reset "127.0.0.1:$port: the connection was lost"
later mute "127.0.0.1:$port: no answer in time"
later drip "127.0.0.1:$port: no answer in time"
later continue 100
meets 0 headers "sent|1|200"
meets 0 long "sent|1|200"
owe
echo much >"$sink/mode"
status 0 "an answer without end" loya-push -b
like "counts by its status, and the first of it is kept" "$(row)" \
    '^sent\|1\|200 x{100,196}\.\.\.$'
for s in 400 401 403 404 409 422; do
	meets 1 $s "dead|1|$s"
done
like "the line says why" "$(cat "$T/out")" '"why":"refused"'

# The first part of the message, as one line, without the secret.
owe
printf 'no\nroom %s' "$push_secret" >"$sink/body"
echo 500 >"$sink/mode"
status 75 "an answer with words" loya-push -b
is "they are noted" "$(row)" "waiting|1|500 no room ***"
is "and in the record" "$(store "SELECT detail ->> '\$.answer' FROM audit
    ORDER BY seq DESC LIMIT 1")" "no room ***"

# Retry-After.
owe
printf 'Retry-After: 120\r\n' >"$sink/headers"
echo 503 >"$sink/mode"
status 75 "Retry-After in seconds" loya-push -b
is "is obeyed" "$(wait_of)" 120
rm "$sink/headers"
echo 204 >"$sink/mode"
before=$(log | wc -l)
people 900 900 | loya-apply >"$T/applied"
status 75 "the whole target rests" loya-push -b
is "no request is made" "$(log | wc -l)" "$before"
LOYA_NOW=$(date -u -d "$LOYA_NOW + 121 seconds" +%FT%TZ) \
    status 75 "afterwards, while an earlier one waits" loya-push -b
is "both arrive" "$(log | wc -l)" $((before + 2))
owe
printf 'Retry-After: 70\r\n' >"$sink/headers"
echo 429 >"$sink/mode"
status 75 "429 with Retry-After" loya-push -b
is "is obeyed" "$(wait_of)" 70
owe
printf 'Retry-After: %s\r\n' "$(LC_ALL=C date -u -d "$LOYA_NOW + 90 seconds" \
    '+%a, %d %b %Y %H:%M:%S GMT')" >"$sink/headers"
echo 429 >"$sink/mode"
status 75 "Retry-After as a date" loya-push -b
is "is obeyed" "$(wait_of)" 90
owe
printf 'Retry-After: soon\r\n' >"$sink/headers"
status 75 "Retry-After that is neither" loya-push -b
is "the schedule counts" "$(wait_of)" 5

# The schedule, to its end.
owe
echo 500 >"$sink/mode"
: >"$T/waits"
for i in 1 2 3 4 5 6 7 8 9; do
	loya-push -bq >>"$T/lines" 2>>"$T/said" || echo "$?" >>"$T/status"
	w=$(wait_of)
	echo "$w" >>"$T/waits"
	LOYA_NOW=$(date -u -d "$LOYA_NOW + $((w + 1)) seconds" +%FT%TZ)
done
awk 'BEGIN { split("5 300 1800 7200 18000 36000 50400 72000 86400", s) }
    $1 < s[NR] || $1 > s[NR] * 1.1 { exit 1 } END { exit NR != 9 }' \
    "$T/waits"
tap_result $? "nine waits, each as long as the schedule says or a bit longer"
status 1 "the tenth attempt was the last" loya-push -b
is "it is dead" "$(row)" "dead|10|500"
like "the line says why" "$(cat "$T/out")" '"why":"tries"'
id=$(store "SELECT max(seq) FROM outbox")
ids=$(log | grep -c "$(store "SELECT detail ->> '\$.id' FROM audit
    ORDER BY seq DESC LIMIT 1")")
is "its id was the same every time" "$ids" 10
echo 204 >"$sink/mode"
status 0 "-r sends it again, while others wait" loya-push -r "$id"
is "under the same id" "$(log | tail -n 1 | cut -f 2)" \
    "$(store "SELECT detail ->> '\$.id' FROM audit ORDER BY seq DESC LIMIT 1")"

# An unsolicited answer is not taken for the answer to the next request, which
# uses another connection.
owe
people 900 901 | loya-apply >"$T/applied"
hook crm "$port" ',"timeout":1' ',"concurrency":1'
echo twice >"$sink/mode"
mid=$(who p901)
echo 500 >"$sink/mode.$mid"
status 75 "two answers to one request" loya-push -b
is "the second of them is not taken for that of the next request" \
    "$(store "SELECT state, answer FROM outbox ORDER BY seq DESC LIMIT 2" |
    tr '\n' ' ')" "waiting|500 sent|204 "
echo 204 >"$sink/mode.$mid"
LOYA_NOW=$(date -u -d "$LOYA_NOW + 6 seconds" +%FT%TZ) status 0 \
    "it arrives later" loya-push -b
rm "$sink/mode.$mid"
hook crm "$port" ',"timeout":1'

# Nobody listens.
owe
hook crm 1 ',"timeout":1'
status 75 "nobody listens" loya-push -b
is "is reported" "$(row)" \
    "waiting|1|127.0.0.1:1: no connection: Connection refused"
hook crm "$port" ',"timeout":1'
LOYA_NOW=$(date -u -d "$LOYA_NOW + 120 seconds" +%FT%TZ) status 0 \
    "it arrives later" loya-push -b

# 410 turns it off.
owe
echo 410 >"$sink/mode"
status 1 "410" loya-push -b
off="loya-push: source 'crm': it answered 410 and is turned off; -u turns it on again"
is "is said once, and how to turn it on again" "$(cat "$T/err")" \
    "$off
loya-push: 0 sent, 1 deferred, 0 dead; $(store "SELECT count(*) FROM outbox
    WHERE state = 'waiting'") waiting"
status 0 "-n of it" loya-push -n
is "says that it is off" "$(cat "$T/err")" "$off"
is "and shows no request" "$(cat "$T/out")" ""
is "nothing is dead" "$(row)" "waiting|1|410"
for change in "UPDATE target SET why = 'x'" "DELETE FROM target"; do
	rm -f "$T/copy.db"*
	for s in "" -inbox; do
		sqlite3 "$LOYA_STORE$s" ".backup $T/copy.db$s"
	done
	sqlite3 "$T/copy.db" "$change"
	status 1 "verify finds $change" loya-audit verify -q -s "$T/copy.db"
	like "and names it" "$(cat "$T/out")" '"table":"target","row":"crm"'
done
is "it is in the record" "$(store "SELECT source FROM audit
    WHERE kind = 'target.off'")" crm
echo 204 >"$sink/mode"
before=$(log | wc -l)
status 1 "it stays off" loya-push -b
is "no request is made" "$(log | wc -l)" "$before"
is "and it is said" "$(head -n 1 "$T/err")" "$off"
status 0 "-u turns it on" loya-push -u crm
is "what waited arrives" "$(row)" "sent|2|204"
ok "the record is sound" loya-audit verify

# loya-audit outbox
is "outbox lists all" "$(loya-audit outbox | wc -l)" \
    "$(store "SELECT count(*) FROM outbox")"
is "outbox -S dead" "$(loya-audit outbox -S dead |
    grep -c '"state":"dead"')" 6
is "outbox -r -N 1 is the newest" "$(loya-audit outbox -r -N 1 |
    sed 's/"member":"[^"]*"/M/; s/"due_at":"[^"]*"/D/')" \
    "$(store "SELECT '{\"seq\":' || seq || ',\"target\":\"crm\",\"type\":' ||
    '\"loya.member.enrolled\",M,\"audit\":' || audit || ',\"state\":\"sent\",' ||
    '\"tries\":2,D,\"answer\":\"204\",\"behind\":0,\"lease_until\":null}'
    FROM outbox ORDER BY seq DESC LIMIT 1")"
is "outbox -o of another source" "$(loya-audit outbox -o hr)" ""
is "outbox -m" "$(loya-audit outbox -m hr/p1 | wc -l)" 1
status 64 "outbox -S of no state" loya-audit outbox -S gone
done_testing
