# Stores of earlier versions (t/stores, as .dump prints them) are migrated by
# the first command that writes, and are then like new ones.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
LOYA_NOW=2026-11-24T00:00:00Z
export LOYA_NOW
ok "a new store" loya-apply -b -s "$T/new"

# The text of the schema, and its version.
schema() {
	sqlite3 "$1" "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2;
	    PRAGMA application_id; PRAGMA user_version"
}

restore() {	# version
	for f in '' -inbox; do
		sqlite3 "$T/old$1$f" <"$here/stores/$1$f.sql" >"$T/restored" || return
		sqlite3 "$T/old$1$f" "PRAGMA journal_mode = wal" >"$T/restored"
	done
}

for dump in "$here"/stores/*-inbox.sql; do
	v=$(basename "$dump" -inbox.sql)
	ok "a store of version $v" restore "$v"
	LOYA_STORE=$T/old$v
	sum=$(cat "$LOYA_STORE" "$LOYA_STORE-inbox" | cksum)
	status 78 "version $v: who only reads does not change it" loya-audit log
	like "... and says what does" "$(cat "$T/err")" 'older'
	is "... nor did it" "$(sqlite3 "$LOYA_STORE" 'PRAGMA user_version')" "$v"
	for c in 'loya-apply -bn' 'loya-apply -n' 'loya-apply -nr 1' \
	    'loya-push -bn' 'loya-push -n' 'loya-pull -n hr' \
	    'loya-token unset -n hr' 'loya-audit head -n'; do
		# shellcheck disable=SC2086
		status 78 "version $v: $c refuses it" $c </dev/null
		is "... says how to bring it up to date" "$(cat "$T/err")" \
		    "${c%% *}: $LOYA_STORE: made by an older loya; run \
loya-apply -b once to bring it up to date"
		is "... and changes nothing" "$(cat "$LOYA_STORE" \
		    "$LOYA_STORE-inbox" | cksum)" "$sum"
	done
	ok "version $v: loya-apply brings it up to date" loya-apply -b
	for f in '' -inbox; do
		is "... STORE$f is as a new one" "$(schema "$LOYA_STORE$f")" \
		    "$(schema "$T/new$f")"
	done
	ok "... it is sound" loya-audit verify
	is "... the member is there" "$(store "SELECT name, status, points
	    FROM member")" "A|suspended|5"
	is "... the deliveries were not looked at" "$(store "SELECT count(*)
	    FROM outbox WHERE state <> 'waiting' OR behind IS NOT NULL")" 0
	LOYA_NOW=2031-01-01T00:00:00Z ok "... what was scheduled comes due" \
	    loya-apply -b
	is "... and is applied" "$(store "SELECT count(*) FROM member")" 2
	LOYA_NOW=2031-01-01T00:00:00Z ok "... it is sound" loya-audit verify
done
ok "there is a store of version 1" test -f "$here/stores/1.sql"
done_testing
