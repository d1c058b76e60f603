# loya-token issues a token; what it prints is good.
prepare() { sources; }
act() { run loya-token -q issue hook:std; }
promise() {
	[ ! -s "$T/act.out" ] ||
	    loya-token check <"$T/act.out" >"$T/check" 2>&1
}
settle() {
	[ "$(inbox 'SELECT count(*) FROM token')" = 1 ] || act
	loya-apply -b
}
