# loya-apply applies a few lines of every sort.
prepare() {
	source_file hr
	loya-token -q init
	{
		member hr 1 '{"external_id":"E1","version":1,"name":"A","email":"a@x"}'
		points hr 2 '{"external_id":"E2","kind":"earn","points":5,"reference":"r"}'
		member hr 3 '{"external_id":"E2","version":1,"name":"B"}'
		member hr 4 '{"external_id":"E1","version":2,"status":"suspended"}'
		member hr 5 '{"external_id":"E1","version":1,"status":"active"}'
		points hr 6 '{"external_id":"E1","kind":"earn","points":5,"reference":"s"}'
		member hr 7 '{"external_id":"E2","version":3,"effective_at":"2027-01-01T00:00:00Z","status":"closed"}'
	} >"$W/in"
}
act() { run loya-apply <"$W/in"; }
# What it said is in the record.
promise() {
	said=$(sed -n 's/.*"id":"\([0-9]*\)".*/\1/p' "$T/act.out" | tail -n 1)
	[ "$(store 'SELECT coalesce(max(seq), 0) FROM audit')" -ge "${said:-0}" ]
}
