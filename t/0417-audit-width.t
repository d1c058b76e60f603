#!/bin/sh
# A terminal of 80 columns shows everything that a person needs.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
LOYA_NOW=2026-11-24T08:00:00Z
COLUMNS=80
export LOYA_NOW COLUMNS
umask 077
source_file darwinbox
source_file salesforce '{"profile":"plain","match":[["employee_number"]]}'
echo '{"push":{"kind":"exec","on":"*","exec":{"command":["sh","-c",
    "echo the answer of a target that has much to say about it >&2; exit 75"]}}}' \
    >"$LOYA_CONF/sources/engagement-platform.json"
echo '{"authority":{"*":["darwinbox","salesforce"]}}' >"$LOYA_CONF/loya.json"
uuid=6f1c2b9e-4d7a-4c1e-9b0f-2a5d8e7c3b11
event=0193a1b2-c3d4-7e5f-8a6b-1c2d3e4f506
mail=venkatanarasimharajuvaripeta.balasubramaniam-krishnamurthy
old='Corporate Strategy and Business Development of the Asian Markets'
new='Long Term Leave, Human Resources Shared Services (Bangalore)'
member darwinbox ${event}1 "{\"external_id\":\"$uuid\",\"version\":1,\"name\":\"$mail\",\"email\":\"$mail@corporate.example\",\"attributes\":{\"employee_number\":\"1\",\"department\":\"$old\"}}" |
    loya-apply >"$T/lines"
member salesforce ${event}2 '{"external_id":"0035g00000XyZabAAF","version":1,"attributes":{"employee_number":"1"}}' |
    loya-apply >"$T/lines"
LOYA_NOW=2026-11-25T08:00:00Z
member darwinbox ${event}3 "{\"external_id\":\"$uuid\",\"version\":2,\"status\":\"suspended\",\"attributes\":{\"department\":\"$new\"}}" |
    loya-apply >"$T/lines"
points darwinbox ${event}4 "{\"external_id\":\"$uuid\",\"kind\":\"earn\",\"points\":5,\"reference\":\"order-2026-11-25-000004711-of-the-shop-in-bangalore-17\"}" |
    loya-apply >"$T/lines"
loya-push -b >"$T/lines" 2>"$T/err"

# No line is longer than the terminal, and nothing is cut.
table() {	# may-be-cut? verb...
	cut=$1
	shift
	loya-audit -T "$@" >"$T/table"
	is "$*: no line is longer than 80" \
	    "$(perl -CSD -lne 'print if length > 80' "$T/table")" ""
	[ "$cut" = yes ] || is "$*: nothing is cut" "$(grep -c … "$T/table")" 0
}
# The text of the table without blanks, from lines that stand alone.
has() { like "and has $1" "$(tr -d ' \n' <"$T/table")" "$(echo "$1" |
    tr -d ' ' | sed 's/[()]/./g')"; }

table yes diff "darwinbox/$uuid" 2026-11-24T12:00:00Z
is "diff has the whole of the old value" "$(sed -n 's/^department *//p;
    s/^ \{12\}\([A-Z].*\)/\1/p' "$T/table" | cut -c 1-34 | grep -v '^[AE][TV]' |
    tr -s ' \n' ' ')" "$old "
is "and of the new one" "$(sed 's/^department/          /' "$T/table" |
    cut -c 48- | grep '^[A-Z(][a-z]' | tr -s ' \n' ' ')" "$new "

sqlite3 "$LOYA_STORE" "UPDATE event SET state = 'held', why = 'unknown_member'
    WHERE seq = 3"
fault=$(loya-audit verify -q | sed 's/.*"fault":"\([^"]*\)".*/\1/' | head -n 1)
ok "a fault that is longer than what is left of a line" \
    [ "${#fault}" -gt 40 ]
table no verify
has "$fault"
sqlite3 "$LOYA_STORE" "UPDATE event SET state = 'applied', why = NULL
    WHERE seq = 3"

table yes log
is "a row that goes on below has the whole of an id" \
    "$(grep -A 2 event.refused "$T/table" | sed -n '2,$p' | tr -s ' ')" \
    " darwinbox/$uuid member_suspended: the
 member is suspended"
like "a delivery is of a member" "$(grep -A 1 delivery.deferred "$T/table")" \
    " darwinbox/$uuid\$"
has "department $old -> $new"
like "show has all of a row" "$(loya-audit show -T "darwinbox/$uuid" |
    tr -d ' \n')" "department$(echo "$old" | tr -d ' ')\$?"
table no inbox
has "${event}3"
is "an event that is done has the whole of its id" "$(grep -c "${event}[1-4]$" \
    "$T/table")" 4
has member_suspended
table no outbox
has "the answer of a target that has much to say about it"
table no members
for text in "darwinbox/$uuid" 0035g00000XyZabAAF; do has "$text"; done
is "the whole name stands there, and the address, each in its line" \
    "$(grep -c -x "    $mail\(@corporate.example\)\?" "$T/table")" 2
table no stats
table no latency
has "darwinbox/${event}1"
table yes show "darwinbox/$uuid"
table yes show 4

# A word is not broken if it fits into one line.
member darwinbox n1 '{"external_id":"N1","version":1,"name":"Mi-Li Venkataraghavanpillai-Subra","email":"annika-margareta.wachtmeister@corporate.example"}' |
    loya-apply >"$T/lines"
table no members -m darwinbox/N1
is "a name is not broken inside a word" \
    "$(grep -c -e '^ *Mi-Li$' -e '^ *Venkataraghavanpillai-Subra$' "$T/table")" 2
like "nor an address" "$(cat "$T/table")" ' annika-margareta.wachtmeister@corporate.example'

# A text that one copies is not cut in two.
snapshot=01a21b1a-a26c-7000-a58e-8d8ae3d19e55
member darwinbox t1 "{\"external_id\":\"T1\",\"version\":1,\"given_name\":\"Venkatanarasimharaju\",\"phone_number\":\"+919845012345\",\"attributes\":{\"desk\":\"+91 80 4123 4567\",\"employee_number\":\"0000100123\"}}" |
    loya-apply >"$T/lines"
{ line darwinbox s1 loya.snapshot "{\"phase\":\"begin\",\"snapshot\":\"$snapshot\"}"
line darwinbox s2 loya.snapshot "{\"phase\":\"end\",\"snapshot\":\"$snapshot\",\"count\":3}"
} | loya-apply >"$T/lines" 2>"$T/err"
for w in 60 70 80; do
	COLUMNS=$w
	table yes log -e s1
	like "at $w columns the id of a snapshot is whole" "$(cat "$T/table")" \
	    "snapshot $snapshot"
	table no show darwinbox/T1
	is "and so are numbers" "$(sed '1,/^SOURCE/d' "$T/table" |
	    grep -o -e '"+919845012345"' -e '"0000100123"' \
	    -e '"+91 80 4123 4567"' | wc -l | tr -d ' ')" 3
	table no log -v
	like "the block of a row has all of it" "$(tr -d ' \n' <"$T/table")" \
	    "detail{\"external_id\":\"$uuid\",\"changes\":{\"name\":"
	table no why darwinbox/T1 desk
	is "a number with blanks is one word" "$(grep -c '+91 80 4123 4567' \
	    "$T/table")" 1
done
COLUMNS=80
member darwinbox t2 "{\"external_id\":\"T2\",\"version\":1,\"name\":\"$(printf 'abcdefghij%.0s' 1 2 3 4 5 6 7 8 9 10)\"}" |
    loya-apply >"$T/lines"
table yes show darwinbox/e1
table yes log -v -e t2
is "what is longer than a line fills it" "$(grep -c -x '.\{80\}' "$T/table")" 2

# A column that is empty in all rows takes no room and no line.
in_200() {	# DATA
	for i in 1 2 3 4 5 6 7 8 9 10; do
		for k in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			member darwinbox "evt-0000000000-$1$i.$k" "$2"
		done
	done
}
(
	LOYA_STORE=$T/refused.db
	in_200 a '{"external_id":"R","shoe":1}' | loya-apply
	member darwinbox later '{"external_id":"R","name":"R","effective_at":"2026-12-01T00:00:00Z"}' |
	    loya-apply
) >"$T/lines" 2>"$T/err"
LOYA_STORE=$T/refused.db table no inbox -S refused
is "what is refused is due at no time" "$(head -n 2 "$T/table" | tr -s ' ')" \
    "SEQ RECEIVED AT SOURCE EVENT ID STATE WHY
 1 2026-11-25T08:00:00Z darwinbox evt-0000000000-a1.1 refused bad_field"
is "that is a line for each" "$(wc -l <"$T/table" | tr -d ' ')" 201
LOYA_STORE=$T/refused.db table no inbox
is "a time that comes later says what it is" "$(tail -n 2 "$T/table" |
    tr -s " " | sed "s|^ ||")" "201 2026-11-25T08:00:00Z darwinbox later scheduled
due at 2026-12-01T00:00:00Z"

# Text of wide characters is folded and cut between whole characters.
member darwinbox w1 "{\"external_id\":\"$(printf '員%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)\",\"version\":1,\"name\":\"$(printf '鈴木%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30)\"}" |
    loya-apply >"$T/lines"
for w in 20 33 47 80; do
	COLUMNS=$w loya-audit -T -e w1 >"$T/table"
	is "at $w columns no line is longer" "$(perl -CSD -Mutf8 -lne '
	    my $n = length; $n++ while /[鈴木員]/g; print if $n > '"$w" \
	    "$T/table")" ""
done
done_testing
