# loya-recv as a server, with its thread that commits; three senders.
prepare() {
	sources
	mkdir "$W/run"
	loya-apply -b
}
begun() { grep -q listening "$W/server.err" 2>/dev/null || ! kill -0 "$tap_server"; }
asked() {
	request POST /hooks/open "{\"id\":\"$1\"}" \
	    'Content-Type: application/json'
	"$BUILD/t/http" "unix:$W/run/sock" <"$T/req" 2>/dev/null
}
act() {
	export W
	# Nor shall what an earlier one said be taken for its word.
	rm -f "$W/run/sock" "$W/pid" "$W/server.err"
	# Whatever stands between, it is the program that is told to end.
	# shellcheck disable=SC2016
	run sh -c 'echo $$ >"$W/pid"; exec loya-recv -l "unix:$W/run/sock"' \
	    >"$W/server.out" 2>"$W/server.err" &
	tap_server=$!
	wait_for "the server" begun
	for i in a b c; do asked $i; done
	kill "$(cat "$W/pid")" 2>/dev/null
	wait "$tap_server"
}
promise() {
	rows=$(inbox 'SELECT count(*) FROM inbox')
	why="$rows rows"
	[ "$rows" -ge "$(grep -c '^HTTP/1.1 202' "$T/act.out")" ] || return
	why=
}
# In which order they came is chance.
dump() {
	inbox "SELECT event_id, hex(body) FROM inbox ORDER BY 1;
	    PRAGMA integrity_check"
}
