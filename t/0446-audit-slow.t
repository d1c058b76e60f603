#!/bin/sh
# Whoever reads a list slowly keeps no log of the store from being copied, and
# the list is whole.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
source_file out '{"push":{"kind":"exec","on":"*",
    "exec":{"command":["/bin/false"]}}}'
awk 'BEGIN {
	for (i = 1; i <= 2000; i++)
		print "{\"specversion\":\"1.0\",\"id\":\"e" i "\"," \
		    "\"source\":\"hr\",\"type\":\"loya.member\"," \
		    "\"data\":{\"external_id\":\"E" i "\"," \
		    "\"name\":\"One of two thousand, by number " i "\"}}"
	for (i = 1; i <= 2000; i++)
		print "{\"specversion\":\"1.0\",\"id\":\"p" i "\"," \
		    "\"source\":\"hr\",\"type\":\"loya.points\"," \
		    "\"data\":{\"external_id\":\"unknown to us " i "\"," \
		    "\"kind\":\"earn\",\"points\":1," \
		    "\"reference\":\"r" i "\"}}"
}' | loya-apply >"$T/applied"
store "UPDATE outbox SET state = 'dead' WHERE seq % 2"

# Read the first byte, and the others once the test says so.
cat >"$T/reader" <<'EOT2'
dd bs=1 count=1 2>/dev/null && echo begun >&2
while [ ! -e "$1" ]; do sleep 0.1; done
exec cat
EOT2
copied() {
	[ "$(for f in "$LOYA_STORE" "$LOYA_STORE-inbox"; do
		sqlite3 "$f" "PRAGMA wal_checkpoint(TRUNCATE)"
	done)" = "0|0|0${nl}0|0|0" ]
}
more=0
for v in log "log -r" "log -N 1900" members "members -r" "members -N 1900" \
    inbox "inbox -r" "inbox -N 1900" "inbox -S applied" \
    "inbox -S held" "inbox -S held -r" "inbox -S held -N 1900" \
    outbox "outbox -r" "outbox -N 1900" "outbox -S waiting" \
    "outbox -S dead" \
    "log -T" "members -T"; do
	loya-audit $v >"$T/want"
	rm -f "$T/go"
	start list sh -c 'loya-audit $1 | sh "$2" "$3"' sh "$v" "$T/reader" \
	    "$T/go"
	wait_for "$v" grep -q begun "$T/list.err"
	more=$((more + 1))
	member hr "more$more" "{\"external_id\":\"more$more\"}" |
	    loya-apply >"$T/applied"
	wait_for "$v: both logs to be copied" copied
	touch "$T/go"
	stop list 0
	is "$v: all that was there is listed, once and in order" \
	    "$(grep -Fxf "$T/want" "$T/list.out" | diff - "$T/want")" ""
	case $v in *-N*)
		is "$v: and no more than that" "$(wc -l <"$T/list.out")" 1900
	esac
done
done_testing
