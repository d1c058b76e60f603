# loya-apply tries a held event again, whose cause is gone.
prepare() {
	source_file hr
	source_file crm '{"profile":"plain","match":[["email"]]}'
	echo '{"authority":{"*":["hr","crm"]}}' >"$LOYA_CONF/loya.json"
	{
		member hr 1 '{"external_id":"E1","version":1,"email":"a@x"}'
		member hr 2 '{"external_id":"E2","version":1,"email":"a@x"}'
		member crm 3 '{"external_id":"C","version":1,"email":"a@x"}'
	} | loya-apply
	member hr 4 '{"external_id":"E2","version":2,"email":"b@x"}' |
	    loya-apply
}
act() { run loya-apply -r 3; }
settle() { loya-apply -r 3; :; }
