# loya-apply finds that scheduled changes are due.
prepare() {
	source_file hr
	{
		member hr 1 '{"external_id":"E1","version":1,"name":"A"}'
		member hr 2 '{"external_id":"E1","version":2,"effective_at":"2027-01-01T00:00:00Z","status":"suspended"}'
		member hr 3 '{"external_id":"E2","version":1,"effective_at":"2027-01-02T00:00:00Z","status":"active"}'
	} | loya-apply
}
act() { LOYA_NOW=2027-02-01T00:00:00Z run loya-apply -b; }
