# loya-audit signs the record; what it prints is kept.
prepare() {
	source_file hr
	echo '{"audit":{"origin":"example.org/loya"}}' >"$LOYA_CONF/loya.json"
	loya-token -q init
	loya-token -q head init
	member hr 1 '{"external_id":"E1","version":1,"name":"A"}' | loya-apply
}
act() { run loya-audit head; }
settle() { loya-audit head; }
