# For tests that put loya under load (helper/load.pl); source after recv.sh and
# apply.sh.
#
#   load_begin             a new store with the source hr
#   load [option]... SECONDS DICE     the load; what it prints is in $T/load
#   load_books             when everything is applied: prints what is wrong
#   load_talk PATTERN...   what the programs said, but for lines like these

load_begin() {
	rm -rf "$LOYA_STORE"* "$T/acked" "$T/sent" "$T/talk" "$T/sock"
	echo '{"profile":"plain"}' >"$LOYA_CONF/sources/hr.json"
	loya-token init 2>/dev/null
	printf '%s\n' "$secret" | loya-token set hr
}

load() {
	load_n=$(($# - 2))
	load_o=
	while [ "$load_n" -gt 0 ]; do
		load_o="$load_o $1"
		load_n=$((load_n - 1))
		shift
	done
	# shellcheck disable=SC2086
	perl "$here/helper/load.pl" $load_o "$secret" "$1" "$2" >"$T/load"
	grep '^wrong' "$T/load" | sort | uniq -c
}

load_books() {
	inbox "SELECT event_id, CAST(body AS TEXT) FROM inbox ORDER BY seq" |
	    perl "$here/helper/model.pl" "$T/sent" "$T/acked" >"$T/want"
	store "SELECT external_id, status, points, coalesce(name, ''),
	    coalesce(email, '') FROM member m JOIN link l ON l.member = m.id
	    ORDER BY 1" >"$T/have"
	diff "$T/want" "$T/have"
	store "SELECT reference, count(*) FROM ledger GROUP BY 1
	    HAVING count(*) > 1"
	store "SELECT 'balance', id FROM member m WHERE points IS NOT
	    (SELECT coalesce(sum(points), 0) FROM ledger WHERE member = m.id)"
	store "SELECT 'audit', inbox, count(*) FROM audit
	    WHERE inbox IS NOT NULL AND kind <> 'event.held'
	    GROUP BY inbox HAVING count(*) > 1"
	store "ATTACH '$LOYA_STORE-inbox' AS i;
	    SELECT 'not applied', seq FROM i.inbox
	    WHERE seq NOT IN (SELECT seq FROM event)"
	loya-audit verify >"$T/verify" 2>&1 || cat "$T/verify"
}

load_talk() {
	# A sanitizer that dies while it looks at its threads says so.
	set -- "$@" "listening on" "reader is gone" \
	    "loya-apply: [0-9]* \\(refused\\|held\\)" \
	    "standard input: line [0-9]*: byte" \
	    "==Unable to get registers from thread"
	printf '%s\n' "$@" >"$T/usual"
	grep -v -f "$T/usual" "$T/talk" | sort | uniq -c
}
