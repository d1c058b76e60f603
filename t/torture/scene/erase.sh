# loya-audit erases a person.
# shellcheck source=t/push.sh
. "$here/push.sh"
# shellcheck source=t/erase.sh
. "$here/erase.sh"
prepare() {
	erase_conf
	{ others 1 2 other; zaphira; } | loya-apply
}
act() { run loya-audit erase hr/PQZQ77; }
# Who is told that it is done finds nothing of her.
promise() { [ "$rc" != 0 ] || [ -z "$(traces)" ]; }
settle() { loya-audit erase hr/PQZQ77; :; }
dump() {
	store "SELECT seq, kind, member IS NULL FROM audit ORDER BY seq;
	    SELECT status, points, claims FROM member ORDER BY num;
	    SELECT count(*) FROM tombstone; SELECT count(*) FROM binding"
	inbox "SELECT seq, hex(body), head FROM inbox ORDER BY seq"
	cat "$LOYA_STORE"* | grep -aoc Quillfeather
}
