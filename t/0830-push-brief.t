#!/bin/sh
# A token that expires soon when no other is available: it is used, and the
# peer is not asked again and again.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"
. "$here/apply.sh"
. "$here/push.sh"

token_servers
LOYA_NOW=2026-11-26T00:00:00Z; export LOYA_NOW
token_target "\"oauth\":{\"grant\":\"client_credentials\",\"url\":\"$url\",\"client_id\":\"id\"},"
push() { timeout 20 loya-push -b; }

# Its lifetime is shorter than oauth.early.
answer 200 '{"access_token":"brief-1","token_type":"Bearer","expires_in":30}'
people 1 1 | loya-apply >"$T/applied"
status 0 "a token for half a minute" push
is "is used" "$(bearer) $(count)" "Bearer brief-1 1"
later_by 10
people 2 2 | loya-apply >"$T/applied"
status 0 "also for the next one" push
is "until half of its life is over" "$(bearer) $(count)" "Bearer brief-1 1"
later_by 10
answer 200 '{"access_token":"brief-2","token_type":"Bearer","expires_in":3600}'
people 3 3 | loya-apply >"$T/applied"
status 0 "then" push
is "there is another one" "$(bearer) $(count)" "Bearer brief-2 2"

# The last half minute of a token while the token endpoint is down.
later_by 3570
answer 503 '{}'
people 4 4 | loya-apply >"$T/applied"
status 0 "a token at its end" push
is "is used when no other can be had, for which is asked once" \
    "$(bearer) $(count)" "Bearer brief-2 3"
later_by 40
people 5 5 | loya-apply >"$T/applied"
status 75 "one that is over" push
is "is not used any more" "$(bearer) $(log | wc -l)" "Bearer brief-2 4"
like "and the target rests" "$(cat "$T/err")" "source 'crm': rests until"
done_testing
