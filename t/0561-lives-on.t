#!/bin/sh
# Two records of one source are one member: while one of them exists, the
# removal of the other one changes nothing.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file crm '{"profile":"plain","match":[["badge"]],
    "snapshot":{"missing":"suspend","least":0}}'
source_file hr '{"profile":"plain","match":[["badge"]]}'
echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"

# record SOURCE ID VERSION [MORE]
record() {
	member "$1" "$1$2$3" "{\"external_id\":\"$2\",\"version\":$3,
	    \"attributes\":{\"badge\":\"7\"}${4-}}" | tr -d '\n'
	echo
}
gone=',"deleted":true'
begin() {
	rm -f "$LOYA_STORE"*
	loya-token -q init
}
status() { store "SELECT status FROM member"; }

begin
{ record crm A 1; record crm B 2; record crm B 3 "$gone"; } |
    loya-apply >"$T/lines"
is "of two records one is deleted" "$(status)" active
like "it is recorded that this decides nothing" "$(tail -n 1 "$T/lines")" \
    '"outranked":\["status"\]'
like "and said why" "$(loya-audit why -T crm/A status)" \
    'that B is deleted, .* lost because another record of this source is there'
like "also in JSON" "$(loya-audit why crm/A status)" \
    '"value":"closed",.*"why":"newest"'
ok "it verifies" loya-audit verify
record hr H 1 ',"status":"suspended"' | loya-apply >"$T/lines"
is "what another source says counts then" "$(status)" suspended
record crm A 4 ',"status":"pending"' | loya-apply >"$T/lines"
is "unless the other record says something" "$(status)" pending
record crm A 5 "$gone" | loya-apply >"$T/lines"
is "when both are gone the member is closed" "$(status)" closed
record crm B 6 | loya-apply >"$T/lines"
is "one that is there again ends that" "$(status)" suspended
ok "it still verifies" loya-audit verify

# Any order ends in that.
record crm A 1 >"$T/1"
record crm B 2 >"$T/2"
record crm B 3 "$gone" >"$T/3"
for order in "1 2 3" "2 1 3" "1 3 2" "2 3 1"; do
	begin
	for n in $order; do
		cat "$T/$n"
	done | loya-apply >"$T/lines"
	is "in the order $order it is the same" "$(status)" active
done

begin
{ record crm A 1; record crm B 2
line crm s1 loya.snapshot '{"phase":"begin","snapshot":"S"}'
member crm s2 '{"external_id":"A","version":3}' ',"loyasnapshot":"S"'
line crm s3 loya.snapshot '{"phase":"end","snapshot":"S","count":1}'; } |
    loya-apply >"$T/lines"
is "nor does a record missing from a snapshot suspend a member" "$(status)" \
    active
ok "that verifies, too" loya-audit verify


# What the record says that the snapshot does have is what counts then.
two() {	# ROW...: A, which is closed, and B are one; a snapshot with these rows
	begin
	{ record crm A 1 ',"status":"closed"'; record crm B 1 ',"status":"active"'
	line crm s1 loya.snapshot '{"phase":"begin","snapshot":"S"}'
	for row; do
		member crm "s-$row" "{\"external_id\":\"$row\",\"version\":1}" \
		    ',"loyasnapshot":"S"'
	done
	line crm s3 loya.snapshot "{\"phase\":\"end\",\"snapshot\":\"S\",
	    \"count\":$#}" | tr -d '\n'; echo; } | loya-apply >"$T/lines"
}
two A C
is "one that is missing suspends nobody who is closed by the other" \
    "$(status | paste -s -d ' ')" "closed active"
like "which is recorded" "$(grep missing "$T/lines")" \
    '"status":{"old":"active","new":"closed"}'
like "and why says so" "$(loya-audit why -T crm/A status)" \
    'B was missing .* lost because another record of this source is there'
ok "that verifies" loya-audit verify
two C
is "if that one is not in it either the member is suspended" \
    "$(status | paste -s -d ' ')" "suspended active"
record crm A 2 ',"status":"closed"' | loya-apply >"$T/lines"
is "until an event about it comes" "$(status | paste -s -d ' ')" \
    "closed active"
ok "both verify" loya-audit verify

# A line that names the member is not about a record that could exist.
begin
record crm A 1 ',"status":"active"' | loya-apply >"$T/lines"
id=$(store "SELECT id FROM member")
{ member crm by "{\"member\":\"$id\",\"version\":2,\"locale\":\"de\"}"
  record crm A 3 "$gone"; } | loya-apply >"$T/lines"
is "what a line said about the member by its id keeps no member" "$(status)" closed
record crm B 4 | loya-apply >"$T/lines"
is "as another record does" "$(status)" active
ok "both verify" loya-audit verify

begin
record crm A 1 | loya-apply >"$T/lines"
id=$(store "SELECT id FROM member")
{ member crm by "{\"member\":\"$id\",\"version\":2,\"status\":\"active\"}"
  record crm A 3 "$gone"; } | loya-apply >"$T/lines"
is "nor does a status that it said" "$(status)" closed
like "which lost, as why says" "$(loya-audit why -T crm/A status)" \
    'said active about .* lost because another record of this source counts'
record crm A 4 | loya-apply >"$T/lines"
is "which counts again with the record" "$(status)" active
ok "that verifies as well" loya-audit verify

# Nor is it missing from a snapshot, unless it is all that the source has.
snapshot() {	# ID ROW
	line crm "$1b" loya.snapshot '{"phase":"begin","snapshot":"'"$1"'"}'
	member crm "$1r" "$2" ',"loyasnapshot":"'"$1"'"'
	line crm "$1e" loya.snapshot \
	    '{"phase":"end","snapshot":"'"$1"'","count":1}'
}
begin
record crm A 1 | loya-apply >"$T/lines"
id=$(store "SELECT id FROM member")
{ member crm by "{\"member\":\"$id\",\"version\":2,\"locale\":\"de\"}"
  snapshot S1 '{"external_id":"A","version":3}'; } | loya-apply >"$T/lines"
is "a line about the member by its id is never missing" \
    "$(types "$T/lines")" "member.updated member.unchanged"
{ record crm A 4 ',"status":"closed"'
  snapshot S2 '{"external_id":"A","version":4}'; } | loya-apply >"$T/lines"
is "and suspends no closed member" "$(status)" closed
begin
record hr H 1 | loya-apply >"$T/lines"
id=$(store "SELECT id FROM member")
{ member crm by "{\"member\":\"$id\",\"version\":2,\"locale\":\"de\"}"
  snapshot S3 '{"external_id":"A","version":3}'; } | loya-apply >"$T/lines"
is "of a source that knows loya's ids it is" \
    "$(store "SELECT status FROM member WHERE id = '$id'")" suspended
ok "that is sound as well" loya-audit verify

# A cleared status means active, and the record that clears it exists.
for order in "1 2 3 4" "4 3 2 1" "3 4 2 1"; do
	begin
	record crm A 1 ',"status":"suspended"' >"$T/1"
	record crm A 2 ',"status":null' >"$T/2"
	record crm B 3 >"$T/3"
	record crm B 4 "$gone" >"$T/4"
	for n in $order; do
		cat "$T/$n"
	done | loya-apply >"$T/lines"
	is "nor does it where the other one's status was cleared ($order)" \
	    "$(status)" active
done
record crm B 5 ',"status":"suspended"' | loya-apply >"$T/lines"
is "nor is somebody suspended by a second record then" "$(status)" active
ok "all of that verifies" loya-audit verify
done_testing
