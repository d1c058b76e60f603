#!/bin/sh
# Lines about rows that are in the inbox already: they add nothing.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

apply() {	# lines on stdin; types in $got
	loya-apply >"$T/lines" 2>"$T/err"
	got=$(types "$T/lines")
}

source_file crm "{\"map\":{\"external_id\":\"/id\",\"fields\":{\"name\":\"/n\"}},
    \"pull\":{\"command\":[\"cat\",\"$T/people\"],\"key\":\"/id\"}}"
printf '{"id":"a","n":"Asha \\u00fc \\"A\\""}\n{ "id": "b", "n": "B" }\n' \
    >"$T/people"
status 0 "two records are pulled" loya-pull -q crm
cp "$T/out" "$T/told"
like "each has a line" "$(wc -l <"$T/told")" '^ *2$'

apply <"$T/told"
is "they are applied once" "$got" "member.enrolled member.enrolled"
apply <"$T/told"
is "and no more" "$got" ""
is "two rows they are" "$(inbox "SELECT count(*) FROM inbox")" 2

cut=$(sed -n '1s/}$//p' "$T/told")
status 65 "a line that is cut off is 65" sh -c 'echo "$1" | loya-apply' x "$cut"
status 65 "and one that goes on after its end" \
    sh -c 'sed -n "1s/\$/}/p" "$1" | loya-apply' x "$T/told"
status 65 "and one with a member twice" \
    sh -c 'sed -n "1s/}\$/,\"id\":\"x\"}/p" "$1" | loya-apply' \
    x "$T/told"
sed -n '1s/"id":"pull/"id":"other/p' "$T/told" >"$T/in"
apply <"$T/in"
is "one with the number of another row is not a copy of it" "$got" \
    "member.unchanged"
is "and gets its own row" "$(inbox "SELECT count(*) FROM inbox")" 3
sed -n '1s/"loyaseq":1/"loyaseq":9/p' "$T/told" >"$T/in"
apply <"$T/in"
is "one whose number does not exist yet is known by its id" "$got" "event.duplicate"
sort -r "$T/told" >"$T/in"
cat "$T/told" >>"$T/in"
apply <"$T/in"
is "they may come in any order, and again" "$got" ""
done_testing
