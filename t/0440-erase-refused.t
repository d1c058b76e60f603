#!/bin/sh
# What the audit log quotes of an unreadable event can be erased, even if its
# body was pruned before, because the log says whom it names.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
bad='"birthdate":"born of Mary Secretname"'
refused() {	# id external-id
	member hr "$1" "{\"external_id\":\"$2\",$bad}" |
	    loya-apply >"$T/lines" 2>"$T/err"
}
files() { cat "$LOYA_STORE"* | grep -a -c "$1"; }

loya-token -q init
refused a1 E77
is "it is refused with a piece of its body" "$(store "SELECT detail ->> 'detail'
    FROM audit WHERE kind = 'event.refused'")" \
    'birthdate: "born of Mary Secretname" is not a date (YYYY-MM-DD)'
is "and the record says who it names" "$(store "SELECT detail ->>
    'external_id' FROM audit WHERE kind = 'event.refused'")" E77
like "so does log" "$(loya-audit -T log)" 'E77'
loya-apply -d 1 >"$T/lines"
status 0 "its body goes" loya-audit -q prune 0d
is "not what the record says" "$(store "SELECT count(*) FROM audit
    WHERE detail LIKE '%Secretname%'")" 1
status 0 "the person is erased all the same" loya-audit erase hr/E77
is "and nothing of it is in any file" "$(files Secretname):$(files E77)" 0:0
status 0 "it verifies" loya-audit -q verify

# An erased person is not recognized again.
refused a2 E77
is "another one is refused" "$(store "SELECT why FROM event
    ORDER BY seq DESC LIMIT 1")" bad_field
is "and names no member" "$(store "SELECT coalesce(detail ->> 'external_id', '-')
    FROM audit ORDER BY seq DESC LIMIT 1")" -
done_testing
