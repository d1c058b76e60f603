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
# Who is told that it is done finds no body in the file of the bodies; and no
# body is gone that the record does not know of.
promise() {
	gone=$(inbox 'SELECT count(*) FROM inbox WHERE body IS NULL')
	why="$gone bodies are gone"
	[ "$gone" = 0 ] || [ "$(store "SELECT count(*) FROM audit
	    WHERE kind = 'prune.begun'")" = 1 ] || return
	why=
	[ "$rc" != 0 ] || ! cat "$LOYA_STORE-inbox"* | grep -aq body-zq
}
settle() { LOYA_NOW=$later loya-audit prune 0d; :; }
# A run that was cut short has begun, and how much the next one ends is chance.
dump() {
	dump_store | grep -v '|prune\.'
	cat "$LOYA_STORE-inbox"* | grep -aoc 'body-[a-z]*'
}
