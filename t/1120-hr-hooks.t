#!/bin/sh
# Hooks of HR systems and CRMs: through loya-recv as they send, then applied.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/recv.sh"

loya-token init 2>"$T/said"
for s in successfactors workday bamboohr; do
	source_file "$s" "{\"profile\":\"$s\"}"
done
source_file hubspot '{"profile":"hubspot","receive":{"auth":{"url":"https://l.example"}}}'
source_file salesforce '{"profile":"salesforce","receive":{"organization":{"value":"00DZz0000000LoYMAU"},"auth":{"preset":"salesforce-data-360"}}}'
source_file hibob '{"receive":{"auth":{"preset":"hibob"},"id":"/id"},"map":{"external_id":"/data/employeeId"}}'
echo '{"authority":{"*":["successfactors","workday","bamboohr","hubspot","salesforce","hibob"]}}' >"$LOYA_CONF/loya.json"
for s in successfactors workday bamboohr hubspot salesforce hibob; do
	printf 'key-of-%s' "$s" | loya-token set "$s"
done
start_recv

basic="Authorization: Basic $(printf loya:key-of-%s successfactors | base64)"
post() {	# SOURCE FILE TYPE [HEADER]...
	post_source=$1
	post_body=$(cat "$here/data/$2")
	post_type=$3
	shift 3
	request POST "/hooks/$post_source" "$post_body" "Content-Type: $post_type" "$@"
}
rows() { inbox "SELECT count(*) FROM inbox WHERE source = '$1'"; }
hmac() { openssl dgst -sha256 -hmac "$1" -binary; }

post successfactors successfactors-event.xml text/xml
answer 401 "SuccessFactors without its password"
post successfactors successfactors-event.xml 'text/xml; charset=utf-8' "$basic" 'SOAPAction: ""'
answer 200 "an ExternalEvent is taken" '<n:ExternalEventResponse xmlns:n="http://notification.event.successfactors.com">.*<n:status>200</n:status>'
is "two events in a message are two events" "$(rows successfactors)" 2
is "known by the ids of message and event" "$(inbox "SELECT event_id FROM inbox WHERE seq = 1")" \
    "$(joined "11111111-2222-4333-8444-555555555555 aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee")"
sed 's/repost>false/repost>true/g' "$here/data/successfactors-event.xml" >"$T/again.xml"
request POST /hooks/successfactors "$(cat "$T/again.xml")" 'Content-Type: text/xml' "$basic"
answer 200 "a repost"
is "is the same events" "$(rows successfactors)" 2
post successfactors successfactors-event-old.xml application/soap+xml "$basic"
answer 200 "the older generation is answered in its namespace" '<n:ExternalEventResponse xmlns:n="com.successfactors.event.notification">'
post successfactors successfactors-template.json application/json "$basic"
answer 200 "the template of the Integration Center"
post successfactors successfactors-template.json application/json "$basic"
answer 200 "the same again"
is "is known" "$(rows successfactors)" 4
request POST /hooks/successfactors '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>' 'Content-Type: text/xml' "$basic"
answer 400 "a document type is refused"
i=0
while [ $i -lt 12 ]; do
	echo "<!ENTITY e$i \"&e$((i + 1));&e$((i + 1));\">"
	i=$((i + 1))
done >"$T/bomb"
request POST /hooks/successfactors "<!DOCTYPE x [$(cat "$T/bomb")<!ENTITY e12 \"x\">]><x>&e0;</x>" 'Content-Type: text/xml' "$basic"
answer 400 "so is a bomb of entities"
{
	sed '/<n:params>/,$d; s/[12]\{8\}-/&9/' "$here/data/successfactors-event.xml"
	echo '<n:params><n:param><name>personIdExternal</name><value>P1001</value></n:param>'
	perl -e 'print "<n:param><name>x$_</name><value>", "y" x 90, "</value></n:param>\n" for 1 .. 8000'
	echo '</n:params></n:event></n:events></n:ExternalEvent></soap:Body></soap:Envelope>'
} >"$T/params.xml"
before=$(rows successfactors)
request POST /hooks/successfactors "$(cat "$T/params.xml")" 'Content-Type: text/xml' "$basic"
answer 200 "a MiB of parameters is taken"
is "as one event" "$(($(rows successfactors) - before))" 1

basic="Authorization: Basic $(printf loya:key-of-%s workday | base64)"
post workday workday-template.json application/json "$basic"
answer 200 "Workday: the template of a step"
post workday workday-notification.xml text/xml "$basic"
answer 200 "an undocumented notification" '<soapenv:Body/>'
is "both are there" "$(rows workday)" 2

now=$(date +%s)
sig=$({ cat "$here/data/bamboohr-event.json"; } | tr -d '\n' | { cat; printf %s "$now"; } | hmac key-of-bamboohr | od -An -v -tx1 | tr -d ' \n')
post bamboohr bamboohr-event.json application/json "X-BambooHR-Signature: $sig" "X-BambooHR-Timestamp: $now"
answer 200 "BambooHR, signed"
post bamboohr bamboohr-event.json application/json "X-BambooHR-Signature: $sig" "X-BambooHR-Timestamp: $((now - 1))"
answer 401 "with another time"
form='type=employee.updated&timestamp=2026-03-04T05%3A10%3A00Z&data%5BcompanyId%5D=17&data%5BemployeeId%5D=124&data%5BchangedFields%5D%5B%5D=status'
sig=$(printf %s "$form$now" | hmac key-of-bamboohr | od -An -v -tx1 | tr -d ' \n')
for again in 1 2; do
	request POST /hooks/bamboohr "$form" 'Content-Type: application/x-www-form-urlencoded' \
	    "X-BambooHR-Signature: $sig" "X-BambooHR-Timestamp: $now"
	answer 200 "BambooHR, as a form, $again"
done
is "is an event like the other" "$(rows bamboohr) $(inbox "SELECT event_id
    FROM inbox ORDER BY seq DESC LIMIT 1")" "2 $(joined 'employee.updated 17 124 2026-03-04T05:10:00Z')"
sig=$(printf %s "a=1&a=2$now" | hmac key-of-bamboohr | od -An -v -tx1 | tr -d ' \n')
request POST /hooks/bamboohr 'a=1&a=2' 'Content-Type: application/x-www-form-urlencoded' \
    "X-BambooHR-Signature: $sig" "X-BambooHR-Timestamp: $now"
answer 400 "a form that says a thing twice" 'given more than once'
request POST /hooks/workday "$form" 'Content-Type: application/x-www-form-urlencoded' "$basic"
answer 415 "a form where none is taken"

sign_hubspot() {
	{ printf 'POSThttps://l.example/hooks/hubspot'; printf %s "$(cat "$here/data/hubspot-events.json")"; printf '%s000' "$now"; } |
	    hmac key-of-hubspot | base64
}
post hubspot hubspot-events.json application/json "X-HubSpot-Signature-v3: $(sign_hubspot)" "X-HubSpot-Request-Timestamp: ${now}000"
answer 200 "HubSpot, signature v3"
is "an array is as many events" "$(rows hubspot)" 2

sig=$(printf %s "$(cat "$here/data/salesforce-data-action.json")" | hmac key-of-salesforce | base64)
post salesforce salesforce-data-action.json application/json "x-signature: $sig"
answer 200 "Data 360, signed"
is "known by its id" "$(inbox "SELECT event_id FROM inbox WHERE source = 'salesforce'")" 33333333-2222-4333-8444-555555555555
sig=$(printf %s "$(cat "$here/data/salesforce-template.json")" | hmac key-of-salesforce | base64)
post salesforce salesforce-template.json application/json "x-signature: $sig"
answer 200 "the template of a Flow"
# Outbound Messages: om ORGANIZATION N [FROM], signed like a data action
om() {
	printf '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>%s</OrganizationId><ActionId>04kZz0000000AbcIAE</ActionId><SessionId xsi:nil="true"/>' "$1"
	om_i=${3-1}
	while [ "$om_i" -le $((${3-1} + $2 - 1)) ]; do
		printf '<Notification><Id>04lZz0000000%03dIAA</Id><sObject xsi:type="s:Contact" xmlns:s="urn:sobject.enterprise.soap.sforce.com"><s:Id>003Zz0000001%03dIAA</s:Id><s:LastName>O&apos;Dell</s:LastName><s:SystemModstamp>2026-03-04T05:06:07.000Z</s:SystemModstamp></sObject></Notification>' "$om_i" "$om_i"
		om_i=$((om_i + 1))
	done
	printf '</notifications></e:Body></e:Envelope>'
}
post_om() {
	sig=$(om "$@" | hmac key-of-salesforce | base64)
	request POST /hooks/salesforce "$(om "$@")" 'Content-Type: text/xml; charset=utf-8' "x-signature: $sig"
}
for org in 00DZz0000000LoYMAU 00DZz0000000LoY; do
	before=$(rows salesforce)
	post_om $org 100
	answer 200 "an Outbound Message of $org" '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>'
	[ $org = 00DZz0000000LoY ] ||
	    is "is 100 events" "$(($(rows salesforce) - before))" 100
done
is "which are known by their ids when they come again" "$(($(rows salesforce) - before))" 0
post_om 00DZz0000000XXXMAU 1 500
answer 401 "one of another organization"
cdc() {	# REPLAY: a change as a bridge forwards it
	sed "s/4711/$1/" "$here/data/cdc-cometd.json" | tr -d '\n'
}
before=$(rows salesforce)
for replay in 4711 4712; do
	sig=$(cdc $replay | hmac key-of-salesforce | base64)
	request POST /hooks/salesforce "$(cdc $replay)" 'Content-Type: application/json' "x-signature: $sig"
	answer 200 "a change that a bridge forwards, replay $replay"
done
is "is one event, however often it is replayed" "$(($(rows salesforce) - before))" 1
stop recv
is "the server ends well (with SAN: it leaks nothing)" "$rc" 0

status 0 "loya-apply takes all of it" loya-apply -b
is "what only names a record waits to be read back" "$(store "SELECT count(*) FROM event WHERE state = 'unread'")" 11
is "what says something is applied" "$(store "SELECT given_name, email FROM member WHERE given_name IS NOT NULL")" "Mira|mira@example.org"
is "also 100 notifications" "$(store "SELECT count(*) FROM member WHERE family_name = 'O''Dell'")" 100
is "also that a record is gone" "$(store "SELECT m.status FROM member m JOIN link l ON l.member = m.id WHERE source = 'hubspot'")" closed

# A record that was read back, as loya-pull makes it a row.
line successfactors person loya.received "$(cat "$here/data/successfactors-person.json")" >"$T/in.many"
tr -d '\n' <"$T/in.many" >"$T/in"
LOYA_NOW=2026-03-04T06:00:00Z loya-apply <"$T/in" >"$T/lines"
is "a person of SuccessFactors" "$(store "SELECT m.status, m.ended_at FROM member m JOIN link l ON l.member = m.id WHERE external_id = 'P1001'")" "active|2026-03-31"
LOYA_NOW=2026-03-31T23:59:59Z loya-apply -b >"$T/lines"
is "is active through the last day" "$(types "$T/lines")" ""
LOYA_NOW=2026-04-01T00:00:00Z loya-apply -b >"$T/lines"
is "and not after it" "$(types "$T/lines")" member.suspended
LOYA_NOW=2026-04-02T00:00:00Z ok "verify agrees" loya-audit verify

# HiBob: a hook is created only if its ping, which is not JSON, gets a 2xx.
start_recv
bob() {	# BODY [HEADER]...
	bob_body=$1
	shift
	request POST /hooks/hibob "$bob_body" "$@" \
	    "Bob-Signature: $(printf '%s' "$bob_body" |
	    openssl dgst -sha512 -hmac key-of-hibob -binary | base64 -w 0)"
}
bob 'Ping test' 'Content-Type: text/plain'
answer 200 "a ping as text"
bob 'Ping test' 'Content-Type: application/json'
answer 200 "a ping that says it is JSON"
bob 'Ping test'
answer 200 "a ping that says nothing"
bob 'Ping test' 'Content-Type: application/octet-stream'
answer 200 "a ping that says what loya has not"
sed 's/Ping/ping/' "$T/req" >"$T/other"
mv "$T/other" "$T/req"
answer 401 "a ping that is not signed"
bob '{"id":"1"}' 'Content-Type: application/xml'
answer 415 "JSON that says it is XML"
bob '{"id":"1","data":{"employeeId":"7"}}' 'Content-Type: application/json'
answer 200 "an event"
is "four pings and an event" "$(rows hibob)" 5
is "pings are texts" "$(inbox "SELECT DISTINCT content_type FROM inbox
    WHERE source = 'hibob' AND body = x'50696e672074657374'")" text/plain
stop recv
done_testing
