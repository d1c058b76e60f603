# loya-audit takes away the bodies of what is done.
prepare() {
	source_file hr
	i=0
	while [ "$i" -lt 30 ]; do
		i=$((i + 1))
		member hr "e$i" "{\"external_id\":\"E$i\",\"version\":1,\"attributes\":{\"note\":\"body-zq$(printf "%0$((i * 211 % 2900))d" 0)\"}}"
	done | loya-apply
	points hr p1 '{"external_id":"body-kept","kind":"earn","points":1,"reference":"r"}' |
	    loya-apply
}
act() { LOYA_NOW=$later run loya-audit prune 0d; }
# Who is told that it is done finds no body in the file of the bodies.
promise() {
	[ "$rc" != 0 ] || ! cat "$LOYA_STORE-inbox"* | grep -aq body-zq
}
settle() { LOYA_NOW=$later loya-audit prune 0d; :; }
dump() {
	dump_store
	cat "$LOYA_STORE-inbox"* | grep -aoc 'body-[a-z]*'
}
