# loya-recv receives twenty events in one request: all of them or none.
prepare() {
	sources
	request POST /hooks/open "[$(for i in $(seq 20); do
		printf '{"specversion":"1.0","id":"%d","source":"/x","type":"t"},' "$i"
	    done | sed 's/,$//')]" 'Content-Type: application/cloudevents-batch+json'
	cp "$T/req" "$W/req"
	loya-apply -b
}
act() { run loya-recv <"$W/req"; }
promise() {
	rows=$(inbox 'SELECT count(*) FROM inbox')
	why="$rows rows"
	[ "$rows" = 20 ] || { [ "$rows" = 0 ] && ! grep -q '^HTTP/1.1 202' "$T/act.out"; } ||
	    return
	why=
}
