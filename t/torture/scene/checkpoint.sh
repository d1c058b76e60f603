# loya-recv finds the log long and copies it into the file.
prepare() {
	sources
	loya-apply -b
	for i in 1 2; do
		request POST /hooks/open "{\"id\":\"$i\",\"x\":\"$(head -c 2100000 /dev/zero |
		    tr '\0' x)\"}" 'Content-Type: application/json'
		[ "$i" = 2 ] || loya-recv <"$T/req"
	done
	cp "$T/req" "$W/req"
}
act() { run loya-recv <"$W/req"; }
promise() { [ "$(inbox 'SELECT count(*) FROM inbox')" -ge 1 ]; }
