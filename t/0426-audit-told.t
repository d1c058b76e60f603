#!/bin/sh
# loya-audit says a thing once, as it is, and what is missing.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store
line member hr e8 2026-11-23T08:00:00Z \
    '{"external_id":"E4","version":1,"given_name":"Björn"}' |
    loya-apply >"$T/applied"

# show
twice() {
	perl -MJSON::PP -ne 'my %n; $n{$1}++ while /[{,]"(\w+)":/g;
	    print grep { $n{$_} > 1 } "name", "id", "what"' "$@"
}
loya-audit show hr/E4 | head -n 1 >"$T/line"
is "show of a member has each key once" "$(twice "$T/line")" ""
like "name is the field of that name" "$(cat "$T/line")" \
    '"given_name":"Björn","family_name":null,"name":null,'
is "a member without a name has none on a terminal" \
    "$(loya-audit show -T hr/E4 | grep '^name ')" ""
is "one with a name has it" "$(loya-audit show -T hr/E3 | grep '^name ')" \
    'name          Cyd "C" C'

# Who is meant, and what is missing.
status 1 "erase takes no e-mail address" loya-audit erase anna@crm.example
like "and says so" "$(cat "$T/err")" "'anna@crm.example': an e-mail address will not do here; name the member by its id or as SOURCE/EXTERNAL-ID\$"
status 1 "erase -u neither" loya-audit erase -u anna@crm.example
like "and says so" "$(cat "$T/err")" 'an e-mail address will not do here'
for verb in erase why; do
	status 1 "$verb: a source's id without the source" \
	    loya-audit "$verb" E4
	is "is told how it is written" "$(cat "$T/err")" \
	    "loya-audit: 'E4': no member is known by this; an id of a source is written SOURCE/EXTERNAL-ID (try: hr/E4)"
done
status 1 "show" loya-audit show E4
like "does, too" "$(cat "$T/err")" 'no member and no event .*[(]try: hr/E4[)]$'
status 1 "erase: an id that nobody has" loya-audit erase E99
like "has no such hint" "$(cat "$T/err")" 'SOURCE/EXTERNAL-ID$'
line member crm c4 2026-11-23T08:00:00Z '{"external_id":"E4","version":1}' |
    loya-apply >"$T/applied"
status 1 "nor has one that two sources know" loya-audit erase E4
like "somebody by" "$(cat "$T/err")" 'SOURCE/EXTERNAL-ID$'
missing() {	# what verb [operand]
	what=$1
	shift
	status 64 "$*: $what is missing" loya-audit "$@"
	like "and named" "$(cat "$T/err")" "^loya-audit: $1: $what is missing\$"
}
missing MEMBER diff
missing TIME diff hr/E1
missing MEMBER why
missing SEQ prove
missing OLD-HEAD consistency
missing MEMBER erase
missing PERIOD prune
status 0 "a kind that there is no row of" loya-audit -T -k snapshot
is "is one sentence" "$(cat "$T/err")" \
    "loya-audit: nothing in the record is of kind 'snapshot'"
status 0 "a source that there is nothing of" loya-audit -T -o nowhere
is "is one sentence" "$(cat "$T/err")" \
    "loya-audit: nothing in the record is of source 'nowhere'"

# Tables end with their last line.
blank_end() {
	loya-audit "$@" -T >"$T/table" && [ -s "$T/table" ] &&
	    [ -n "$(tail -n 1 "$T/table")" ]
}
for v in verify "show -t 2026-11-24 hr/E3" stats "show hr/E3" "show hr/p1" \
    "erase -n hr/E3" "prune -n 9w" "log -v"; do
	# shellcheck disable=SC2086
	blank_end $v
	tap_result $? "$v -T: no empty line at the end"
done
is "between the blocks of log -v there is one" \
    "$(loya-audit log -v -T -N 3 | grep -c '^$')" 2
is "and between the sections of stats" "$(loya-audit stats -T |
    grep -c '^$')" "$(($(loya-audit stats -j | sed 's/^{"what":"\([a-z]*\)".*/\1/' |
    sort -u | wc -l) - 1))"
like "the oldest of nothing is no time" \
    "$(loya-audit stats -T | grep '^new ')" '^new +0 +0 +0 +0 +0 +0 +0 +0$'

# Sentences are folded, and values in CSV are plain.
is "why is folded at the width of a line" \
    "$(COLUMNS=60 loya-audit why -T hr/E1 status)" \
    "status is suspended because hr said so about E1 in event e4
        at 2026-11-22T08:00:00Z (received
        2026-11-23T12:00:00Z, applied 2026-11-23T12:00:00Z,
        row 8 of the record); rule sole: nobody else says
        anything about it."
is "and says the same" "$(COLUMNS=40 loya-audit why -T hr/E1 | tr -s ' \n' ' ')" \
    "$(loya-audit why -T hr/E1 | tr -s ' \n' ' ')"
like "diff -O csv has plain text" \
    "$(loya-audit diff -O csv hr/E1 2026-11-01 | grep given_name)" \
    ',given_name,,Anna,2026-11-23'
like "and lists as JSON" \
    "$(loya-audit diff -O csv hr/E1 2026-11-01 | grep ',tags,')" \
    ',tags,,"\[""a"",""b""\]",'
like "diff has JSON" "$(loya-audit diff hr/E1 2026-11-01 | grep given_name)" \
    '"old":null,"new":"Anna",'

# why, of what nobody has
line member hr e9 2026-11-23T08:00:00Z \
    '{"external_id":"E3","version":9,"email":null,"attributes":{"merged_into":null}}' |
    loya-apply >"$T/applied"
is "why leaves out an attribute that nobody says is anything" \
    "$(loya-audit why hr/E3 | grep -c merged_into)" 0
like "and has it when it is asked for" \
    "$(loya-audit why hr/E3 merged_into)" '"value":null,"owner":"hr"'
like "a field of every member it has" "$(loya-audit why -T hr/E3)" \
    '^email is - because hr said so'

# why, of who was erased
status 0 "erase" loya-audit erase hr/E1
id=$(sed 's/.*"member":"\([^"]*\)".*/\1/' "$T/out")
status 0 "why of who was erased" loya-audit why "$id"
is "has the rule" "$(cat "$T/out")" "{\"member\":\"$id\",\"field\":\"status\",\"value\":\"closed\",\"owner\":null,\"rule\":\"erased\",\"lost\":[]}"
seq=$(sqlite3 -readonly "$LOYA_STORE" \
    "SELECT max(seq) FROM audit WHERE kind = 'member.erased'")
is "and in a sentence" "$(loya-audit why -T "$id" | sed 's/user:[^ ]*/USER/')" \
    "status is closed because the member was erased by USER at 2026-11-23T12:00:00Z (row $seq of the record)."
is "the field alone, too" "$(loya-audit why "$id" status)" "$(cat "$T/out")"
done_testing
