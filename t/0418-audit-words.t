#!/bin/sh
# What loya-audit says: the story of a delivery, nothing to show, unknown
# names, wrong usage, and rows of every kind.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
LOYA_NOW=2026-11-24T08:00:00Z
export LOYA_NOW
umask 077
source_file hr
echo '{"map":{"external_id":"/id","fields":{"name":"/n","grade":"/g"}}}' \
    >"$LOYA_CONF/sources/mapped.json"
echo '{"push":{"kind":"exec","on":"*","exec":{"command":["sh","-c",
    "echo come back later >&2; exit 75"]}}}' >"$LOYA_CONF/sources/out.json"
echo '{"authority":{"*":["hr","mapped"]},"audit":{"origin":"o"}}' >"$LOYA_CONF/loya.json"
{
	member hr e1 '{"external_id":"E1","version":1,"name":"Anna","attributes":{"badge":"b1"}}'
	member hr e2 '{"external_id":"E1","version":2,"name":"Anna B"}'
} | loya-apply >"$T/lines"
for i in 1 2; do
	loya-push -b >"$T/lines" 2>"$T/err"
	LOYA_NOW=2026-11-24T09:00:00Z
done
row() { store "SELECT max(seq) FROM audit WHERE kind = '$1'"; }
kinds() { grep -o '"what":"[a-z]*"\|"kind":"[a-z.]*"\|"event_id":"[a-z0-9]*"' |
    sed 's/.*:"\(.*\)"/\1/' | tr '\n' ' '; }

# A row about a delivery: all attempts, the event, its rows and deliveries.
n=$(row delivery.deferred)
is "show of an attempt has all of them and what they are about" \
    "$(loya-audit show "$n" | kinds)" \
    "audit delivery.deferred audit delivery.deferred event e1 audit member.enrolled e1 delivery "
like "with what was answered" "$(loya-audit show -T "$n")" \
    'delivery 1; of row 1; try 2; .*come back later; next try at 2026-'
like "and what the delivery is now" "$(loya-audit show -T "$n")" \
    '^ +1 +out +1 +waiting '
is "show of an attempt of what is erased is the row" \
    "$(loya-audit -q erase hr/E1; loya-audit show "$n" | kinds)" \
    "audit delivery.deferred "
LOYA_NOW=2026-11-24T12:00:00Z
loya-push -b >"$T/lines" 2>"$T/err"
n=$(row delivery.deferred)
like "a delivery that no event caused has its row" \
    "$(loya-audit show "$n" | kinds)" \
    '^audit delivery.deferred audit (member.closed|member.erased) delivery $'
like "a row that stands alone is a block" \
    "$(loya-audit show -T "$(row erasure.kept)")" '^actor +user:'
member hr e3 '{"external_id":"E2","version":1,"name":"Bo","attributes":{"badge":"b2"}}' |
    loya-apply >"$T/lines"
member hr e4 '{"external_id":"E2","version":2,"name":"Bob"}' |
    loya-apply >"$T/lines"
LOYA_NOW=2026-11-25T08:00:00Z
loya-push -b >"$T/lines" 2>"$T/err"
first=$(store "SELECT max(behind) FROM outbox WHERE state = 'waiting'")
like "outbox says which delivery another one waits for" \
    "$(loya-audit outbox -T -m hr/E2 | tail -n 1)" "waiting +0 +$first "
like "and nothing where it does not wait" \
    "$(loya-audit outbox -T | grep "^ *$first ")" 'waiting +[0-9]+ +2026'
printf '{"push":{"kind":"exec","on":"*","exec":{"command":["true"]}}}\n' \
    >"$LOYA_CONF/sources/out.json"
LOYA_NOW=2026-11-25T12:00:00Z
loya-push -b >"$T/lines" 2>"$T/err"
like "what was sent has no time that can be taken for that of sending" \
    "$(loya-audit outbox -T -S sent | tail -n 1)" ' sent +1( +0)?$'
e3=$(store "SELECT min(seq) FROM audit WHERE event_id = 'e3'")
like "neither has it in show" "$(loya-audit show -T "$e3" | tail -n 1)" \
    ' sent +1( +0)?$'
like "for programs it was due" "$(loya-audit outbox -S sent | tail -n 1)" \
    '"state":"sent","tries":[0-9]+,"due_at":"2026-'
LOYA_NOW=2026-11-25T08:00:00Z

# Nothing to show.
none() {	# sentence verb...
	sentence=$1
	shift
	ok "$*: nothing to show is done" loya-audit "$@" -T
	is "$*: and said" "$(cat "$T/out" "$T/err")" "loya-audit: $sentence"
	ok "$*: also for programs" loya-audit "$@" -j
	is "$*: who see nothing" "$(cat "$T/out" "$T/err")" ""
	ok "$* -q" loya-audit "$@" -T -q
	is "$*: nor with -q" "$(cat "$T/out" "$T/err")" ""
}
none "no member matches" members name=Nobody
none "no event of the inbox matches" inbox -S held
none "no delivery matches" outbox -S leased
none "no event or delivery of that time matches" latency -a 2036-01-01
none "no field is different" diff hr/E2 2026-11-24T13:00:00Z

# Unknown fields.
unknown() {	# name near verb...
	name=$1 near=$2
	shift 2
	ok "$*: done, as nothing to show is" loya-audit "$@"
	is "$*: and named" "$(cat "$T/out" "$T/err")" \
	    "loya-audit: no member, source or source file has a field '$name'$near"
}
unknown statsu ' (try: status)' members statsu=active
unknown statsu ' (try: status)' log -F statsu
unknown statsu ' (try: status)' log -T -F statsu
unknown shoe_size '' members name=Nobody shoe_size=7
unknown grades ' (try: grade)' log -F grades
for f in "members grade=7" "log -F grade" "members badge=none" "log -F tier" \
    "members ended_at=2026-01-01" "-q members statsu=1"; do
	# shellcheck disable=SC2086
	ok "$f" loya-audit $f
	is "$f: nothing is said" "$(cat "$T/out" "$T/err")" ""
done
mv "$LOYA_CONF" "$T/away"
unknown grade '' log -F grade
mv "$T/away" "$LOYA_CONF"
start follow loya-audit -f -F statsu
wait_for "a word of -f" grep -q "'statsu' (try: status)" "$T/follow.err"
stop follow

# Wrong usage: the reason, and the usage lines of that verb.
brief() {	# sentence lines command...
	sentence=$1 lines=$2
	shift 2
	status 64 "$sentence" "$@"
	is "$sentence: in few lines" "$(wc -l <"$T/err" | tr -d ' ')" "$lines"
	like "$sentence: with what is right" "$(cat "$T/err")" "^usage: $1 "
}
brief "an unknown verb" 5 loya-audit shwo
brief "an option that there is not" 5 loya-audit show -z
brief "an operand too few" 3 loya-audit diff
brief "an invalid time" 4 loya-audit log -a x
brief "no verb" 4 loya-token
brief "a second word that there is not" 6 loya-token client x
brief "a short synopsis" 4 loya-apply -x
like "the verbs are named" "$(loya-audit shwo 2>&1)" '\| erase \| prune$'
is "-h has all" "$(loya-audit -h | grep -c '^  -')" 28

# Rows of every kind.
for k in $(awk '/^\.Sy audit$/ { on = 0 } /^\.It Cm kind$/ { on = !seen++ }
    /^\.It Cm source$/ { on = 0 } on && /^\.Cm [a-z]*\.[a-z]/ { sub(/^\.Cm /, "")
    gsub(/ , /, " "); sub(/ ,$/, ""); print }' "$top/man/loya-store.5"); do
	loya-audit -k "$k" >"$T/out" 2>"$T/err" ||
	    echo "$k"
done >"$T/kinds"
is "log takes every kind of the page" "$(cat "$T/kinds")" ""
loya-token -q init
loya-token -q head init >"$T/key"
loya-token -q head rotate >"$T/key"
echo old-secret-of-mine | loya-token -q set hr
{
	points hr p1 '{"external_id":"E2","kind":"earn","points":4,"reference":"r1"}'
	points hr p2 '{"external_id":"E2","kind":"earn","points":4,"reference":"r1"}'
	member hr e5 '{"external_id":"E2","version":2,"name":"Bob"}'
} | loya-apply >"$T/lines"
loya-audit -q erase -u \
    "$(store "SELECT member FROM audit WHERE kind = 'member.erased'")" >"$T/receipt"
is "every row says something" "$(loya-audit -T | awk '$5 == ""')" ""
like "what is not new" "$(loya-audit -T)" 'member.unchanged .*leaves the member as it was$'
like "what was posted before" "$(loya-audit -T)" \
    'event.duplicate .*was posted before; reference r1$'
like "who may come back" "$(loya-audit -T)" 'erasure.lifted .* may come back$'
loya-audit -q report -o "$T/page.html" -a 2026-11-01 -b 2026-12-01
is "and about each key and secret the page says which" "$(tr -d '\n' \
    <"$T/page.html" | sed 's/<tr>/\n/g' |
    grep -E 'store.init|headkey|secret.set' | grep -c '<td></td>')" 0
# Clocks that differ.
printf '{"specversion":"1.0","type":"loya.member","source":"hr","id":"t1","time":"2026-11-25T10:30:00Z","data":{"external_id":"E2","version":9,"name":"B"}}\n' |
    loya-apply >"$T/lines"
like "a negative duration has its unit" \
    "$(loya-audit latency -T)" ' -2\.5 h '
done_testing
