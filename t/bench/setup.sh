# What the measures share: the source, its secret, servers and their ports.
# Sourced by bench.sh.

SECRET_TEXT=loya-bench-loya-bench-loya-bench

setup() {
	cat >"$W/conf/sources/hr.json" <<-'END'
	{ "receive": {
	    "auth": { "kind": "standard-webhooks", "tolerance": 86400 },
	    "headers": ["webhook-id"], "id": "@webhook-id" },
	  "map": { "external_id": "/employee/external_id",
	    "version": "/version",
	    "fields": {
	      "given_name": "/employee/given_name",
	      "family_name": "/employee/family_name",
	      "email": "/employee/email",
	      "phone_number": "/employee/phone_number",
	      "status": "/employee/status",
	      "locale": "/employee/locale",
	      "zoneinfo": "/employee/zoneinfo",
	      "birthdate": "/employee/birthdate",
	      "tags": "/employee/tags",
	      "department": "/employee/department",
	      "employee_number": "/employee/employee_number",
	      "grade": "/employee/grade",
	      "address": "/employee/address" } },
	  "push": { "kind": "webhook", "on": "*" } }
	END
	SECRET=whsec_$(printf %s "$SECRET_TEXT" | base64)
	"$BUILD/loya-token" init -q -s "$W/none.db" || exit 78
}

# A new, empty store that has the secret.
new_store() {	# path
	rm -f "$1"*
	"$BUILD/loya-token" init -q -s "$1" &&
	    echo "$SECRET" | "$BUILD/loya-token" set -q -s "$1" hr ||
	    die "loya-token failed"
}

wait_until() {
	wait_n=0
	until "$@" >/dev/null 2>&1; do
		wait_n=$((wait_n + 1))
		[ "$wait_n" -lt 500 ] || return 1
		sleep 0.02
	done
}

# Start a server: its output to $out, its port into $port, its id into $server.
start() {
	: >"$W/server.log"
	"$@" >"${out:-/dev/null}" 2>"$W/server.log" &
	server=$!
	running="$running $server"
	wait_until grep -q 'listening on' "$W/server.log" ||
	    die "$1 did not start: $(cat "$W/server.log")"
	port=$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' "$W/server.log")
}

stop() {	# pid ...
	for pid; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
		running=$(for p in $running; do
			[ "$p" = "$pid" ] || echo "$p"; done)
	done
}

# What is measured finds its files in memory, with nothing else on the way to
# the disk.
settle() {	# file ...
	for f; do
		[ ! -f "$f" ] || cat "$f" >/dev/null
	done
	sync
}

number() {	# file query
	sqlite3 -readonly "$1" "$2"
}

now() { date +%s%N; }
