# apply.*: measures of loya-apply.  Sourced by bench.sh.

NEW=30000
UPDATES=20000
BURST=100000

# Events a second of those that wait in a store's inbox, into $rate.
apply_rate() {	# store events
	settle "$1" "$1-inbox"
	begun=$(now)
	"$BUILD/loya-apply" -b -s "$1" >/dev/null ||
	    die "loya-apply ended with $?"
	rate=$(echo "$begun $(now) $2" |
	    awk '{ printf "%.0f", $3 * 1e9 / ($2 - $1) }')
}

# A store with members, made once; Node gets its own.
members() {	# store how-many
	[ ! -f "$1" ] || return 0
	new_store "$1"
	"$TOOLS/fill" "$1" "$2" 0 0 || die "fill failed"
	"$BUILD/loya-apply" -b -s "$1" >/dev/null || die "no members"
}

# Microseconds of CPU per update, of both threads: how that grows with the
# members.  Small stores see the same member again and again in a batch.
grow() {	# series members
	case $2 in
	100000) store=$W/members.db ;;
	1000000) store=$W/million.db ;;
	*) store=$W/grow-$2.db ;;
	esac
	members "$store" "$2"
	"$TOOLS/fill" "$store" $UPDATES 0 "$2" || die "fill failed"
	settle "$store" "$store-inbox"
	sh -c '"$@" >/dev/null && times' sh "$BUILD/loya-apply" -b \
	    -s "$store" >"$W/times" || die "loya-apply ended with $?"
	record "$1" "$(awk -v n=$UPDATES -F '[ms ]+' 'NR == 2 {
	    printf "%.1f", ($1 * 60 + $2 + $3 * 60 + $4) * 1e6 / n }' \
	    "$W/times")"
}

# Seconds from the first of 100,000 requests over 64 connections to the event
# row of the last.  Exactly what was answered must be there.
burst() {	# series
	requests ""
	new_store "$W/burst.db"
	"$BUILD/loya-apply" -q -w -s "$W/burst.db" >/dev/null &
	reader=$!
	running="$running $reader"
	start "$BUILD/loya-recv" -s "$W/burst.db" -l 127.0.0.1:0
	sync
	begun=$(now)
	"$TOOLS/rate" "$port" "$M/requests" "$(cat "$M/length")" $BURST 1 64 \
	    >"$W/rate" || die "rate failed"
	read -r _ _ _ errors <"$W/rate"
	[ "$errors" = 0 ] || die "$errors requests of a burst failed"
	until [ "$(number "$W/burst.db" "SELECT max(seq) FROM event")" = \
	    $BURST ]; do
		[ $(($(now) - begun)) -lt 300000000000 ] ||
		    die "the burst was not drained"
		sleep 0.05
	done
	drained=$(now)
	stop "$server" "$reader"
	rows=$(number "$W/burst.db-inbox" "SELECT count(*) FROM inbox")
	rows=$rows:$(number "$W/burst.db" "SELECT count(*) FROM event
	    WHERE state = 'applied'")
	[ "$rows" = $BURST:$BURST ] || die "$rows of a burst of $BURST"
	record "$1" "$(echo "$begun $drained" |
	    awk '{ printf "%.2f", ($2 - $1) / 1e9 }')"
}

apply() {	# series who what
	case $2:$3 in
	loya:new)
		new_store "$W/new.db"
		"$TOOLS/fill" "$W/new.db" $NEW 0 0 || die "fill failed"
		apply_rate "$W/new.db" $NEW
		;;
	loya:update)
		members "$W/members.db" 100000
		node_members
		"$TOOLS/fill" "$W/members.db" $UPDATES 0 100000 ||
		    die "fill failed"
		apply_rate "$W/members.db" $UPDATES
		;;
	loya:million)
		members "$W/million.db" 1000000
		"$TOOLS/fill" "$W/million.db" $UPDATES 0 1000000 ||
		    die "fill failed"
		apply_rate "$W/million.db" $UPDATES
		;;
	upsert*:new)
		upsert "$2" "$W/new.db" new $NEW
		;;
	upsert*:update)
		upsert "$2" "$W/members.db" update $UPDATES
		;;
	node:*)
		need_node || { skip "$1" "$why"; return; }
		node_rate "$3"
		;;
	esac
	record "$1" "$rate"
}

# Checkpoints as the store makes them, or as SQLite does when not asked.
upsert() {	# upsert|upsert-1000 store new|update n
	pages=${1#upsert-}
	[ "$pages" != upsert ] || pages=10000
	settle "$W/$1-$3.db"
	rate=$("$TOOLS/upsert" "$2" "$W/$1-$3.db" "$3" "$4" "$pages") ||
	    die "upsert failed"
}

node_apply() {	# store
	node "$here/peer/apply.js" "$1-inbox" "$1-node"
}

# What it has to read before the first round of updates.
node_members() {
	[ -f "$W/members.db-node" ] && return
	case $series in *apply:node:update*) ;; *) return ;; esac
	need_node && node_apply "$W/members.db" >/dev/null
}

node_rate() {	# new|update
	store=$W/members.db
	if [ "$1" = new ]; then
		store=$W/new.db
		rm -f "$store-node"*
	fi
	settle "$store-node"
	rate=$(node_apply "$store") || die "node failed"
}

# User-space instructions per event, without start and end of the program.
instructions() {	# series new|update
	need valgrind valgrind || { skip "$1" "$why"; return; }
	if [ "$2" = new ]; then
		new_store "$W/ir.db"
		"$TOOLS/fill" "$W/ir.db" 2000 0 0
	else
		members "$W/ir.db" 2000
		"$TOOLS/fill" "$W/ir.db" 2000 0 2000
	fi
	record "$1" "$(echo "$(collected) $(collected)" |
	    awk '{ printf "%.0f", ($1 - $2) / 2000 }')"
}

collected() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
	    "$BUILD/loya-apply" -b -s "$W/ir.db" 2>&1 >/dev/null |
	    awk '/Collected/ { print $NF }'
}
