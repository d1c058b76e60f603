#!/bin/sh
# A dry run holds the locks of both files while it works, but not while
# somebody reads what it says.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

LOYA_NOW=2026-11-23T08:00:00Z
LOYA_SEED=1
export LOYA_NOW LOYA_SEED
source_file hr
loya-apply -bq
awk 'BEGIN {
	for (i = 1; i <= 2000; i++)
		print "{\"specversion\":\"1.0\",\"id\":\"e" i "\"," \
		    "\"source\":\"hr\",\"type\":\"loya.member\"," \
		    "\"data\":{\"external_id\":\"E" i "\"}}"
}' >"$T/in"
member hr bad '{"external_id":"E1","shoe":1}' >>"$T/in"
loya-apply -n <"$T/in" >"$T/want"

# Nothing is read before the test says so.
mkfifo "$T/fifo"
start dry sh -c 'exec loya-apply -n <"$1" >"$2"' sh "$T/in" "$T/fifo"
exec 3<"$T/fifo"
wait_for "the end of its work" grep -q refused "$T/dry.err"
ok "the lock of the store is free" flock -n "$LOYA_STORE-lock" true
ok "the lock of the inbox file is free" \
    flock -n "$LOYA_STORE-inbox-lock" true
member hr other '{"external_id":"other"}' >"$T/other"
ok "others go on" sh -c 'timeout 4 loya-apply <"$1"' sh "$T/other"
cat <&3 >"$T/got" &
reader=$!
exec 3<&-
stop dry 0
wait "$reader"
is "its status is that of a run" "$rc" 1
ok "and nothing is missing" cmp "$T/want" "$T/got"

mkfifo "$T/gone"
start dry sh -c 'exec loya-apply -n <"$1" >"$2"' sh "$T/in" "$T/gone"
exec 3<"$T/gone"
wait_for "the end of its work" grep -q refused "$T/dry.err"
exec 3<&-
stop dry 0
is "a reader that goes away is 74, and said once" \
    "$rc $(grep -c 'standard output: Broken pipe' "$T/dry.err")" "74 1"
done_testing
