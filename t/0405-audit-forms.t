# The formats that loya-audit writes for other programs: CSV, CEF, syslog,
# OCSF; hostile values stay in their fields.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store
n=$(sqlite3 "$LOYA_STORE" 'SELECT count(*) FROM audit')
line member hr 'a|b=c\\d\"e]f,h' 2026-11-22T13:00:00Z \
    '{"external_id":"x|=\\\"],","version":1,"name":"a\u001b[2J\nCEF:0|"}' |
    loya-apply >"$T/apply.out"
n=$((n + 1))
evil=$(sqlite3 "$LOYA_STORE" "SELECT member FROM audit WHERE seq = $n")
user=$(id -un)

for f in cef syslog ocsf; do
	is "$f is a line a row" "$(loya-audit -O $f | wc -l | tr -d ' ')" "$n"
done
is "-O json is JSON lines" "$(loya-audit -O json)" "$(loya-audit -j)"
is "-O table is a table" "$(loya-audit -O table)" "$(loya-audit -T)"

loya-audit -O cef -N 1 >"$T/cef"
like "the header of a line of CEF" "$(cat "$T/cef")" \
    "^CEF:0\|loya\|loya\|[0-9.]*\|member.enrolled\|member.enrolled\|3\|rt=1795435200000 externalId=$n suser=user:$user duid=$evil outcome=success msg="
like "equals and line ends are escaped in values" "$(cat "$T/cef")" \
    ' cs2=a\|b\\=c\\\\d"e\]f,h cs2Label=eventId cs3=x\|\\=\\\\"\], cs3Label=recordId '
like "a control character is replaced" "$(cat "$T/cef")" \
    'name a\?\[2J\\nCEF:0\|'
like "a refusal is graver" "$(loya-audit -O cef -k event.refused | head -n 1)" \
    '\|event.refused\|event.refused\|6\|.* outcome=failure reason=insufficient_points '

loya-audit -O syslog -N 1 >"$T/syslog"
like "the header of a line of syslog" "$(cat "$T/syslog")" \
    "^<109>1 2026-11-23T12:00:00.000000Z $(uname -n) loya - member.enrolled \\[loya@32473 seq=\"$n\" source=\"hr\" "
like "quote, backslash and bracket are escaped" "$(cat "$T/syslog")" \
    ' event_id="a\|b=c\\\\d\\"e\\\]f,h" inbox="14" '
like "a warning is one" "$(loya-audit -O syslog -k event.refused | head -n 1)" \
    '^<108>1 '

loya-audit -O ocsf >"$T/ocsf"
is "every line of OCSF is JSON" "$(tr '\n' ',' <"$T/ocsf" |
    sed 's/^/[/; s/,$/]/' >"$T/all" && sqlite3 :memory: \
    "SELECT json_array_length(readfile('$T/all'))")" "$n"
like "a member that is suspended" "$(grep -c '"type_uid":300412' "$T/ocsf")" 1
like "a refusal" "$(grep insufficient "$T/ocsf")" \
    '"class_uid":0,.*"status":"Failure","status_detail":"insufficient_points"'

# What went wrong is a failure in all three, and what went well in none.
sqlite3 "$LOYA_STORE" ".backup $T/kinds.db"
sqlite3 "$LOYA_STORE-inbox" ".backup $T/kinds.db-inbox"
bad="auth.refused delivery.dead delivery.deferred event.held event.refused
    key.lost oauth.refused pull.failed target.off"
for k in $bad pull.ended delivery.sent target.on member.suspended; do
	echo "INSERT INTO audit SELECT (SELECT max(seq) + 1 FROM audit), at,
	    '$k', source, event_id, inbox, NULL, NULL, actor, '{}', salt,
	    commitment FROM audit WHERE seq = 1;"
done | sqlite3 "$T/kinds.db"
failed() {	# format pattern: the kinds, sorted
	loya-audit -s "$T/kinds.db" -O "$1" -a 2000-01-01 | grep -e "$2" |
	    grep -oE '(auth|delivery|event|key|oauth|pull|target|member)\.[a-z]+' |
	    sort -u | tr '\n' ' '
}
kinds=$(printf '%s ' $bad)
is "CEF: failure" "$(failed cef ' outcome=failure')" "$kinds"
is "syslog: a warning" "$(failed syslog '^<108>')" "$kinds"
is "OCSF: Failure" "$(failed ocsf '"status_id":2')" "$kinds"
esc=$(printf '\033')
if command -v script >/dev/null; then
	is "on a terminal: a colour" "$(COLUMNS=200 TERM=xterm \
	    script -qec "loya-audit -s '$T/kinds.db' -a 2000-01-01" /dev/null \
	    </dev/null | grep -e "$esc.31m" -e "$esc.33m" | grep -v suspended |
	    grep -oE '(auth|delivery|event|key|oauth|pull|target)\.[a-z]+' |
	    sort -u | tr '\n' ' ')" "$kinds"
fi
status 1 "faults of tables as a whole are on the page, too" \
    loya-audit -s "$T/kinds.db" report -o "$T/page" -a 2000-01-01 \
    -b 2100-01-01
is "on the page for reviewers: among what failed" "$(sed -n \
    '/Refused, held and failed<.h2>/,/<pre>/p' "$T/page" |
    grep -oE '>(auth|delivery|event|key|oauth|pull|target|member)\.[a-z]+' |
    tr -d '>' | sort -u | tr '\n' ' ')" "$kinds"
is "and of medium severity" "$(failed ocsf '"severity_id":3')" "$kinds"

loya-audit -O csv -N 1 >"$T/csv"
is "CSV has headings and CR LF" "$(head -n 1 "$T/csv" | od -c | tail -n 2 |
    head -n 1 | tr -s ' ' | cut -d ' ' -f 2-)" "$(printf \
    'seq,at,kind,source,event_id,inbox,member,prev,actor,detail\r\n' | od -c |
    tail -n 2 | head -n 1 | tr -s ' ' | cut -d ' ' -f 2-)"
sqlite3 :memory: ".mode csv" ".import $T/csv t" \
    "SELECT event_id = 'a|b=c\\d\"e]f,h',
	json_extract(detail, '\$.changes.name.new') =
	    'a' || char(27) || '[2J' || char(10) || 'CEF:0|' FROM t" >"$T/read"
is "another reader of CSV reads back what was written" \
    "$(cat "$T/read")" "1,1"
is "lists are CSV, too" "$(loya-audit members -O csv -S suspended | wc -l | tr -d " ")" 2
is "with headings even when there is nothing" \
    "$(loya-audit outbox -O csv | tr -d '\r')" \
    "seq,target,type,member,audit,state,tries,due_at,answer,behind,lease_until"

line member hr n 2026-11-22T13:00:00Z "$(printf \
    '{"external_id":"E3","version":1,"name":"%s"}' \
    "$(printf 'n\302\205<13>\302\2331m\342\200\250z')")" |
    loya-apply >"$T/apply.out"
like "other line ends and control characters are replaced, too" \
    "$(loya-audit -O syslog -N 1)" '"n\?<13>\?1m\?z.* n\?<13>\?1m\?z;'

status 64 "an unknown format is 64" loya-audit -O xml
like "and the ones there are are named" "$(cat "$T/err")" \
    "log: 'xml' is not a format of this verb; use json table csv cef syslog ocsf"
status 64 "a format that does not go with the verb is 64" \
    loya-audit members -O cef
status 64 "so is the beginning of one" loya-audit -O js
done_testing
