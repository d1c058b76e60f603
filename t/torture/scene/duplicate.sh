# loya-recv receives what it has already, and one event that it has not.
prepare() {
	sources
	request POST /hooks/open '{"id":"one"}' 'Content-Type: application/json'
	TCPREMOTEIP=127.0.0.1 loya-recv <"$T/req"
	request POST /hooks/open '[{"specversion":"1.0","id":"two","source":"/x","type":"t"},{"specversion":"1.0","id":"two","source":"/x","type":"t"}]' \
	    'Content-Type: application/cloudevents-batch+json'
	cat "$T/req" >"$W/req"
	request POST /hooks/open '{"id":"one"}' 'Content-Type: application/json'
	cat "$T/req" >>"$W/req"
	loya-apply -b
}
act() { run loya-recv <"$W/req"; }
promise() { [ "$(inbox 'SELECT count(*) FROM inbox')" -ge 1 ]; }
