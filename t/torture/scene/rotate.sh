# loya-token puts another key in the place of the one that there is.
prepare() {
	sources
	loya-token -q issue hook:std >"$W/token"
	cp "$LOYA_CONF/key" "$W/old"
}
act() { run loya-token -q rotate; }
promise() {
	loya-token check <"$W/token" >"$T/check" 2>&1 &&
	    echo x | loya-token -q set more
}
# Another rotation is another row of the record.
settle() { loya-token -q rotate; loya-apply -b; }
dump() {
	dump_store | grep -v -e key.rotated -e secret.set -e '^more|' |
	    sed 's/^[0-9]*|//' | grep -v '^[0-9]*$'
	ls "$LOYA_CONF"
	cmp -s "$W/old" "$LOYA_CONF/key" || echo another key
}
