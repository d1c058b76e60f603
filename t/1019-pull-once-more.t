#!/bin/sh
# What is requested again within a run counts once, and nothing counts as read
# that was not.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_api
loya-token -q init
LOYA_NOW=2026-03-04T06:00:00Z; export LOYA_NOW
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"
echo '{"r":[{"id":1},{"id":2}]}' >"$api/told.0"
echo '{"d":{"id":1,"jobs":[{"n":"3"}]},"behind":1}' >"$api/told.1"
echo '{"d":{"id":2,"jobs":[{"n":"3"}]},"behind":1}' >"$api/told.2"
echo '{"r":[{"v":1},{"v":2}],"behind":1}' >"$api/told.3"

# pull MEMBERS TARGET WORD: a list of two, each read by its id, from a store of
# its own; and what fails once
pull() {
	rm -f "$LOYA_STORE"* "$api/log"
	cp "$T/begin/"* "$T"
	printf '{"map":{"external_id":"/id"},"pull":{"base":"%s","pause":0,"first":"2026-03-01T00:00:00Z",%s"changes":[{"url":"{base}/told?at=0","rows":"/r","key":"/id","keys":true}],"one":{"url":"{base}/told?at={key}","rows":"/d","key":"/id"}}}' \
	    "$base" "$1" >"$LOYA_CONF/sources/hr.json"
	echo "$2 $3" >"$api/once"
}
rows() { inbox "SELECT CAST(body AS TEXT) FROM inbox ORDER BY seq"; }
both='{"id":1,"jobs":[{"n":"3"}]}
{"id":2,"jobs":[{"n":"3"}]}'

pull '' '/told?at=1' cut
status 0 "the answer with a record is cut off after it" loya-pull hr
is "and what is answered then is the same one" "$(rows)" "$both"
is "which was asked for" "$(grep -c at=1 "$api/log")" 2

pull '"parts":{"of":"/jobs","name":"/n","into":"/rows","query":{"url":"{base}/told?at={part}","rows":"/r"}},' \
    '/told?at=3' cut
status 0 "the answer with rows of a part is cut off after them" loya-pull hr
is "and none of them stands there twice" "$(rows)" \
    "$(echo "$both" | sed 's/"3"/&,"rows":[{"v":1},{"v":2}]/')"

# One that can never be read, of many that a list names.
echo '{"r":[{"id":1},{"id":2},{"id":4}]}' >"$api/told.0"
echo '{"d":{"id":4,"jobs":[]},"behind":1}' >"$api/told.4"
echo '{"d":{"id":9}}' >"$T/other"
for w in 75:500 78:400 74:other; do
	pull '' '/none' cut
	LOYA_NOW=2026-03-04T06:00:00Z
	case ${w#*:} in
	other)	cp "$T/other" "$api/told.2" ;;
	*)	echo '{}' >"$api/told.2"; printf %s "${w#*:}" >"$api/status.2" ;;
	esac
	status "${w%:*}" "a record is answered with ${w#*:}" loya-pull hr
	is "and the others are read" "$(rows | grep -v loyaunread)" \
	    '{"id":1,"jobs":[{"n":"3"}]}
{"id":4,"jobs":[]}'
	like "which is said" "$(cat "$T/err")" \
	    "source 'hr': 1 record cannot be read and waits: one: "
	is "and the cursor goes on" "$(inbox "SELECT count(*) FROM cursor
	    WHERE name = 'changes'")" 1
	loya-apply -b >"$T/applied"
	LOYA_NOW=2026-03-04T06:05:00Z
	status "${w%:*}" "the next run tries it again" loya-pull -v hr
	like "by its number" "$(cat "$T/err")" "source 'hr': inbox 2: one: "
	is "and not once more as it is named" "$(grep -c "record '2'" \
	    "$T/err")" 0
	is "it waits once" "$(store "SELECT group_concat(seq) FROM event
	    WHERE state = 'unread'") $(rows | grep -c loyaunread)" "2 1"
	rm -f "$api/status.2"
	echo '{"d":{"id":2,"jobs":[]}}' >"$api/told.2"
	status 0 "once it can be read" loya-pull hr
	is "so it is" "$(rows | tail -n 1)" '{"id":2,"jobs":[]}'
	is "and it alone" "$(rows | wc -l)" 4
	is "and nothing waits" "$(store "SELECT count(*) FROM event
	    WHERE state = 'unread'")" 0
done
pull '' /none cut
echo '{}' >"$api/told.2"
status 74 "a record that can never be read" loya-pull hr
loya-apply -b >"$T/applied"
cp "$api/told.0" "$T/list"
echo '{"r":[]}' >"$api/told.0"
status 74 "is tried, although no list names it" loya-pull hr
status 0 "until it is dismissed" loya-apply -d 2
status 0 "then it is not" loya-pull hr
cp "$T/list" "$api/told.0"
LOYA_NOW=2026-03-04T06:10:00Z
status 74 "if it is named again, it is tried again" loya-pull hr
is "and waits again" "$(rows | grep -c loyaunread)" 2
ok "verify agrees" loya-audit verify
# The same behind a thin event that names nobody, in a pipe.
pull '' /none cut
sed -i 's/"map":{/&"thin":{"from":"\/thin","there":true},/' \
    "$LOYA_CONF/sources/hr.json"
printf 400 >"$api/status.2"
line hr some loya.received '{"thin":1}' >"$T/thin"
status 78 "a record that cannot be read, in a filter" loya-pull -r hr <"$T/thin"
is "the others go on, and a line that it waits" \
    "$(grep -o '"data":{"[a-z_]*":"*[0-9]*' "$T/out" | cut -d : -f 2- |
    tr '\n' ' ')" '{"id":1 {"external_id":"2 {"id":4 '
rm -f "$api/status.2"
# One event about several records.
echo '{"d":{"id":2,"jobs":[]}}' >"$api/told.2"
for w in 78:400 75:500; do
	pull '' /none cut
	LOYA_NOW=2026-03-04T06:00:00Z
	sed -i 's/"map":{/&"each":"\/e","thin":{"from":"$\/thin","there":true},/; s/"changes":\[[^]]*\],//' \
	    "$LOYA_CONF/sources/hr.json"
	printf %s "${w#*:}" >"$api/status.2"
	line hr some loya.received '{"thin":1,"e":[{"id":2},{"id":1},{"id":2},{"id":4},{"id":1}]}' |
	    loya-apply -q >"$T/applied"
	status "${w%:*}" "one record of several is answered with ${w#*:}" \
	    loya-pull hr
	is "and the others are read" "$(rows | grep -c '^{"id":[14]')" 2
	is "once each" "$(grep -c 'at=[14]' "$api/log")" 2
	loya-apply -b >"$T/applied"
	is "that one waits" "$(store "SELECT group_concat(seq) FROM event
	    WHERE state = 'unread'") $(rows | tail -n 3 |
	    grep -o '"external_id":.*')" '2 "external_id":"2"}}'
	rm "$api/log" "$api/status.2"
	status 0 "once it can be read" loya-pull hr
	is "so it is, and no other" "$(grep -o 'at=.*' "$api/log")" at=2
done
printf 400 >"$api/status.2"
line hr last loya.received '{"thin":1,"e":[{"id":1},{"id":2}]}' |
    loya-apply -q >"$T/applied"
status 78 "the last record of an event cannot be read" loya-pull -v hr
is "and the event, which is done, is not said to wait" "$(grep -c 'inbox ' \
    "$T/err")" 0
rm "$api/status.2"
pull '"all":[{"url":"{base}/told?at=0","rows":"/r","key":"/id","keys":true}],' \
    /none cut
printf 500 >"$api/status.2"
status 75 "a snapshot with such a one" loya-pull -f hr
is "has the others, and no end" "$(grep -c '"data":{"id"' "$T/out") $(grep -c \
    '"phase":"end"' "$T/out")" "2 0"
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	echo '{"id":"x'$i'"}'
	printf 400 >"$api/status.x$i"
done | tr '\n' , | sed 's/^/{"r":[/; s/,$/]}/' >"$api/told.0"
rm "$api/log"
status 78 "of a list of which none can be read" loya-pull hr
is "ten are asked for" "$(grep -c 'at=x' "$api/log")" 10
loya-apply -b >"$T/applied"
rm "$api/log"
status 78 "the next run" loya-pull hr
is "comes further" "$(grep -o 'at=x.*' "$api/log" | tail -n 2 |
    tr '\n' ' ')" "at=x11 at=x12 "
# Of many that wait, no answer is what it should be.
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do
	member hr "z$i" "{\"external_id\":\"z$i\"}" ',"loyaunread":"true"'
	echo '{}' >"$api/told.z$i"
done | loya-apply -q >"$T/applied"
rm "$api/log"
status 78 "of many that wait no answer is one" loya-pull hr
is "ten are asked for from each end" "$(grep -c 'at=[xz]' "$api/log")" 20
rm "$api/status.2"
echo '{"d":{"id":2,"jobs":[{"n":"3"}]},"behind":1}' >"$api/told.2"
echo '{"r":[{"id":1},{"id":2}]}' >"$api/told.0"

for word in restart halve; do
	pull "\"error\":{\"code\":\"/error\",\"$word\":\"odd\"}," \
	    '/told?at=1' odd
	status 0 "a record is answered with what means $word" loya-pull hr
	is "and is read when it is named again" "$(rows | sort)" "$both"
done

# The file does not call an event thin any more that waits.
echo '{"r":[]}' >"$api/told.0"
pull '' /none cut
cp "$LOYA_CONF/sources/hr.json" "$T/hr.json"
sed -i 's/"map":{/&"thin":true,/' "$LOYA_CONF/sources/hr.json"
line hr was loya.received '{"id":2}' | loya-apply -q >"$T/applied"
cp "$T/hr.json" "$LOYA_CONF/sources/hr.json"
status 0 "an event that was thin" loya-pull hr
is "has its record read" "$(rows | tail -n 1)" '{"id":2,"jobs":[{"n":"3"}]}'

# An event that names a member by the id that is ours.
pull '' /none cut
sed -i 's/"map":{[^}]*}/"profile":"plain","map":{"thin":true}/' \
    "$LOYA_CONF/sources/hr.json"
line hr own loya.received '{"member":"019cb76e-8700-7000-9c32-96e7437b2211"}' |
    loya-apply -q >"$T/applied"
status 0 "an event with an id of ours" loya-pull hr
is "names no record of the system: changes are asked for" \
    "$(uniq -c "$api/log" | tr -s ' ')" " 2 GET /told?at=0"

# An event that names nobody, where only single records can be asked for.
pull '' /none cut
sed -i 's/"map":{/&"thin":true,/; s/"changes":\[[^]]*\],//' \
    "$LOYA_CONF/sources/hr.json"
{ line hr nobody loya.received '{}'
  line hr two loya.received '{"id":2}'; } | loya-apply -q >"$T/applied"
status 78 "an event that names nobody" loya-pull hr
like "is told of" "$(cat "$T/err")" "source 'hr': inbox 1: .* no changes"
is "and does not stop others from being read" "$(rows | tail -n 1)" \
    '{"id":2,"jobs":[{"n":"3"}]}'
done_testing
