#!/bin/sh
# loya-pull and Darwinbox: two datasets, the secret in the body, its own time
# format.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"
box=$T/box

mkdir "$box"
start box perl "$here/helper/darwinbox.pl" "$box"
wait_for "Darwinbox" test -f "$box/port"
loya-token -q init
source_file hr "{\"profile\":\"darwinbox\",\"receive\":null,\"pull\":{
    \"base\":\"http://127.0.0.1:$(cat "$box/port")\",\"pause\":0}}"
status 78 "without a user" loya-pull hr
like "is reported" "$(cat "$T/err")" 'hr.json:1:[0-9]+: pull: auth is basic, but there is no user'
source_file hr "{\"profile\":\"darwinbox\",\"receive\":null,\"pull\":{
    \"base\":\"http://127.0.0.1:$(cat "$box/port")\",\"user\":\"loya\",
    \"pause\":0}}"
secret hr.pull hush
status 78 "without its keys" loya-pull hr
like "names all that are not set" "$(cat "$T/err")" "source 'hr': its secrets \
hr.api_key, hr.dataset, hr.dataset_inactive are not set; loya-token set sets"
secret hr.api_key 'k"ey'
secret hr.dataset ds-active
status 78 "without one of them" loya-pull hr
like "names it" "$(cat "$T/err")" "source 'hr': its secret is not set; \
loya-token set hr.dataset_inactive sets it"
secret hr.dataset_inactive ds-inactive

# employee ID FIRST STATUS [MORE]
employee() {
	printf '{"employee_id":"%s","first_name":"%s","employee_status":"%s"%s}\n' \
	    "$1" "$2" "$3" "${4-}"
}
LOYA_NOW=2026-03-04T06:00:00Z; export LOYA_NOW
{
	echo "20260101093000 $(employee E1 Asha Active \
	    ',"date_of_joining":"01-05-2024","date_of_exit":""')"
	echo "20260304110000 $(employee E2 Bela Active)"
} >"$box/active"
echo "20260201000000 $(employee E3 Cato Inactive \
    ',"date_of_exit":"31-01-2026"')" >"$box/inactive"
status 0 "both datasets" loya-pull hr
is "are read" "$(wc -l <"$T/out")" 3
loya-apply <"$T/out" >"$T/applied"
is "who has left is suspended" "$(store "SELECT given_name || ' ' || status
    FROM member ORDER BY 1" | tr '\n' ' ')" \
    "Asha active Bela active Cato suspended "
is "from the beginning" "$(tr '\n' ' ' <"$box/log")" \
    "active 19700101053000 inactive 19700101053000 "
rm "$box/log"
LOYA_NOW=2026-03-04T06:05:00Z status 0 "later" loya-pull hr
is "there is nothing new" "$(cat "$T/out")" ""
is "from a day before on, in Indian time" "$(tr '\n' ' ' <"$box/log")" \
    "active 20260303113000 inactive 20260303113000 "

# Employees in both datasets, with different values, there and back again.
LOYA_NOW=2026-03-04T06:10:00Z
echo "20260304113500 $(employee E2 Bela Inactive)" >>"$box/inactive"
status 0 "an employee in both" loya-pull hr
is "is one new row" "$(wc -l <"$T/out")" 1
status 0 "again" loya-pull hr
is "is none" "$(cat "$T/out")" ""
sed -i 's/"Bela","employee_status":"Active"/"Bela","employee_status":"Pending"/' "$box/active"
loya-pull hr >"$T/out"
sed -i 's/Pending/Active/' "$box/active"
status 0 "a state that was there before" loya-pull hr
is "is a new row" "$(wc -l <"$T/out")" 1

# Everything.
status 0 "a snapshot" loya-pull -f hr
like "has all of both" "$(tail -n 1 "$T/out")" '"phase":"end".*"count":4'
loya-apply -b >"$T/applied"
is "and is complete" "$(store "SELECT count, rows, state FROM snapshot")" \
    "4|4|done"

# What goes wrong.
for m in status0:74 keys:74 none:74 html:74 429:75 500:75; do
	printf "${m%:*}" >"$box/always"
	status "${m#*:}" "an answer of ${m%:*}" loya-pull hr
	like "is reported" "$(cat "$T/err")" "^loya-pull: source 'hr': changes\[0\]: "
	is "without its secrets" "$(grep -cE 'k.?ey|ds-active|hush' "$T/err")" 0
done
rm "$box/always"
is "nor are they in the record" "$(store "SELECT count(*) FROM audit
    WHERE detail LIKE '%ds-active%' OR detail LIKE '%hush%'")" 0
secret hr.pull wrong
status 78 "a wrong password" loya-pull hr
secret hr.pull hush
status 0 "-n" loya-pull -n hr
like "masks what is secret" "$(cat "$T/out")" \
    '^\{"api_key":"\*\*\*","datasetKey":"\*\*\*","last_modified":"03-03-2026 11:40:00"\}$'
is "all of it" "$(grep -cE 'k[\\]*"ey|ds-|hush|aHVzaA' "$T/out")" 0

# An employee entered long ago starts today, with days as in India.
hire() { echo "20260304120000 $(employee E7 Gita "$1" ',"date_of_joining":"15-03-2026"')"; }
pull_apply() {
	LOYA_NOW=$1
	rm -f "$box/log"
	loya-pull hr >"$T/out"
	loya-apply <"$T/out" >"$T/applied"
	gita="$(wc -l <"$box/log") $(store "SELECT status FROM member
	    WHERE given_name = 'Gita'")"
}
hire Pending >>"$box/active"
pull_apply 2026-03-04T07:00:00Z
is "a hire of a day to come is pending" "$gita" "2 pending"
pull_apply 2026-03-14T06:00:00Z
is "once a day it is asked for again" "$gita" "4 pending"
is "with what changed in 120 days" "$(sed -n 3p "$box/log")" \
    "active 20251114113000"
sed -i '/"E7"/d' "$box/active"
hire Active >>"$box/active"
pull_apply 2026-03-14T18:29:59Z
is "no more often" "$gita" "2 pending"
LOYA_NOW=2026-03-14T18:30:00Z loya-pull -n hr >"$T/out"
is "-n shows it" "$(grep -c '"last_modified":"15-11-2025 00:00:00"' "$T/out")" 2
pull_apply 2026-03-14T18:30:00Z
is "and he is active on the day, although nothing was changed" "$gita" "4 active"
pull_apply 2026-03-14T18:35:00Z
is "which is not more often either" "$gita" "2 active"
ok "verify agrees" loya-audit verify
done_testing
