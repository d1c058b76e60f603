#!/bin/sh
# The table of the audit log shows who decided something.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

me=user:$(id -un)
done_by() {	# KIND: who and about, of the newest row of that kind
	loya-audit -T -k "$1" -N 1 log | awk 'NR == 2 { print $4, $5 }'
}
what() { loya-audit -T -k "$1" -N 1 log | sed '1d; s/.*  //'; }

source_file hr
start_sink
hook shop "$port"
loya-token -q init
secret shop.push $push_secret
people 1 1 | loya-apply >/dev/null
is "a source that enrols did it" "$(done_by member.enrolled)" "hr hr/p1"
points hr earned "{\"member\":\"$(store "SELECT id FROM member")\",
    \"kind\":\"earn\",\"points\":1,\"reference\":\"r\"}" | tr -d '\n' |
    loya-apply >/dev/null
is "points of a member by its id name a member that -m takes" \
    "$(done_by points.posted)" "hr hr/p1"
line local 1 loya.hold "{\"member\":\"$(store "SELECT id FROM member")\",
    \"hold\":\"fraud\"}" | tr -d '\n' | loya-apply >/dev/null
is "a hold was set by a person" "$(done_by member.updated)" "$me hr/p1"
line hr bad loya.member '{"external_id":"x","birthdate":"no date"}' |
    loya-apply -q >/dev/null
is "a source is refused" "$(done_by event.refused | cut -d " " -f 1)" hr
ok "the event is dismissed" \
    loya-apply -d "$(inbox "SELECT max(seq) FROM inbox")"
is "that was a person" "$(done_by event.refused | cut -d ' ' -f 1)" "$me"
is "with the person in JSON" "$(loya-audit -k event.refused -N 1 |
    grep -o '"source":"hr"')" '"source":"hr"'
ok "what waits is dismissed" loya-push -D shop
is "a delivery was dismissed by a person" "$(done_by delivery.dead)" "$me hr/p1"
is "the word for it stands there once, and the target" "$(what delivery.dead |
 tr '\n' ' ' | grep -o 'dismissed.*[a-z]')" "dismissed; for shop"
is "so were all of the target" "$(done_by target.dismissed)" "$me shop"
ok "one is sent after all" loya-push -q -r \
    "$(store "SELECT min(seq) FROM outbox WHERE state = 'dead'")"
is "that was asked for by a person" "$(done_by delivery.again)" "$me shop"
is "to send it was the target's" "$(done_by delivery.sent | cut -d ' ' -f 1)" shop
store "INSERT INTO target(name, off_at, why) VALUES ('shop', 1, 'gone')
    ON CONFLICT(name) DO UPDATE SET off_at = 1"
ok "a target is turned on" loya-push -q -u shop
is "that was a person, too" "$(done_by target.on)" "$me shop"
done_testing
