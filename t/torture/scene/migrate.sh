# loya-apply brings a store of version 1 up to date.
prepare() {
	source_file hr
	sqlite3 "$LOYA_STORE" <"$here/stores/1.sql"
	sqlite3 "$LOYA_STORE-inbox" <"$here/stores/1-inbox.sql"
}
act() { LOYA_NOW=2026-11-24T00:00:00Z run loya-apply -b; }
dump() {
	dump_store
	for f in '' -inbox; do
		sqlite3 "$LOYA_STORE$f" 'SELECT sql FROM sqlite_schema'
	done
}
