#!/bin/sh
# The cursor moves only after the last page: an answer that does not say
# whether it was the last one is a fault, in each way of paging.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_api
loya-token -q init
LOYA_NOW=2026-03-04T06:00:00Z; export LOYA_NOW
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"

# pages PLACE MEMBERS ANSWER ...: MEMBERS of the query; and the answer to each
# page, or offset, from now on, preceded by the id of its file
pages() {
	rm -f "$LOYA_STORE"* "$api/log" "$api"/told.*
	cp "$T/begin/"* "$T"
	printf '{"map":{"external_id":"/id"},"pull":{"base":"http://127.0.0.1:%s","pause":0,"tries":1,"changes":[{"url":"{base}/told","params":{"at":"%s"},"key":"/id",%s}]}}' \
	    "$(cat "$api/port")" "$1" "$2" >"$LOYA_CONF/sources/hr.json"
	shift 2
	for tap_i; do
		printf %s "${tap_i#*:}" >"$api/told.${tap_i%%:*}"
	done
}
at_fault() {	# SENTENCE WHY
	status 74 "$1" loya-pull hr
	is "is reported" "$(cat "$T/err")" \
	    "loya-pull: source 'hr': changes[0]: unexpected answer: $2"
	is "and the cursor stands" "$(cursor hr)" ""
}
good() {	# SENTENCE ROWS REQUESTS
	status 0 "$1" loya-pull hr
	is "is read to its end" "$(inbox "SELECT count(*) FROM inbox") $(wc -l \
	    <"$api/log")" "$2 $3"
	is "and the cursor moves" "$(cursor hr)" 2026-03-04T06:00:00.000000Z
}
by_number() { pages '{page}' '"rows":"/r","pages":"/pages"' "$@"; }
by_done() { pages 1 '"rows":"/r","done":"/done","next":"/next"' "$@"; }
by_next() { pages 1 '"rows":"/r","next":"/next"' "$@"; }
by_total() { pages '{offset}' '"rows":"/r","offset":{"limit":2,"total":"/total"}' "$@"; }
one='"r":[{"id":1}]'
none="there is no number at"

# The number of pages.
for m in '' ',"pages":null' ',"pages":"x"' ',"pages":"2x"' ',"pages":-1' \
    ',"pages":1.5' ',"pages":true' ',"pages":"99999999999999999999"'; do
	by_number "1:{$one$m}"
	at_fault "pages: {$m}" "$none '/pages'"
done
by_number "1:{$one,\"pages\":2}" '2:{"r":[{"id":2}]}'
at_fault "pages, missing on the second one" "$none '/pages'"
is "what was read stays" "$(inbox "SELECT count(*) FROM inbox")" 2
by_number "1:{$one,\"pages\":0}"
at_fault "0 pages, and a row" "there are rows, but '/pages' is 0"
by_number '1:{"r":[]}'
at_fault "no row and no number" "$none '/pages'"
by_number "1:{$one,\"pages\":\"2\"}" '2:{"r":[{"id":2}],"pages":2}'
good "pages, once as a text" 2 2
by_number '1:{"r":[],"pages":0}'
good "0 pages and no row" 0 1

# And how many rows there are in all.
by_both() { pages '{page}' '"rows":"/r","pages":"/pages","total":"/total"' "$@"; }
by_both "1:{$one,\"pages\":1}"
at_fault "pages without the total" "$none '/total'"
by_both "1:{$one,\"pages\":2,\"total\":2}" '2:{"r":[{"id":2}],"pages":2,"total":3}'
good "a total that grows" 2 2
by_both "1:{$one,\"pages\":3,\"total\":3}" '2:{"r":[{"id":3}],"pages":2,"total":2}'
status 74 "one that shrinks each time" loya-pull hr
is "is reported, because a row may have been skipped" "$(cat "$T/err")" \
    "loya-pull: source 'hr': changes[0]: rows disappeared while they were being read: '/total' was 3, and is now 2"
is "when all was read three times more, and the cursor stands" \
    "$(wc -l <"$api/log") $(cursor hr)" "8 "
pages 1 '"rows":"/r","total":"/total"' "1:$one"
status 78 "a total that belongs to nothing" loya-pull hr
like "is reported" "$(cat "$T/err")" "changes.0..total: it needs 'pages'"

# done and next.
for m in '' ',"next":null' ',"done":false' ',"done":false,"next":null' \
    ',"done":false,"next":""' \
    ',"done":null' ',"done":"true"' ',"done":1,"next":null'; do
	by_done "1:{$one$m}"
	at_fault "done: {$m}" "'/done' is not true, but there is no '/next'"
done
by_done "1:{$one,\"done\":true}"
good "done" 1 1
by_done "1:{$one,\"next\":\"/told?at=2\"}" '2:{"r":[{"id":2}],"done":true}'
good "done on the last page alone" 2 2
for m in false '{}' 1; do
	by_next "1:{$one,\"next\":$m}"
	status 74 "next: $m" loya-pull hr
	like "is reported" "$(cat "$T/err")" "changes.0.: '/next' is not a text"
done
by_next "1:{$one,\"next\":\"/told?at=2\"}" '2:{"r":[],"next":null}'
good "next, and null on the last page" 1 2
by_next "1:{$one,\"next\":\"/told?at=2\"}" '2:{"r":[],"next":""}'
good "next, and an empty text on the last page" 1 2

# On the same host, however it is written.
for u in "http://LOCALHOST:${base##*:}/told?at=2" "${base%/}/told?at=2" "/told?at=2"; do
	by_next "1:{$one,\"next\":\"$u\"}" '2:{"r":[{"id":2}]}'
	case $u in
	*LOCAL*) sed -i 's/127.0.0.1/localhost/' "$LOYA_CONF/sources/hr.json" ;;
	esac
	good "next: $u" 2 2
done
for u in "http://127.0.0.2:${base##*:}/told?at=2" "http://127.0.0.1:1/told?at=2" \
    "https://127.0.0.1:${base##*:}/told?at=2" "http://127.0.0.1/told?at=2" \
    "$base@127.0.0.1/told?at=2" "told?at=2" "//127.0.0.1/told?at=2"; do
	by_next "1:{$one,\"next\":\"$u\"}" '2:{"r":[{"id":2}]}'
	status 74 "next: $u" loya-pull hr
	is "is another host" "$(cat "$T/err") $(cursor hr)" \
	    "loya-pull: source 'hr': the next page is on another host "
done

# An offset and how many there are.
for m in '' ',"total":null' ',"total":"x"' ',"total":-1'; do
	by_total "0:{$one$m}"
	at_fault "total: {$m}" "$none '/total'"
done
by_total '0:{"r":[{"id":1},{"id":2}],"total":5}' '2:{"r":[],"total":5}'
at_fault "no row before there are as many" "no row at 2 of 5"
by_total '0:{"r":[{"id":1},{"id":2}],"total":0}'
at_fault "more rows than there are" "there are rows up to 2, but '/total' is 0"
by_total "0:{$one,\"total\":2}" '1:{"r":[{"id":2}],"total":2}'
good "total, though the pages are not full" 2 2
by_total '0:{"r":[{"id":1},{"id":2}],"total":3}' '2:{"r":[],"total":2}'
status 74 "a total that shrinks each time" loya-pull hr
is "is reported, because a row may have been skipped" "$(cat "$T/err")" \
    "loya-pull: source 'hr': changes[0]: rows disappeared while they were being read: '/total' was 3, and is now 2"
is "when all was read three times more, and the cursor stands" \
    "$(wc -l <"$api/log") $(cursor hr)" "8 "

# A record named by two windows may have changed between them.
pages x '"rows":"/r"' 'x:{"r":[{"id":"x","v":1}]}' '202603040500:{"r":[{"id":"x"},{"id":"x"}]}' \
    '202603040530:{"r":[{"id":"x"}]}'
printf '{"map":{"external_id":"/id"},"pull":{"base":"%s","pause":0,"first":"2026-03-04T05:00:00Z","window":1800,"time":{"format":"YYYYMMDDHHmm"},"one":{"url":"{base}/told?at={key}","rows":"/r","key":"/id"},"changes":[{"url":"{base}/told","params":{"at":"{since}"},"rows":"/r","key":"/id","keys":true}]}}' \
    "$base" >"$LOYA_CONF/sources/hr.json"
good "a record that is named in two windows" 1 4
is "it is read for each of them, once" "$(grep -c 'at=x' "$api/log")" 2

# XML without rows has no element for them, but it has a root.
xml='"xml":true,"rows":"Envelope/Data/W"'
pages 1 "$xml" '1:<html><body><p>Log in</p></body></html>'
at_fault "another document" "there is no 'Envelope'"
pages 1 "$xml" '1:<E:Envelope xmlns:E="e"><E:Data/></E:Envelope>'
good "no row in the right one" 0 1
pages '{page}' "$xml,\"pages\":\"/Envelope/Pages\"" \
    '1:<Envelope><Fault>no</Fault></Envelope>'
at_fault "the right one without its pages" "$none '/Envelope/Pages'"
done_testing
