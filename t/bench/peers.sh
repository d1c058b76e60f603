# The peers of the bench: found, or installed if possible, or left out with a
# reason in $why.  Sourced by bench.sh.

# need COMMAND PACKAGE: 0 when the command is there.
need() {
	command -v "$1" >/dev/null && return 0
	why="$1 is not there (Debian package $2)"
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
	echo "bench: installing $2" >&2
	{ apt-get install -y -q --no-install-recommends "$2" ||
	    { apt-get update -q && apt-get install -y -q \
	    --no-install-recommends "$2"; }; } >"$W/apt" 2>&1
	command -v "$1" >/dev/null
}

# An interrupted install leaves the script without what it loads.
node_opens() {
	node -e 'new (require("better-sqlite3"))(":memory:")' 2>/dev/null
}

# node with better-sqlite3, built once into a folder beside the stores.
need_node() {
	need node nodejs || return 1
	NODE_PATH=${TMPDIR:-/tmp}/loya-bench-node/node_modules
	export NODE_PATH
	node_opens && return 0
	need npm npm || return 1
	echo "bench: installing better-sqlite3 below ${NODE_PATH%/*}" >&2
	rm -rf "${NODE_PATH%/*}"
	mkdir -p "${NODE_PATH%/*}"
	(cd "${NODE_PATH%/*}" && npm install --silent --no-audit --no-fund \
	    better-sqlite3) >"$W/npm" 2>&1
	why="better-sqlite3 cannot be installed: $(tail -n 1 "$W/npm")"
	node_opens
}

as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		su postgres -s /bin/sh -c "cd / && $*"
	else
		sh -c "$*"
	fi
}

# A cluster of its own, with Debian's defaults, on a socket.
postgres_start() {
	[ -z "${PG:-}" ] || return 0
	need pgbench postgresql || return 1
	pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
	[ -x "$pg_bin/initdb" ] || pg_bin=$(pg_config --bindir)
	PG=$W/postgres
	# The server refuses to run as root, and must be able to get there.
	chmod 711 "$W"
	mkdir -p "$PG"
	[ "$(id -u)" != 0 ] || chown postgres "$PG"
	as_postgres "'$pg_bin/initdb' -D '$PG/data' -A trust -U postgres" \
	    >"$W/initdb" 2>&1 || { why="initdb failed"; return 1; }
	as_postgres "'$pg_bin/pg_ctl' start -w -D '$PG/data' -l '$PG/log' \
	    -o '-k $PG -c listen_addresses='" >"$W/pg_ctl" 2>&1 ||
	    { why="it does not start"; return 1; }
	psql -q -h "$PG" -U postgres -c "CREATE TABLE inbox (source text, \
	    event_id text, received_at bigint, body bytea, \
	    UNIQUE (source, event_id))"
	# Random ids as elsewhere, and 600 bytes.
	cat >"$W/insert.sql" <<-'END'
	INSERT INTO inbox VALUES ('hr', 'msg_' || gen_random_uuid(),
	    extract(epoch FROM clock_timestamp()) * 1000000, :body);
	END
}

postgres_stop() {
	[ -z "${PG:-}" ] ||
	    as_postgres "'$pg_bin/pg_ctl' stop -m fast -D '$PG/data'" \
	    >/dev/null 2>&1
}

# Clients, seconds: inserts a second on stdout.
postgres_rate() {
	pgbench -n -h "$PG" -U postgres -M prepared -c "$1" -j 1 -T "$2" \
	    -D body="$(printf '%0600d' 0)" -f "$W/insert.sql" postgres 2>&1 |
	    awk '/^tps/ { print $3 }'
}
