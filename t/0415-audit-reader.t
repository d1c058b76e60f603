# loya-audit and its reader: one that goes away, and a narrow terminal.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store

# The reader is gone before there is anything to read; the status is in $rc.
mkfifo "$T/fifo"
alone() {
	cat "$T/fifo" &
	reader=$!
	exec 9>"$T/fifo"
	kill "$reader"
	wait "$reader" 2>/dev/null
	"$@" >&9 2>"$T/err"
	rc=$?
	exec 9>&-
}
for v in log members "log -f" "show hr/E1" "prune -n 1d"; do
	alone loya-audit $v
	is "$v: a reader that goes away ends it by SIGPIPE" "$rc" 141
	is "without a word" "$(cat "$T/err")" ""
done
alone loya-audit prune 1d
is "a command that removed something is 74 if its reader is gone" "$rc" 74
like "and says so" "$(cat "$T/err")" "standard output: writing failed"

is "free text goes on below itself first" "$(COLUMNS=80 loya-audit -T -a today -e e5)" \
"SEQ  AT                    KIND            WHO  ABOUT  WHAT
  9  2026-11-23T12:00:00Z  member.updated  hr   hr/E1  family_name Åkesson ->
                                                       Ek; too old for status"
is "then a row goes on in the next line" "$(COLUMNS=56 loya-audit -T -e e5)" \
"SEQ  AT                    KIND            WHO  ABOUT
     WHAT
  9  2026-11-23T12:00:00Z  member.updated  hr   hr/E1
     family_name Åkesson -> Ek; too old for status"
is "or two" "$(COLUMNS=40 loya-audit -T -e e5)" \
"SEQ  AT
     KIND            WHO  ABOUT
     WHAT
  9  2026-11-23T12:00:00Z
     member.updated  hr   hr/E1
     family_name Åkesson -> Ek; too old
     for status"
is "what is empty takes no line" "$(COLUMNS=40 loya-audit inbox -T -e e5)" \
"SEQ  RECEIVED AT           SOURCE
     EVENT ID  STATE    WHY
  9  2026-11-23T12:00:00Z  hr
     e5        applied"
is "bars are left out where there is no room" \
    "$(COLUMNS=40 loya-audit stats -T | grep -c █)" 4
wide() {	# width verb ...
	n=$1
	shift
	COLUMNS=$n loya-audit "$@" -T | perl -CS -ne "chomp;
	    print if length > $n"
}
for n in 30 40 60 80; do
	for v in log members inbox outbox stats latency "diff hr/E1 2026-11-01"; do
		is "$v stays in $n columns" "$(wide $n $v)" ""
	done
done

# Rows that are wider than those before, on a terminal that shows the first.
if command -v script >/dev/null; then
	start follow script -qfc "COLUMNS=70 TERM=dumb loya-audit -f -N 1 -k \
	    member.closed -T" /dev/null
	wait_for "the row that is there" grep -q member.closed "$T/follow.out"
	line member hr "w1" 2026-11-22T13:00:00Z "{\"external_id\":
	    \"E123456789\",\"version\":1,\"name\":\"W\",
	    \"status\":\"closed\"}" | tr -d '\n\t' | loya-apply \
	    >"$T/apply.out"
	line member hr "w2" 2026-11-22T13:00:00Z "{\"external_id\":
	    \"E123456789\",\"version\":2,\"status\":\"active\"}" |
	    tr -d '\n\t' | loya-apply >"$T/apply.out"
	line member hr "w3" 2026-11-22T13:00:00Z "{\"external_id\":
	    \"E123456789\",\"version\":3,\"status\":\"closed\"}" |
	    tr -d '\n\t' | loya-apply >"$T/apply.out"
	wait_for "the other" grep -q E123456789 "$T/follow.out"
	is "before an id that is wider what follows gives way" \
	    "$(tr -d '\r' <"$T/follow.out" | tail -n 3)" \
"     status active -> closed
 16  2026-11-23T12:00:00Z  member.closed  hr   hr/E123456789
     status active -> closed"
	stop follow
fi

# The person, where the event named nobody.
is "a hold is of who gave it, about a name that -m takes" \
    "$(loya-audit -T -e h1 | tail -n 1 | tr -s ' ')" \
    " 10 2026-11-23T12:00:00Z member.updated user:$(id -un) hr/E3 hold fraud"
loya-token -q init
is "what no sentence is made for has its values" \
    "$(loya-audit -T -k store.init | tail -n 1 | sed 's/.*user/user/' |
    tr -s ' ')" "user:$(id -un) key $LOYA_CONF/key"

LOYA_NOW=2027-01-01T00:00:00Z loya-audit prune 1d >"$T/receipt"
like "show says of a body that it is pruned" "$(loya-audit show -T hr/e1)" \
    '^body +\(pruned\)$'
like "for programs it is null" "$(loya-audit show hr/e1 | head -n 1)" \
    '"body":null'
done_testing
