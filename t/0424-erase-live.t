#!/bin/sh
# Erasing while the other programs work: events about the person that arrive
# meanwhile are held or erased, and nobody waits long.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/erase.sh"

erase_conf
{ others 1 240 other; zaphira; } | loya-apply >"$T/applied"
zaphira=$(store "SELECT member FROM link WHERE external_id = 'PQZQ77'")

# Two writers, one with a backlog that is decided ahead, both with events about
# her between those about others.
lines() {	# prefix
	perl -e 'my ($p) = @ARGV; for my $n (1 .. 8000) {
		my $id = $n % 50 == 0 ? "PQZQ77" : "P" . (1 + $n % 240);
		my $name = $n % 50 == 0 ? "Zaphira $p" : "Other $p";
		printf q({"specversion":"1.0","id":"%s%d","source":"hr","type":"loya.member","data":{"external_id":"%s","version":%d,"name":"%s %d"}}) . "\n", $p, $n, $id, 100 + $n, $name, $n;
	}' "$1"
}
lines a >"$T/a"
lines b >"$T/b"
loya-apply <"$T/a" >"$T/one.out" 2>"$T/one.err" &
one=$!
loya-apply <"$T/b" >"$T/two.out" 2>"$T/two.err" &
two=$!
wait_for "some of it to be applied" sh -c "[ \"\$(sqlite3 -readonly $LOYA_STORE \
    'SELECT max(seq) FROM event')\" -gt 600 ]"
# 75: on a slow machine the two read without a gap, and erasing waits for a
# reader for 5 s only; what is left in the log then goes with the second erase
# below.
loya-audit erase "$zaphira" >"$T/out" 2>"$T/err"
like "erase in the middle of it" "$?" '^(0|75)$'
# 1: some of her events came after that; one of them may have been done before.
wait "$one"
ended=$?
wait "$two"
ended="$ended $?"
like "they end as they should" "$ended" '^(1 1|0 1|1 0)$'
held=$(store "SELECT count(*) FROM event WHERE why = 'erased'
    AND state = 'held'")
[ "$held" -gt 0 ] && [ "$held" -lt 320 ]
tap_result $? "of 320 events about her $held were held"
is "she is not a member" "$(store "SELECT claims, name, status FROM member
    WHERE id = '$zaphira'")" "[]||closed"
is "and there is no new member" "$(store "SELECT count(*) FROM member")" 241
status 0 "it verifies" loya-audit verify -q
status 0 "erase again" loya-audit erase "$zaphira"
like "removes what was held" "$(cat "$T/out")" "\"events\":$held,"
is "no trace of her is left" "$(traces)" ""
is "no other event is held" "$(store "SELECT count(*) FROM event
    WHERE state = 'held'")" 0
status 0 "it verifies" loya-audit verify -q

# A long-running reader keeps the log.
member hr x1 '{"external_id":"PQZQ99","version":1,"name":"Zaphira"}' |
    loya-apply >"$T/out"
mkfifo "$T/in"
start reader sh -c "exec sqlite3 -readonly '$LOYA_STORE' <'$T/in'"
exec 9>"$T/in"
echo "BEGIN; SELECT count(*) FROM member;" >&9
wait_for "somebody who reads" test -s "$T/reader.out"
status 75 "with a reader erase ends with 75" loya-audit erase hr/PQZQ99
like "the receipt says what was taken away all the same" "$(cat "$T/out")" \
    '"links":1,.*"bodies":1,"audit":1,'
like "says why" "$(cat "$T/err")" 'loya.db-wal: a reader or a copy under way still uses it'
is "nothing about her is in the other file, which has no reader" \
    "$(traces | grep -c inbox)" 0
status 0 "others write meanwhile" loya-apply <<END
$(member hr x2 '{"external_id":"P1","version":9000,"name":"x2"}')
END
exec 9>&-
wait_for "the reader to go" sh -c "! kill -0 $(cat "$T/reader.pid")"
status 0 "the same command finishes it" loya-audit erase hr/PQZQ99
is "no trace of her is left" "$(traces)" ""

# A reader of the inbox file keeps what prune removed.
member hr x3 '{"external_id":"P1","version":9001,"name":"Zaphira"}' |
    loya-apply >"$T/out"
start reader sh -c "exec sqlite3 -readonly '$LOYA_STORE-inbox' <'$T/in'"
exec 9>"$T/in"
echo "BEGIN; SELECT count(*) FROM inbox;" >&9
wait_for "somebody who reads" test -s "$T/reader.out"
LOYA_NOW=2046-01-01T00:00:00Z status 75 "with a reader prune ends with 75" \
    loya-audit prune 1h
like "and the receipt says what was taken away" "$(cat "$T/out")" \
    '"bodies":[0-9]{4,},"bytes":[0-9]+,'
like "it says why" "$(cat "$T/err")" \
    'loya.db-inbox-wal: a reader or a copy under way still uses it'
exec 9>&-
wait_for "the reader to go" sh -c "! kill -0 $(cat "$T/reader.pid")"
LOYA_NOW=2046-01-01T00:00:00Z status 0 "the same command finishes it" \
    loya-audit prune 1h
is "no body of it is left" \
    "$(cat "$LOYA_STORE-inbox"* | grep -ac Zaphira)" 0
done_testing
