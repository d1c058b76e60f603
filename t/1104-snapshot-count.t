#!/bin/sh
# When the parts of a snapshot make it complete, in whatever order they come,
# and when not: then nobody is missing from it.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr '{"profile":"plain","match":[["email"]],"snapshot":{"missing":"suspend","least":0}}'
begin() { line hr "$1-begin" loya.snapshot "{\"phase\":\"begin\",\"snapshot\":\"$1\"}"; }
end() { line hr "$1-end" loya.snapshot "{\"phase\":\"end\",\"snapshot\":\"$1\",\"count\":$2}"; }
rows() {	# SNAPSHOT FIRST LAST [MORE]
	for i in $(seq "$2" "$3"); do
		line hr "$1-$i" loya.member "{\"external_id\":\"E$i\",\"version\":1${4-}}" \
		    ",\"loyasnapshot\":\"$1\""
	done
}
# How many are active, the snapshot's state, and why its end was held.
end_of() {	# SNAPSHOT: lines on stdin
	cat >"$T/in"
	loya-apply <"$T/in" >"$T/lines" 2>"$T/err"
	end_seq=$(inbox "SELECT seq FROM inbox WHERE event_id = '$1-end'")
	echo "$(store "SELECT count(*) FROM member WHERE status = 'active'")" \
	    "$(store "SELECT state FROM snapshot WHERE id = '$1'")" \
	    "$(store "SELECT why FROM event WHERE seq = $end_seq")"
}

for i in 1 2 3 4 5; do
	member hr "e$i" "{\"external_id\":\"E$i\",\"version\":1,\"status\":\"active\"}"
done | loya-apply >"$T/lines"

is "a begin after the end does not stand for rows that have not come" \
    "$({ end a 3; rows a 1 2; begin a; } | end_of a)" "5 open incomplete"
is "but it does for all of them, when the last one comes" "$(rows a 3 3 | end_of a)" "3 done "
for i in 4 5; do
	member hr "f$i" "{\"external_id\":\"E$i\",\"version\":2,\"status\":\"active\"}"
done | loya-apply >"$T/lines"
is "a row after the end does not stand for another one" \
    "$({ begin b; rows b 1 1; end b 3; rows b 2 2; } | end_of b)" \
    "5 open incomplete"
{ begin cn; rows cn 1 2; end cn 2; rows cn 3 3; } >"$T/in"
status 1 "what would come of one row more is seen before" \
    loya-apply -n <"$T/in"
like "that its end is refused" "$(tail -n 1 "$T/out")" '"why":"miscounted"'
is "one more row than its end says, and it is not believed any more" \
    "$({ begin c; rows c 1 2; end c 2; rows c 3 3; } | end_of c)" \
    "5 refused miscounted"
is "one without a row is not believed when it begins, either" \
    "$({ end d 0; begin d; } | end_of d)" "5 refused empty"
is "the last row of one that a newer one took the place of" \
    "$({ begin e; rows e 1 1; end e 2; begin f; rows e 2 2; } | end_of e)" \
    "5 superseded superseded"
is "a row that is held does not count yet" "$({ begin g; rows g 1 4
    rows g 9 9 ',"deleted":true'; end g 5; } | end_of g)" "5 open incomplete"
LOYA_NOW=2027-01-01T00:00:00Z
export LOYA_NOW
{ begin h; rows h 1 4; rows h 5 5 ',"effective_at":"2027-02-01"'; } |
    loya-apply >"$T/lines"
LOYA_NOW=2027-02-01T00:00:00Z
loya-apply -b >"$T/lines"
is "and one that waited for its time is one row, also after that" \
    "$(end h 5 | end_of h)" "5 done "
is "the last row of one that waits" "$({ begin i; rows i 1 1; end i 2; } |
    end_of i)" "5 open incomplete"
is "settles its end, also with a newer one right after it" \
    "$({ rows i 2 2; begin j; } | end_of i)" "5 superseded "
{ begin k; rows k 1 1; end k 2; end k 3 |
    sed 's/-end"/-end-again"/'; } | loya-apply >"$T/lines"
is "an end that comes once more takes the place of the first" "$(store "SELECT
    group_concat(state || coalesce(' ' || why, ''), ', ') FROM (SELECT * FROM
    event ORDER BY seq DESC LIMIT 2)")" "held incomplete, applied superseded"
ok "the record is sound" loya-audit verify
done_testing
