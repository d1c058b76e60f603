# start.*: what each program costs before it has done anything, and what that
# means where each connection is a process.  Sourced by bench.sh.

STARTS=21			# of each, in a round

# On an empty store; a source that is a command that prints nothing.
start_store() {
	[ -f "$W/start.db" ] && return
	new_store "$W/start.db"
	mkdir -p "$W/start/sources"
	cp "$W/conf/key" "$W/start/key"
	cp "$W/conf/sources/hr.json" "$W/start/sources"
	echo '{ "pull": { "command": ["/bin/true"] } }' \
	    >"$W/start/sources/none.json"
	sed -i 's|"on": "\*"|&, "webhook": { "url": "https://example.org/" }|' \
	    "$W/start/sources/hr.json"
	echo "$SECRET" | "$BUILD/loya-token" set -q -s "$W/start.db" hr.push
	printf 'GET /health HTTP/1.0\r\n\r\n' >"$W/health"
	"$BUILD/loya-apply" -b -q -s "$W/start.db" -c "$W/start" ||
	    die "loya-apply ended with $?"
}

# The least work that each program is run for.
start_run() {	# program
	case $1 in
	recv) "$TOOLS/launch" $STARTS "$BUILD/loya-recv" <"$W/health" ;;
	apply) "$TOOLS/launch" $STARTS "$BUILD/loya-apply" -b ;;
	audit) "$TOOLS/launch" $STARTS "$BUILD/loya-audit" log ;;
	pull) "$TOOLS/launch" $STARTS "$BUILD/loya-pull" none ;;
	push) "$TOOLS/launch" $STARTS "$BUILD/loya-push" -b ;;
	token) "$TOOLS/launch" $STARTS "$BUILD/loya-token" list ;;
	esac
}

start_one() {	# series what program
	start_store
	case $2 in
	version)
		"$TOOLS/launch" $STARTS "$BUILD/loya-$3" -V >"$W/launch" ||
		    die "loya-$3 -V failed"
		;;
	*)
		LOYA_STORE=$W/start.db LOYA_CONF=$W/start start_run "$3" \
		    >"$W/launch" || die "loya-$3 failed"
		;;
	esac
	read -r ms mib <"$W/launch"
	case $2 in
	rss) record "$1" "$mib" ;;
	*) record "$1" "$ms" ;;
	esac
}

# Connections a second, each of them a process of tcpserver: with loya-recv,
# with a program that only answers, or with one that keeps what it is sent.
inetd() {	# series loya|answer|keep
	need wrk wrk && need tcpserver ucspi-tcp ||
	    { skip "$1" "$why"; return; }
	port=$((20000 + ($$ + ${inetd_n:-0}) % 20000))
	inetd_n=$((${inetd_n:-0} + 1))
	new_store "$W/inetd.db"
	case $2 in
	loya) set -- "$1" "$BUILD/loya-recv" -s "$W/inetd.db" -i 5 ;;
	answer) set -- "$1" "$TOOLS/answer" ;;
	keep) set -- "$1" "$TOOLS/keep" "$W/inetd.db" ;;
	esac
	inetd_series=$1
	shift
	tcpserver -HR -l 0 -c 256 -b 256 127.0.0.1 "$port" "$@" \
	    2>"$W/server.log" &
	server=$!
	running="$running $server"
	wait_until curl -s "http://127.0.0.1:$port/health" ||
	    die "tcpserver does not start: $(cat "$W/server.log")"
	wrk_run 8 '' close
	stop "$server"
	# Processes that it started may still run.
	wait_until sh -c '! pgrep -f "^/.*$1" >/dev/null' sh "$W/inetd.db"
	record "$inetd_series" "$rate"
}
