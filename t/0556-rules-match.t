#!/bin/sh
# Match rules find members by the values that changed authority gives them.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

# number SOURCE ID VERSION NUMBER [DATA]
number() { member "$1" "$2$3" "{\"external_id\":\"$2\",\"version\":$3,
\"attributes\":{\"employee_number\":\"$4\"}${5-}}" | tr -d '\n'; echo; }
authority() { echo "{\"authority\":{\"*\":[\"hr\",\"crm\",\"web\"]$1}}" \
    >"$LOYA_CONF/loya.json"; }
# Another store with a member whose number is 7 by hr and 8 by crm.
begin() {
	rm -f "$LOYA_STORE"*
	loya-token -q init
	store "UPDATE meta SET value = X'00112233445566778899aabbccddeeff'
	    WHERE key = 'hash_key'"
	authority ''
	{
		number hr E 1 7 ',"email":"h@x"'
		number crm C 1 7 ',"email":"c@x"'
		number crm C 2 8
	} | loya-apply >"$T/out"
	authority ',"employee_number":["crm","hr","web"],"email":["crm"]'
}

for name in hr crm web; do
	source_file $name '{"profile":"plain","match":[["employee_number"]]}'
done
begin
loya-apply -b >"$T/out"
is "a change of authority makes it crm's" \
    "$(store "SELECT attributes ->> 'employee_number' FROM member")" 8
status 0 "a record with that number" sh -c "echo '$(number web W 1 8)' |
    loya-apply"
like "is the member's" "$(cat "$T/out")" '"linked":[{]"by":\["employee_number"'
status 0 "one with the number that was is not" sh -c \
    "echo '$(number web V 1 7)' | loya-apply"
is "but another member's" "$(types "$T/out")" member.enrolled
number crm D 1 9 ',"email":"c@x"' | loya-apply >"$T/out"
like "an e-mail that came that way is known, too" "$(cat "$T/out")" \
    '"note":\["email_shared"\]'

# Older releases did not note it and left such stores: they have the marks of
# the rules, and nothing about the number 8.
begin
loya-apply -b >"$T/out"
store "DELETE FROM hash_run; DELETE FROM hash_key;
    UPDATE meta SET value = -3147146290439509601
    WHERE key = 'match'"
status 0 "in a store that an older release changed" sh -c \
    "echo '$(number web W 1 8)' | loya-apply"
is "the first run notes who is there" "$(types "$T/out")" member.updated
ok "the record is sound" loya-audit verify

# What a source may not decide is looked up, but not kept.
authority ',"employee_number":["crm"]'
status 0 "a rule of match by what its source may not decide" loya-recv -n
like "is not a fault, but is reported" "$(cat "$T/err")" \
    '^loya-recv: source hr: match: it may not decide employee_number, '
is "once for each such source" "$(grep -c 'match: ' "$T/err")" 2
in_order() {
	rm -f "$LOYA_STORE"*
	loya-token -q init
	for who in "$@"; do
		number "${who%?}" "$who" 1 7 ',"email":"e@x"'
	done | loya-apply >"$T/out"
	store "SELECT count(*) FROM member"
}
is "for the one that comes later is found" "$(in_order crmC hrE)" 1
is "and does not find" "$(in_order hrE crmC)" 2
done_testing
