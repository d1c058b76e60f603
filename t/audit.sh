# A small store for the tests of loya-audit; source it behind lib.sh.
#
# hr owns everything but the e-mail, which is crm's; crm finds members by
# employee_number.  E1 is Anna (both sources know her, suspended by hr), E2 is
# Bo (closed, his record is gone), E3 is Cyd with points and a hold.

line() {	# type source id time data
	printf '{"specversion":"1.0","type":"loya.%s","source":"%s",' "$1" "$2"
	printf '"id":"%s","time":"%s","data":%s}\n' "$3" "$4" "$5"
}

audit_conf() {
	echo '{"profile":"plain"}' >"$LOYA_CONF/sources/hr.json"
	echo '{"profile":"plain","match":[["employee_number"]]}' \
	    >"$LOYA_CONF/sources/crm.json"
	echo '{"authority":{"*":["hr","crm"],"email":["crm","hr"]}}' \
	    >"$LOYA_CONF/loya.json"
}

audit_lines() {
	line member hr e1 2026-11-20T08:00:00Z '{"external_id":"E1",
		"version":1,"given_name":"Anna","family_name":"Åkesson",
		"email":"anna@hr.example","status":"active",
		"attributes":{"employee_number":"1001"},"tags":["a","b"]}' | tr -d '\n\t'
	echo
	line member hr e2 2026-11-20T08:01:00Z \
	    '{"external_id":"E2","version":1,"given_name":"Bo"}'
	line member hr e3 2026-11-20T08:02:00Z \
	    '{"external_id":"E3","version":1,"name":"Cyd \"C\" C"}'
	line points hr p1 2026-11-20T09:00:00Z '{"external_id":"E3",
		"kind":"earn","points":100,"reference":"r1"}' | tr -d '\n\t'
	echo
	line points hr p2 2026-11-20T09:01:00Z '{"external_id":"E3",
		"kind":"redeem","points":30,"reference":"r2"}' | tr -d '\n\t'
	echo
	line points hr p3 2026-11-20T09:02:00Z '{"external_id":"E3",
		"kind":"redeem","points":300,"reference":"r3"}' | tr -d '\n\t'
	echo
	line member crm c1 2026-11-21T08:00:00Z '{"external_id":"C1",
		"version":1,"attributes":{"employee_number":"1001"},
		"email":"anna@crm.example","given_name":"Annie"}' |
	    tr -d '\n\t'
	echo
	line member hr e4 2026-11-22T08:00:00Z \
	    '{"external_id":"E1","version":3,"status":"suspended"}'
	line member hr e5 2026-11-21T09:00:00Z '{"external_id":"E1",
		"version":2,"status":"active","family_name":"Ek"}' |
	    tr -d '\n\t'
	echo
	line hold local h1 2026-11-22T09:00:00Z "{\"member\":\"$1\",
		\"hold\":\"fraud\"}" | tr -d '\n\t'
	echo
	line member hr e6 2026-11-22T10:00:00Z \
	    '{"external_id":"E2","version":2,"deleted":true}'
	line member nobody n1 2026-11-22T11:00:00Z '{"external_id":"X"}'
	line member hr e7 2026-11-22T12:00:00Z '{"external_id":"E1",
		"version":9,"effective_at":"2036-01-01T00:00:00Z",
		"status":"closed"}' | tr -d '\n\t'
	echo
}

# The store in $LOYA_STORE; E3's id goes to $cyd, E1's to $anna.
audit_store() {
	LOYA_NOW=2026-11-23T12:00:00Z
	export LOYA_NOW
	audit_conf
	audit_lines x | head -n 3 | loya-apply >"$T/apply.out" || :
	anna=$(sqlite3 "$LOYA_STORE" 'SELECT member FROM audit WHERE seq = 1')
	cyd=$(sqlite3 "$LOYA_STORE" 'SELECT member FROM audit WHERE seq = 3')
	audit_lines "$cyd" | loya-apply >>"$T/apply.out" 2>"$T/apply.err" || :
}
