#!/bin/sh
# What is to hold from a day after a snapshot began is younger than it, whenever
# it was received: who starts or returns on that day is not missing.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr '{"profile":"plain","snapshot":{"missing":"suspend","least":0}}'
at() {	# TIME: feed what comes in at that time
	LOYA_NOW=2026-12-$1Z loya-apply -q >>"$T/lines" 2>"$T/err"
}
begin() { line hr "$1-b" loya.snapshot "{\"phase\":\"begin\",\"snapshot\":\"$1\"}"; }
end() { line hr "$1-e" loya.snapshot "{\"phase\":\"end\",\"snapshot\":\"$1\",\"count\":1}"; }
row() { member hr "$1-$2" "{\"external_id\":\"$2\",\"version\":9}" ",\"loyasnapshot\":\"$1\""; }
# says ID VERSION [DAY [MORE]]
says() {
	member hr "$1-$2" "{\"external_id\":\"$1\",\"version\":$2${3:+,
	    \"effective_at\":\"2026-12-${3}T00:00:00Z\"}${4-}}" | tr -d '\n'
	echo
}
fresh() {
	rm -f "$LOYA_STORE"*
	: >"$T/lines"
	loya-token -q init
}
all() { store "SELECT group_concat(external_id || ' ' || status, ', ')
    FROM (SELECT external_id, status FROM link JOIN member m ON m.id = member
    ORDER BY 1)"; }
active=',"status":"active"'
gone=',"status":"suspended"'

# A starts, B returns; C does, of whom something else was said since; what D was
# to come back for is older than what was said since.
fresh
{ says A 2 02; says B 1 '' "$gone"; says B 2 02 "$active"
says C 1 '' "$gone"; says C 2 02 "$active"; says C 3 '' ',"locale":"de"'
says D 1; says D 2 02 ',"locale":"fr"'; says D 3 '' ',"locale":"de"'
says Z 1; } | at 01T00:00:00
{ begin S; row S Z; } | at 01T23:59:00
end S | at 02T00:01:00
is "who starts or returns while a snapshot is read is not missing" \
    "$(all)" "A active, B active, C active, D suspended, Z active"
ok "verify agrees" loya-audit verify
{ begin S2; row S2 Z; end S2; } | at 03T00:00:00
is "the next one that begins should have them" "$(all)" \
    "A suspended, B suspended, C suspended, D suspended, Z active"

# The day was over when the snapshot began.
fresh
{ says A 2 02; says Z 1; } | at 01T00:00:00
at 02T00:00:00 </dev/null
{ begin S; row S Z; end S; } | at 02T00:00:00
is "who started before it began, or then, is missing" "$(all)" \
    "A suspended, Z active"

# It was missing, and returns on a day that was known before.
fresh
{ says B 1; says B 2 05 "$active"; says Z 1; } | at 01T00:00:00
{ begin S; row S Z; end S; } | at 02T00:00:00
is "who is missing is suspended" "$(all)" "B suspended, Z active"
LOYA_NOW=2026-12-03T00:00:00Z status 0 "why" loya-audit why hr/B status
at 05T00:00:00 </dev/null
is "until the day that was known before" "$(all)" "B active, Z active"
ok "verify agrees with that" loya-audit verify
{ begin S3; row S3 Z; end S3; } | at 06T00:00:00
is "and is missing again from the next" "$(all)" "B suspended, Z active"

# A change that had come due before is none that waited.
{ says B 3 02 ',"name":"b"'; says E 1; } | at 06T01:00:00
is "an event that comes later brings it back as always" "$(all)" \
    "B active, E active, Z active"
ok "verify agrees at the end" loya-audit verify

# What is held waits as well, but for a person: the snapshot that came meanwhile
# does not have the record that it is about.
source_file crm
source_file hr '{"profile":"plain","match":[["email"]],
    "snapshot":{"missing":"suspend","least":0}}'
echo '{"authority":{"*":["hr","crm"]}}' >"$LOYA_CONF/loya.json"
fresh
{ member crm 1 '{"external_id":"C1","version":1,"email":"a@x"}'
member crm 2 '{"external_id":"C2","version":1,"email":"a@x"}'
member hr 3 '{"external_id":"H","version":1,"email":"a@x"}'
says Z 1 '' ',"email":"z@x"'; begin S; row S Z; end S
member crm 9 '{"external_id":"C2","version":2,"email":"b@x"}'; } |
    at 01T00:00:00
is "nobody knows the record yet" "$(all)" "C1 active, C2 active, Z active"
LOYA_NOW=2026-12-02T00:00:00Z loya-apply -q -r 3 >"$T/lines"
is "it is missing from what came meanwhile" "$(all)" \
    "C1 suspended, C2 active, H suspended, Z active"
like "as the record says" "$(cat "$T/lines")" \
    '"loyacause":"hr/S-e".*"why":"missing","snapshot":"S"'
says H 2 | at 03T00:00:00
is "until something is heard of it" "$(all)" \
    "C1 active, C2 active, H active, Z active"
ok "verify agrees there, too" loya-audit verify
fresh
{ member crm 1 '{"external_id":"C1","version":1,"email":"a@x"}'
member crm 2 '{"external_id":"C2","version":1,"email":"a@x"}'
says H 1 02 ',"email":"a@x"'; says Z 1 '' ',"email":"z@x"'; } | at 01T00:00:00
at 02T00:00:00 </dev/null
{ begin S; row S Z
member crm 9 '{"external_id":"C2","version":2,"email":"b@x"}'; } |
    at 03T00:00:00
LOYA_NOW=2026-12-03T00:00:01Z loya-apply -q -r 3 >"$T/lines"
end S | at 03T00:01:00
is "also from one whose begin is behind the day from which it holds" "$(all)" \
    "C1 suspended, C2 active, H suspended, Z active"
rm "$LOYA_CONF/loya.json" "$LOYA_CONF/sources/crm.json"

# The same is said of a day to come by an event and by a row, and something else
# of today by another event, all while the snapshot is read.
order() {	# VERSIONS WORD...: the status on that day
	versions=$1
	shift
	fresh
	{ says P 1; begin S
	for word; do
		case $word in
		today) says P 2 '' "$active" ;;
		event) says P 3 05 "$gone" ;;
		row) says P 3 05 "$gone" | sed \
		    's/"id":"P-3"/"id":"row"/; s/,"data"/,"loyasnapshot":"S"&/' ;;
		newer) says P 4 06 "$active" | sed \
		    's/"id":"P-4"/"id":"row2"/; s/,"data"/,"loyasnapshot":"S"&/' ;;
		esac
	done; } | if [ "$versions" = no ]; then sed 's/"version":[0-9]*,//'
	else cat; fi >"$T/in"
	at 01T00:00:00 <"$T/in"
	at 05T00:00:00 </dev/null
	store "SELECT status FROM member"
}
for words in "today event row" "today row event" "event today row" \
    "event row today" "row today event" "row event today"; do
	# shellcheck disable=SC2086  # several words
	is "it comes on that day: $words" "$(order yes $words)" suspended
done
for words in "today event row" "today row event" "row today event"; do
	# shellcheck disable=SC2086  # several words
	is "without versions, too: $words" "$(order no $words)" suspended
done
is "but not what the row puts off" "$(order yes event newer)" active
is "a row does not put off what came after the begin without versions" \
    "$(order no event newer)" suspended
ok "and it verifies" loya-audit verify
done_testing
