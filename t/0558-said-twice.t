#!/bin/sh
# One body that has a record several times, each valid from another time.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

# map [MEMBER,]: the source file, with more of its map
map() { source_file hr '{"map":{"each":"/r","external_id":"/x",'"${1-}"'
    "effective_at":"/from","fields":{"name":"/name","status":"/status"}}}'; }
# body ID RECORDS
body() {
	line hr "$1" loya.received "{\"r\":[$2]}" \
	    ',"datacontenttype":"application/json"'
}
says() { store "SELECT coalesce(name, '') || ' ' || status FROM member
    JOIN link ON link.member = member.id WHERE external_id = '$1'"; }
# at DAY: what is due by then
at() { LOYA_NOW=2026-$1T00:00:00Z loya-apply -b >"$T/out"; }
LOYA_NOW=2026-06-01T00:00:00Z
export LOYA_NOW

map '"version":"/v",'
loya-token -q init
{
	body a '{"x":"A","v":2,"status":"suspended","from":"2026-07-01"},
	    {"x":"A","v":1,"status":"active","from":"2026-06-20"}' |
	    tr -d '\n'
	echo
	body b '{"x":"B","v":2,"name":"new","from":"2026-06-20"},
	    {"x":"B","v":1,"name":"old","from":"2026-06-21"}' | tr -d '\n'
	echo
	body c '{"x":"C","v":1,"name":"one","status":"active","from":"2026-07-20"},
	    {"x":"C","v":2,"status":"suspended","from":"2026-07-10"}' |
	    tr -d '\n'
	echo
	body d '{"x":"D","v":1,"status":"suspended","from":"2026-06-10"},
	    {"x":"D","v":1,"status":"active","from":"2026-07-10"}' |
	    tr -d '\n'
	echo
} | loya-apply >"$T/out"
at 06-15
is "of one version the one that is due holds" "$(says D)" " suspended"
at 06-30
is "an older one that is due sooner is not applied" "$(says A)" ""
is "nor one that is due later" "$(says B)" "new active"
at 07-15
is "until the next" "$(says D)" " active"
is "the newer one is, wherever it stands" "$(says A)" " suspended"
is "what only the older one says is left to it" "$(says C)" " suspended"
at 08-01
is "and comes when it is due" "$(says C)" "one suspended"
is "the newest name stays" "$(says B)" "new active"
status 0 "the record bears it out" loya-audit verify

# Records that are valid at once, and two of one version and one time.
LOYA_NOW=2026-06-01T00:00:00Z
{
	body f '{"x":"F","v":2,"name":"new","from":"2026-06-20"},
	    {"x":"F","v":1,"name":"old"}' | tr -d '\n'
	echo
	body g '{"x":"G","v":1,"name":"one","from":"2026-06-20"},
	    {"x":"G","v":1,"name":"two","from":"2026-06-20"}' | tr -d '\n'
	echo
} | loya-apply >"$T/out"
is "what holds at once does, until a newer one is due" "$(says F)" "old active"
at 06-25
is "then that does" "$(says F)" "new active"
is "of one version and time the last holds" "$(says G)" "two active"

LOYA_NOW=2026-07-01T00:00:00Z
body l '{"x":"L","v":1,"name":"old","from":"2020-01-01"},
    {"x":"L","v":2,"name":"new","from":"2026-08-01"}' | tr -d '\n' |
    loya-apply >"$T/out"
is "so does what holds since long ago" "$(says L)" "old active"
at 08-02
is "until then" "$(says L)" "new active"

# Values that a match rule compares.
echo '{"authority":{"*":["hr","crm"]}}' >"$LOYA_CONF/loya.json"
source_file crm '{"map":{"each":"/r","external_id":"/x","version":"/v",
    "effective_at":"/from","fields":{"email":"/mail","name":"/name"}},
    "match":[["email"]]}'
members() { store "SELECT group_concat(external_id) FROM (SELECT external_id
    FROM link WHERE member = (SELECT member FROM link
    WHERE external_id = '$1') ORDER BY 1)"; }
LOYA_NOW=2026-06-01T00:00:00Z
{
	member hr h '{"external_id":"H","version":1,"email":"h@x.example"}'
	member hr i '{"external_id":"I","version":1,"email":"i@x.example"}'
	body j '{"x":"J","v":2,"mail":"h@x.example","from":"2026-07-10"},
	    {"x":"J","v":1,"mail":"h@x.example","name":"J","from":"2026-06-20"},
	    {"x":"K","v":2,"mail":"i@x.example","from":"2026-07-10"},
	    {"x":"K","v":1,"mail":"i@x.example","from":"2026-06-20"}' |
	    sed 's/"hr"/"crm"/' | tr -d '\n'
	echo
} | loya-apply >"$T/out" 2>"$T/err"
at 06-25
is "who it is goes by what a newer one will say" "$(members H)" H,J
is "which alone is nothing to say" "$(members I)" I
at 07-15
is "before it is due" "$(members I)" I,K
status 0 "the record bears it out" loya-audit verify

# A record that is gone for some days, applied on time and afterwards.
map '"version":"/v","deleted":"/gone",'
LOYA_NOW=2026-07-20T00:00:00Z
back() {	# NAME
	body "$1" '{"x":"'"$1"'","v":1,"status":"active"},
	    {"x":"'"$1"'","v":1,"gone":true,"from":"2026-07-21"},
	    {"x":"'"$1"'","v":1,"status":"active","from":"2026-07-25"}' |
	    tr -d '\n'
	echo
}
{
	back M
	body n '{"x":"N","v":1,"gone":true},{"x":"N","v":1,"name":"N"}'
	body o '{"x":"O","v":1,"name":"O"},{"x":"O","v":1,"gone":true}'
} | loya-apply >"$T/out"
is "what a body says after a removal takes that back" "$(says N)" "N active"
is "and not what it says in front of it" "$(says O)" "O closed"
at 07-22
is "a record that is gone for some days is closed" "$(says M)" " closed"
at 07-26
is "until the day from which on it is there again" "$(says M)" " active"
LOYA_NOW=2026-07-26T00:00:00Z
back P | loya-apply >"$T/out"
is "however late that comes" "$(says P)" " active"
status 0 "the record bears out that, too" loya-audit verify

# The file says only later which one is newer.
map
LOYA_NOW=2026-08-01T00:00:00Z
body e '{"x":"E","v":1,"name":"old","from":"2026-08-20"},
    {"x":"E","v":2,"name":"new","from":"2026-08-10"}' | tr -d '\n' |
    loya-apply >"$T/out"
at 08-15
map '"version":"/v",'
at 08-21
is "of what was scheduled nothing may be left to say" "$(says E)" "new active"
like "then the record shows its end" "$(loya-audit log -m hr/E | tail -n 1)" \
    '"kind":"event.superseded"'
status 0 "and bears it out" loya-audit verify
done_testing
