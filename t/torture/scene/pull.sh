# loya-pull reads three records; the cursor never passes one.
# shellcheck source=t/pull.sh
. "$here/pull.sh"
prepare() {
	[ -n "${pull_base-}" ] || {
		start_org
		pull_base=$base
	}
	base=$pull_base
	salesforce
	loya-token -q init
	secret crm.oauth hush
	clock 2026-03-04T06:00:00Z
	for i in 1 2 3; do
		record $i 2026-03-04T05:00:0$i 0 "N$i" Dell "n$i@example.org"
	done >"$org/records"
	loya-token get crm
}
act() {
	LOYA_NOW=2026-03-04T06:00:00Z
	run loya-pull crm
}
promise() {
	[ -z "$(cursor)" ] ||
	    [ "$(inbox 'SELECT count(*) FROM inbox')" -ge 3 ]
}
dump() {
	inbox "SELECT seq, source, event_id, body FROM inbox ORDER BY seq"
	cursor
}
