#!/bin/sh
# receive.id: which id an event gets, in every form that a file can give.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

mode=inetd
json='Content-Type: application/json'
ce='Content-Type: application/cloudevents+json'
loya-token init -q

# hook MEMBERS OF receive
hook() {
	rm -f "$LOYA_STORE-inbox"*
	printf '{"receive":{"auth":{"kind":"none"}%s}}\n' "$1" \
	    >"$LOYA_CONF/sources/in.json"
}
# post BODY [HEADER]...: as JSON, if no header says otherwise
post() {
	post_body=$1
	shift
	[ $# -gt 0 ] || set -- "$json"
	request POST /hooks/in "$post_body" "$@"
	ask
	[ "$code" = 202 ] || echo "# $code"
}
ids() { inbox "SELECT event_id FROM inbox WHERE seq > ${1-0} ORDER BY seq"; }
# id WANT SENTENCE BODY [HEADER]...: the ids of all resulting events
id() {
	id_want=$1
	id_say=$2
	shift 2
	rm -f "$LOYA_STORE-inbox"*
	post "$@"
	is "$id_say" "$(ids)" "$id_want"
}
own='^[0-9a-f]{8}-[0-9a-f]{4}-7'
# one_of_its_own SENTENCE BODY [HEADER]...: a new id each time
one_of_its_own() {
	id_say=$1
	shift
	rm -f "$LOYA_STORE-inbox"*
	post "$@"
	post "$@"
	is "$id_say" "$(ids | grep -Ec "$own") $(ids | sort -u | wc -l)" "2 2"
}

hook ''
one_of_its_own "without id each delivery is an event" '{"id":"1"}'

hook ',"id":"/id"'
id e1 "a pointer" '{"id":"e1"}'
post '{"id":"e1","other":true}'
is "a repeat of an id is the same event" "$(ids)" e1
id 12345678901234567890 "a number, as it is written" \
    '{"id":12345678901234567890}'
id true "true" '{"id":true}'
for value in null '""' '{}' '[]'; do
	one_of_its_own "$value is no id" "{\"id\":$value}"
done
one_of_its_own "nor is what is not there" '{}'
id 'sha256:7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78' \
    "an id with control characters" '{"id":"a\nb"}'
long=$(printf '%0512d' 7)
id "$long" "512 bytes" "{\"id\":\"$long\"}"
id "sha256:$(printf %s "${long}8" | sha256sum | cut -d ' ' -f 1)" \
    "one byte more" "{\"id\":\"${long}8\"}"
id e2 "the data of a CloudEvent" \
    '{"specversion":"1.0","id":"7","source":"/x","type":"t","data":{"id":"e2"}}' \
    "$ce"
id "/x 7" "a CloudEvent where it is not found: its own, and its source" \
    '{"specversion":"1.0","id":"7","source":"/x","type":"t","data":{}}' "$ce"
id 7 "... which is left out where it is the hook" \
    '{"specversion":"1.0","id":"7","source":"in","type":"t","data":{}}' "$ce"
id "/x 7" "the same in binary mode" '{}' "$json" 'ce-specversion: 1.0' \
    'ce-id: 7' 'ce-source: /x' 'ce-type: t'

hook ',"id":"^/a/id"'
id e1 "a pointer from the base" '{"a":{"id":"e1"}}'
hook ',"id":"$/a/id"'
id e1 "a pointer from the whole body" '{"a":{"id":"e1"}}'
hook ',"id":"/ids/[type=main]/value"'
id e2 "an element that is chosen by a text" \
    '{"ids":[{"type":"other","value":"e1"},{"type":"main","value":"e2"}]}'
one_of_its_own "where none is" '{"ids":[{"type":"other","value":"e1"}]}'
hook ',"id":"/ids/[n=2]/value"'
id e2 "by a number" '{"ids":[{"n":1,"value":"e1"},{"n":2,"value":"e2"}]}'
id e3 "a single object" '{"ids":{"n":2,"value":"e3"}}'

hook ',"headers":["x-id"],"id":"@x-id"'
id h1 "a header" '{}' "$json" 'X-Id: h1'
id h1 "a header of a CloudEvent" \
    '{"specversion":"1.0","id":"7","source":"/x","type":"t"}' "$ce" 'X-Id: h1'
id "/x 7
/x 8" "not of a batch of them, where it names all" \
    '[{"specversion":"1.0","id":"7","source":"/x","type":"t"},
    {"specversion":"1.0","id":"8","source":"/x","type":"t"}]' \
    'Content-Type: application/cloudevents-batch+json' 'X-Id: h1'
one_of_its_own "a header that is not there" '{}'
hook ',"id":"@subject"'
id s1 "an attribute of a CloudEvent" \
    '{"specversion":"1.0","id":"7","source":"/x","type":"t","subject":"s1"}' \
    "$ce"
hook ',"id":"@event_id"'
one_of_its_own "the id is not there yet" '{}'
hook ',"headers":["x-id"],"text":"any","id":"@x-id"'
id h1 "a header with a body that is not JSON" 'hello' \
    'Content-Type: text/plain' 'X-Id: h1'

hook ',"id":{"join":["/tx","/n"]}'
id "$(joined 'ab 1')" "places that are joined, and hashed" '{"tx":"ab","n":1}'
one_of_its_own "one of which is not there" '{"tx":"ab"}'
hook ',"id":{"join":["/mail"]}'
id "$(joined m@x.example)" "one place alone is hashed as well" \
    '{"mail":"m@x.example"}'
hook ',"headers":["x-id"],"id":["/id",{"join":["/a","/b"]},"@x-id"]'
id e1 "the first of several ways" '{"id":"e1","a":1,"b":2}' "$json" 'X-Id: h1'
id "$(joined '1 2')" "the next, where it has none" '{"a":1,"b":2}' "$json" 'X-Id: h1'
id h1 "the last, where a part is missing" '{"a":1}' "$json" 'X-Id: h1'
one_of_its_own "none" '{"a":1}'

hook ',"root":["/data/payload","/payload"],"id":"/tx"'
id e1 "from the first root" '{"data":{"payload":{"tx":"e1"}},"tx":"e0"}'
id e2 "from the next" '{"data":{"payload":null},"payload":{"tx":"e2"}}'
id e0 "from the body, where no root leads" '{"tx":"e0"}'

hook ',"headers":["x-id"],"each":"/list","id":["/id",
    {"join":["$/batch","/n"]},"$/batch","@x-id"]'
id "e1
$(joined 'b 2')
b 3" "an id of its own, one of both, and that of the delivery with a number" \
    '{"batch":"b","list":[{"id":"e1"},{"n":2},{}]}'
id 'h1 1
h1 2' "a header with the number of the element" '{"list":[{},{}]}' "$json" \
    'X-Id: h1'
hook ',"each":"","id":""'
id '1
x' "elements that are their ids" '[1,"x"]'

hook ',"xml":true,"id":"/Envelope/Body/id"'
xml='Content-Type: text/xml'
id x1 "an element of XML" \
    '<s:Envelope xmlns:s="u"><s:Body><id>x1</id></s:Body></s:Envelope>' "$xml"
id j1 "and of JSON, where a body is that" '{"Envelope":{"Body":{"id":"j1"}}}'
hook ',"xml":true,"id":"/a/@id"'
id x2 "an attribute" '<a id="x2">t</a>' "$xml"
hook ',"xml":true,"id":"/a/#text"'
id t "the text beside it" '<a id="x2">t</a>' "$xml"
hook ',"xml":true,"each":"a/b","root":["/b"],"id":["/id","$/a/t"]'
id 'x3
all 2' "elements of XML, and their delivery" \
    '<a><t>all</t><b><id>x3</id></b><b><c/></b></a>' "$xml"
hook ',"form":true,"id":"/data/id"'
form='Content-Type: application/x-www-form-urlencoded'
id f1 "a member of a form" 'data%5Bid%5D=f1&x=y' "$form"

# Settings that are refused.
bad() {	# VALUE PATTERN SENTENCE
	hook ",\"id\":$1"
	status 78 "$3" loya-recv -n
	like "... is reported" "$(cat "$T/err")" "in.json:1:[0-9]+: receive.id$2"
}
bad '"id"' ": 'id': not a place" "a word"
bad '7' ": not an object" "a number"
bad '[]' ': an empty list' "a list of no way"
bad '["/a",7]' '\[1\]: not an object' "a list with something else"
bad '{"join":[]}' '.join: an empty list' "nothing that is joined"
bad '{"join":7}' '.join: not a text' "a join that is not a list"
bad '{"join":["a"]}' ": 'a': not a place" "a join of something that is not a place"
bad '"@x-id"' ": '@x-id' is not .*receive.headers does not keep it" \
    "a header that is not kept"
bad '["/a",{"join":["/b","@x-id"]}]' "\[1\]: '@x-id' is not " "one in a join"
bad '{}' ': neither a place nor ' "neither"
bad '{"joint":["/a"]}' '.joint: no such key' "an unknown key"
done_testing
