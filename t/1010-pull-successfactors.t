#!/bin/sh
# loya-pull and SuccessFactors: who was changed, then each person as a whole.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"
sap=$T/sap

mkdir "$sap"
echo '{}' >"$sap/people"
start sap perl "$here/helper/successfactors.pl" "$sap"
wait_for "SuccessFactors" test -f "$sap/port"
base=http://127.0.0.1:$(cat "$sap/port")
loya-token -q init
printf c2FtbA== >"$T/assertion"
# source [MEMBERS OF pull]
sap() {
	printf '{"profile":"successfactors","receive":null,"pull":{"base":"%s","pause":0,"tries":2%s},"oauth":{"grant":"saml2-bearer","url":"{base}/oauth/token","client_id":"key","params":{"company_id":"acme"},"assertion":["cat","%s"]}}\n' \
	    "$base" "${1-}" "$T/assertion" >"$LOYA_CONF/sources/sap.json"
}
sap
# at TIME: the clock, here and there
at() {
	LOYA_NOW=$1; export LOYA_NOW
	printf %s "${1%T*}" >"$sap/today"
}
# person ID FIRST CHANGED USERS [MORE]; user ID STATUS CHANGED JOBS;
# job FROM UNTIL STATUS [CHANGED]
person() {
	printf '"%s":{"changed":"%s","personal":[{"first":"%s","last":"Rao","from":"2020-01-01","until":"9999-12-31","changed":"%s"}],"emails":[{"address":"%s@example.org","changed":"%s"}],"users":{%s}%s}' \
	    "$1" "$3" "$2" "$3" "$2" "$3" "$4" "${5-}"
}
user() {
	printf '"%s":{"status":"%s","changed":"%s","touched":"%s","start":"2020-01-01","end":null,"jobs":[%s]}' \
	    "$1" "$2" "$3" "$3" "$4"
}
job() {
	printf '{"from":"%s","until":"%s","is":"%s","changed":"%s","department":"D%s"}' \
	    "$1" "$2" "$3" "${4-$old}" "$3"
}
people() { (IFS=,; printf '{%s}' "$*") >"$sap/people.tmp"; mv "$sap/people.tmp" "$sap/people"; }
read_back() { sed -n "s/.*PerPerson('P\([0-9]*\)').*/\1/p" "$sap/asked" | tr '\n' ' '; }
forget() { rm -f "$sap/asked"; }
members() {
	store "SELECT external_id || ' ' || coalesce(given_name, '-') || ' ' || m.status
	    FROM member m JOIN link l ON l.member = m.id ORDER BY 1" | tr '\n' ',' | sed 's/,$//'
}
old=2026-01-01T00:00:00Z

at 2026-03-04T06:00:00Z
p1=$(person P1 Asha $old "$(user U1 t $old "$(job 2020-01-01 2026-01-31 A),$(job 2026-02-01 2026-03-31 U),$(job 2026-04-01 9999-12-31 T)")" ',"end":"2026-03-31"')
p2=$(person P2 Bela $old "$(user U2 f $old "$(job 2020-01-01 2025-12-31 A),$(job 2026-01-01 9999-12-31 T)")")
p3=$(person P3 Cato $old "$(user U3 e $old "$(job 2026-04-01 9999-12-31 A)")")
p4=$(person P4 Dora $old "$(user U4 t $old "$(job 2020-01-01 9999-12-31 A)")")
p5=$(person P5 Emil $old "$(user U5 T $old "$(job 2020-01-01 9999-12-31 A)")")
people "$p1" "$p2" "$p3" "$p4" "$p5"
sap ',"settings":{"page_size":"2"}'
status 0 "a base and an assertion are enough" loya-pull sap
cp "$T/out" "$T/lines"
is "three pages, and every person once" "$(read_back)" "1 2 3 4 5 "
is "with all slices of each employment" \
    "$(grep -c 'EmpJob .*fromDate=1900-01-01' "$sap/asked")" 5
is "one token" "$(grep -c ^token "$sap/asked")" 1
status 0 "they are applied" loya-apply <"$T/lines"
is "leave is active, who left is not, who comes is pending" "$(members)" \
    "P1 Asha active,P2 Bela suspended,P3 Cato pending,P4 Dora active,P5 Emil active"
is "the slice of today says where" "$(store "SELECT json_extract(attributes,
    '\$.department') FROM member WHERE given_name = 'Asha'")" DU
at 2026-04-01T00:00:00Z
loya-apply -b >"$T/applied"
is "the slices to come take effect in their time" "$(members)" \
    "P1 Asha suspended,P2 Bela suspended,P3 Cato active,P4 Dora active,P5 Emil active"
ok "verify agrees" loya-audit verify

# Later: only changed persons, whatever the time of the person's own row is.
at 2026-04-01T06:00:00Z
sap
loya-pull sap >"$T/out"
forget
at 2026-04-01T07:00:00Z
new=2026-04-01T06:30:00Z
p4=$(person P4 Dora $old "$(user U4 f $old "$(job 2020-01-01 2026-04-30 A $new),$(job 2026-05-01 9999-12-31 T $new)")")
people "$p1" "$p2" "$p3" "$p4" "$p5"
status 0 "a changed slice of an inactive user" loya-pull sap
is "is read, and no other" "$(read_back)" "4 "
is "as one new row" "$(wc -l <"$T/out")" 1
forget
status 0 "again" loya-pull sap
is "is none" "$(cat "$T/out")" ""
like "since is 15 minutes before the cursor" "$(cat "$sap/asked")" \
    "PerPerson .filter=.lastModifiedDateTime ge datetimeoffset'2026-04-01T06:44:55Z'"
like "a last day is looked for a day later" "$(cat "$sap/asked")" \
    "latestTerminationDate ge datetime'2026-03-31T06:44:55'"

# A slice that was entered long ago takes effect.
loya-pull sap >"$T/out"
forget
at 2026-05-01T00:10:00Z
people "$(echo "$p1" | sed 's/"end":"2026-03-31"/"end":"2026-04-29"/')" "$p2" "$p3" "$p4" "$p5"
sap ',"lookback":0'
loya-pull sap >"$T/out"
is "who has a slice that begins, and whose last day is over" "$(read_back)" "4 1 "

# A person hired for a future day: without a name until then.
u6=$(user U6 e $old "$(job 2026-05-10 9999-12-31 A)" | sed 's/2020-01-01/2026-05-10/')
p6='"P6":{"changed":"'$old'","personal":[{"first":"Fay","last":"Rao","from":"2026-05-10","until":"9999-12-31","changed":"'$old'"}],"emails":[],"users":{'$u6'}}'
people "$p6"
sap ',"first":"2025-12-31T00:00:00Z"'
at 2026-05-02T06:00:00Z
loya-pull -f sap | loya-apply -q >"$T/applied" 2>"$T/err"
like "is pending, and nameless" "$(members)" 'P6 - pending'
at 2026-05-09T23:55:00Z
loya-pull sap >"$T/out"
forget
at 2026-05-10T00:00:00Z
loya-apply -b >"$T/applied"
like "is active on the day, without another request" "$(members)" 'P6 - active'
at 2026-05-10T00:05:00Z
loya-pull sap >"$T/out"
loya-apply -q <"$T/out" >"$T/applied"
is "is read again for the day, which changed nothing there" "$(read_back)" "6 "
like "and has a name" "$(members)" 'P6 Fay active'
people "$p1" "$p2" "$p3" "$p4" "$p5"

# Faults of pages, sessions and tokens.
again() {	# MODE: everything is asked for anew under it
	printf %s "$1" >"$sap/mode"
	forget
}
sap ',"settings":{"page_size":"2"}'
again twice
status 0 "a row that stands on two pages" loya-pull -f sap
is "is read once" "$(read_back)" "1 2 3 4 5 "
like "and counted once" "$(tail -n 1 "$T/out")" '"phase":"end".*"count":5'
again "once expired"
status 0 "a token that is refused with 403 and LGN0022" loya-pull -f sap
is "is renewed once" "$(grep -c ^token "$sap/asked")" 1
echo 600 >"$sap/life"
again "once expired"
status 0 "a token of ten minutes" loya-pull -f sap
forget
at 2026-05-01T00:21:00Z
status 0 "is over" loya-pull -f sap
is "before the next run, which gets one" "$(grep -c ^token "$sap/asked")" 1
rm "$sap/life"
before=$(cursor sap)
for m in expired:78 rights:78 busy:75 rebuild:75 maintenance:75 html:74 elsewhere:74; do
	again "${m%:*}"
	status "${m#*:}" "an answer of ${m%:*}" loya-pull -f sap
	like "is reported" "$(cat "$T/err")" "^loya-pull: source 'sap': (all\[0\]: |the next page is on another host)"
	is "the cursor stands" "$(cursor sap)" "$before"
done
again busy
: >"$sap/log"
loya-pull -f sap >"$T/out" 2>"$T/err"
is "who says 429 is not asked again in this run" "$(grep -c ' 429 ' "$sap/log")" 1
rm "$sap/mode"
sap ',"settings":{"expand":"fooNav"}'
status 78 "a navigation that is not there" loya-pull -f sap
like "is reported with its code" "$(cat "$T/err")" 'one: .* answers 400: COE_PROPERTY_NOT_FOUND'

# Hooks.
sap
thin() { line sap "$1" loya.received "{\"event\":\"hire\",\"personIdExternal\":\"$2\",\"publishedAt\":1777593600000}"; }
thin t1 P4 | loya-apply >"$T/applied"
forget
status 0 "a hook" loya-pull -n sap
loya-pull sap >"$T/out" 2>"$T/err"
like "is read back by the person" "$(head -n 3 "$sap/asked" | tail -n 2)" "PerPerson\('P4'\)|EmpJob"
is "and done" "$(store "SELECT count(*) FROM event WHERE state = 'unread'")" 0
thin t2 P9 | loya-apply >"$T/applied"
status 0 "a person that no longer exists" loya-pull sap
like "is gone" "$(cat "$T/out")" '"external_id":"P9","deleted":true'
thin t4 P9 | loya-apply >"$T/applied"
printf 'once nowhere' >"$sap/mode"
status 78 "a 404 that is not about a person" loya-pull sap
like "is reported" "$(cat "$T/err")" 'one: .* answers 404'
is "and no record is gone for it" "$(grep -c deleted "$T/out")" 0
loya-pull sap >"$T/out"
thin t3 P4 | loya-apply >"$T/applied"
printf 'once other' >"$sap/mode"
status 74 "another person than was asked for" loya-pull sap
is "is not taken" "$(grep -c '"P0"' "$T/out")" 0
done_testing
