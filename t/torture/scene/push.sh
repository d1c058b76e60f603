# loya-push delivers three events to a receiver, two of them about one member.
# shellcheck source=t/push.sh
. "$here/push.sh"
prepare() {
	[ -n "${push_port-}" ] || {
		start_sink
		push_port=$port
	}
	source_file hr
	hook crm "$push_port"
	loya-token -q init
	secret crm.push $push_secret
	{ people 1 2; change 1 1; } | loya-apply
	: >"$sink/log"
}
act() {
	: >"$sink/log"
	run loya-push -b
}
# Behind the lease another run.
settle() { LOYA_NOW=$later loya-push -b; }
dump() {
	store "SELECT target, audit, state FROM outbox ORDER BY seq;
	    SELECT DISTINCT audit.inbox, kind, detail ->> '\$.delivery'
	    FROM audit WHERE kind = 'delivery.sent' ORDER BY 3"
	cut -f 2 "$sink/log" | sort -u | wc -l
	awk -F '\t' '{ if ($4 + 0 < last[$3]) print "not in order"
	    last[$3] = $4 + 0 }' "$sink/log"
}
