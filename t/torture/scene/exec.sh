# loya-push delivers to a command.
# shellcheck source=t/push.sh
. "$here/push.sh"
prepare() {
	source_file hr
	cat >"$LOYA_CONF/sources/bus.json" <<-EOT
	{ "push": { "kind": "exec", "on": "*", "exec": { "command":
	    ["env", "-u", "LD_PRELOAD", "sh", "-c", "cat >>$W/bus"] } } }
	EOT
	{ people 1 2; change 1 1; } | loya-apply
}
act() { run loya-push -b; }
settle() { LOYA_NOW=$later loya-push -b; }
dump() {
	store "SELECT target, audit, state FROM outbox ORDER BY seq"
	grep -o '"id":"[^"]*"' "$W/bus" | sort -u
}
