#!/bin/sh
# Thousands of requests that are refused or broken off: the memory of loya-recv
# does not grow, and each has one answer.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"

rss() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"; }
heads() { perl "$here/helper/heads.pl" "$address" "$1"; }

sources
start_recv
pid=$(cat "$T/recv.pid")
is "each is answered once, but for who has left" "$(heads 20)" \
    "NUL and query: 400
NUL, query and long target: 400
NUL and query, left: -
cookies and no length: 400
many headers: 431
long header: 431
folded header: 431
no header: 400
long target: 414
other version: 505
wrong chunk: 400
many trailers: 431
left in the head: -
left in the body: -"

# A leak grows in every round; what threads keep for the next request does not.
least=999999
for round in 1 2 3 4; do
	before=$(rss)
	heads 140 >/dev/null
	grown=$(($(rss) - before))
	[ "$grown" -ge "$least" ] || least=$grown
done
if ldd "$BUILD/loya-recv" | grep -q libasan; then
	ok "what a sanitizer keeps is not measured" true
else
	ok "2,000 more leave no 128 KiB ($least)" test "$least" -lt 128
fi
request GET /health ''
ask
is "it goes on serving" "$code" 200
# A request that never ended would stop the server with a failed assertion.
stop recv
is "and ends with none of them" "$rc" 0
is "and without a word" "$(grep -v listening "$T/recv.err")" ""
done_testing
