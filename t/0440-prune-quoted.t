#!/bin/sh
# What the record quotes of a body that could not be read goes with the body,
# unless something else leads erase to it.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
LOYA_NOW=2026-11-23T12:00:00Z
export LOYA_NOW
source_file hr
echo '{"push":{"kind":"exec","on":["loya.event.refused"],"exec":{"command":["false"]}}}' \
    >"$LOYA_CONF/sources/to.json"
left() {	# rows of the record, copies in the files
	printf '%s ' "$(store "SELECT count(*) FROM audit
	    WHERE detail LIKE '%Secretname%'")"
	cat "$LOYA_STORE"* | grep -a -q Secretname && echo there || echo gone
}
bad='"birthdate":"born of Mary Secretname"'
refused() {	# id external-id
	member hr "$1" "{\"external_id\":\"$2\",$bad}" | loya-apply >"$T/lines"
}

refused a1 E77
is "an event is refused with a piece of its body" "$(store "SELECT
    detail ->> 'detail' FROM audit")" \
    'birthdate: "born of Mary Secretname" is not a date (YYYY-MM-DD)'
is "of which a delivery is owed" "$(store "SELECT state FROM outbox")" waiting
rm "$LOYA_CONF/sources/to.json"
LOYA_NOW=2026-11-24T12:00:00Z
status 0 "not dismissed" loya-audit prune 0d
is "it keeps both" "$(left)" "1 there"
status 0 "-S refused" loya-audit prune -S refused 0d
like "takes the body" "$(cat "$T/out")" '"bodies":1,.*,"texts":0}$'
is "and leaves the row that the delivery is made from" "$(left)" "1 there"
sqlite3 "$LOYA_STORE" "DELETE FROM outbox"
status 0 "-n counts the row" loya-audit prune -n 0d
like "of a body that went before" "$(cat "$T/out")" \
    '"bodies":0,"bytes":0,"kept":0,"texts":1}$'
is "and takes nothing" "$(left)" "1 there"
status 0 "prune" loya-audit prune 0d
like "does what -n said" "$(cat "$T/out")" '"bodies":0,.*"texts":1}$'
is "nothing of the person is in any file" "$(left)" "0 gone"
is "the record says how many" "$(store "SELECT kind, detail ->> 'texts'
    FROM audit")" "event.refused|
prune.begun|
prune.ended|
prune.begun|
prune.ended|1"
like "log shows a row without its words" "$(loya-audit -T -k event)" \
    'event.refused .*[(]erased[)]$'
status 0 "it verifies" loya-audit verify -q
status 0 "again" loya-audit prune 0d
like "there is nothing to do" "$(cat "$T/out")" '"texts":0}$'

# What erase finds without the body stays for it.
member hr b1 '{"external_id":"B","version":1,"name":"Bo"}' |
    loya-apply >"$T/lines"
refused b2 B
loya-apply -qd "$(inbox "SELECT max(seq) FROM inbox")" >"$T/lines"
points hr b3 '{"external_id":"X","kind":"earn","points":1,"reference":"r"}' |
    loya-apply >"$T/lines"
LOYA_NOW=2026-11-25T12:00:00Z
details() { store "SELECT group_concat(event_id, ' ') FROM audit
    WHERE detail IS NOT NULL AND inbox > 1"; }
was=$(details)
status 0 "-n" loya-audit prune -n 0d
cp "$T/out" "$T/dry"
status 0 "prune" loya-audit prune 0d
is "does what -n said" "$(cat "$T/out")" "$(cat "$T/dry")"
like "two bodies go" "$(cat "$T/out")" '"bodies":2,.*"kept":1,"texts":0}$'
is "and no row that names whom it is about" "$(details)" "$was"
status 0 "erase finds what was dismissed" loya-audit erase hr/B
is "and takes it" "$(left)" "0 gone"
status 0 "it verifies" loya-audit verify -q
done_testing
