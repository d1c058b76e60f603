#!/bin/sh
# Every answer of loya-recv, as a server and under inetd.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

printf '{"receive":{"auth":{"kind":"none"},"origin":["*"]}}\n' \
    >"$LOYA_CONF/sources/any.json"

problem='^Content-Type: application/problem.json'

answers() {
	n=$mode
	signed /hooks/std "m1" "{\"id\":\"$n-1\",\"a\": 1}"
	answer 202 "a signed event is accepted"
	is "$mode: and stored to the letter" "$(inbox "SELECT body FROM inbox
	    WHERE source = 'std' AND event_id = '$n-1'")" \
	    "{\"id\":\"$n-1\",\"a\": 1}"
	answer 202 "a repeat is accepted too"
	is "$mode: and stored once" "$(inbox "SELECT count(*) FROM inbox
	    WHERE source = 'std' AND event_id = '$n-1'")" 1

	# 401 never says which part
	cp "$T/req" "$T/good"
	tr '\n' '~' <"$T/good" | sed 's/"a": 1/"a": 2/' | tr '~' '\n' >"$T/req"
	answer 401 "a changed body is not" '^WWW-Authenticate: Signature '
	tr -d '\r' <"$T/got" | grep -v '^Date:' >"$T/first"
	grep -v '^webhook-signature' "$T/good" >"$T/req"
	answer 401 "nor is one without signature"
	is "$mode: which looks the same" \
	    "$(tr -d '\r' <"$T/got" | grep -v '^Date:')" "$(cat "$T/first")"

	request POST /hooks/std '{"id":"x"}' 'Content-Type: application/json'
	answer 401 "nor anything unsigned" "$problem"

	signed /hooks/std "m2" '{"id":'
	answer 400 "a signed body that is not JSON" "$problem"

	# paths and methods
	request GET / ''
	answer 404 "there is no root" "$problem"
	request POST /hooks/nobody '{}' 'Content-Type: application/json'
	answer 404 "an unknown source" '"status":404'
	for path in /hooks/ /hooks /hooks/std/ /hooks/s%74d /hooks/../hooks/std \
	    /hooks/std%2f /HOOKS/std //hooks/std /oauth /hooks/std%00; do
		request POST "$path" '{}' 'Content-Type: application/json'
		answer 404 "$path is nothing"
	done
	request GET /hooks/std ''
	answer 405 "a hook is not read" '^Allow: POST.?$'
	request GET /hooks/open ''
	answer 405 "nor is one with a handshake" '^Allow: POST, OPTIONS.?$'
	request DELETE /hooks/std ''
	answer 405 "nor deleted" "$problem"
	request POST /health '{}'
	answer 405 "/health is not written" '^Allow: GET, HEAD'

	# health
	request GET /health ''
	answer 200 "/health is well" '^{"status":"ok"}$'
	request HEAD /health ''
	answer 200 "/health without its body" '^Content-Length: 16'

	printf 'GARBAGE\r\n\r\n' >"$T/req"
	answer '' "a first line of one word is not answered"

	# what the body is
	request POST /hooks/open '{"id":"'$n'-2"}' 'Content-Type: text/csv'
	answer 415 "an unknown content type" "$problem"
	request POST /hooks/open '{"id":"'$n'-2"}' \
	    'Content-Type: application/json' 'Content-Encoding: gzip'
	answer 415 "a body that is packed" "$problem"
	request POST /hooks/open '{"id":' 'Content-Type: application/json'
	answer 400 "half a JSON text" "$problem"
	request POST /hooks/open '{"id":"a","id":"b"}' \
	    'Content-Type: application/json'
	answer 400 "a key twice" "$problem"
	request POST /hooks/open '{"id":"'$n'-3"}' \
	    'Content-Type: application/json; charset=utf-8'
	answer 202 "a content type with a parameter"
	request POST "http://loya/hooks/open?x=1" '{"id":"'$n'-4"}' \
	    'Content-Type: application/json'
	answer 202 "a target in absolute form"

	# CloudEvents
	request POST /hooks/open '{"x":1}' 'Content-Type: application/json' \
	    'ce-specversion: 1.0' "ce-id: $n-5" 'ce-source: open' 'ce-type: t'
	answer 202 "a CloudEvent in binary mode"
	request POST /hooks/open '{"specversion":"1.0","id":"'$n'-6",
	    "source":"open","type":"t","data":{}}' \
	    'Content-Type: application/cloudevents+json'
	answer 202 "a CloudEvent in structured mode"
	request POST /hooks/open '[{"specversion":"1.0","id":"'$n'-7",
	    "source":"open","type":"t"},{"specversion":"1.0","id":"'$n'-8",
	    "source":"open","type":"t"}]' \
	    'Content-Type: application/cloudevents-batch+json'
	answer 202 "a batch of CloudEvents"
	is "$mode: they are all there" "$(inbox "SELECT count(*) FROM inbox
	    WHERE event_id GLOB '$n-[5678]'")" 4
	request POST /hooks/open '[]' \
	    'Content-Type: application/cloudevents-batch+json'
	answer 202 "an empty batch"

	# the sender's own answer
	request POST /hooks/soap '<a/>' 'Content-Type: text/xml'
	answer 200 "an answer that the source asks for" '^<Ack/>'

	# the handshake
	request OPTIONS /hooks/open '' 'WebHook-Request-Origin: good.example' \
	    'WebHook-Request-Rate: 1000'
	answer 200 "the handshake" '^WebHook-Allowed-Origin: good.example'
	like "$mode: with a rate" "$(cat "$T/got")" '^WebHook-Allowed-Rate: 100'
	like "$mode: with methods" "$(cat "$T/got")" '^Allow: POST, OPTIONS'
	request OPTIONS /hooks/open '' 'WebHook-Request-Origin: good.example' \
	    'WebHook-Request-Rate: 7'
	answer 200 "the handshake" '^WebHook-Allowed-Rate: 7'
	request OPTIONS /hooks/open '' 'WebHook-Request-Origin: bad.example'
	answer 403 "another origin" "$problem"
	is "$mode: gets no consent" "$(grep -ci webhook-allowed "$T/got")" 0
	request OPTIONS /hooks/open ''
	answer 400 "a handshake without origin" "$problem"
	request OPTIONS /hooks/any '' 'WebHook-Request-Origin: '
	answer 400 "or with an empty one, where any is good" "$problem"
	request OPTIONS /hooks/std '' 'WebHook-Request-Origin: good.example'
	answer 405 "a source without handshake" '^Allow: POST.?$'

	# HTTP itself
	printf 'POST /hooks/open HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"id":"%s"}' \
	    "$(printf %6.6s "$n-10")" >"$T/req"
	answer 202 "HTTP/1.0"
	printf 'POST /hooks/open HTTP/1.1\r\nHost: loya\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{"id":"\r\n4;x=y\r\nchk%s\r\n2\r\n"}\r\n0\r\nTrailer: x\r\n\r\n' \
	    "$(printf %1.1s "$n")" >"$T/req"
	answer 202 "a body in chunks" '^Connection: close'
	request POST /hooks/open '{"id":"'$n'-11"}' \
	    'Content-Type: application/json' 'Expect: 100-continue'
	answer 202 "Expect: 100-continue" '^HTTP/1.1 100 Continue'
	is "$mode: whose connection goes on" "$(grep -c close "$T/got")" 0
	request GET /health ''
	cat "$T/req" "$T/req" "$T/req" >"$T/three"
	mv "$T/three" "$T/req"
	ask -n 3
	is "$mode: three requests on one connection" "$code" "200 200 200"
}

sources
start_recv
answers
stop recv
is "the server ends with 0" "$rc" 0
is "each new event was printed once" \
    "$(grep -c '"id":"server-1"' "$T/recv.out")" 1
is "as one line" "$(grep '"id":"server-1"' "$T/recv.out" |
    sed 's/"time":"[^"]*"/"time":"T"/')" \
    '{"specversion":"1.0","id":"server-1","source":"std","type":"loya.received","time":"T","loyaseq":1,"datacontenttype":"application/json","data":{"id":"server-1","a":1}}'
like "XML as a string" "$(grep '"source":"soap"' "$T/recv.out")" '"data":"<a/>"}$'
like "the head of a binary CloudEvent as a string" \
    "$(grep '"id":"server-5"' "$T/recv.out")" '"loyahead":"{.*}","data":{"x":1}}$'
is "as many lines as rows" "$(grep -c . "$T/recv.out")" \
    "$(inbox "SELECT count(*) FROM inbox")"

mode=inetd
answers
is "inetd mode prints no events" "$(grep -c loya.received "$T/got")" 0
is "failed authentications are counted" "$(inbox "SELECT why,
    sum(count) FROM refusal WHERE source = 'std' GROUP BY 1" | tr '\n' ' ')" \
    "mismatch|2 missing|4 unreadable|2 "
is "and what is not read of senders who are let in" "$(inbox "SELECT
    sum(count) FROM refusal WHERE source = 'open' AND why = 'unreadable'")" 8
loya-apply -b >"$T/out"
like "which the record has, too" "$(loya-audit log -k auth -o open)" \
    '"kind":"auth.refused".*"why":"unreadable","count":'
status 0 "and it is sound" loya-audit verify -q
done_testing
