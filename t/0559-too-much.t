#!/bin/sh
# A small event that would expand too much is refused before it does.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
source_file list '{"map":{"external_id":"/x","fields":{"name":"/name"}}}'
source_file each '{"map":{"each":"/r","external_id":"/x","fields":{"name":"/n"}}}'
source_file line '{"map":{"each":"/r","external_id":"/x","timeline":{
    "from":"/f","until":"/u","slices":"/s","status":"/st"}}}'
source_file when '{"map":{"each":"/r","external_id":"/x","version":"/v",
    "effective_at":"/from","fields":{"name":"/n"}}}'
# many N FORMAT: that of 1 to N, with commas between
many() { awk -v n="$1" -v f="$2" 'BEGIN { for (i = 1; i <= n; i++)
	printf (i > 1 ? "," : "") f, i }'; }
body() { line "$1" "$2" loya.received "$3" \
	    ',"datacontenttype":"application/json"'; }
why() { store "SELECT state || ' ' || coalesce(why, '') FROM event
    ORDER BY seq DESC LIMIT 1"; }

echo '{"authority":{"*":["hr","list","each","line","when"]}}' >"$LOYA_CONF/loya.json"
loya-token -q init
body list l1 "{\"name\":\"a\",\"x\":[$(many 10001 '"p%d"')]}" |
    loya-apply >"$T/out" 2>"$T/err"
is "10,001 ids in one event" "$(why)" "refused bad_field"
like "are counted" "$(cat "$T/out")" 'more than 10000 records in one event'
body list l2 "{\"name\":\"a\",\"x\":[$(many 10000 '"q%d"')]}" |
    loya-apply >"$T/out"
is "10,000 are taken" "$(store "SELECT count(*) FROM member")" 10000
body each e1 "{\"r\":[$(many 10001 '{"x":"r%d"}')]}" |
    loya-apply >"$T/out" 2>"$T/err"
is "10,001 records" "$(why)" "refused bad_field"
slices=$(many 60 '{"f":"2040-%d","u":"","st":"active"}' | sed 's/2040-\([0-9]*\)/20\1-01-01/g')
body line t1 "{\"r\":[$(many 200 "{\"x\":\"t%d\",\"s\":[$slices]}")]}" |
    loya-apply >"$T/out" 2>"$T/err"
is "and what is to come counts" "$(why)" "refused bad_field"

# Future changes of many records in one body, and again in a newer one.
for i in 1 2; do
	body when "w$i" "{\"r\":[$(many 200 "{\"x\":\"w%d\",\"v\":$i,
	    \"n\":\"N\",\"from\":\"2036-01-01\"}" | tr -d '\n')]}" |
	    loya-apply >>"$T/out"
done
is "each record of the older body is replaced once" "$(store "SELECT kind ||
    ' ' || count(*) FROM audit WHERE source = 'when' GROUP BY kind" |
    tr '\n' ' ')" "event.scheduled 400 event.superseded 200 "

attributes() { member hr "$1" "{\"external_id\":\"E1\",\"attributes\":{$(
    many "$2" "\"$1%d\":1")}}"; }
attributes a 600 | loya-apply >"$T/out"
attributes b 400 | loya-apply >"$T/out"
is "1,000 attributes of one record" "$(why)" "applied "
attributes c 1 | loya-apply >"$T/out" 2>"$T/err"
is "and one more" "$(why)" "refused bad_field"
like "are reported" "$(cat "$T/out")" 'more than 1000 attributes'
member hr d '{"external_id":"E1","name":"N","attributes":{"a1":2}}' |
    loya-apply >"$T/out"
is "what it has goes on changing" "$(why)" "applied "
status 0 "the record bears it out" loya-audit verify
done_testing
