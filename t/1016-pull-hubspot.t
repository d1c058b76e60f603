#!/bin/sh
# HubSpot, whose webhooks only name a contact: it is read back.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"
api=$T/api

mkdir "$api"
start api perl "$here/helper/hubspot.pl" "$api"
wait_for "the API" test -f "$api/port"
base=http://127.0.0.1:$(cat "$api/port")
LOYA_NOW=2026-03-04T06:00:00Z; export LOYA_NOW
loya-token -q init
contact() { printf '%s\t%s\t%s\tRao\t%s\n' "$1" "$2" "$3" "$3@Example.org"; }
# event ID CONTACT [TYPE]: what a webhook says
event() {
	line hs "$1" loya.received "{\"eventId\":\"$1\",\"subscriptionId\":7,\"portalId\":62515,\"occurredAt\":1772604000000,\"subscriptionType\":\"contact.${3-propertyChange}\",\"attemptNumber\":0,\"objectId\":$2}"
}
members() { store "SELECT given_name || ' ' || coalesce(email, '-') || ' ' ||
    status FROM member ORDER BY 1" | tr '\n' ',' | sed 's/,$//'; }

source_file hs "{\"profile\":\"hubspot\",\"receive\":{\"auth\":{\"url\":\"https://l.example\"}},\"pull\":{\"base\":\"$base\",\"pause\":0,\"tries\":1}}"
{ contact 1 2026-03-04T05:00:00Z asha; contact 2 2026-03-04T05:00:00Z bela; } >"$api/contacts"
event e1 1 creation | loya-apply >"$T/applied"
is "an event that names a contact waits" "$(store "SELECT state FROM event")" unread
status 78 "without a token" loya-pull hs
like "is reported" "$(cat "$T/err")" "hs.token"
secret hs.token hush
status 0 "with a base and a token" loya-pull hs
loya-apply <"$T/out" >"$T/applied"
is "it is read back" "$(members)" "asha asha@example.org active"
like "by the properties that the map names" "$(sed 's/%2C/,/g' "$api/last" | head -n 1)" \
    '^GET /crm/v3/objects/contacts/1\?properties=firstname,lastname,email,mobilephone,phone,lifecyclestage HTTP'
event e2 2 | loya-apply >"$T/applied"
loya-pull hs | loya-apply >"$T/applied"
is "so is another" "$(members)" \
    "asha asha@example.org active,bela bela@example.org active"
LOYA_NOW=2026-03-04T07:00:00Z
event e3 1 deletion | sed 's/1772604000000/1772607600000/' |
    loya-apply >"$T/applied"
is "a deletion needs no reading" "$(types "$T/applied")" member.closed
sed -i 2d "$api/contacts"
event e4 2 | sed 's/1772604000000/1772607600000/' | loya-apply >"$T/applied"
loya-pull hs 2>"$T/err" | loya-apply >"$T/applied"
is "one that no longer exists is gone" "$(members)" \
    "asha asha@example.org closed,bela bela@example.org closed"
event e5 3 | loya-apply >"$T/applied"
echo limit >"$api/mode"
status 75 "429" loya-pull hs
like "is reported in its words" "$(cat "$T/err")" \
    'answers 429: RATE_LIMITS: words about RATE_LIMITS$'
rm "$api/mode"
printf wrong | loya-token -q set hs.token
status 78 "a wrong token" loya-pull hs
is "is not in the message" "$(grep -c wrong "$T/err")" 0
done_testing
