#!/bin/sh
# Events whose ids are built from a person's id: erasing leaves no byte of
# these ids either.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/recv.sh"

loya-token init -q
mode=inetd
open='"receive":{"auth":{"kind":"none"}}'
for s in salesforce bamboohr hubspot successfactors; do
	source_file "$s" "{\"profile\":\"$s\",$open}"
done
echo '{"authority":{"*":["successfactors","bamboohr","salesforce","hubspot"]}}' \
    >"$LOYA_CONF/loya.json"
json='Content-Type: application/json'
hook() {	# SOURCE BODY
	request POST "/hooks/$1" "$2" "$json"
	ask
	case $code in
	20[0-9]) ;;
	*) echo "$1: $code"; cat "$T/got" ;;
	esac
}
{
	hook salesforce '{"ChangeEventHeader":{"entityName":"Contact",
	    "recordIds":["003ZQ77000000000AA"],"changeType":"CREATE",
	    "changedFields":[],"transactionKey":"t","sequenceNumber":1,
	    "commitTimestamp":1772605320500},"LastName":"Quill"}'
	hook bamboohr '{"type":"employee.updated","timestamp":
	    "2026-03-04T05:10:00Z","data":{"companyId":"17",
	    "employeeId":"900477","changedFields":["status"]}}'
	hook hubspot '[{"portalId":1,"subscriptionId":2,"eventId":3,
	    "objectId":900488,"occurredAt":1772605320500,"subscriptionType":
	    "contact.propertyChange","propertyName":"firstname",
	    "propertyValue":"Quill"}]'
	hook successfactors '{"personIdExternal":"PZQ99","event":"hire",
	    "publishedAt":"2026-03-04T05:10:00Z","effectiveDate":"2026-03-04"}'
} >"$T/refused"
is "hooks of four products" "$(cat "$T/refused")" ""
loya-apply -b >"$T/out" 2>"$T/err"
is "each is an event" "$(inbox "SELECT group_concat(source, ' ')
    FROM (SELECT source FROM inbox ORDER BY seq)")" \
    "salesforce bamboohr hubspot successfactors"
is "known by a hash" "$(inbox "SELECT count(*) FROM inbox
    WHERE event_id LIKE 'join-%'")" 4
for who in salesforce/003ZQ77000000000AA bamboohr/900477 hubspot/900488 \
    successfactors/PZQ99; do
	status 0 "erase $who" loya-audit erase "$who"
	is "of whose id nothing is left" \
	    "$(grep -alF "${who#*/}" "$LOYA_STORE"*)" ""
done
status 0 "everything verifies" loya-audit verify -q
done_testing
