# loya-audit log: filters, forms of output, exit statuses.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"

status 78 "no store: 78" loya-audit
like "and says which" "$(cat "$T/err")" \
    "loya.db: there is no store; loya-token init makes one, -s names another\$"
audit_store
n=$(sqlite3 "$LOYA_STORE" 'SELECT count(*) FROM audit')

seqs() {
	loya-audit "$@" | sed 's/^{"seq":\([0-9]*\),.*/\1/' | tr '\n' ' ' |
	    sed 's/ $//'
}

is "without a verb it is log, a line a row" "$(loya-audit | wc -l)" "$n"
is "rows come in their order" "$(seqs -N 3 -k member)" "$(seqs -k member |
    tr ' ' '\n' | tail -n 3 | tr '\n' ' ' | sed 's/ $//')"
is "-r turns it" "$(seqs -r -N 1)" "$n"
is "-k takes a kind" "$(seqs -k points.posted)" "4 5"
is "-k takes a family of kinds" "$(seqs -k points)" "4 5"
is "-o takes a source" "$(seqs -o crm)" 7
is "-e takes an event id" "$(seqs -e e4)" 8
is "-F takes a field that changed" "$(seqs -F status -o hr -m hr/E1)" "1 8"
is "-F takes an attribute" "$(seqs -F employee_number)" 1
is "-m takes SOURCE/EXTERNAL-ID" "$(seqs -m hr/E1)" "1 7 8 9 13"
is "-m takes the other source's id" "$(seqs -m crm/C1)" "1 7 8 9 13"
is "-m takes an id" "$(seqs -m "$anna")" "1 7 8 9 13"
is "-m with -N is the newest" "$(seqs -m "$anna" -N 2)" "9 13"
is "-m with -N and -r" "$(seqs -m "$anna" -N 2 -r)" "13 9"
is "-a is from a time on" "$(seqs -a 2026-11-23T12:00:00Z | wc -w |
    tr -d ' ')" "$n"
is "-b is before a time" "$(seqs -b 2026-11-23T12:00:00Z)" ""
is "a row holds all of it" "$(loya-audit -e e4 | sed "s/$anna/ANNA/
    s/user:[^\"]*/USER/; s/\(claims\":\"\)[0-9a-f]*/\1MARK/")" '{"seq":8,"at":"2026-11-23T12:00:00.000000Z","kind":"member.suspended","source":"hr","event_id":"e4","inbox":8,"member":"ANNA","prev":7,"actor":"USER","detail":{"external_id":"E1","changes":{"status":{"old":"active","new":"suspended"}},"time":"2026-11-22T08:00:00.000000Z","claims":"MARK"}}'

is "-T is a table" "$(loya-audit -T -e e4)" \
"SEQ  AT                    KIND              WHO  ABOUT  WHAT
  8  2026-11-23T12:00:00Z  member.suspended  hr   hr/E1  status active -> suspended"
is "it is as wide as COLUMNS, and goes on below itself" \
    "$(COLUMNS=80 loya-audit -T -e e1 | tail -n +2)" \
"  1  2026-11-23T12:00:00Z  member.enrolled  hr   hr/E1
     given_name Anna; family_name Åkesson; email anna@hr.example; status active;
     tags [\"a\",\"b\"]; employee_number 1001"
is "in the end it is cut, at a character" \
    "$(COLUMNS=30 loya-audit -T -e e1 | tail -n 2)" \
"     email anna@hr.example;
     status active; tags [\"a\"…"

status 64 "an unknown verb is 64" loya-audit frobnicate
status 64 "an operand too many is 64" loya-audit log more
status 64 "an operand too few is 64" loya-audit show
status 64 "an invalid time is 64" loya-audit -a yesterday-ish
status 64 "a count of 0 is 64" loya-audit -N 0
status 64 "a field that cannot be is 64" loya-audit -F 'a"b'
status 64 "an option that does not go with the verb is 64" \
    loya-audit verify -m x
status 1 "an unknown member is 1" loya-audit -m hr/E99
like "and is named" "$(cat "$T/err")" "'hr/E99': there is no such member"
status 74 "output that cannot be written is 74" \
    sh -c 'loya-audit >/dev/full'

# A name that would move the cursor of a terminal.
line member hr evil 2026-11-22T13:00:00Z \
    '{"external_id":"E9","version":1,"name":"a\u001b[2Jb\u202ec\u009bd"}' |
    loya-apply >"$T/apply.out"
is "control characters never reach a terminal" \
    "$(loya-audit -T -e evil | tail -n 1 | tr -s ' ' |
    sed 's/.*hr.E9 //')" "name a?[2Jb?c?d; status active"
done_testing
