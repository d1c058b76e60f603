#!/bin/sh
# A resting target is reported, by the run that let it rest and by later ones.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
hook shop "$port"
hook crm "$port"
loya-token -q init
secret shop.push $push_secret
secret crm.push $push_secret
people 1 1 | loya-apply >/dev/null
store "INSERT INTO target(name, rest_until, why)
    VALUES ('shop', 1795653600000000, 'busy')"
LOYA_NOW=2026-11-26T00:00:00Z
export LOYA_NOW
status 75 "a run while a target rests" loya-push -b
is "says so, and until when it rests" "$(head -n 1 "$T/err")" \
    "loya-push: source 'shop': rests until 2026-11-26T00:40:00Z"
is "of no other" "$(grep -c rests "$T/err")" 1
status 75 "one with -q" loya-push -bq
is "does not" "$(cat "$T/err")" ""
status 0 "-n" loya-push -n
is "shows nothing, and why" "$(cat "$T/out" "$T/err")" \
    "loya-push: source 'shop': rests until 2026-11-26T00:40:00Z"
LOYA_NOW=2026-11-26T01:00:00Z
status 0 "one that comes later" loya-push -b
is "has nothing to tell" "$(cat "$T/err")" ""
done_testing
