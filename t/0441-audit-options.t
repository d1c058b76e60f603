#!/bin/sh
# For every verb, the usage of loya-audit names the options that it accepts and
# no others, except those of every program (-s -c -n -q -v -V -h) and the short
# forms -j and -T.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
source_file hr
cd "$T" || exit
member hr 1 '{"external_id":"E1"}' | loya-apply >"$T/lines"

usage=$(loya-audit -h | sed -n '/^  -/q; s/^usage://; p' | tr -s ' \n' ' ' |
    sed 's/ loya-audit /\nloya-audit /g')
own=$(loya-audit -h | sed -n 's/^  -\([a-zA-Z]\).*/\1/p' |
    tr -d '\nscqvVhnjT')
is "they are known" "$own" mokeFAabSNrfitHKuxO
value() {	# letter
	case $1 in
	[abt]) echo yesterday ;;
	[NiHK]) echo 1 ;;
	O) echo json ;;
	S) echo none ;;
	*) echo x ;;
	esac
}
for verb in log show diff why members inbox outbox stats latency report \
    verify head prove consistency check cosign erase prune; do
	lines=$(printf '%s\n' "$usage" |
	    grep -E "^loya-audit \[?$verb( |\]|\$)")
	named='' taken=''
	for o in $(echo "$own" | sed 's/./& /g'); do
		printf '%s\n' "$lines" |
		    grep -Eq "(\[| )-[a-zA-Z]*${o}[a-zA-Z]*( |\]|\$)" &&
		    named=$named$o
		loya-audit "$verb" "-$o" "$(value $o)" </dev/null 2>&1 |
		    grep -q 'does not go with' || taken=$taken$o
	done
	is "$verb" "$named" "$taken"
done
done_testing
