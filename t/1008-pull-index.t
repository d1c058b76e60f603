#!/bin/sh
# loya-pull -i: ids and stamps of everything; only what differs is read.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_org
salesforce
loya-token -q init
secret crm.oauth hush
# compare TIME: pull -i and apply
compare() {
	forget_log
	clock "$1"
	loya-pull -i crm >"$T/out" 2>"$T/err"
	rc=$?
	loya-apply <"$T/out" >"$T/applied" 2>&1
}
members() { store "SELECT coalesce(given_name, '-') || ' ' || status
    FROM member ORDER BY 1" | tr '\n' ' ' | sed 's/ $//'; }
lost() { store "SELECT coalesce(sum(count), 0) FROM repair"; }
noted() { store "SELECT detail FROM audit WHERE kind = 'pull.compared'
    ORDER BY seq DESC LIMIT 1"; }

clock 2026-03-04T06:00:00Z
i=11
while [ $i -le 22 ]; do
	record $i 2026-03-04T05:00:$i 0 "N$i" Dell "n$i@example.org"
	i=$((i + 1))
done >"$org/records"
echo 5 >"$org/page"
loya-pull crm | loya-apply -q >"$T/applied"
compare 2026-03-04T06:10:00Z
is "everything is listed" "$(asked | head -n 1)" \
    "queryAll SELECT Id, SystemModstamp FROM Contact WHERE SystemModstamp >= 1970-01-01T00:00:00Z  ORDER BY Id ASC"
is "on three pages, and nothing is read" \
    "$rc $(asked | grep -c next) $(asked | grep -c 'WHERE Id')" "0 2 0"
is "nor stored" "$(inbox "SELECT count(*) FROM inbox") $(cat "$T/out")" "12 "
is "which the record has" "$(noted)" '{"count":12,"rows":0}'

# What no query for changes finds any more.
sed -i "s/^$(id 12).*/$(record 12 2026-03-04T05:30:00 0 Noor Dell n2@example.org)/; /^$(id 14)/d" "$org/records"
record 36 2026-03-04T04:00:00 0 Silent Dell s@example.org >>"$org/records"
compare 2026-03-04T06:20:00Z
is "a change, and somebody new, are read with their like" \
    "$(asked | grep -c 'WHERE Id IN')" 2
is "what is not listed is asked for" "$(asked | grep -c "WHERE Id = '$(id 14)'")" 1
is "three rows" "$rc $(noted)" '0 {"count":12,"rows":3}'
like "and everybody is as over there" "$(members)" \
    "^N11 active N13 active N14 closed N15 active .*Noor active Silent active"
is "each of which nothing else would have found" "$(lost)" 3
compare 2026-03-04T06:30:00Z
is "what is gone is not asked for again" "$rc $(asked | grep -c 'WHERE Id') $(noted)" \
    '0 0 {"count":12,"rows":0}'
is "the cursor did not move" "$(cursor)" 2026-03-04T05:59:55.000000Z
cp "$org/records" "$T/records"
sed -i "s/^$(id 15).*/&	7/" "$org/records"
compare 2026-03-04T06:40:00Z
is "what the list left out, but exists, is not gone" \
    "$rc $(asked | grep -c "WHERE Id = '$(id 15)'") $(noted)" \
    '0 1 {"count":11,"rows":0}'
cp "$T/records" "$org/records"
sed -i "s/^$(id 16).*/$(record 16 2026-03-04T06:41:00 0 Nell Dell n6@example.org)/" "$org/records"
compare 2026-03-04T06:42:00Z
is "what the next run would have found is not lost" "$(noted) $(lost)" \
    '{"count":12,"rows":1} 3'
cp "$org/records" "$T/records"

# A list that cannot be complete.
sed -n 1p "$T/records" >"$org/records"
compare 2026-03-04T07:00:00Z
like "a list that is too short" "$rc $(cat "$T/err")" \
    '^1 .*index: it lists only 1 of 12 records, less than the share 0.9 \(snapshot.least\)'
is "closes no member" "$(store "SELECT count(*) FROM member
    WHERE status = 'closed'")" 1
: >"$org/records"
compare 2026-03-04T07:01:00Z
like "nor does an empty one" "$rc $(cat "$T/err")" '^1 .*it lists only 0 of 12 records'
cat "$T/records" "$T/records" >"$org/records"
compare 2026-03-04T07:02:00Z
is "one that says everything twice is one" "$rc $(noted)" '0 {"count":12,"rows":0}'
cp "$T/records" "$org/records"
{
	id 77
	echo
	id 78
} >"$org/ghosts"
compare 2026-03-04T07:03:00Z
is "unknown ids add nothing" "$rc $(noted) $(cat "$T/out")" \
    '0 {"count":14,"rows":0} '
rm "$org/ghosts"
printf '%s\n' good good other >"$org/script"
sed -i "s/^$(id 17).*/$(record 17 2026-03-04T05:31:00 0 Nick Dell n7@example.org)/" "$org/records"
compare 2026-03-04T07:04:00Z
is "records that were not asked for are not taken" "$rc $(members | grep -c Nick)" "74 0"
rm -f "$org/script"
compare 2026-03-04T07:05:00Z
is "those that were are" "$rc $(members | grep -c Nick)" "0 1"
cp "$org/records" "$T/records"
for m in html:74 503:75 quota:75; do
	printf '%s' "${m%:*}" >"$org/always"
	compare 2026-03-04T07:10:00Z
	is "${m%:*} instead of a list" "$rc $(cat "$T/out")" "${m#*:} "
done
rm "$org/always"
before=$(lost)
for word in no true; do
	member crm "lost-$word" "{\"external_id\":\"$(id 18)\",\"version\":1999999999999999,\"email\":\"$word@example.org\"}" ",\"loyalost\":\"$word\"" |
	    loya-apply >"$T/applied"
done
is "of lines the word true says it" "$(($(lost) - before))" 1
clock 2026-03-25T08:00:00Z
status 1 "what the lists of deletions do not reach" loya-pull crm
compare 2026-03-25T08:01:00Z
status 0 "is found by comparing" loya-pull crm
status 0 "-n" loya-pull -n -i crm
like "shows the list" "$(cat "$T/out")" 'q=SELECT%20Id%2C%20SystemModstamp%20FROM'
salesforce ',"index":null'
status 78 "a source without a list" loya-pull -i crm
like "is reported" "$(cat "$T/err")" "pull: there is no 'index'; -f reads everything"
is "but not recorded, for nothing was tried" "$(store "SELECT count(*)
    FROM audit WHERE detail LIKE '%no index%'")" 0
status 78 "nor can -n show one" loya-pull -n -i crm
ok "verify agrees" loya-audit verify

# Where changes were never asked for, their first run would find everything.
LOYA_STORE=$T/first.db
salesforce
loya-token -q init
secret crm.oauth hush
compare 2026-03-25T09:00:00Z
is "a list is enough to begin with" "$rc $(members | wc -w)" "0 24"
sed -i "/^$(id 11)/d" "$org/records"
compare 2026-03-25T09:01:00Z
is "who is gone then is closed, and nothing was lost" \
    "$rc $(members | grep -c 'N11 closed') $(lost)" "0 1 0"
done_testing
