#!/bin/sh
# What a line must be, and what is kept of one that has no row.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
source_file crm '{"map":{"external_id":"/id","fields":{"name":"/n"}}}'
echo '{"authority":{"*":["hr","crm"]}}' >"$LOYA_CONF/loya.json"
loya-apply -bq

received() {	# ID MORE: of crm
	printf '{"specversion":"1.0","id":"%s","source":"crm","type":"loya.received"%s}\n' \
	    "$1" "$2"
}
refused() {	# SENTENCE LINE REASON
	printf '%s\n' "$2" >"$T/in"
	status 65 "$1" loya-apply <"$T/in"
	is "... is reported" "$(cat "$T/err")" "loya-apply: standard input: \
line 1: $3"
}
kept() { inbox "SELECT $1 FROM inbox ORDER BY seq DESC LIMIT 1"; }

long=$(printf '%0512d' 0)
refused "an empty id" "$(member hr '' '{"external_id":"E1"}')" \
    "attribute 'id' is empty"
refused "an id of 513 bytes" \
    "$(member hr "0$long" '{"external_id":"E1"}')" \
    "attribute 'id' has more than 512 bytes"
refused "a source of 65 bytes" \
    "$(member "$(printf '%065d' 0)" a '{"external_id":"E1"}')" \
    "attribute 'source' has more than 64 bytes"
character="attribute 'id' holds a character that is not allowed"
refused "an id of two lines" \
    "$(member hr 'a\n' '{"external_id":"E1"}')" \
    "$character"
for c in 001f 007f; do
	refused "an id with U+$c" \
	    "$(member hr "a\\u$c" '{"external_id":"E1"}')" \
	    "$character"
done
# As of an event that is posted to a hook.
refused "no type" '{"specversion":"1.0","id":"a","source":"hr"}' \
    "attribute 'type' is missing"
refused "an empty type" \
    '{"specversion":"1.0","id":"a","source":"hr","type":"","data":{}}' \
    "attribute 'type' is empty"
refused "another version" \
    '{"specversion":"0.3","id":"a","source":"hr","type":"loya.member"}' \
    "attribute 'specversion' is not 1.0"
refused "a subject that is not a text" \
    "$(member hr a '{"external_id":"E1"}' ',"subject":{}')" \
    "attribute 'subject' must be a string, an integer or a boolean"
refused "a time without a zone" \
    "$(member hr a '{"external_id":"E1"}' ',"time":"2026-01-02T03:04:05"')" \
    "attribute 'time' is not an RFC 3339 time, such as 2026-01-31T09:30:00Z"
refused "a name that none can have" \
    "$(member hr a '{"external_id":"E1"}' ',"Time":"x"')" \
    "'Time' is not the name of an attribute: these have only lower-case \
letters and digits"
refused "two sorts of data" \
    "$(member hr a '{"external_id":"E1"}' ',"data_base64":"e30="')" \
    "data and data_base64 must not both be given"
refused "data that its type says is text" \
    "$(member hr a '{"external_id":"E1"}' ',"datacontenttype":"text/plain"')" \
    "data must be a string, because datacontenttype is 'text/plain', which is \
not JSON"
refused "no object" '[]' 'not a JSON object'
member hr "$long" '{"external_id":"E1"}' >"$T/in"
status 0 "an id of 512 bytes" loya-apply <"$T/in"
refused "a loyaseq that is a text" \
    "$(member hr a '{"external_id":"E1"}' ',"loyaseq":"1"')" \
    'loyaseq is not an integer'
refused "a type with a control character" \
    "$(received a ',"datacontenttype":"text/\u0007xml","data":"<a/>"')" \
    "attribute 'datacontenttype' holds a character that is not allowed"
type=text/$(printf '%0251d' 0)
refused "a type of 257 bytes" \
    "$(received a ",\"datacontenttype\":\"${type}0\",\"data\":\"\"")" \
    "attribute 'datacontenttype' has more than 256 bytes"
refused "no data" \
    "$(received a '')" \
    'one of data and data_base64 is wanted'
refused "data twice" \
    "$(received a ',"data":{"id":"a"},"data_base64":"e30="')" \
    'one of data and data_base64 is wanted'
refused "half a base64" \
    "$(received a ',"data_base64":"e30"')" \
    'data_base64 is not base64'
is "nothing of them was kept" "$(inbox "SELECT count(*) FROM inbox")" 1

received b ',"data_base64":"eyJpZCI6ImIiLCJuIjoiQiJ9"' | loya-apply >"$T/out"
is "base64 is kept as what it stands for" "$(kept body)" '{"id":"b","n":"B"}'
received c ',"data": {"id":"c"} ,"loyahead":"{\"x-a\":\"1\"}"' |
    loya-apply >"$T/out"
is "JSON as it stands, with its headers" "$(kept 'body, head, content_type')" \
    '{"id":"c"}|{"x-a":"1"}|application/json'
received d ',"data":"{\"id\":\"d\"}"' | loya-apply >"$T/out"
is "a JSON text is a text" "$(kept body)" '"{\"id\":\"d\"}"'
received e ',"datacontenttype":"text/plain","data":"{\"id\":\"e\"}"' |
    loya-apply >"$T/out"
is "another text is what it says" "$(kept 'body, content_type')" \
    '{"id":"e"}|text/plain'
received f ",\"datacontenttype\":\"$type\",\"data\": {\"id\": \"f\"}" |
    loya-apply >"$T/out"
is "and what is not a text is kept as it is, with a type of 256 bytes" \
    "$(kept 'body, content_type')" "{\"id\": \"f\"}|$type"

received g ",\"loyaseq\":$((1 << 40)),\"loyahead\":\"\\u0085\",\"data\":{}" |
    loya-apply >"$T/out"
is "a row may have a large number, and a header any character" \
    "$(kept 'event_id, unicode(head)')" "g|133"

# The number of a row of another source.
rows=$(inbox "SELECT count(*) FROM inbox")
member hr b '{"external_id":"E2","status":"active"}' ",\"loyaseq\":2" |
    loya-apply >"$T/lines"
is "a row of another source with this id is not its row" \
    "$(types "$T/lines")" member.enrolled
is "so it gets its own" "$(inbox "SELECT count(*) FROM inbox")" $((rows + 1))
member hr z '{"external_id":"E3"}' | loya-apply -n >"$T/lines"
is "with -n" "$(types "$T/lines")" member.enrolled
is "nothing is kept" "$(inbox "SELECT count(*) FROM inbox")" $((rows + 1))
ok "the record is sound" loya-audit verify

# A repeat is reported whether or not the first one was done by then.
{ member hr twice '{"external_id":"E7"}'
  member hr twice '{"external_id":"E8"}'; } >"$T/in"
status 0 "the same id twice in a run" loya-apply <"$T/in"
is "is reported after what the first one did" "$(types "$T/out")" \
    "member.enrolled event.duplicate"
status 0 "and in the next run" loya-apply <"$T/in"
is "both are repeats" "$(types "$T/out")" "event.duplicate event.duplicate"

# An echo of what loya itself had written there.
source_file crm '{"map":{"external_id":"/id","echo":{"from":"/by","is":"loya"},"fields":{"name":"/n"}}}'
{ received g1 ',"data":{"id":"G","n":"A","by":"me"}'
  received g2 ',"data":{"id":"G","n":"B","by":"loya"}'; } >"$T/in"
status 0 "an echo" loya-apply <"$T/in"
is "changes nothing" "$(types "$T/out") $(store "SELECT name FROM member
    JOIN link ON member = id WHERE external_id = 'G'")" \
    "member.enrolled member.unchanged A"
like "the line says why" "$(tail -n 1 "$T/out")" '"data":{"why":"echo"}'
is "and so does its event" "$(store "SELECT state, why FROM event
    ORDER BY seq DESC LIMIT 1")" "applied|echo"
ok "the record is sound at the end" loya-audit verify
done_testing
