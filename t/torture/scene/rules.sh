# loya-apply after a change of who may decide.
prepare() {
	source_file hr
	source_file crm '{"profile":"plain","match":[["employee_number"]]}'
	echo '{"authority":{"*":["hr","crm"]}}' >"$LOYA_CONF/loya.json"
	for i in 1 2 3; do
		member hr "h$i" "{\"external_id\":\"E$i\",\"version\":1,\"email\":\"h$i@x\",\"attributes\":{\"employee_number\":\"$i\"}}"
		member crm "c$i" "{\"external_id\":\"C$i\",\"version\":1,\"email\":\"c$i@x\",\"attributes\":{\"employee_number\":\"$i\"}}"
	done | loya-apply
	echo '{"authority":{"*":["crm","hr"]}}' >"$LOYA_CONF/loya.json"
}
act() { run loya-apply -b; }
