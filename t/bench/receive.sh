# receive.*, pipe.*: measures of loya-recv.  Sourced by bench.sh.

REQUESTS=150000
SECONDS_A_RUN=2

# Requests with new ids, once a round: no run sees an id that it had before.
requests() {	# -w for Debian's webhook
	[ "$(cat "$M/round$1" 2>/dev/null)" = "$round" ] && return
	echo "$SECRET" | "$TOOLS/requests" $1 $REQUESTS 100000 active \
	    "$M/requests$1" >"$M/length$1" || die "no requests"
	echo "$round" >"$M/round$1"
}

# Requests a second into $rate; each file of requests is used only once.
wrk_run() {	# connections -w close
	requests "${2:-}"
	sync
	wrk -t1 -c"$1" -d${SECONDS_A_RUN}s -s "$here/wrk.lua" \
	    "http://127.0.0.1:$port" -- "$M/requests${2:-}" \
	    "$(cat "$M/length${2:-}")" ${3:-} >"$W/wrk" 2>&1
	grep -Eq 'Non-2xx|Socket errors' "$W/wrk" &&
	    die "wrk: $(tr '\n' ' ' <"$W/wrk")"
	rate=$(awk '/^Requests.sec/ { print $2 }' "$W/wrk")
	[ -n "$rate" ] || die "wrk: $(cat "$W/wrk")"
}

# Every answer must have become a row: count before and after.
wrk_stored() {	# store connections
	had=$(number "$1-inbox" "SELECT coalesce(max(seq), 0) FROM inbox")
	wrk_run "$2"
	stop "$server"
	got=$(number "$1-inbox" "SELECT max(seq) FROM inbox")
	said=$(awk '/requests in/ { print $1 }' "$W/wrk")
	[ $((got - had)) -ge "$said" ] ||
	    die "$said answers but $((got - had)) rows"
}

recv() {	# series server connections
	need wrk wrk || { skip "$1" "$why"; return; }
	case $2 in
	loya)
		new_store "$W/recv.db"
		start "$BUILD/loya-recv" -s "$W/recv.db" -l 127.0.0.1:0
		wrk_stored "$W/recv.db" "$3"
		;;
	million)
		million_inbox
		settle "$W/million-inbox.db-inbox"
		start "$BUILD/loya-recv" -s "$W/million-inbox.db" -l 127.0.0.1:0
		wrk_stored "$W/million-inbox.db" "$3"
		;;
	nostore)
		new_store "$W/recv.db"
		start "$TOOLS/nostore" "$W/recv.db" "$W/conf"
		wrk_run "$3"
		stop "$server"
		;;
	node)
		need_node || { skip "$1" "$why"; return; }
		rm -f "$W/node.db"*
		start node "$here/peer/receive.js" "$W/node.db" "$SECRET"
		wrk_run "$3"
		stop "$server"
		;;
	webhook)
		webhook_run "$3" || { skip "$1" "$why"; return; }
		;;
	postgres)
		postgres_start || { skip "$1" "postgres: $why"; return; }
		sync
		rate=$(postgres_rate "$3" $SECONDS_A_RUN)
		;;
	esac
	record "$1" "$rate"
}

million_inbox() {
	[ ! -f "$W/million-inbox.db" ] || return 0
	new_store "$W/million-inbox.db"
	"$TOOLS/fill" "$W/million-inbox.db" 1000000 0 0 || die "fill failed"
}

# It cannot choose a port itself.
webhook_run() {	# connections
	need webhook webhook || return 1
	cat >"$W/hooks.json" <<-END
	[ { "id": "hr", "execute-command": "/bin/true", "trigger-rule": {
	    "match": { "type": "payload-hmac-sha256", "secret": "$SECRET_TEXT",
	    "parameter": { "source": "header", "name": "X-Signature" } } } } ]
	END
	port=$((20000 + $$ % 20000))
	webhook -hooks "$W/hooks.json" -ip 127.0.0.1 -port "$port" \
	    >"$W/server.log" 2>&1 &
	server=$!
	running="$running $server"
	why="webhook does not start"
	wait_until curl -s "http://127.0.0.1:$port/" || return 1
	wrk_run "$1" -w
	stop "$server"
}

# loya-recv on an empty store, alone or with loya-apply after it.
recv_start() {	# alone|apply
	new_store "$W/recv.db"
	out=/dev/null
	reader=
	if [ "$1" = apply ]; then
		out=$W/lines.fifo
		rm -f "$out"
		mkfifo "$out"
		"$BUILD/loya-apply" -q -s "$W/recv.db" <"$out" >/dev/null &
		reader=$!
		running="$running $reader"
	fi
	start "$BUILD/loya-recv" -s "$W/recv.db" -l 127.0.0.1:0
	out=
}

# An open loop at half of what 64 connections reach under the same conditions.
recv_p99() {	# alone|apply
	need wrk wrk || { skip "full:$1" "$why"; skip "p99:$1" "$why"; return; }
	recv_start "$1"
	wrk_run 64
	stop "$server" $reader
	record "full:$1" "$rate"
	half=$(echo "$rate" | awk '{ printf "%d", $1 / 2 }')
	seconds=$((REQUESTS / half))
	[ "$seconds" -lt 4 ] || seconds=4
	recv_start "$1"
	sync
	"$TOOLS/pause" "$seconds" >"$W/pause" &
	pause=$!
	running="$running $pause"
	"$TOOLS/rate" "$port" "$M/requests" "$(cat "$M/length")" "$half" \
	    "$seconds" 64 >"$W/rate" || die "rate failed"
	wait "$pause" || die "pause failed"
	stop "$server" $reader
	read -r ms _ <"$W/pause"
	record "pause:$1" "$ms"
	read -r _ p99 _ errors <"$W/rate"
	[ "$errors" = 0 ] || die "$errors requests failed at $half a second"
	record "p99:$1" "$p99"
}

recv_memory() {	# series connections
	need wrk wrk || { skip "$1" "$why"; return; }
	new_store "$W/recv.db"
	start "$BUILD/loya-recv" -s "$W/recv.db" -l 127.0.0.1:0
	wrk_run "$2"
	record "$1" "$(awk '/VmHWM/ { printf "%.2f", $2 / 1024 }' \
	    "/proc/$server/status")"
	stop "$server"
}

# From the moment a request is due to the line that says suspended.
pipe() {
	new_store "$W/pipe.db"
	"$TOOLS/fill" "$W/pipe.db" 2500 0 0 &&
	    "$BUILD/loya-apply" -b -s "$W/pipe.db" >/dev/null ||
	    die "no members"
	echo "$SECRET" | "$TOOLS/requests" 2500 0 suspended "$M/suspend" \
	    >"$W/suspend"
	rm -f "$W/in.fifo" "$W/out.fifo"
	mkfifo "$W/in.fifo" "$W/out.fifo"
	"$BUILD/loya-apply" -s "$W/pipe.db" <"$W/in.fifo" >"$W/out.fifo" &
	reader=$!
	running="$running $reader"
	sync
	out=$W/in.fifo
	start "$BUILD/loya-recv" -s "$W/pipe.db" -l 127.0.0.1:0
	out=
	"$TOOLS/rate" -p "$port" "$M/suspend" "$(cat "$W/suspend")" 500 5 16 \
	    <"$W/out.fifo" >"$W/rate" || die "rate failed"
	stop "$server" "$reader"
	read -r p50 p99 _ errors <"$W/rate"
	[ "$errors" = 0 ] || die "$errors events never came out"
	record pipe:p50 "$p50"
	record pipe:p99 "$p99"
}
