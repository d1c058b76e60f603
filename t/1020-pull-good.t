#!/bin/sh
# A status 200 with something else in it: an error about a part is not one
# about the record, and an error in place of the rows is not a row.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_api
loya-token -q init
LOYA_NOW=2026-03-04T06:00:00Z; export LOYA_NOW

# pull MEMBERS; told N ANSWER: of {base}/told?at=N
pull() {
	printf '{"map":{"external_id":"/id"},"pull":{"base":"%s","pause":0,"tries":1,%s}}' \
	    "$base" "$1" >"$LOYA_CONF/sources/hr.json"
}
told() { printf %s "$2" >"$api/told.$1"; }
rows() { inbox "SELECT count(*) FROM inbox"; }

# For a part, an error of this kind does not mean what it means for the record.
pull '"error":{"code":"/status","gone":"GONE"},
    "one":{"url":"{base}/told?at=2","rows":"/d","key":"/id","ok":{"from":"/status","is":"OK"}},
    "parts":{"of":"/jobs","name":"/n","into":"/rows","query":{"url":"{base}/told?at=3",
    "rows":"/r","ok":{"from":"/status","is":"OK"}}},
    "changes":[{"url":"{base}/told?at=1","rows":"/r","key":"/id","keys":true}]'
told 1 '{"r":[{"id":"a"}]}'
told 2 '{"d":{"id":"a","jobs":[{"n":"x"}]},"status":"OK"}'
told 3 '{"status":"GONE"}'
status 78 "a part that is not there" loya-pull hr
is "is reported" "$(cat "$T/err")" \
    "loya-pull: source 'hr': parts: pull.parts.ok does not accept the answer: {\"status\":\"GONE\"}"
is "and no record is gone for it" "$(rows) $(cursor hr)" "0 "
told 2 '{"status":"GONE"}'
status 0 "a record that is not there" loya-pull hr
like "is gone" "$(cat "$T/out")" '"external_id":"a","deleted":true'

# A record that was not asked for is not gone: the quota was used up after the
# first.
rm "$LOYA_STORE"*
loya-token -q init
pull '"quota":{"header":"X-Used","key":"calls","run":100,"total":80},
    "error":{"code":"/status","gone":"GONE"},
    "one":{"url":"{base}/told?at={key}","rows":"/d","key":"/id","ok":{"from":"/status","is":"OK"}},
    "changes":[{"url":"{base}/told?at=1","rows":"/r","key":"/id","keys":true}]'
told 1 '{"r":[{"id":"b"},{"id":"a"},{"id":"c"},{"id":"d"}]}'
told b '{"status":"OK","d":{"id":"b"}}'
told a '{"status":"GONE"}'
told c '{"status":"OK","d":{"id":"c"}}'
echo 'X-Used: calls=85/100' >"$api/header.a"
status 75 "an allowance that is used up" loya-pull hr
is "after a record that is gone does not make others gone" \
    "$(grep '"deleted":true' "$T/out" | grep -o '"external_id":"."')" \
    '"external_id":"a"'
is "and the cursor stands" "$(cursor hr)" ""

# Without 'rows' the answer is the array, or the only record.
rm "$LOYA_STORE"*
loya-token -q init
pull '"changes":[{"url":"{base}/told?at=1","key":"/id"}],"all":[{"url":"{base}/told?at=1","key":"/id"}]'
told 1 '{"error":"not now"}'
for w in "" -f; do
	# shellcheck disable=SC2086
	status 74 "an error in the place of records" loya-pull $w hr
	like "is reported" "$(cat "$T/err")" \
	    "unexpected answer: it has no '/id'"
	is "and the cursor stands" "$(cursor hr)" ""
done
is "nor is it a row" "$(inbox "SELECT count(*) FROM inbox
    WHERE CAST(body AS TEXT) LIKE '%error%'")" 0
told 1 '{"id":1}'
status 0 "a record in the place of records" loya-pull hr
is "is the only one" "$(cursor hr) $(wc -l <"$T/out")" \
    "2026-03-04T06:00:00.000000Z 1"
LOYA_NOW=2026-03-04T06:02:30Z
told 1 '{}'
status 1 "an empty one" loya-pull hr
is "may mean that there is none" "$(cursor hr)" 2026-03-04T06:02:30.000000Z
LOYA_NOW=2026-03-04T06:05:00Z
told 1 '[{"id":2},{"error":1}]'
status 1 "one that is not a record among others" loya-pull hr
is "is stored with them" "$(wc -l <"$T/out")" 2
LOYA_NOW=2026-03-04T06:10:00Z
told 1 '[{"error":2}]'
status 1 "or alone, in an array" loya-pull hr
is "is stored as well" "$(wc -l <"$T/out")" 1
done_testing
