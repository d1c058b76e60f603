#!/bin/sh
# One source in one body, under one version, and with numbers that are not
# whole: newer is still newer.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

loya-token -q init
source_file hr '{"profile":"plain","match":[["badge"]]}'
source_file each '{"map":{"each":"/r","external_id":"/id","version":"/v",
    "deleted":"/gone","fields":{"name":"/name"}}}'
echo '{"authority":{"*":["hr","each"]}}' >"$LOYA_CONF/loya.json"

body() {	# EVENT RECORDS
	line each "$1" loya.received "{\"r\":[$2]}" \
	    ',"datacontenttype":"application/json"'
}
name_of() { store "SELECT m.name || ' ' || m.status FROM member m JOIN link l
    ON l.member = m.id WHERE l.external_id = '$1'"; }

body 1 '{"id":"a","v":5,"name":"five"},{"id":"a","v":3,"name":"three"}' |
    loya-apply >"$T/lines"
is "an older value after a newer one in one body is superseded" \
    "$(name_of a) $(grep -c event.superseded "$T/lines")" "five active 1"
{
	body 2 '{"id":"b","v":1,"name":"one"},{"id":"b","v":9,"name":"nine"}'
	body 3 '{"id":"b","v":5,"name":"five"}'
} | loya-apply >"$T/lines"
is "the newest of a body keeps its version" "$(name_of b)" "nine active"
{
	body 4 '{"id":"c","v":5,"name":"five"}'
	body 5 '{"id":"c","v":1,"name":"one"},{"id":"c","v":9,"name":"nine"}'
} | loya-apply >"$T/lines"
is "in the other order too" "$(name_of c)" "nine active"
body 6 '{"id":"d","v":9,"name":"nine"},{"id":"d","v":5,"gone":true}' |
    loya-apply >"$T/lines"
is "an older removal closes no member" "$(name_of d)" "nine active"
body 7 '{"id":"e","v":9,"gone":true},{"id":"e","v":5,"name":"five"}' |
    loya-apply >"$T/lines"
is "and one that is newer stays" "$(name_of e)" "five closed"
body 8 '{"id":"f","v":5,"name":"first"},{"id":"f","v":5,"name":"second"}' |
    loya-apply >"$T/lines"
is "of equal ones the later counts" "$(name_of f)" "second active"

# Two records of one source, one person.
tie() {	# EVENT ID VERSION LOCALE
	member hr "$1" "{\"external_id\":\"$2\",\"version\":$3,\"locale\":\"$4\",\"attributes\":{\"badge\":\"7\"}}"
}
{ tie t1 P1 4 en; tie t2 P2 4 de; } | loya-apply >"$T/lines"
like "two records of a source under one version are a tie" \
    "$(tail -n 1 "$T/lines")" '"tie":\["locale"\]'
is "which the line says of no other field" "$(grep -c '"tie"' "$T/lines")" 1
like "why says so" "$(loya-audit why hr/P1 locale)" \
    '"value":"de".*"rule":"tie"'
tie t3 P1 5 fr | loya-apply >"$T/lines"
like "with a newer one it is not one" \
    "$(loya-audit why hr/P1 locale; cat "$T/lines")" '"rule":"newest"'
is "in the line neither" "$(grep -c '"tie"' "$T/lines")" 0

# Numbers that are not whole, each newer than the one before.
n=0
for v in -2.5 -1.5 -1.25 0.05 0.5 9.5 99 99.5 1e2 1000.25 1.5e3; do
	n=$((n + 1))
	member hr "n$n" "{\"external_id\":\"N\",\"version\":$v,\"name\":\"$v\"}"
done >"$T/in"
loya-apply <"$T/in" >"$T/lines"
is "versions that are not whole go by their size" \
    "$(grep -c superseded "$T/lines") $(name_of N)" "0 1.5e3 active"
sed 's/"id":"n/&r/; s/external_id":"N/&R/' "$T/in" | tac | loya-apply >"$T/lines"
is "in the other order too: all but the first are old" \
    "$(grep -c event.superseded "$T/lines") $(name_of NR)" "10 1.5e3 active"
member hr x '{"external_id":"N","version":1e400,"name":"far"}' >"$T/in"
status 1 "one that is out of range is refused" loya-apply <"$T/in"
like "as a bad field" "$(cat "$T/out")" \
    '"why":"bad_field","detail":"version: .1e400. is out of range"'
status 0 "the store is sound" loya-audit verify
done_testing
