#!/bin/sh
# What a pull section can express about a system that loya has no profile for.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_api
loya-token -q init
secret hr.pull hush
LOYA_NOW=2026-03-04T06:00:00Z; export LOYA_NOW

# pull MEMBERS: of the section
pull() {
	printf '{"map":{"external_id":"/id"},"pull":{"base":"%s","auth":"basic","user":"loya","pause":0,"tries":2,%s}}' \
	    "$base" "$1" >"$LOYA_CONF/sources/hr.json"
}
# Time goes on, or there would be nothing to ask for.
minute=0
later() {
	minute=$((minute + 1))
	LOYA_NOW=2026-03-04T06:$(printf %02d $minute):00Z
}
data() { sed -n 's/,"loyaseq":[0-9]*}$/}/; s/.*"data":\({.*}\)}$/\1/p' "$1"; }
log() { cat "$api/log"; rm "$api/log"; }

for way in offset short; do
	total=
	[ $way = short ] || total=',"total":"/total"'
	pull '"all":[{"url":"{base}/'$way'","params":{"offset":"{offset}","limit":"{limit}"},"rows":"/data","key":"/id","offset":{"limit":2'"$total"'}}]'
	status 0 "pages by offset ($way)" loya-pull -f hr
	is "all rows" "$(data "$T/out" | grep -c '^{"id":[0-4]}')" 5
	is "three requests" "$(log | tr '\n' ' ')" \
	    "GET /$way?offset=0&limit=2 GET /$way?offset=2&limit=2 GET /$way?offset=4&limit=2 "
	status 78 "without changes" loya-pull hr
	like "there is only -f" "$(cat "$T/err")" "pull: there is no 'changes'"
done

pull '"all":[{"url":"{base}/odata/P('"'"'{x:odata}'"'"')","params":{"$filter":"a eq '"'"'{x:odata}'"'"'"},"body":{"x":"{x}"},"rows":"/d"}],"settings":{"x":"O'"'"'x \"&"}'
status 0 "-n of a request with signs in its values" loya-pull -n -f hr
is "shows them escaped, each for its place" \
    "$(grep -e ^POST -e '^{' "$T/out")" \
    "POST $base/odata/P('O%27%27x%20%22%26')?\$filter=a%20eq%20%27O%27%27x%20%22%26%27
{\"x\":\"O'x \\\"&\"}"

soap='{"url":"{base}/soap","body":"<q><Page>{page}</Page><Name>{name}</Name></q>","xml":true,"rows":"Envelope/Body/Answer/Data/Worker","key":"/Worker/ID/#text","pages":"/Envelope/Body/Answer/Results/Pages"}'
pull '"settings":{"name":"<&>"},"error":{"code":"/Envelope/Body/Fault/faultcode","wrong":"E:Client"},"changes":['"$soap"']'
status 0 "pages of XML" loya-pull hr
is "become JSON, a row each" "$(data "$T/out")" \
'{"Worker":{"ID":{"@type":"WID","#text":"W1"},"Name":"N & 1"}}
{"Worker":{"ID":{"@type":"WID","#text":"W2"},"Name":"N & 2"}}
{"Worker":{"ID":{"@type":"WID","#text":"W3"},"Name":"N & 3"}}'
is "three requests" "$(log | wc -l)" 3
later
status 0 "again" loya-pull hr
is "nothing is new" "$(cat "$T/out")" ""
later
printf Client >"$api/fault"
status 78 "a fault that is said to be ours" loya-pull hr
like "is reported" "$(cat "$T/err")" 'changes\[0\]: .* answers 500: E:Client'
printf Server >"$api/fault"
rm "$api/log"
status 75 "another one" loya-pull hr
is "is asked again" "$(log | wc -l)" 2
rm "$api/fault"

keys='"session":{"cookies":true,"header":"X-CSRF-Token"},"one":{"url":"{base}/one/{key}","rows":"/d","key":"/id"},"changes":[{"url":"{base}/keys","rows":"/d/results","key":"/id","next":"/d/__next","keys":true}]'
later
pull "$keys"
status 0 "keys, and then each record" loya-pull hr
is "each once, and the one that is gone" "$(data "$T/out")" \
'{"id":"a","text":"all of a"}
{"id":"b","text":"all of b"}
{"external_id":"c","deleted":true}'
is "within a session" "$(log | tr '\n' ' ')" \
    "GET /keys GET /one/a GET /one/b GET /keys?at=2 GET /one/c "
later
pull "$keys"
printf 't\0011' >"$api/csrf"
status 74 "a session that no header can carry" loya-pull hr
like "is reported by the name of its header" "$(cat "$T/err")" \
    "the header 'X-CSRF-Token' of the request has a character"
dismiss_all() {
	store "SELECT seq FROM event WHERE state = 'unread'" >"$T/unread"
	while read -r seq; do
		loya-apply -d "$seq"
	done <"$T/unread" >"$T/applied"
}
loya-apply -b >"$T/applied"
dismiss_all
rm -f "$api/csrf" "$api/log"

# A record in parts.
whole='"first":"2026-03-04T06:00:00Z","one":{"url":"{base}/whole/{key}","rows":"/d","key":"/id"},"parts":{"of":"/jobs","name":"/n","into":"/rows/all","query":{"url":"{base}/rows/{part}","rows":"/rows"}},"changes":[{"url":"{base}/keys","rows":"/d/results","key":"/id"}]'
thin() {	# ID: a hook names it
	pull "$whole"
	sed -i 's/"map":{/"map":{"thin":{"from":"\/thin","there":true},/' "$LOYA_CONF/sources/hr.json"
	line hr "thin-$1-$minute" loya.received "{\"id\":\"$1\",\"thin\":1}" | loya-apply -q >"$T/applied"
	[ $# -lt 2 ] || sed -i "s/\"pull\":{/&$2,/" "$LOYA_CONF/sources/hr.json"
}
later
thin a
loya-pull hr >"$T/out" 2>"$T/err"
like "rows of parts take the place of what stands there, or are added" \
    "$(data "$T/out")" '^\{"id":"a","jobs":\[\{"n":"x","rows":\{"all":\[\{"v":1\},\{"v":2\}\]\},"z":1\},\{"n":"y","rows":\{"all":\[\{"v":1\},\{"v":2\}\]\}\}\],"t":2\}$'
rm -f "$api/log"
for w in "b:74:has no text '/n'" "c:74:more than 100 elements" "d:78:parts: .* answers 404"; do
	id=${w%%:*}
	w=${w#*:}
	later
	thin "$id"
	status "${w%%:*}" "a record whose parts cannot be read" loya-pull hr
	like "is reported" "$(cat "$T/err")" "${w#*:}"
	is "and does not become a row" "$(data "$T/out" | grep -c "{\"id\":\"$id\",\"jobs\"")" 0
	like "and keeps nothing else from being read" "$(log)" 'GET /keys$'
	loya-apply -d "$(store "SELECT max(seq) FROM event WHERE state = 'unread'")" >"$T/applied"
done
thin e '"gone":"never"'
status 74 "with gone never a record that is not there" loya-pull hr
like "is a fault" "$(cat "$T/err")" \
    'one: the record that was asked for is not in the answer'
is "and no row" "$(grep -c '"external_id":"e"' "$T/out")" 0
loya-apply -d "$(store "SELECT max(seq) FROM event WHERE state = 'unread'")" >"$T/applied"
rm -f "$api/log"

# A line without a version would be older than all that the source said.
unread() { store "SELECT count(*) FROM event WHERE state = 'unread'"; }
versioned() { sed -i 's/"map":{/&"version":"\/t",/' "$LOYA_CONF/sources/hr.json"; }
later
thin e
versioned
status 78 "a record that is gone, of a map with versions" loya-pull hr
is "is reported" "$(cat "$T/err")" "loya-pull: source 'hr': \
inbox $(store "SELECT seq FROM event WHERE state = 'unread'"): a record is gone, \
and the line about it would be older than every version: pull.gone says whether \
versions are times"
is "and no row, but waits" "$(grep -c deleted "$T/out") $(unread)" "0 1"
like "and keeps nothing else from being read" "$(log)" 'GET /keys$'
sed -i 's/"pull":{/&"gone":"version",/' "$LOYA_CONF/sources/hr.json"
status 0 "where they are times" loya-pull hr
like "it has one" "$(cat "$T/out")" '"external_id":"e","version":[0-9]*,"deleted":true'
rm -f "$api/log"

# Every system answers 400 for an invalid id.
later
thin no-id
thin a
status 78 "a record that the system refuses" loya-pull hr
is "is reported alone, with its event" "$(cat "$T/err")" "loya-pull: source 'hr': \
inbox $(store "SELECT seq FROM event WHERE state = 'unread'"): one: \
${base#*//} answers 400: {\"error\":\"unknown\"}"
is "and does not stop others from being read" "$(unread)" 1
is "nor what changed" "$(log | tr '\n' ' ')" \
    "GET /whole/no-id GET /whole/a GET /rows/x GET /rows/y GET /keys "
later
echo '{"map":{"external_id":"/id","thin":true}}' >"$LOYA_CONF/sources/other.json"
for i in 1 2 3 4 5 6 7 8 9 10 11; do
	thin "no-id-$i"
	line other "o$i" loya.received '{"id":1}' | loya-apply -q >"$T/applied"
done
thin a
status 78 "where that many are refused in a row" loya-pull hr
is "the newest is read all the same" "$(store "SELECT why FROM event
    ORDER BY seq DESC LIMIT 1")" read
is "as is what changed" \
    "$(log | cut -d / -f 1-2 | uniq -c | tr -s ' \n' ' ')" \
    " 11 GET /whole 2 GET /rows 2 GET /whole 1 GET /keys "
status 78 "one of many" loya-pull -v hr
is "with -v each is told" "$(grep -c 'inbox [0-9]*: one: .* answers 400' "$T/err")" 13
dismiss_all
rm "$LOYA_CONF/sources/other.json"
is "they can be dismissed" "$(unread)" 0
rm -f "$api/log"

# A system that stumbles over one record says 500; one that is down, too.
later
thin 500
thin a
status 75 "a record that is always answered with 500" loya-pull hr
is "is reported alone, with its event" "$(cat "$T/err")" "loya-pull: source 'hr': \
inbox $(store "SELECT seq FROM event WHERE state = 'unread'"): one: \
${base#*//} answers 500: {\"error\":\"down\"}"
is "and does not stop others from being read" "$(unread)" 1
is "nor what changed" "$(log | tr '\n' ' ')" \
    "GET /whole/500 GET /whole/500 GET /whole/a GET /rows/x GET /rows/y GET /keys "
dismiss_all
later
thin 503
thin a
status 75 "a system that is not available" loya-pull hr
is "is asked for no other" "$(log | tr '\n' ' ')" "GET /whole/503 GET /whole/503 "
is "which waits" "$(unread)" 2
dismiss_all
later
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do
	thin "500$i"
done
status 75 "where that many are answered with 500 in a row" loya-pull hr
is "it is left at that, from both ends" \
    "$(log | cut -d / -f 1-2 | uniq -c | tr -s ' \n' ' ')" \
    " 40 GET /whole 1 GET /keys "
is "which the middle one is not" "$(log | grep -c /whole/50011)" 0
dismiss_all
rm -f "$api/log"

later
pull "$(echo "$keys" | sed 's/"session":{[^}]*},//')"
status 78 "without it" loya-pull hr
like "the second page is refused" "$(cat "$T/err")" 'answers 403'
secret hr.pull wrong
status 78 "a wrong password" loya-pull hr
is "is not reported" "$(grep -c wrong "$T/err")" 0

# An answer of any length.
echo 30000 >"$api/rows"
pull '"all":[{"url":"{base}/open","rows":"/rows","key":"/id","stamp":"/at"}]'
secret hr.pull hush
status 0 "one answer of 7 MiB" loya-pull -f hr
is "is 30,000 rows" "$(tail -n 1 "$T/out" | sed 's/.*"count":\([0-9]*\).*/\1/')" \
    30000

# One that would fill the memory, and XML that tries to.
echo 17 >"$api/rows"
pull '"one":{"url":"{base}/one/{key}","key":"/id"},"all":[{"url":"{base}/names","rows":"/rows","key":"/id","keys":true}]'
status 74 "68 MB of names" loya-pull -f hr
like "are too many" "$(cat "$T/err")" 'a list in one answer is longer than 64 MiB'
pull '"all":[{"url":"{base}/old","xml":true,"rows":"r/w","key":"/w"}]'
status 74 "a DTD" loya-pull -f hr
like "is reported, and about which person" "$(cat "$T/err")" \
    "hr': all\\[0\\]: unexpected answer: line 1 column 13: a document type"
done_testing
