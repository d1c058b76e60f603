#!/bin/sh
# loya-pull -f: everything as a snapshot; and sources that are a command.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_org
salesforce
loya-token -q init
secret crm.oauth hush
clock 2026-03-04T06:00:00Z
i=1
while [ $i -le 5 ]; do
	record $i 2026-03-04T05:00:0$i 0 "N$i" Dell "n$i@example.org"
	i=$((i + 1))
done >"$org/records"
status 0 "everything" loya-pull -f crm
cp "$T/out" "$T/lines"
is "all records" "$(records "$T/lines")" "1 2 3 4 5"
snap=$(sed -n 's/.*"phase":"begin","snapshot":"\([^"]*\)".*/\1/p' "$T/lines")
like "the first line begins it" "$(head -n 1 "$T/lines")" \
    '^\{"specversion":"1.0","id":"[^"]*-begin","source":"crm","type":"loya.snapshot",.*"data":\{"phase":"begin",.*\},"loyaseq":[0-9]+\}$'
is "each row says which one it belongs to" \
    "$(grep -c "loyasnapshot.*$snap" "$T/lines")" 5
like "the last line ends it and counts" "$(tail -n 1 "$T/lines")" \
    "\"phase\":\"end\",\"snapshot\":\"$snap\",\"count\":5"
is "changes go on from the clock of the org" "$(cursor)" \
    2026-03-04T05:59:55.000000Z
is "the record has its begin and end" "$(store "SELECT kind || detail
    FROM audit WHERE kind LIKE 'pull.%' ORDER BY seq")" \
"pull.begun{\"snapshot\":\"$snap\"}
pull.ended{\"snapshot\":\"$snap\",\"count\":5}"
status 0 "loya-apply reads it" loya-apply <"$T/lines"
is "as complete" "$(store "SELECT count, rows, state FROM snapshot")" "5|5|done"
status 0 "a second one" loya-pull -f crm
is "is a snapshot of its own" "$(inbox "SELECT count(*) FROM inbox")" 14
status 0 "with its rows" loya-apply -b
is "which are known" "$(store "SELECT count(*) FROM member")" 5

# Cut off.
printf 'good\nhtml\n' >"$org/script"
status 74 "one that is cut off" loya-pull -f crm
is "has no end" "$(inbox "SELECT count(*) FROM inbox
    WHERE CAST(body AS TEXT) LIKE '%\"phase\":\"end\"%'")" 2
is "what came of it stays" "$(inbox "SELECT count(*) FROM inbox")" 17
like "and the record says why" "$(store "SELECT kind || detail FROM audit
    ORDER BY seq DESC LIMIT 1")" \
    'pull.failed.*"snapshot":".*"why":"all\[0\]: unexpected answer'

loya-apply -b >"$T/applied"

# A command.
echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
cat >"$T/list" <<'END'
#!/bin/sh
cat "$T/people"
exit "$(cat "$T/exit")"
END
chmod +x "$T/list"
echo 0 >"$T/exit"
source_file hr "{\"profile\":\"plain\",\"pull\":{\"command\":[\"$T/list\"]}}"
{
	echo '{"external_id":"E1","version":1,"given_name":"Asha"}'
	echo '{"external_id":"E2","version":1,"given_name":"Bela"}'
	member hr x1 '{"external_id":"E3","version":1,"given_name":"Cato"}' \
	    ',"time":"2026-03-04T05:00:00Z"'
} >"$T/people"
status 0 "what a command prints" loya-pull hr
is "becomes lines" "$(wc -l <"$T/out")" 3
loya-apply <"$T/out" >"$T/applied"
is "of members" "$(types "$T/applied")" \
    "member.enrolled member.enrolled member.enrolled"
status 0 "the same again" loya-pull hr
is "is nothing new" "$(cat "$T/out")" ""
sed -i 's/"given_name":"Asha"/"given_name":"Asha B"/; s/:1,/:2,/' "$T/people"
status 0 "a change" loya-pull hr
is "is: of the two without an id of their own" "$(wc -l <"$T/out")" 2
sed -i 's/"given_name":"Asha B"/"given_name":"Asha"/; s/:2,/:1,/' "$T/people"
status 0 "and the way back" loya-pull hr
is "is as well" "$(wc -l <"$T/out")" 2
status 0 "-f of a command" loya-pull -f hr
cp "$T/out" "$T/lines"
like "is a snapshot" "$(tail -n 1 "$T/lines")" '"phase":"end".*"count":3'
loya-apply <"$T/lines" >"$T/applied"
is "that is complete" "$(store "SELECT count, rows, state FROM snapshot
    WHERE source = 'hr'")" "3|3|done"
is "and known" "$(store "SELECT count(*) FROM binding WHERE source = 'hr'")" 3
for n in 1 75; do
	echo $n >"$T/exit"
	status $((n == 75 ? 75 : 74)) "a command that ends with $n" \
	    loya-pull -f hr
	like "is reported" "$(cat "$T/err")" "source 'hr': '$T/list' ended with $n"
	is "and its snapshot has no end" \
	    "$(tail -n 1 "$T/out" | grep -c '"phase":"end"')" 0
done
echo 0 >"$T/exit"
n=0
for fault in 'malformed no JSON' 'missing [1]' 'missing {"given_name":"x"}' \
    "unmapped $(member other 1 '{}')" "unmapped $(points hr 1 '{}')" \
    'unmapped {"specversion":"1.0","id":"1"}' \
    "unmapped $(member hr 2 '{"external_id":"E8"}' \
    ',"time":"2026-03-04T05:00:00"')"; do
	why=${fault%% *}
	fault=${fault#* }
	n=$((n + 1))
	{
		echo "$fault"
		echo "{\"external_id\":\"E9\",\"given_name\":\"N$n\"}"
	} >"$T/people"
	status 1 "a command that prints $fault" loya-pull hr
	like "is reported with its line" "$(cat "$T/err")" "source 'hr': line 1: "
	is "which is stored, as is what follows" "$(wc -l <"$T/out")" 2
	loya-apply -b >"$T/applied"
	like "and is refused" "$(grep event.refused "$T/applied")" \
	    "\"why\":\"$why\""
	status 0 "it is reported once" loya-pull hr
done
perl -e 'printf qq({"name":"x%d"}\n), $_ for 1 .. 11' >"$T/people"
before=$(inbox "SELECT count(*) FROM inbox WHERE source = 'hr'")
status 74 "a command that prints ten lines that are not records" loya-pull hr
like "is reported" "$(cat "$T/err")" "hr': line 10: it has no '/external_id', and none of the rows before it is a record either"
is "nothing of it is stored" \
    "$(inbox "SELECT count(*) FROM inbox WHERE source = 'hr'")" "$before"
status 74 "so with -f" loya-pull -f hr
is "which is a begin only" "$(wc -l <"$T/out")" 1
{
	echo '#!/bin/sh'
	echo "head -n 5 '$T/people'; sleep 0.3; tail -n 6 '$T/people'"
} >"$T/slow"
chmod +x "$T/slow"
source_file slow "{\"profile\":\"plain\",\"pull\":{\"command\":[\"$T/slow\"]}}"
status 74 "also where they come bit by bit" loya-pull slow
is "nothing is stored" \
    "$(inbox "SELECT count(*) FROM inbox WHERE source = 'slow'")" 0
rm "$LOYA_CONF/sources/slow.json"
{
	cat "$T/people"
	echo '{"external_id":"E1","version":9}'
} | sed 1d >"$T/ten"
{
	echo '{"external_id":"E1","version":8}'
	cat "$T/ten"
} >"$T/people"
status 1 "after a record they are stored" loya-pull hr
is "each of them" "$(wc -l <"$T/out")" 12
like "a record in two lines is reported" "$(cat "$T/err")" \
    "source 'hr': line 12: an earlier line has the same record"

{
	echo '{"external_id":"T1","given_name":"A"}'
	echo '{"external_id":"T1","given_name":"B"}'
	echo '{"external_id":"T1","given_name":"A"}'
} >"$T/people"
loya-pull -q hr >"$T/out"
is "its three states are changes" "$(wc -l <"$T/out")" 3
status 0 "the same output" loya-pull hr
is "is nothing new" "$(wc -l <"$T/out")" 0
sed -i '2s/B/C/' "$T/people"
loya-pull -q hr >"$T/out"
is "what is different in it is" "$(grep -c '"C"' "$T/out") $(wc -l <"$T/out")" "1 1"

for command in '"cat"' 7 '[]' '[""]' '["cat",7]' '{"cat":1}'; do
	printf '{"profile":"plain",\n "pull":{"command":%s}}' "$command" \
	    >"$LOYA_CONF/sources/hr.json"
	status 78 "command: $command" loya-pull hr
	like "is reported with its place" "$(cat "$T/err")" \
	    'hr.json:2:[0-9]+: pull.command'
done
source_file hr '{"pull":{"command":["/nowhere"]}}'
status 78 "a command that is not there" loya-pull hr
source_file hr '{"pull":{"command":["sleep","60"],"timeout":1}}'
status 75 "a command that does not end" loya-pull hr
like "is ended" "$(cat "$T/err")" "'sleep' did not end within 1 s"
status 0 "-n shows the command" loya-pull -n hr
is "and runs nothing" "$(cat "$T/out")" "sleep 60"
source_file hr '{"pull":{"command":["sh","-c","exec sleep 60 >&-"],"timeout":1}}'
status 75 "one that has closed its output, and goes on" timeout 20 loya-pull hr
like "as well" "$(cat "$T/err")" "'sh' did not end within 1 s"
source_file hr '{"map":{"external_id":"/id"},"pull":{"key":"/id","command":["yes","{\"id\":1}"],"timeout":1}}'
status 75 "one that prints without an end" timeout 20 loya-pull hr
like "too" "$(cat "$T/err")" "'yes' did not end within 1 s"

# Several: one that fails does not stop the others.
clock 2026-03-04T07:00:00Z
record 6 2026-03-04T06:30:00 0 Six Dell six@example.org >>"$org/records"
source_file hr '{"pull":{"command":["false"]}}'
status 74 "the gravest of two ends" loya-pull hr crm
is "and the other is read" "$(records "$T/out")" 6
done_testing
