# query.*: questions that people wait for, in a store of 200,000 members and a
# million rows of audit.  Sourced by bench.sh.

QUERY_MEMBERS=200000
QUERY_ROWS=1000000

query_store() {
	[ -f "$W/query.db" ] && return
	members "$W/query.db" $QUERY_MEMBERS
	"$TOOLS/fill" "$W/query.db" $((QUERY_ROWS - QUERY_MEMBERS)) 0 \
	    $QUERY_MEMBERS || die "fill failed"
	"$BUILD/loya-apply" -b -q -s "$W/query.db" >/dev/null ||
	    die "loya-apply ended with $?"
}

# Milliseconds of the whole run, which prints its first line before it ends. A
# shell that waited for that line would count its own programs too.
ask() {	# argument ...
	"$TOOLS/launch" 1 "$BUILD/loya-audit" "$@" -s "$W/query.db" \
	    </dev/null >"$W/launch" || die "loya-audit $1 failed"
	read -r ms _ <"$W/launch"
	echo "$ms"
}

# The median of eleven members; of stats the whole answer.
query() {	# series what
	query_store
	if [ "$2" = stats ]; then
		begun=$(now)
		"$BUILD/loya-audit" stats -s "$W/query.db" >/dev/null ||
		    die "loya-audit ended with $?"
		record "$1" "$(echo "$begun $(now)" |
		    awk '{ printf "%.1f", ($2 - $1) / 1e6 }')"
		return
	fi
	for i in 1 2 3 4 5 6 7 8 9 10 11; do
		id=hr/$(printf 'E%07d' $((i * QUERY_MEMBERS / 12)))
		case $2 in
		log) ask log -m "$id" ;;
		why) ask why "$id" ;;
		esac
	done >"$W/query"
	record "$1" "$(sort -n "$W/query" | sed -n 6p)"
}
