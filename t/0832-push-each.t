#!/bin/sh
# One row of an answer may be about the whole target, or all rows: the quota is
# used up, the token has expired, or the target wants nothing more.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
. "$here/apply.sh"
. "$here/push.sh"

token_servers
LOYA_NOW=2026-11-26T00:00:00Z; export LOYA_NOW
people 1 3 | loya-apply >"$T/applied"
printf '{"oauth":{"grant":"client_credentials","url":"%s","client_id":"id"},"push":{"kind":"rest","rest":{"base":"http://127.0.0.1:%s","links":"hr","private":true,"oauth":true,"requests":{"points":{"on":"loya.points.posted","url":"{base}/tx","batch":3,"body":[{"rows":{"id":"/reference"}}],"answer":{"results":"","ok":"/ok","error":"/no","quota":"LIMIT","token":"OVER"}}}}}}\n' \
    "$url" "$hook_port" >"$LOYA_CONF/sources/crm.json"
rows() { { earn p1 "$1"; earn p2 "$1"; earn p3 "$1"; } | loya-apply >"$T/applied"; }
says() { echo "$1" >"$sink/mode"; printf %s "$2" >"$sink/body"; }
due() { store "SELECT (due_at - 1000000 * $(date -d "$LOYA_NOW" +%s)) / 1000000
    FROM outbox WHERE state = 'waiting' ORDER BY seq"; }

rows 1
says 200 '[{"ok":true},{"no":"LIMIT"},{"no":"OTHER"}]'
status 1 "the allowance is used up" loya-push -b
is "for one row, another is refused" "$(ends crm)" "sent|1|200
waiting|1|200 LIMIT
dead|1|200 OTHER"
is "which waits as long as the target rests" "$(due)" 900
like "that is reported" "$(cat "$T/err")" "crm': rests until 2026-11-26T00:15:00Z"
later_by 901
says 200 '[{"ok":true}]'
status 0 "then it is sent" loya-push -b

from=$(last_row)
rows 2
says '200 then 201' '[{"ok":true},{"no":"OVER"},{"no":"OVER"}]'
status 1 "a token that is over, it says" loya-push -b
is "another one is got, once" "$(bearer) $(count)" "Bearer token-2-of-peer 2"
is "and these two are sent again at once; the second time it is they" \
    "$(ends crm "$from")" "sent|1|200
sent|2|201
dead|2|201 OVER"
is "it is refused, the record says" "$(store "SELECT detail ->> '\$.why'
    FROM audit WHERE kind = 'delivery.dead' ORDER BY seq DESC LIMIT 1")" refused

# Both in one answer.
from=$(last_row)
rows 3
says 200 '[{"no":"OVER"},{"no":"LIMIT"},{"ok":true}]'
status 75 "both" loya-push -b
is "are later" "$(ends crm "$from" | cut -d '|' -f 1 | tr '\n' ' ')" \
    "waiting waiting sent "
is "one of them as soon as the target does not rest" "$(due | tr '\n' ' ')" \
    "0 900 "
is "and no request is made meanwhile" "$(count)" 2
later_by 901
says 200 '[{"ok":true},{"ok":true}]'
status 0 "then both are sent" loya-push -b

# A token is good for as many requests as go well; and after one that did, it
# may expire again.
before=$(count)
{ rows 4; rows 5; }
says 200 '[{"ok":true},{"ok":true},{"ok":true}]'
status 0 "two requests" loya-push -b
is "go with the token that is there" "$(count)" "$before"
expires() {	# NUMBER: a row whose token expires, while loya-push runs
	says '401 then 200' '[{"ok":true}]'
	earn p1 "$1" | loya-apply >"$T/applied"
	wait_for "row $1" sh -c '! sqlite3 -cmd ".timeout 5000" "$LOYA_STORE" \
	    "SELECT state FROM outbox" | grep -q "waiting\|leased"'
}
for answer in '"results":"","ok":"/ok","error":"/no"' '"fault":"/0/code"'; do
	sed "s|\"batch\":[0-9]*|\"batch\":1|
	    s|\"answer\":{[^}]*}|\"answer\":{$answer}|" \
	    "$LOYA_CONF/sources/crm.json" >"$T/json"
	cp "$T/json" "$LOYA_CONF/sources/crm.json"
	from=$(last_row)
	before=$(count)
	start push loya-push -w crm
	expires $((from + 100))
	expires $((from + 101))
	stop push
	is "a token that expires twice is got twice" \
	    "$(count) $(ends crm "$from" | cut -d '|' -f 1,2 | tr '\n' ' ')" \
	    "$((before + 2)) sent|2 sent|2 "
done

# Five at a time get the same answer: the target is turned off once.
token_target "\"oauth\":{\"grant\":\"client_credentials\",\"url\":\"$url\",\"client_id\":\"id\"},"
from=$(last_row)
people 11 15 | loya-apply >"$T/applied"
says 410 ''
status 1 "410 for many at once" loya-push -b
is "is one event of the target" "$(store "SELECT count(*) FROM audit
    WHERE kind = 'target.off'")" 1
ok "the record is sound" loya-audit verify
done_testing
