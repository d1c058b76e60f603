# loya-audit show, why, members, inbox.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store

why() {
	loya-audit why "$@" | sed "s/$anna/ANNA/; s/$cyd/CYD/"
}

is "why names the source, the event and what lost" "$(why hr/E1 email |
    sed 's/user:[^"]*/USER/')" \
'{"member":"ANNA","field":"email","value":"anna@crm.example","owner":"crm","source":"crm","external_id":"C1","event_id":"c1","inbox":7,"audit":7,"source_time":"2026-11-21T08:00:00.000000Z","received_at":"2026-11-23T12:00:00.000000Z","rule":"authority","lost":[{"value":"anna@hr.example","source":"hr","external_id":"E1","event_id":"e1","inbox":1,"audit":1,"source_time":"2026-11-20T08:00:00.000000Z","received_at":"2026-11-23T12:00:00.000000Z","why":"authority"}],"made":{"source":"crm","external_id":"C1","event_id":"c1","inbox":7,"audit":7,"kind":"member.updated","actor":"USER","source_time":"2026-11-21T08:00:00.000000Z","received_at":"2026-11-23T12:00:00.000000Z","applied_at":"2026-11-23T12:00:00.000000Z","why":null}}'
like "a field that only one source speaks of" "$(why hr/E1 status)" \
    '"value":"suspended",.*"event_id":"e4",.*"rule":"sole","lost":\[\]'
like "a record that is gone closes its member" "$(why hr/E2 status)" \
    '"value":"closed",.*"event_id":"e6",.*"rule":"sole"'
like "a status that no source gave" "$(why hr/E3 status)" \
    '"value":"active","owner":null,"rule":"default"'
like "a hold is the programme's own" "$(why hr/E3 hold)" \
    '"value":"fraud","owner":"loya","actor":"user:.*"event_id":"h1"'
is "without a field it is a line for each" "$(why hr/E1 | wc -l | tr -d ' ')" 6
is "sentences for people" "$(loya-audit why -T hr/E1 given_name)" \
"given_name is Anna because hr said so about E1 in event e1 at 2026-11-20T08:00:00Z (received 2026-11-23T12:00:00Z, applied 2026-11-23T12:00:00Z, row 1 of the record); rule authority: it comes first among the sources that may decide it.
    crm said Annie about C1 in event c1 at 2026-11-21T08:00:00Z (received 2026-11-23T12:00:00Z, applied 2026-11-23T12:00:00Z, row 7 of the record) and lost because this source comes later among those that may decide it."
is "a status that no source gave, in a sentence" \
    "$(loya-audit why -T hr/E3 status)" \
    "status is active since 2026-11-23T12:00:00Z because of event e3 of hr about E3 at 2026-11-20T08:02:00Z (received 2026-11-23T12:00:00Z, row 3 of the record); no source that may decide it says anything about it.
    a hold is set, too: fraud."
is "a hold, in a sentence" "$(loya-audit why -T hr/E3 hold |
    sed "s/user:[^ ]*/USER/")" \
    "hold is fraud because USER set it in event h1 at 2026-11-23T12:00:00Z (row 10 of the record); rule hold: no source lifts it."
status 1 "a field that no source gives is 1" loya-audit why hr/E1 locale
status 1 "an unknown member is 1" loya-audit why hr/E99
status 1 "so is an id that does not say of which source" loya-audit why E1
is "and it is said how that is written" "$(cat "$T/err")" \
    "loya-audit: 'E1': there is no such member; an id of a source is written SOURCE/EXTERNAL-ID (try: hr/E1)"
status 1 "show of such an id is 1, too" loya-audit show E1
is "and says the same" "$(cat "$T/err")" \
    "loya-audit: 'E1': there is no such member or event; an id of a source is written SOURCE/EXTERNAL-ID (try: hr/E1)"

for v in "log -m" show "why" "members -m"; do
	status 0 "$v: an e-mail address finds who had it before" \
	    loya-audit $v anna@hr.example
	like "as who has it" "$(cat "$T/out")" \
	    "$(loya-audit $v anna@crm.example | sed 's/[][\\.*^$+?(){}|]/\\&/g' | head -n 1)"
	is "and says so" "$(cat "$T/err")" "loya-audit: 'anna@hr.example': nobody has this e-mail address now; this is who had it before"
done
status 0 "with -q it does not" loya-audit -q -m anna@hr.example
is "say so" "$(cat "$T/err")" ""

what() {
	loya-audit show "$@" | sed 's/^{"what":"\([a-z]*\)".*/\1/' | uniq -c |
	    tr -s ' ' | tr '\n' ',' | sed 's/^ //; s/,$//'
}
is "show of a member is its story" "$(what hr/E3)" \
    "1 member, 1 link, 2 points, 5 audit"
is "show of an event is its story" "$(what hr/p1)" "1 event, 1 audit, 1 points"
is "show of a row is that of its event" "$(what 4)" "$(what hr/p1)"
is "show -i takes the inbox row" "$(what -i 4)" "$(what hr/p1)"
like "a body of JSON stands as JSON" "$(loya-audit show hr/e2)" \
    '"body":\{"specversion":"1.0"'
like "people get a block" "$(loya-audit show -T hr/E3)" \
    '^points +70$'
status 1 "an unknown event is 1" loya-audit show hr/nope
status 1 "an unknown row is 1" loya-audit show 4711
status 1 "an unknown inbox row is 1" loya-audit show -i 4711

is "members lists all" "$(loya-audit members | wc -l | tr -d ' ')" 3
like "members -S takes a status" "$(loya-audit members -S suspended)" \
    "^\\{\"id\":\"$anna\",\"status\":\"suspended\",.*\"links\":\\[\"hr/E1\",\"crm/C1\"\\]\\}\$"
is "members -N is the newest" "$(loya-audit members -N 1 |
    cut -c 8-43)" "$cyd"
is "a table of members" "$(loya-audit members -T -m hr/E3 |
    sed "s/$cyd/CYD/" | tr -s ' ')" \
"ID STATUS HOLD POINTS NAME EMAIL LINKS
CYD active fraud 70 Cyd \"C\" C hr/E3"
status 64 "an unknown status is 64" loya-audit members -S gone

seqs() {
	loya-audit inbox "$@" | sed 's/^{"seq":\([0-9]*\),.*/\1/' |
	    tr '\n' ' ' | sed 's/ $//'
}
is "inbox lists all" "$(seqs | wc -w | tr -d ' ')" 13
is "inbox -S refused" "$(seqs -S refused)" "6 12"
is "inbox -S scheduled" "$(seqs -S scheduled)" 13
is "inbox -S held" "$(seqs -S held)" ""
is "inbox -N is the newest" "$(seqs -N 2)" "12 13"
is "inbox -S with -N" "$(seqs -S refused -N 1)" 12
is "inbox -r" "$(seqs -r -N 2)" "13 12"
is "inbox -o" "$(seqs -o crm)" 7
is "inbox -o with -N" "$(seqs -o hr -N 2)" "11 13"
is "inbox -o with -r" "$(seqs -o hr -r -N 8)" "13 11 9 8 6 5 4 3"
is "inbox -e" "$(seqs -e p3) $(seqs -o hr -e p3)" "6 6"
is "inbox -e of another source" "$(seqs -o crm -e p3)" ""
is "inbox -e with -S" "$(seqs -e p3 -S applied),$(seqs -e p3 -S refused)" ",6"
is "inbox -a and -b" "$(seqs -o crm -a 2001-01-01T00:00:00Z),$(
    seqs -o crm -b 2001-01-01T00:00:00Z)" "7,"
like "a refused event says why" "$(loya-audit inbox -e p3)" \
    '"state":"refused","why":"insufficient_points"'
sqlite3 "$LOYA_STORE-inbox" "INSERT INTO inbox
    SELECT 14, source, 'new', received_at, content_type, head, body
    FROM inbox WHERE seq = 1"
is "inbox -S new is what was not looked at" "$(seqs -S new)" 14
status 64 "an unknown state is 64" loya-audit inbox -S lost

# Tokens and clients, by their ids.
loya-token -q init
loya-token client add shop hook:hr >"$T/client" 2>"$T/err"
client=$(sed 's/.*"client_id":"\([^"]*\)".*/\1/' "$T/client")
loya-token issue hook:hr >"$T/token" 2>"$T/err"
id=$(loya-token list | sed -n 's/.*"\(t_[^"]*\)".*/\1/p')
loya-token revoke "$id" >"$T/out"
loya-apply -b >"$T/out"
status 0 "show TOKEN" loya-audit show "$id"
is "is what became of it" "$(sed 's/.*"kind":"\([^"]*\)".*/\1/' "$T/out")" \
    "token.issued
token.revoked"
status 0 "show CLIENT" loya-audit show "$client"
is "has its rows" "$(sed 's/.*"kind":"\([^"]*\)".*/\1/' "$T/out")" client.added
status 1 "show of an unknown token" loya-audit show t_0123456789abcdef
like "says so" "$(cat "$T/err")" \
    "'t_0123456789abcdef': the audit log has no such token or client"
status 64 "a secret is refused" loya-audit show "$(cat "$T/token")"
is "and not repeated" "$(grep -c "$(cat "$T/token")" "$T/err")" 0
ok "no delivery was ever due" loya-audit outbox -T
is "which is said" "$(cat "$T/err")" "loya-audit: there are no deliveries"
done_testing
