# loya-audit and its reader: one that goes away, a terminal that is narrow.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store

# Who reads is gone before there is anything to read; the status is in $rc.
alone() {
	rm -f "$T/gone"
	{ wait_for "no reader" [ -e "$T/gone" ]
	"$@" 2>"$T/err"
	echo $? >"$T/rc"; } | { exec <&-; : >"$T/gone"; wait_for "the end" \
	    [ -s "$T/rc" ]; }
	rc=$(cat "$T/rc")
	rm "$T/rc"
}
for v in log members "log -f" "show hr/E1" "prune -n 1d"; do
	alone loya-audit $v
	is "$v: a reader that goes away ends it by SIGPIPE" "$rc" 141
	is "without a word" "$(cat "$T/err")" ""
done
alone loya-audit prune 1d
is "what took something away is 74 when nobody hears of it" "$rc" 74
like "and says so" "$(cat "$T/err")" "standard output: writing failed"
done_testing
