# Helpers of the tests of loya-pull; source lib.sh and apply.sh first.
org=$T/org

# An org of Salesforce; its address is in $base.
start_org() {
	mkdir -p "$org"
	start org perl "$here/helper/salesforce.pl" "$org"
	wait_for "the org" test -f "$org/port"
	base=http://127.0.0.1:$(cat "$org/port")
}

# salesforce [MEMBERS OF pull]: the source crm
salesforce() {
	printf '{"profile":"salesforce","receive":null,"pull":{"base":"%s","pause":0%s},"oauth":{"client_id":"loya"}}\n' \
	    "$base" "${1-}" >"$LOYA_CONF/sources/crm.json"
}

secret() { printf %s "$2" | loya-token -q set "$1"; }

# record N TIME DELETED FIRST LAST EMAIL [FROM]: its id is 003Zz000000N...AAA
record() {
	printf '%s\t%s\t%s\t%s\t%s\t%s' "$(id "$1")" "$2" "$3" "$4" "$5" "$6"
	[ $# -lt 7 ] || printf '\t%s' "$7"
	echo
}
id() { printf '003Zz%010dIAA' "$1"; }

# loya's clock and the org's clock.
clock() {
	LOYA_NOW=$1
	export LOYA_NOW
	date -u -d "$1" +%s >"$org/date.tmp"
	mv "$org/date.tmp" "$org/date"
}

asked() { cat "$org/log" 2>/dev/null; }
forget_log() { rm -f "$org/log"; }
cursor() { inbox "SELECT value FROM cursor WHERE source = '${1:-crm}' AND name = 'changes'"; }

# The ids of the records in the lines of a file, by their last digit.
records() {
	grep -o '"Id":"003Zz[0-9]*' "$1" | sed 's/.*Zz0*//' | tr '\n' ' ' |
	    sed 's/ $//'
}

# A system of the test's own: at $base, its answers are files in $api.
start_api() {
	api=$T/api
	mkdir -p "$api"
	start api perl "$here/helper/api.pl" "$api"
	wait_for "the API" test -f "$api/port"
	base=http://127.0.0.1:$(cat "$api/port")
}
