#!/bin/sh
# Lines about a member named by loya's own id who does not exist.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
nobody=019b0000-0000-7000-8000-000000000000
# refused SENTENCE LINE WHY DETAIL
refused() {
	printf '%s\n' "$2" >"$T/in"
	status 1 "$1: the answer is no" loya-apply <"$T/in"
	is "$1: why" \
	    "$(sed -n 's/.*"why":"\([^"]*\)","detail":"\([^"]*\)".*/\1, \2/p' \
	    "$T/out")" "$3, $4"
}

refused "points of a member that is not there" "$(line local p1 loya.points \
    "{\"member\":\"$nobody\",\"kind\":\"earn\",\"points\":1,\"reference\":\"r1\"}")" \
    unknown_member "no member has this id"
refused "a change of one" "$(line local m1 loya.member \
    "{\"member\":\"$nobody\",\"attributes\":{\"a\":\"b\"}}")" \
    unknown_member "no member has this id"
done_testing
