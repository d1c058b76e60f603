# push.*: measures of loya-push.  Sourced by bench.sh.

PUSHES=30000
PUSH_BYTES=600			# of a body
PUSH_CURL=5000			# requests of one curl
PUSH_XARGS=300			# curls
PUSH_RATE=100			# events a second, for the latency

# A peer that answers at once, or serves the files of a folder, preceded by
# empty lists of updated/ and deleted/.  It cannot choose a port itself.
nginx_start() {	# [folder]
	need nginx nginx || return 1
	gives=${1:+root $1; default_type application/json;}
	port=$((20000 + ($$ + ${nginx_n:-0}) % 20000))
	nginx_n=$((${nginx_n:-0} + 1))
	cat >"$W/nginx.conf" <<-END
	$([ "$(id -u)" != 0 ] || echo "user $(id -un) $(id -gn);")
	daemon off;
	worker_processes 1;
	pid $W/nginx.pid;
	error_log $W/nginx.log;
	events { worker_connections 1024; }
	http {
		access_log off;
		keepalive_requests 100000000;
		client_body_temp_path $W/nginx.body;
		proxy_temp_path $W/nginx.proxy;
		fastcgi_temp_path $W/nginx.fastcgi;
		uwsgi_temp_path $W/nginx.uwsgi;
		scgi_temp_path $W/nginx.scgi;
		server {
			listen 127.0.0.1:$port;
			location / { ${gives:-return 204;} }
			location ~ ed/\$ {
				default_type application/json;
				return 200 '{"ids":[],"deletedRecords":[],
				    "earliestDateAvailable":"2000-01-01T00:00:00Z",
				    "latestDateCovered":"\$time_iso8601"}';
			}
		}
	}
	END
	nginx -e "$W/nginx.log" -c "$W/nginx.conf" >"$W/server.log" 2>&1 &
	server=$!
	running="$running $server"
	why="nginx does not start"
	wait_until curl -s "http://127.0.0.1:$port/"
}

# A folder of sources, where people come from and a target: target FOLDER NAME
# PORT CONCURRENCY
target() {
	mkdir -p "$1/sources"
	[ -f "$1/key" ] || cp "$W/conf/key" "$1/key"
	echo '{ "profile": "plain" }' >"$1/sources/people.json"
	cat >"$1/sources/$2.json" <<-END
	{ "push": { "kind": "webhook", "on": "*", "concurrency": $4,
	    "webhook": { "url": "http://127.0.0.1:$3/in", "private": true,
	    "timeout": 1, "secret": "hr" } } }
	END
}

# Events about new members, delivered with PUSH_BYTES each.
push_events() {	# how-many
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "{" \
	    "\"specversion\":\"1.0\",\"id\":\"e%d\",\"source\":\"people\"," \
	    "\"type\":\"loya.member\",\"data\":{\"external_id\":\"E%07d\"," \
	    "\"given_name\":\"Asha%06d\",\"family_name\":\"Rao\"," \
	    "\"email\":\"rao.%07d@example.org\"}}\n", i, i, i, i }'
}

# A store with so many deliveries for each target of a folder of sources, made
# once by loya-apply.
owed() {	# store folder how-many
	[ ! -f "$1" ] || return 0
	new_store "$1"
	push_events "$3" | "$BUILD/loya-apply" -s "$1" -c "$2" >"$W/applied" ||
	    die "loya-apply ended with $?"
	PUSH_BYTES=$(awk '{ n += length($0) } END { printf "%d", n / NR }' \
	    "$W/applied")
	rm "$W/applied"
}

# Everything is due again.
owed_copy() {	# store copy
	rm -f "$2"*
	for f in "$1" "$1-wal" "$1-inbox" "$1-inbox-wal"; do
		[ ! -f "$f" ] || cp "$f" "$2${f#"$1"}"
	done
	settle "$2" "$2-wal"
}

# Deliveries a second into $rate, until the last one that was sent.
push_run() {	# store folder how-many [source]
	store=$1 folder=$2 many=$3
	shift 3
	begun=$(now)
	"$BUILD/loya-push" -bq -s "$store" -c "$folder" "$@" >/dev/null \
	    2>"$W/push.err"
	status=$?
	# shellcheck disable=SC2046
	set -- $(number "$store" "SELECT count(*), max(at) FROM audit
	    WHERE kind = 'delivery.sent' AND source = 'hr'" | tr '|' ' ')
	[ "$1" = "$many" ] ||
	    die "loya-push ended with $status: $1 sent, $(cat "$W/push.err")"
	rate=$(echo "$begun $2 $many" |
	    awk '{ printf "%.0f", $3 * 1e6 / ($2 - $1 / 1000) }')
}

push() {	# series what
	nginx_start || { skip "$1" "$why"; return; }
	target "$W/push" hr "$port" "$2"
	owed "$W/owed.db" "$W/push" $PUSHES
	owed_copy "$W/owed.db" "$W/push.db"
	push_run "$W/push.db" "$W/push" $PUSHES
	stop "$server"
	record "$1" "$rate"
}

push_bare() {	# series connections
	nginx_start || { skip "$1" "$why"; return; }
	rate=$("$TOOLS/bare" "$port" $PUSHES "$2" "$PUSH_BYTES") ||
	    die "bare failed"
	stop "$server"
	record "$1" "$rate"
}

# The same requests, without signatures, as a config of curl.
push_config() {
	"$BUILD/loya-push" -n -s "$W/owed.db" -c "$W/push" >"$M/requests.push"
	head -n $((PUSH_CURL * 8)) "$M/requests.push" | awk '
	/^POST / { printf "%surl = \"%s\"\n", n++ ? "next\n" : "", $2
	    print "output = /dev/null\nsilent"; next }
	/^{/ { gsub(/[\\"]/, "\\\\&"); printf "data-raw = \"%s\"\n", $0; next }
	/^[A-Za-z]/ { printf "header = \"%s\"\n", $0 }'
}

push_curl() {	# series
	nginx_start || { skip "$1" "$why"; return; }
	target "$W/push" hr "$port" 16
	owed "$W/owed.db" "$W/push" $PUSHES
	push_config >"$M/curl"
	many=$(grep -c '^url' "$M/curl")
	begun=$(now)
	curl -s -Z --parallel-max 16 -K "$M/curl" 2>"$W/curl.err" ||
	    die "curl ended with $?: $(tail -n 1 "$W/curl.err")"
	record "$1" "$(echo "$begun $(now) $many" |
	    awk '{ printf "%.0f", $3 * 1e9 / ($2 - $1) }')"
	stop "$server"
}

push_xargs() {	# series
	nginx_start || { skip "$1" "$why"; return; }
	printf "%0${PUSH_BYTES}d" 0 >"$M/body"
	begun=$(now)
	seq $PUSH_XARGS | xargs -P16 -I@ curl -s -o /dev/null \
	    -H 'Content-Type: application/cloudevents+json' \
	    -H 'webhook-id: @' --data-binary "@$M/body" \
	    "http://127.0.0.1:$port/in" || die "curl ended with $?"
	record "$1" "$(echo "$begun $(now) $PUSH_XARGS" |
	    awk '{ printf "%.0f", $3 * 1e9 / ($2 - $1) }')"
	stop "$server"
}

# 64 connections to a peer that takes 20 ms.
push_slow() {
	owed "$W/slow.db" "$W/push" 10000
	owed_copy "$W/slow.db" "$W/push.db"
	start "$TOOLS/sink" 20
	target "$W/slow" hr "$port" 64
	push_run "$W/push.db" "$W/slow" 10000
	stop "$server"
	record push:slow "$rate"
	record push:ideal "$((64 * 1000 / 20))"
}

# A healthy target beside a dead one: nobody listens (gone), or it reads
# everything and never answers (mute).
push_dead() {	# series alone|gone|mute
	nginx_start || { skip "$1" "$why"; return; }
	living=$server
	rm -rf "$W/two"
	target "$W/two" hr "$port" 16
	mute=
	dead=9
	if [ "$2" = mute ]; then
		start "$TOOLS/sink" -1
		mute=$server
		dead=$port
	fi
	target "$W/two" gone "$dead" 16
	owed "$W/both.db" "$W/two" 100000
	owed_copy "$W/both.db" "$W/push.db"
	set -- "$1" "$([ "$2" != alone ] || echo hr)"
	# shellcheck disable=SC2086
	push_run "$W/push.db" "$W/two" 100000 $2
	# shellcheck disable=SC2086
	stop "$living" $mute
	record "$1" "$rate"
}

# The most memory with this many waiting, once its caches are full: how far it
# has come when it is measured depends on how long measuring takes.
push_memory() {	# series how-many
	members "$W/members-$2.db" "$2"
	start "$TOOLS/sink" 0
	target "$W/rss" hr "$port" 16
	settle "$W/members-$2.db"
	had=$(last "$W/members-$2.db")
	"$BUILD/loya-push" -wq -s "$W/members-$2.db" -c "$W/rss" >/dev/null &
	pid=$!
	running="$running $pid"
	wait_until reached "$W/members-$2.db" $((had + 20000))
	record "$1" "$(awk '/VmHWM/ { printf "%.2f", $2 / 1024 }' \
	    "/proc/$pid/status")"
	stop "$pid" "$server"
	# The next round starts as this one did.
	sqlite3 "$W/members-$2.db" "UPDATE outbox SET state = 'waiting'
	    WHERE state = 'sent'"
}

# The last row of audit, which only deliveries move.  Counting them would read
# all of it, again and again, while it is measured.
last() { number "$1" "SELECT max(seq) FROM audit"; }	# store

reached() { [ "$(last "$1")" -ge "$2" ]; }	# store seq

# From the time that loya-apply gives an event, before its commit, to the
# request at the peer, at a rate that leaves all of them idle.
push_latency() {
	new_store "$W/pipe.db"
	out=$W/lag
	start "$TOOLS/sink" 0
	out=
	target "$W/lag.conf" hr "$port" 16
	push_events $((PUSH_RATE * 5)) | "$TOOLS/pace" $PUSH_RATE |
	    "$BUILD/loya-apply" -s "$W/pipe.db" -c "$W/lag.conf" |
	    "$BUILD/loya-push" -q -s "$W/pipe.db" -c "$W/lag.conf" \
	    >/dev/null || die "loya-push ended with $?"
	stop "$server"
	read -r p50 p99 _ many <"$W/lag"
	[ "$many" = $((PUSH_RATE * 5)) ] || die "$many requests came"
	record push:p50 "$p50"
	record push:p99 "$p99"
}
