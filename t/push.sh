# Helpers of the tests of loya-push; source lib.sh and apply.sh first.
sink=$T/sink
push_secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw

# A receiver: start_sink [NAME [cert key]]; its port is in $port.
start_sink() {
	tap_sink=${1:-sink}
	[ $# -gt 0 ] && shift
	mkdir -p "$T/$tap_sink"
	start "$tap_sink" perl "$here/helper/sink.pl" "$T/$tap_sink" "$@"
	wait_for "the receiver" test -f "$T/$tap_sink/port"
	port=$(cat "$T/$tap_sink/port")
}

# A target: hook NAME PORT [MEMBERS OF webhook [MEMBERS OF push]]
hook() {
	printf '{"push":{"kind":"webhook","on":"*"%s,"webhook":{"url":"http://127.0.0.1:%s/in","private":true%s}}}\n' \
	    "${4-}" "$2" "${3-}" >"$LOYA_CONF/sources/$1.json"
}

secret() { printf %s "$2" | loya-token -q set "$1"; }

# people FIRST LAST: an event about each, id pN
people() {
	tap_i=$1
	while [ "$tap_i" -le "$2" ]; do
		member hr "e$tap_i" "{\"external_id\":\"p$tap_i\",\"status\":\"active\"}"
		tap_i=$((tap_i + 1))
	done
}

# another event about p$1: again NUMBER N
change() {
	member hr "c$1.$2" "{\"external_id\":\"p$1\",\"given_name\":\"n$2\"}"
}

states() { store "SELECT state || ' ' || count(*) FROM outbox GROUP BY state
    ORDER BY state" | tr '\n' ' ' | sed 's/ $//'; }

log() { cat "$sink/log" 2>/dev/null; }

# A target system, t/helper/NAME-write.pl: its folder is $stub and its base URL
# is $base.
start_stub() {
	stub=$T/stub
	mkdir -p "$stub"
	start stub perl "$here/helper/$1-write.pl" "$stub"
	wait_for "the stub" test -f "$stub/port"
	base=http://127.0.0.1:$(cat "$stub/port")
}
stub_log() { cat "$stub/log" 2>/dev/null; }
stub_records() { cat "$stub/records" 2>/dev/null; }

# The member of an external id, even while the other end of a pipe opens the
# store.
who() { sqlite3 -cmd '.timeout 5000' "$LOYA_STORE" \
    "SELECT member FROM link WHERE external_id = '$1'"; }

# earn ID POINTS [KIND]: points of this external id, by the programme itself
earn() {
	line local "x$1.$2" loya.points "{\"member\":\"$(who "$1")\",\"kind\":\"${3-earn}\",\"points\":$2,\"reference\":\"r$1.$2\"}"
}

# What became of the deliveries to a target, after row N.
ends() {
	store "SELECT state, tries, answer FROM outbox WHERE target = '$1'
	    AND seq > ${2-0} ORDER BY seq"
}
last_row() { store "SELECT coalesce(max(seq), 0) FROM outbox"; }

# Move the test's clock on by this many seconds.
later_by() {
	LOYA_NOW=$(date -u -d "$LOYA_NOW + $1 seconds" +%FT%TZ)
	export LOYA_NOW
}

# loya-push -b is killed at its calls that change something, one in SWEEP (and
# then at others, until something was sent again), each time from the store in
# $T/begin and with FILE empty; judge then calls bad for what is wrong.
# Afterwards $n is past the last call, and the last run was complete.
sweep_push() {	# FILE
	faults=0
	again=0
	for first in $(seq "$SWEEP" -1 1); do
		n=$first
		while :; do
			rm -rf "$T/try"
			mkdir "$T/try"
			cp "$T/begin"/* "$T/try"
			: >"$1"
			(killed $n) 2>/dev/null
			[ $? = 137 ] || break
			judge
			n=$((n + SWEEP))
		done
		[ "$again" = 0 ] || break
	done
}
killed() {
	KILL_AT=$1 LD_PRELOAD=$BUILD/t/killat.so loya-push -b >"$T/out" \
	    2>"$T/err"
}
bad() {
	faults=$((faults + 1))
	echo "# killed at call $n: $*"
}

# What such a sweep has shown for this many deliveries.
swept() {	# DELIVERIES
	is "killed at $(sweep_calls "$n"), nothing is lost" "$faults" 0
	[ "$n" -gt 20 ]
	tap_result $? "there were that many calls to be killed at"
	[ "$again" -gt 0 ] && [ "$again" -lt "$n" ]
	tap_result $? "after $again of them something was sent again"
	is "and the last run is whole" "$(states)" "sent $1"
}
# What the next run must have completed, for judge.
judge_all() {	# DELIVERIES
	[ "$(states)" = "sent $1" ] || bad "$(states)"
	[ "$(store "SELECT count(DISTINCT detail ->> '\$.delivery') FROM audit
	    WHERE kind = 'delivery.sent'")" = "$1" ] || bad "not all recorded"
	loya-audit verify >"$T/out" 2>&1 || bad "the record does not hold"
}

# A target that wants a token of the peer of oauth.sh: first the two servers,
# then its file, and what header came.
token_servers() {
	source_file hr
	start_sink
	hook_port=$port
	start_peer
	loya-token -q init
	secret crm.push $push_secret
	secret crm.oauth "$client_secret"
}
token_target() {	# MEMBER OF THE FILE, with a comma
	printf '{%s"push":{"kind":"webhook","on":"*","webhook":{"url":"http://127.0.0.1:%s/in","private":true,"oauth":true}}}\n' \
	    "$1" "$hook_port" >"$LOYA_CONF/sources/crm.json"
}
bearer() { tr -d '\r' <"$sink/last" | sed -n 's/^Authorization: //p'; }
