#!/bin/sh
# Times of Darwinbox events: its own form in the zone of the file, or RFC 3339.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file darwinbox '{"profile":"darwinbox"}'
at() {	# ID TIME: the source time that the record has
	line darwinbox "$1" loya.received \
	    "{\"event\":\"employee.deactivated\",\"event_id\":\"$1\",\"occurred_at\":\"$2\",\"employee\":{\"employee_id\":\"E1\"}}" |
	    loya-apply | sed 's/.*"time":"\([^"]*\)"}}$/\1/; s/.*"why":"\([^"]*\)".*/\1/'
}
is "RFC 3339 is taken" "$(at 1 2026-11-20T12:30:00+02:00)" "2026-11-20T10:30:00.000000Z"
is "DD-MM-YYYY HH:mm:ss is in the zone of the file" "$(at 2 '20-11-2026 12:30:00')" "2026-11-20T07:00:00.000000Z"
is "anything else is refused" "$(at 3 yesterday)" "bad_field"
is "deactivated means suspended" "$(store "SELECT status FROM member")" suspended
done_testing
