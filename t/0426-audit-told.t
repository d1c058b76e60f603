#!/bin/sh
# loya-audit says each thing once, as it is, and what is missing.
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

# Which member is meant, and what is missing.
status 1 "erase takes no e-mail address" loya-audit erase anna@crm.example
like "and says so" "$(cat "$T/err")" "'anna@crm.example': an e-mail address does not name a member; give the member's id or SOURCE/EXTERNAL-ID; it is in members: $anna; it is in events: crm/C1 .inbox 7.\$"
status 1 "erase -u neither" loya-audit erase -u anna@crm.example
like "and says so" "$(cat "$T/err")" 'an e-mail address does not name a member'
for verb in erase why; do
	status 1 "$verb: a source's id without the source" \
	    loya-audit "$verb" E4
	is "is told how to write it" "$(cat "$T/err")" \
	    "loya-audit: 'E4': there is no such member; an id of a source is written SOURCE/EXTERNAL-ID (try: hr/E4)"
done
status 1 "show" loya-audit show E4
like "does, too" "$(cat "$T/err")" 'there is no such member or event; .*[(]try: hr/E4[)]$'
status 1 "erase: an id that no member has" loya-audit erase E99
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
status 0 "a kind without rows" loya-audit -T -k snapshot
is "is one sentence" "$(cat "$T/err")" \
    "loya-audit: no row of the audit log is of kind 'snapshot'"
status 0 "a source that there is nothing of" loya-audit -T -o nowhere
is "is one sentence" "$(cat "$T/err")" \
    "loya-audit: no row of the audit log is of source 'nowhere'"

# Tables end with their last line.
blank_end() {
	loya-audit "$@" -T >"$T/table" && [ -s "$T/table" ] &&
	    [ -n "$(tail -n 1 "$T/table")" ]
}
for v in verify "show -t now hr/E3" stats "show hr/E3" "show hr/p1" \
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
like "the oldest of nothing has no time" \
    "$(loya-audit stats -T | grep '^new ')" '^new +0 +0 +0 +0 +0 +0 +0 +0$'

# Sentences are folded, and values in CSV are plain.
is "why is folded at the width of a line" \
    "$(COLUMNS=60 loya-audit why -T hr/E1 status | head -n 5)" \
    "status is suspended because hr said so about E1 in event e4
  at 2026-11-22T08:00:00Z (received 2026-11-23T12:00:00Z,
  applied 2026-11-23T12:00:00Z, row 8 of the record); rule
  sole: no other source that may decide it says anything
  about it."
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

is "why of a status has the hold" \
    "$(loya-audit why -T hr/E3 status | tail -n 1)" \
    "    a hold is set, too: fraud."
like "and in JSON" "$(loya-audit why hr/E3 status)" '"lost":\[\],"hold":"fraud","made":'
is "which is there once in the full output" \
    "$(loya-audit why -T hr/E3 | grep -c fraud)" 1

# why, about what nobody has
line member hr e9 2026-11-23T08:00:00Z \
    '{"external_id":"E3","version":9,"email":null,"attributes":{"merged_into":null}}' |
    loya-apply >"$T/applied"
is "why leaves out an attribute that no source gives" \
    "$(loya-audit why hr/E3 | grep -c merged_into)" 0
like "and has it when it is asked for" \
    "$(loya-audit why hr/E3 merged_into)" '"value":null,"owner":"hr"'
like "a field of every member it has" "$(loya-audit why -T hr/E3)" \
    '^email is empty because hr said so'

status 1 "why of a field that no source gives" loya-audit why hr/E1 stauts
like "has what comes near" "$(cat "$T/err")" \
    ": no source that may decide 'stauts' says anything about it [(]try: status[)]\$"
status 1 "one that there could be" loya-audit why hr/E1 zoneinfo
like "is not called unknown" "$(cat "$T/err")" "'zoneinfo' says anything about it\$"
status 1 "what cannot be a name" loya-audit why hr/E1 "stat'\"us"
like "has nothing near" "$(cat "$T/err")" "[^)]\$"

# why, about what is to come
is "why has what waits for its time, in a sentence" \
    "$(COLUMNS=200 loya-audit why -T hr/E1 status | sed -n '/^    on/,$p')" \
    "    on 2036-01-01T00:00:00Z it becomes closed: hr said so about E1 in event e7 at 2026-11-22T12:00:00Z (received 2026-11-23T12:00:00Z, put off until 2036-01-01T00:00:00Z, row 13 of the record)."
like "and in JSON" "$(loya-audit why hr/E1 status)" \
    '"lost":\[\],"to_come":\[[{]"value":"closed","source":"hr","external_id":"E1","event_id":"e7","inbox":13,"audit":13,.*,"effective_at":"2036-01-01T00:00:00.000000Z"[}]\],"made":'
is "which is not the row that applied the value" \
    "$(loya-audit why hr/E1 status | sed 's/,"source_time.*//;s/.*"audit"://')" 8
line member crm f1 2026-11-23T08:00:00Z '{"external_id":"C1","version":2,
    "given_name":"Ann","name":"Ann E","effective_at":"2035-01-01T00:00:00Z"}' |
    tr -d '\n' >"$T/f1"
loya-apply <"$T/f1" >"$T/applied"
is "not of a source that comes later in the list" \
    "$(loya-audit why hr/E1 given_name | grep -c to_come)" 0
is "a field that no source has given yet is there" \
    "$(COLUMNS=200 loya-audit why -T hr/E1 | sed -n '/^name is/,$p' |
    sed 's/ anything about.*/ anything/; s/ becomes.*/ becomes/')" \
    "name is empty because no source that may decide it says anything
    on 2035-01-01T00:00:00Z it becomes"
like "and alone" "$(loya-audit why hr/E1 name)" \
    '"value":null,"owner":null,"rule":"default","lost":\[\],"to_come":\['
line member hr g1 2026-11-23T08:00:00Z '{"external_id":"E77","version":2,
    "deleted":true,"effective_at":"2035-02-01T00:00:00Z"}' |
    tr -d '\n' | loya-apply >"$T/applied"
line member hr g2 2026-11-23T08:00:00Z '{"external_id":"E77","version":1,
    "name":"G"}' | tr -d '\n' | loya-apply >"$T/applied"
like "what waited before anybody was known by the id is, too" \
    "$(COLUMNS=200 loya-audit why -T hr/E77 status)" \
    'on 2035-02-01T00:00:00Z it becomes closed: hr said so about E77 in event g1 '
LOYA_NOW=2036-01-02T00:00:00Z loya-apply -b >"$T/applied"
like "when its time has come it is what is" \
    "$(COLUMNS=300 loya-audit why -T hr/E1 status)" \
    '^status is closed because .* event e7 at .*put off until 2036-01-01T00:00:00Z, applied 2036-01-02T00:00:00Z, row [0-9]+ of'
is "and no longer to come" "$(loya-audit why hr/E1 | grep -c to_come)" 0

# If the bodies are pruned, members still have the address: also who has it
# only by another source, in upper or lower case.
LOYA_NOW=2027-06-03T00:00:00Z loya-audit prune -q 90d
status 1 "an address of no event that is left" loya-audit erase ANNA@hr.example
is "names the member" "$(cat "$T/err")" "loya-audit: 'ANNA@hr.example': an e-mail address does not name a member; give the member's id or SOURCE/EXTERNAL-ID; it is in members: $anna"
status 1 "an address that is the end of another" loya-audit erase na@hr.example
is "is about no member" "$(cat "$T/err")" "loya-audit: 'na@hr.example': an e-mail address does not name a member; give the member's id or SOURCE/EXTERNAL-ID"

# why, about an erased person
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
