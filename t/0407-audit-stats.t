# loya-audit stats: what it counts, for people, as JSON lines, for Prometheus.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store
LOYA_NOW=2026-11-23T12:30:00Z
export LOYA_NOW

stats() { loya-audit stats "$@" | grep "\"what\":\"$what\""; }

what=record
is "rows are counted by kind and source, and lately" \
    "$(stats | grep enrolled)" '{"what":"record","kind":"member.enrolled","source":"hr","rows":3,"this_hour":3,"last_24h":3}'
is "they are all the rows there are" "$(stats | sed \
    's/.*"rows":\([0-9]*\).*/\1/' | paste -sd+ | bc)" \
    "$(loya-audit | wc -l | tr -d ' ')"
is "an hour later none are of this hour" "$(LOYA_NOW=2026-11-23T13:00:00Z stats |
    grep enrolled | sed 's/.*"this/"this/')" '"this_hour":0,"last_24h":3}'
is "a day later none are of the last 24" "$(LOYA_NOW=2026-11-24T12:00:00Z stats |
    grep enrolled | sed 's/.*"this/"this/')" '"this_hour":0,"last_24h":0}'
is "-o takes a source" "$(stats -o crm)" '{"what":"record","kind":"member.updated","source":"crm","rows":1,"this_hour":1,"last_24h":1}'

what=members
is "members by status" "$(stats | cut -d , -f 2- | tr -d '\n')" \
    '"status":"active","members":1}"status":"closed","members":1}"status":"suspended","members":1}'
what=holds
is "holds" "$(stats)" '{"what":"holds","hold":"fraud","members":1}'

what=lag
is "lag is from receipt to the record" "$(stats -o crm)" \
    '{"what":"lag","source":"crm","events":1,"received_at":"2026-11-23T12:00:00.000000Z","p50":0,"p99":0,"max":0}'

what=inbox
is "the inbox by state and age" "$(stats)" '{"what":"inbox","state":"new","entries":0,"to_1m":0,"to_10m":0,"to_1h":0,"to_6h":0,"to_1d":0,"to_1w":0,"older":0,"oldest":0}
{"what":"inbox","state":"scheduled","entries":1,"to_1m":0,"to_10m":0,"to_1h":1,"to_6h":0,"to_1d":0,"to_1w":0,"older":0,"oldest":1800000000}'
sqlite3 "$LOYA_STORE-inbox" "INSERT INTO inbox
    SELECT 14, source, 'new', received_at - 86400000000, content_type, head,
	body FROM inbox WHERE seq = 1"
like "what was not looked at is new" "$(stats | head -n 1)" \
    '"state":"new","entries":1,.*"to_1w":1,"older":0,"oldest":88200000000}'

sqlite3 "$LOYA_STORE" "INSERT INTO outbox(target, audit, member, state, due_at,
    behind) SELECT column1, 1, 'm', column2, 1795435200000000, column3 FROM
    (VALUES ('shop', 'waiting', NULL), ('shop', 'waiting', 0),
    ('shop', 'dead', 0), ('shop', 'sent', 0), ('till', 'leased', 0))"
what=outbox
is "the outbox by target and state, what is sent left out" \
    "$(stats | cut -d , -f 2-4 | tr -d '\n')" \
    '"target":"shop","state":"waiting","entries":2"target":"till","state":"leased","entries":1"target":"shop","state":"dead","entries":1'
is "a target of its own" "$(stats -o till)" '{"what":"outbox","target":"till","state":"leased","entries":1,"to_1m":0,"to_10m":0,"to_1h":1,"to_6h":0,"to_1d":0,"to_1w":0,"older":0,"oldest":1800000000}'

sqlite3 "$LOYA_STORE-inbox" "INSERT INTO refusal VALUES
    ('hr', 29923930, 'stale', 7), ('hr', 29923950, 'stale', 2),
    ('hr', 29920000, 'stale', 1), ('a\"\b' || char(10), 29923930, 'token', 1)"
what=refusal
is "failed authentications" "$(stats -o hr)" '{"what":"refusal","source":"hr","why":"stale","refused":10,"this_hour":9,"last_24h":9}'

sqlite3 "$LOYA_STORE" "INSERT INTO repair VALUES ('hr', 20780, 5),
    ('hr', 20779, 2), ('hr', 20770, 1), ('crm', 20780, 9)"
what=lost
is "events that never came, as snapshots tell" "$(stats -o hr)" \
    '{"what":"lost","source":"hr","lost":8,"today":5,"last_7d":7}'

loya-audit stats -O prometheus >"$T/prom"
for l in '# TYPE loya_audit_rows_total counter' \
    'loya_audit_rows_total{kind="member.enrolled",source="hr"} 3' \
    'loya_inbox_oldest_seconds{state="scheduled"} 1800.000000' \
    'loya_outbox_deliveries{target="shop",state="waiting"} 2' \
    'loya_auth_refused_total{source="a\"\\b\n",why="token"} 1' \
    'loya_lag_seconds{source="crm",stat="p99"} 0.000000' \
    'loya_events_lost_total{source="hr"} 8' \
    'loya_members{status="suspended"} 1'; do
	ok "for Prometheus: ${l%%\{*}" grep -qxF -- "$l" "$T/prom"
done
if command -v promtool >/dev/null; then
	ok "Prometheus itself finds nothing wrong" \
	    sh -c 'promtool check metrics <"$T/prom"'
else
	ok "promtool is not there # SKIP" true
fi
like "people get tables with bars" "$(loya-audit stats -T)" \
    '^member.enrolled +hr +3 +3 +3  ████████████$'
is "each under its title" "$(loya-audit stats -T | sed -n 1,2p)" \
    "Rows of the record, by kind and source
$(loya-audit stats -T | grep ^KIND)"
status 64 "a format that does not go with it is 64" loya-audit stats -O csv
status 74 "output that cannot be written is 74" \
    sh -c 'loya-audit stats -O prometheus >/dev/full'
done_testing
