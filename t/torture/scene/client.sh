# loya-token makes a client.  Killed before it says the secret, it is made and
# nobody knows its secret: it is rotated then.
prepare() { sources; }
act() { run loya-token -q client add crm hook:std; }
promise() {
	[ ! -s "$T/act.out" ] ||
	    [ "$(store 'SELECT count(*) FROM client')" = 1 ]
}
settle() { loya-token -q client add crm hook:std; :; }
