# For tests of loya-apply: lines, and what the store says.  Source after lib.sh.

# line SOURCE ID TYPE DATA [MORE]: a CloudEvent; MORE is further members, ",..."
line() {
	printf '{"specversion":"1.0","id":"%s","source":"%s","type":"%s"%s,"data":%s}\n' \
	    "$2" "$1" "$3" "${5-}" "$4"
}

# member SOURCE ID DATA, points SOURCE ID DATA
member() { line "$1" "$2" loya.member "$3" "${4-}"; }
points() { line "$1" "$2" loya.points "$3"; }

# A source by its profile: source_file NAME [JSON]
source_file() {
	if [ $# -gt 1 ]; then
		printf '%s\n' "$2"
	else
		echo '{"profile":"plain"}'
	fi >"$LOYA_CONF/sources/$1.json"
}

# The types of the lines that came out, without loya., joined by blanks.
types() {
	sed -n 's/.*"type":"loya\.\([^"]*\)".*/\1/p' "$1" | tr '\n' ' ' |
	    sed 's/ $//'
}

# They may be asked while a program at the other end of a pipe opens the store.
store() { sqlite3 -cmd '.timeout 5000' "$LOYA_STORE" "$1"; }
inbox() { sqlite3 -cmd '.timeout 5000' "$LOYA_STORE-inbox" "$1"; }
