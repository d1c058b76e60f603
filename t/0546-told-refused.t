#!/bin/sh
# Refused and held events are reported on standard error, which cron mails.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
redeem() {	# ID: points that nobody has
	points hr "$1" "{\"external_id\":\"E1\",\"kind\":\"redeem\",
	    \"points\":1,\"reference\":\"$1\"}" | tr -d '\n'
	echo
}
unknown() {	# ID: points of somebody who is not known
	points hr "$1" "{\"external_id\":\"$1\",\"kind\":\"earn\",
	    \"points\":1,\"reference\":\"$1\"}" | tr -d '\n'
	echo
}
apply() {	# options; its input is $T/in
	loya-apply "$@" <"$T/in" >"$T/lines" 2>"$T/err"
	rc=$?
}

loya-apply -bq
member hr 1 '{"external_id":"E1","version":1,"status":"active"}' >"$T/in"
apply
is "where nothing is, nothing is said" "$rc $(cat "$T/err")" "0 "
{ redeem 2; redeem 3; unknown X4; } >"$T/in"
apply -n
is "a dry run counts, and names no list" "$rc $(cat "$T/err")" \
    "1 loya-apply: 2 refused, 1 held"
apply
is "what was refused or held is counted" "$rc $(cat "$T/err")" \
    "1 loya-apply: 2 refused, 1 held (loya-audit inbox -S refused, -S held)"
is "standard output has it as before" "$(types "$T/lines")" \
    "event.refused event.refused event.held"
apply
is "a repeat is not reported again" "$rc $(cat "$T/err")" "0 "
unknown X5 >"$T/in"
apply
is "what is held is listed there" "$rc $(cat "$T/err")" \
    "1 loya-apply: 1 held (loya-audit inbox -S held)"
unknown X6 >"$T/in"
apply -q
is "with -q only the status says it" "$rc $(cat "$T/err")" "1 "
status 1 "another try that fails" \
    loya-apply -r "$(store "SELECT min(seq) FROM event WHERE state = 'refused'")"
is "is reported" "$(cat "$T/err")" \
    "loya-apply: 1 refused (loya-audit inbox -S refused)"

# The backlog of cron: a scheduled change can be refused, too.
store "UPDATE event SET state = 'scheduled', due_at = 1 WHERE state = 'refused'"
status 1 "-b with something that is refused" loya-apply -b
is "says how many" "$(cat "$T/err")" \
    "loya-apply: 2 refused (loya-audit inbox -S refused)"

# A long run.
printed() { [ "$(grep -c '"type":"loya.event' "$T/long.out")" = "$1" ]; }
mkfifo "$T/pipe"
start long sh -c 'exec loya-apply <"$1"' x "$T/pipe"
exec 3>"$T/pipe"
redeem 7 >&3
wait_for "it is reported soon" grep -q '1 refused' "$T/long.err"
redeem 8 >&3
redeem 9 >&3
wait_for "two more are refused" printed 3
is "that is not reported at once" "$(wc -l <"$T/long.err")" 1
exec 3>&-
wait "$(cat "$T/long.pid")"
is "a long run ends with 1" $? 1
is "and tells the rest at its end" "$(sed 1d "$T/long.err")" \
    "loya-apply: 2 refused (loya-audit inbox -S refused)"
done_testing
