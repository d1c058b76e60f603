# loya-token makes the key and the store.
prepare() { :; }
act() { run loya-token -q init; }
# It says no when there is a key already.
settle() {
	loya-token -q init
	echo x | loya-token -q set some
}
dump() {
	dump_store | sed '/store.init/s/^[0-9]*|//'
	ls "$LOYA_CONF"
	stat -c %a "$LOYA_CONF/key"
}
