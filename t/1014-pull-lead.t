#!/bin/sh
# A lead that is converted: its member is closed, and says who its contact is.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/pull.sh"

start_org
# The two files; the second is the page's.
salesforce
mv "$LOYA_CONF/sources/crm.json" "$LOYA_CONF/sources/salesforce.json"
sed -n '/^{.*"links"/,/^\.Ed/p' "$top/man/loya-source.5" | sed "/^\.Ed/d
    s|https://acme.my.salesforce.com|$base|; s|3MVG9.client.id|loya|" \
    >"$LOYA_CONF/sources/leads.json"
source_file shop
echo '{"authority":{"*":["salesforce","leads"]}}' >"$LOYA_CONF/loya.json"
loya-token -q init
secret salesforce.oauth hush
secret leads.oauth hush
lead() { printf '00QZz%010dMAA' "$1"; }
# converted N CONTACT TIME: the lead has become a contact
converted() {
	sed -i "s/^\($(lead "$1")\)	[^	]*/\1	$3/" "$org/records"
	echo "$(lead "$1") $(id "$2")" >>"$org/converted"
}
# pull_apply TIME SOURCE...: both
pull_apply() {
	clock "$1"
	shift
	loya-pull "$@" >"$T/lines" 2>"$T/err"
	loya-apply <"$T/lines" >"$T/applied" 2>>"$T/err"
	rc=$?
}
members() { store "SELECT given_name || ' ' || status || ' ' ||
    coalesce(json_extract(attributes, '$.merged_into'), '-') || ' ' || points
    FROM member ORDER BY 1" | tr '\n' ',' | sed 's/,$//'; }
called() { store "SELECT id FROM member WHERE given_name = '$1'"; }
earn() {
	points local "$1" "{\"member\":\"$(called "$1")\",\"kind\":\"earn\",\"points\":$2,\"reference\":\"$1\"}" |
	    loya-apply -q >"$T/applied"
}

for i in 1 2 3; do
	record $i 2026-03-04T05:00:0$i 0 "L$i" Dell "l$i@example.org"
done | sed 's/^003\(.*\)IAA/00Q\1MAA/' >"$org/records"
pull_apply 2026-03-04T06:00:00Z leads
is "leads are members" "$rc $(members)" "0 L1 active - 0,L2 active - 0,L3 active - 0"
like "they are asked for by the fields of the page" "$(asked)" \
    'SELECT .*, IsConverted, ConvertedContactId FROM Lead WHERE'
earn L2 300

# Pulled: the lead first, or the contact first.
record 1 2026-03-04T06:01:00 0 C1 Dell l1@example.org >>"$org/records"
record 2 2026-03-04T06:01:00 0 C2 Dell l2@example.org >>"$org/records"
converted 1 1 2026-03-04T06:01:00
pull_apply 2026-03-04T06:10:00Z leads
is "a converted one is closed, and says into which record" "$rc $(members)" \
    "0 L1 closed $(id 1) 0,L2 active - 300,L3 active - 0"
like "so does the line" "$(cat "$T/applied")" \
    "loya.member.closed.*\"merged_into\":\{\"old\":null,\"new\":\"$(id 1)\"\}"
pull_apply 2026-03-04T06:11:00Z salesforce
is "the contact goes on" "$(members)" \
    "C1 active - 0,C2 active - 0,L1 closed $(id 1) 0,L2 active - 300,L3 active - 0"
converted 2 2 2026-03-04T06:12:00
pull_apply 2026-03-04T06:20:00Z leads
is "one with points is closed and held" "$rc $(types "$T/applied")" \
    "1 member.closed event.held"
like "which names the member of the other file" "$(cat "$T/applied")" \
    "merged into .*$(id 2).* \(member $(called C2)\), and 300 points"
seq=$(store "SELECT seq FROM event WHERE state = 'held'")
earn C2 300
status 0 "the points are posted to the contact, and it is dismissed" \
    loya-apply -d "$seq"
is "then everything is done" "$(members | grep -o 'C2[^,]*') $(store "SELECT count(*)
    FROM event WHERE state = 'held'")" "C2 active - 300 0"
loya-pull -f leads | loya-apply >"$T/applied" 2>"$T/err"
is "it is reported once, whatever is read again" "$?" 0
ok "verify agrees" loya-audit verify

# By Change Data Capture: any order ends the same.
cdc() {	# SOURCE EVENT ENTITY ID TYPE AT CHANGED FIELDS
	line "$1" "$2" loya.received "{\"ChangeEventHeader\":{\"entityName\":\"$3\",\"recordIds\":[\"$4\"],\"changeType\":\"$5\",\"changedFields\":[$7],\"nulledFields\":[],\"diffFields\":[],\"transactionKey\":\"$2\",\"sequenceNumber\":1,\"commitTimestamp\":17726053205$6}$8}"
}
a() { cdc leads a Lead "$(lead 9)" CREATE 00 '' ',"Name":{"FirstName":"L9","LastName":"Dell"},"IsConverted":false'; }
b() { cdc leads b Lead "$(lead 9)" UPDATE 10 '"LastModifiedDate","Status","IsConverted","ConvertedDate","ConvertedContactId"' \
    ",\"Status\":\"Closed\",\"IsConverted\":true,\"ConvertedContactId\":\"$(id 9)\""; }
c() { cdc salesforce c Contact "$(id 9)" CREATE 10 '' ',"Name":{"FirstName":"C9","LastName":"Dell"}'; }
for order in "a b c" "a c b" "b a c" "b c a" "c a b" "c b a"; do
	LOYA_STORE=$T/order$(echo "$order" | tr -d ' ').db
	for i in $order; do $i; done | loya-apply -q >"$T/applied" 2>"$T/err"
	echo "$? $(store "SELECT json_group_array(json(x)) FROM (SELECT
	    json_array(family_name, status, json_extract(attributes,
	    '\$.merged_into')) x FROM member ORDER BY status)")"
done >"$T/orders"
is "lead, conversion and contact come in any order" "$(sort "$T/orders" |
    uniq -c | sed 's/^ *//')" \
    "6 0 [[\"Dell\",\"active\",null],[\"Dell\",\"closed\",\"$(id 9)\"]]"
LOYA_STORE=$T/order.db
{
	a
	b
	cdc leads d Lead "$(lead 9)" UPDATE 20 '"ConvertedContactId"' ",\"ConvertedContactId\":\"$(id 8)\""
} | loya-apply >"$T/applied"
is "whose contact is another one afterwards is still closed" "$(members)" \
    "L9 closed $(id 8) 0"
cdc leads e Lead "$(lead 9)" UPDATE 30 '"Email"' ',"Email":"l9@example.org"' |
    loya-apply >"$T/applied"
is "a change that does not say whether is read back" "$(store "SELECT state
    FROM event ORDER BY seq DESC LIMIT 1") $(members)" "unread L9 closed $(id 8) 0"
cdc leads f Lead "$(lead 9)" UPDATE 40 '"Phone"' ',"Phone":"1","IsConverted":true' |
    loya-apply >"$T/applied"
is "an enriched one says it" "$(types "$T/applied") $(members)" \
    "member.unchanged L9 closed $(id 8) 0"

# One hook gets both kinds.
LOYA_STORE=$T/one.db
{ a; b; c; } | sed 's/"leads"/"salesforce"/' | loya-apply >"$T/applied"
is "changes of both kinds in one source" "$(members)" \
    "C9 active - 0,L9 closed $(id 9) 0"

# Outbound Messages are XML.
LOYA_STORE=$T/xml.db
outbound() {	# ID STAMP FIELDS
	printf '{"specversion":"1.0","id":"%s","source":"leads","type":"loya.received","datacontenttype":"text/xml","data":"%s"}\n' "$1" \
	    "<Notification><Id>$1</Id><sObject xmlns:sf='urn:s'><sf:Id>$(lead 9)</sf:Id>$3<sf:SystemModstamp>2026-03-04T05:00:$2.000Z</sf:SystemModstamp></sObject></Notification>"
}
{
	outbound 04l1 01 '<sf:FirstName>L9</sf:FirstName><sf:IsConverted>false</sf:IsConverted>'
	outbound 04l2 02 "<sf:FirstName>L9</sf:FirstName><sf:IsConverted>true</sf:IsConverted><sf:ConvertedContactId>$(id 9)</sf:ConvertedContactId>"
} | loya-apply >"$T/applied" 2>"$T/err"
is "an Outbound Message says it" "$(types "$T/applied") $(members)" \
    "member.enrolled member.closed L9 closed $(id 9) 0"

source_file leads '{"profile":"plain","links":"crn"}'
status 78 "links to a source that is not there" loya-recv -n
like "says where" "$(cat "$T/err")" \
    "leads.json:1:[0-9]+: links: there is no source 'crn'"
done_testing
