# loya-recv receives one event, one connection on standard input.
prepare() {
	sources
	request POST /hooks/open '{"id":"one"}' 'Content-Type: application/json'
	cp "$T/req" "$W/req"
	TCPREMOTEIP=127.0.0.1 loya-apply -b
}
act() { run loya-recv <"$W/req"; }
promise() {
	! grep -q '^HTTP/1.1 202' "$T/act.out" ||
	    [ "$(inbox 'SELECT count(*) FROM inbox')" = 1 ]
}
