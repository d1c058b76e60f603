#!/bin/sh
# loya-pull and Workday, in the three ways that its profile has.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"
wd=$T/wd

mkdir "$wd"
start wd perl "$here/helper/workday.pl" "$wd"
wait_for "Workday" test -f "$wd/port"
base=http://127.0.0.1:$(cat "$wd/port")
# fresh NAME: a store of its own
fresh() {
	LOYA_STORE=$T/$1.db LOYA_CONF=$T/$1.conf
	mkdir -p "$LOYA_CONF/sources"
	loya-token -q init
}
# hr MEMBERS OF pull [MEMBERS OF THE FILE]
hr() {
	printf '{"profile":"workday","receive":null%s,"pull":{"base":"%s","pause":0,"tries":2%s}}\n' \
	    "${2-}" "$base" "$1" >"$LOYA_CONF/sources/hr.json"
}
forget() { rm -f "$wd/asked"; }
asked() { tr '\n' ',' <"$wd/asked" | sed 's/,$//'; }
at() { LOYA_NOW=$1; export LOYA_NOW; }
members() {
	store "SELECT coalesce(given_name, name) || ' ' || m.status
	    FROM member m ORDER BY 1" | tr '\n' ',' | sed 's/,$//'
}
wid() { printf '%032x' "$1"; }
# thin N [TIME]: a step of a business process names a worker
thin() { line hr "step-$1" loya.received "{\"tenant\":\"acme\",\"event\":\"Terminate Employee\",\"wid\":\"$(wid "$1")\",\"entryMoment\":\"${2-2026-04-16T01:35:00Z}\"}"; }
# pull_apply TIME: both
pull_apply() {
	at "$1"
	loya-pull hr >"$T/out" 2>"$T/err"
	loya-apply <"$T/out" >"$T/applied" 2>"$T/err"
}
old=2026-01-01T00:00:00Z

# The file must say which way.
fresh none
hr ''
status 78 "without a preset" loya-pull hr
like "is reported" "$(cat "$T/err")" "hr.json:[0-9]+:[0-9]+: pull: there is no changes, all or command, and no preset of them .raas, raas-effective, soap, rest."
hr ',"preset":"telepathy"'
status 78 "a preset that is not there" loya-pull hr
like "is reported" "$(cat "$T/err")" 'pull.preset: the profile has no such preset, but raas, raas-effective, soap, rest$'

# A report.
fresh raas
hr ',"preset":"raas","user":"isu"'
status 78 "a report without its tenant" loya-pull hr
like "is reported" "$(cat "$T/err")" "hr.json:[0-9]+:[0-9]+: pull: there is no 'tenant' in pull.settings"
raas=',"preset":"raas","user":"isu","settings":{"tenant":"acme","owner":"isu","report":"Loya"}'
hr "$raas"
secret hr.pull 'h<&>"ush'
# entry TIME N FIRST MORE
entry() {
	printf '%s {"Worker_WID":"%s","First_Name":"%s",%s}\n' "$1" "$(wid "$2")" "$3" "$4"
}
{
	entry $old 1 Asha '"Worker_Status":"Active","Hire_Date":"2020-01-01","Termination_Date":"2026-03-31"'
	entry $old 2 Bela '"Worker_Status":"On Leave","Hire_Date":"2020-01-01","Termination_Date":""'
	entry $old 3 Cato '"Worker_Status":"Active","Hire_Date":"2026-04-15"'
} >"$wd/report"
pull_apply 2026-03-04T06:00:00Z
is "the rows of a report are members" "$(members)" "Asha active,Bela active,Cato pending"
like "from the beginning" "$(asked)" '^report 1970-01-01T00:00:00Z 2026-03-04T05:59:55Z$'
at 2026-04-02T00:00:00Z
loya-apply -b >"$T/applied"
is "a last day comes of itself" "$(members)" "Asha suspended,Bela active,Cato pending"
forget
entry 2026-04-01T23:50:00Z 1 Asha '"Worker_Status":"Active","Hire_Date":"2020-01-01"' >>"$wd/report"
pull_apply 2026-04-02T00:10:00Z
is "a termination that was rescinded" "$(members)" "Asha active,Bela active,Cato pending"
is "leaves no last day behind" "$(store "SELECT count(ended_at) FROM member")" 0
forget
at 2026-04-02T00:20:00Z
status 0 "an empty array" loya-pull hr
is "is nothing new" "$(cat "$T/out")" ""
thin 1 2026-04-02T00:22:00Z | loya-apply >"$T/applied"
forget
at 2026-04-02T00:25:00Z
status 0 "after a hook" loya-pull hr
like "what changed is asked for from 15 minutes before it" "$(asked)" '^report 2026-04-02T00:07:00Z '
is "and the hook is done" "$(store "SELECT count(*) FROM event WHERE state = 'unread'")" 0
entry 2026-04-02T00:25:28Z 8 Ivo '"Worker_Status":"Active","Hire_Date":"2020-01-01"' >>"$wd/report"
thin 8 2026-04-02T00:25:28Z >"$T/in"
at 2026-04-02T00:25:30Z
status 0 "a hook that comes at once, as a filter" loya-pull -r hr <"$T/in"
like "finds what it is about" "$(cat "$T/out")" '"First_Name":"Ivo"'
sed -i '$d' "$wd/report"
before=$(cursor hr)
printf absent >"$wd/mode"
at 2026-04-02T00:30:00Z
status 74 "a report without Report_Entry" loya-pull hr
like "is reported" "$(cat "$T/err")" "there are no rows at '/Report_Entry'"
is "the cursor stands" "$(cursor hr)" "$before"
rm "$wd/mode"
cp "$wd/report" "$T/report"
for i in 1 2 3 4 5 6 7 8 9 10; do
	echo "2026-04-02T00:29:00Z {\"First_Name\":\"D$i\",\"Worker_Status\":\"Active\"}"
done >>"$wd/report"
status 74 "a report without a column" loya-pull hr
like "names it" "$(cat "$T/err")" "changes\\[0\\]: row 10 of this run has no '/Worker_WID'"
is "the cursor stands" "$(cursor hr)" "$before"
cp "$T/report" "$wd/report"
entry 2026-04-02T00:29:00Z 5 Emil '"Hire_Date":"2020-01-01"' >>"$wd/report"
loya-pull hr >"$T/out"
loya-apply <"$T/out" >"$T/applied"
like "a row without its status is refused and names it" "$(cat "$T/applied")" \
    '"why":"missing".*Worker_Status'
printf many >"$wd/mode"
status 0 "20,000 rows in one answer" loya-pull -f hr
like "are all there" "$(tail -n 1 "$T/out")" '"phase":"end".*"count":20000'
rm "$wd/mode"
secret hr.pull wrong
status 78 "a wrong password" loya-pull hr
is "is not reported" "$(grep -c wrong "$T/err")" 0

# A day arrives without any change: found once a day, or by a range.
fresh lead
hr "$raas"
secret hr.pull 'h<&>"ush'
entry 2026-03-03T00:00:00Z 6 Gita '"Worker_Status":"Inactive","Hire_Date":"2026-04-15"' >"$wd/report"
pull_apply 2026-03-04T06:00:00Z
is "who is hired for a day to come is pending" "$(members)" "Gita pending"
at 2026-04-15T00:00:00Z
loya-apply -b >"$T/applied"
is "inactive is how it was before the day, not on it" "$(members)" "Gita active"
entry 2026-03-03T00:00:00Z 6 Gita '"Worker_Status":"Active","Hire_Date":"2026-04-15"' >"$wd/report"
forget
pull_apply 2026-04-15T00:00:10Z
is "and is active" "$(members)" "Gita active"
like "for what changed in 120 days is asked for again" "$(asked)" \
    ',report 2025-12-16T00:00:10Z 2026-04-15T00:00:05Z$'
printf years >"$wd/mode"
forget
at 2026-04-16T00:00:10Z
status 75 "where that fails" loya-pull hr
like "the other query did not" "$(asked)" '00:05Z,report 2025-12-17T00:00:10Z'
rm "$wd/mode"
forget
at 2026-04-16T00:10:10Z
status 0 "the next run" loya-pull hr
like "asks for it again" "$(asked)" \
    ',report 2025-12-17T00:10:10Z 2026-04-16T00:10:05Z$'
fresh noshow
hr "$raas"
secret hr.pull 'h<&>"ush'
entry 2026-03-03T00:00:00Z 6 Gita '"Worker_Status":"Terminated","Hire_Date":"2026-04-15"' >"$wd/report"
pull_apply 2026-03-04T06:00:00Z
at 2026-04-15T00:00:00Z
loya-apply -b >"$T/applied"
is "who has left before the first day does not begin" "$(members)" "Gita suspended"
fresh nothing
hr "$raas,\"lookback\":0,\"lead\":0"
secret hr.pull 'h<&>"ush'
pull_apply 2026-04-16T00:10:10Z
hr "$raas,\"lookback\":0"
forget
touch "$wd/asked"
pull_apply 2026-04-16T00:10:10Z
is "where nothing else is asked it is not either" "$(cat "$T/err")$(asked)" ""
pull_apply 2026-04-16T00:20:10Z
like "but with the next run" "$(asked)" ',report 2025-12-17T00:20:10Z '
hr "$raas,\"lead\":0"
forget
pull_apply 2026-04-17T00:00:10Z
is "a file can do without" "$(asked | grep -c ,)" 0
hr "$raas,\"lead\":367"
status 78 "more than a year" loya-pull hr
like "is reported" "$(cat "$T/err")" 'pull.lead: '

fresh column
hr "$raas" ',"map":{"timeline":{"until":"/Last_Day_of_Work"}}'
secret hr.pull 'h<&>"ush'
entry 2026-03-03T00:00:00Z 7 Hana '"Worker_Status":"Active","Hire_Date":"2020-01-01","Termination_Date":"2026-04-30","Last_Day_of_Work":"2026-04-10"' >"$wd/report"
pull_apply 2026-03-04T06:00:00Z
at 2026-04-10T23:59:00Z
loya-apply -b >"$T/applied"
is "another column for the last day, which belongs to it" "$(members)" "Hana active"
at 2026-04-11T00:00:00Z
loya-apply -b >"$T/applied"
is "and is over with it" "$(members)" "Hana suspended"

fresh ranges
ranges=$(echo "$raas" | sed s/raas/raas-effective/)
hr "$ranges"
secret hr.pull 'h<&>"ush'
entry 2026-03-03T00:00:00Z 6 Gita '"Worker_Status":"Inactive","Hire_Date":"2026-04-15"' >"$wd/report"
pull_apply 2026-03-04T06:00:00Z
is "a report with two ranges" "$(members)" "Gita pending"
entry 2026-03-03T00:00:00Z 6 Gita '"Worker_Status":"Active","Hire_Date":"2026-04-15"' >"$wd/report"
pull_apply 2026-04-14T23:50:00Z
is "says nothing before the day" "$(members)" "Gita pending"
forget
pull_apply 2026-04-15T00:01:00Z
is "and shows whose day it is" "$(members)" "Gita active"
like "by the second one" "$(asked)" '^report 2026.*,report Effective 2026-04-14T23:34:55Z 2026-04-15T00:00:55Z$'

# Get_Workers.
fresh soap
soap=',"preset":"soap","settings":{"tenant":"acme","count":"2"}'
hr "$soap"
status 78 "SOAP without a user" loya-pull hr
like "is reported" "$(cat "$T/err")" 'pull: a request has {user}, but there is no user'
soap="$soap,\"user\":\"isu\""
hr "$soap"
secret hr.pull 'h<&>"ush'
forget
cat >"$wd/workers" <<EOF
1 $old $old 1 Asha 2020-01-01 - 1 0 0
2 $old $old 1 Bela 2020-01-01 2026-01-31 0 1 0
3 $old 2026-04-15T00:00:00Z 1 Cato 2026-04-15 - 0 0 0
4 $old $old 2 Dora 2020-01-01 - 1 0 0
5 $old $old 2 Emil 2020-01-01 - 1 0 0
EOF
pull_apply 2026-03-04T06:00:00Z
is "workers, with new ones while pages are read" "$(members)" \
    "Asha active,Bela suspended,Cato pending,Dora active,Emil active"
is "as of one moment, by both ranges" "$(asked)" "Updated page 1 as of 2026-03-04T05:59:55Z,Updated page 2 as of 2026-03-04T05:59:55Z,Updated page 3 as of 2026-03-04T05:59:55Z,Effective page 1 as of 2026-03-04T05:59:55Z"
at 2026-04-15T00:00:00Z
loya-apply -b >"$T/applied"
is "a future hire is active on the day" "$(members)" \
    "Asha active,Bela suspended,Cato active,Dora active,Emil active"
# worker N UPDATED EFFECTIVE MORE: its line
worker() { sed -i "s/^$1 .*/$1 $2 $3 1 $4/" "$wd/workers"; }
worker 2 2026-04-15T00:05:00Z $old "Bela 2020-01-01 - 1 0 0"
pull_apply 2026-04-15T00:10:00Z
is "a termination that was rescinded" "$(members)" \
    "Asha active,Bela active,Cato active,Dora active,Emil active"
is "leaves no last day behind" "$(store "SELECT count(ended_at) FROM member")" 0
worker 1 $old 2026-04-16T00:00:00Z "Asha 2020-01-01 2026-04-15 0 1 0"
pull_apply 2026-04-16T00:10:00Z
is "what was entered before and is effective now" "$(members)" \
    "Asha suspended,Bela active,Cato active,Dora active,Emil active"
worker 1 2026-04-16T01:00:00Z $old "Asha 2020-01-01 - 1 0 0"
pull_apply 2026-04-16T01:10:00Z
is "and back to what the other range said before" "$(members)" \
    "Asha active,Bela active,Cato active,Dora active,Emil active"
worker 3 2026-04-16T01:20:00Z $old "Cato 2026-04-15 - 0 0 1"
pull_apply 2026-04-16T01:30:00Z
is "a hire that was rescinded is closed" "$(members)" \
    "Asha active,Bela active,Cato closed,Dora active,Emil active"
at 2026-04-16T01:40:00Z
printf fault >"$wd/mode"
status 75 "a fault at 500" loya-pull hr
like "is reported" "$(cat "$T/err")" 'changes\[0\]: .* answers 500: try later'
rm "$wd/mode"
secret hr.pull wrong
status 78 "a fault of authentication at 500" loya-pull hr
like "is reported" "$(cat "$T/err")" 'answers 500: invalid username or password'
secret hr.pull 'h<&>"ush'
hr "$(echo "$soap" | sed 's/"count":"2"/"count":"1000"/')"
status 78 "a request that is not valid" loya-pull hr
like "is reported" "$(cat "$T/err")" 'answers 500: not valid'
hr "$soap"
status 0 "-n" loya-pull -n hr
like "masks the password" "$(cat "$T/out")" '#PasswordText">\*\*\*</wsse:Password>'
is "all of it" "$(grep -c ush "$T/out")" 0
status 0 "a snapshot" loya-pull -f hr
like "has everybody" "$(tail -n 1 "$T/out")" '"phase":"end".*"count":5'
# A worker who leaves while pages are read moves others onto a page already
# read.
before=$(inbox "SELECT value FROM cursor WHERE name = 'changes'")
sed -i 's/Z 2 /Z 1 /' "$wd/workers"
printf leaves >"$wd/mode"
status 74 "a snapshot of fewer than its first page says" loya-pull -f hr
is "is reported" "$(cat "$T/err")" "loya-pull: source 'hr': all[0]: rows \
disappeared while they were being read: '/Envelope/Body/Get_Workers_Response/Response_Results/\
Total_Results' was 5, and is now 4"
is "and has no end" "$(grep -c '"phase":"end"' "$T/out")" 0
sed -i "s/ [^ ]*/ 2026-04-16T01:41:00Z/" "$wd/workers"
at 2026-04-16T01:42:00Z
status 74 "changes of which some go each time" loya-pull hr
is "do not move the cursor" "$before" \
    "$(inbox "SELECT value FROM cursor WHERE name = 'changes'")"
rm "$wd/mode"
pull_apply 2026-04-16T01:42:00Z

# What only a snapshot has seen: the remembered state is outdated.
worker 5 $old $old "Eric 2020-01-01 - 1 0 0"
loya-pull -f hr | loya-apply >"$T/applied"
like "a change that was never reported" "$(members)" "Eric active"
worker 5 2026-04-16T01:42:00Z $old "Emil 2020-01-01 - 1 0 0"
pull_apply 2026-04-16T01:45:00Z
like "and is changed back" "$(members)" "Emil active"

# A step of a business process.
worker 4 2026-04-16T01:35:00Z $old "Dora 2020-01-01 2026-04-15 0 1 0"
thin 4 | loya-apply >"$T/applied"
forget
pull_apply 2026-04-16T01:50:00Z
like "is read back by the WID" "$(asked)" "^one $(wid 4),"
is "a suspended worker" "$(members)" \
    "Asha active,Bela active,Cato closed,Dora suspended,Emil active"
# A notification names nobody: everything changed since before it is read.
echo '{"specversion":"1.0","id":"note","source":"hr","type":"loya.received",
"time":"2026-04-16T01:55:00Z","datacontenttype":"text/xml",
"data":"<Envelope><Body><Receive_Notification/></Body></Envelope>"}' |
    tr -d '\n' | loya-apply >"$T/applied"
is "a notification waits" "$(store "SELECT count(*) FROM event WHERE state = 'unread'")" 1
forget
at 2026-04-16T01:56:00Z
status 0 "the next run" loya-pull hr
like "asks for changes on account of it" "$(asked)" '^Updated page 1 .*Effective page 1 .*Updated page 1 '
is "and it is done" "$(store "SELECT count(*) FROM event WHERE state = 'unread'")" 0

thin 9 | loya-apply >"$T/applied"
status 74 "a worker who may not be seen" loya-pull hr
like "is reported" "$(cat "$T/err")" 'one: the record that was asked for is not in the answer'
is "and not taken for gone" "$(grep -c deleted "$T/out")" 0
ok "verify agrees" loya-audit verify

# An id that is none is a fault of validation, at 500 as all.
loya-apply -d "$(store "SELECT seq FROM event WHERE state = 'unread'")" >"$T/applied"
line hr step-x loya.received '{"event":"Hire","wid":"x-1","entryMoment":"2026-04-16T01:57:00Z"}' |
    loya-apply >"$T/applied"
thin 5 2026-04-16T01:58:00Z | loya-apply >"$T/applied"
forget
at 2026-04-16T01:59:00Z
status 78 "an invalid WID" loya-pull hr
like "is reported" "$(cat "$T/err")" 'one: .* answers 500: not valid'
is "and does not stop others from being read" "$(asked | sed 's/ as of [^,]*//g')" \
    "one $(wid 5),Updated page 1,Updated page 2,Effective page 1"
secret hr.pull wrong
forget
thin 3 2026-04-16T01:58:00Z | loya-apply >"$T/applied"
status 78 "a wrong password" loya-pull hr
is "is reported" "$(cat "$T/err")" "loya-pull: source 'hr': one: \
${base#*//} answers 500: invalid username or password"
is "in one request" "$(asked)" "wrong password"
secret hr.pull 'h<&>"ush'

# REST.
fresh rest
hr ',"preset":"rest","settings":{"tenant":"acme"}' ',"oauth":{"client_id":"client","url":"{base}/ccx/oauth2/acme/token"}'
secret hr.oauth c
status 78 "REST cannot say what changed" loya-pull hr
like "is reported" "$(cat "$T/err")" "pull: there is no 'changes'; -f reads everything"
status 0 "everybody" loya-pull -f hr
loya-apply <"$T/out" >"$T/applied"
is "is there, by name" "$(members)" "Asha Rao active,Bela Rao active,Cato Rao active,Dora Rao active,Emil Rao active"
thin 4 | loya-apply >"$T/applied"
forget
loya-pull -f hr >"$T/out"
is "a hook reads one worker" "$(asked)" "worker $(wid 4)"
like "whose record comes first" "$(head -n 1 "$T/out")" '"descriptor":"Dora Rao"'
thin 9 | loya-apply >"$T/applied"
status 74 "a worker that REST does not find" loya-pull -f hr
is "is not taken for gone" "$(grep -c '"deleted":true' "$T/out")" 0
done_testing
