# pull.*: measures of loya-pull, the store that loya-apply fills from it
# included.  Sourced by bench.sh.

PULL=${BENCH_PULL:-100000}	# records of a full pull; 1000000 takes minutes
PULL_LESS=100000		# where all caches are full; memory stays so
PULL_PAGE=2000			# of a page, as Salesforce has them
PULL_KNOWN=200			# records of an idle run: none of them new
PULL_RUNS=20			# of those

# The pages of an org of Salesforce with so many records, as files named like
# its addresses; and what curl has to ask for.
pages() {	# how-many
	[ ! -d "$M/pages-$1" ] || return 0
	v=services/data/v60.0
	mkdir -p "$M/pages-$1/$v/query"
	awk -v n="$1" -v page=$PULL_PAGE -v dir="$M/pages-$1" -v v="$v" '
	function begin() {
		file = dir "/" v "/queryAll"
		if (i > 1)
			file = dir "/" v "/query/01gZz-" (i - 1)
		printf "{\"totalSize\":%d,\"done\":%s,", n,
		    (i + page > n ? "true" : "false") >file
		if (i + page <= n)
			printf "\"nextRecordsUrl\":\"/%s/query/01gZz-%d\",",
			    v, i + page - 1 >file
		printf "\"records\":[" >file
	}
	BEGIN {
		srand(1)
		for (i = 1; i <= n; i++) {
			if (i % page == 1)
				begin()
			x = int(rand() * 1000000)
			id = sprintf("003Zz%010dIAA", i)
			printf "%s{\"attributes\":{\"type\":\"Contact\",\"url\":" \
			    "\"/%s/sobjects/Contact/%s\"},\"Id\":\"%s\"," \
			    "\"FirstName\":\"Asha%06d\",\"LastName\":\"%s\"," \
			    "\"Email\":\"rao.%07d.%06d@example.org\"," \
			    "\"MobilePhone\":\"+4912%08d\"," \
			    "\"Birthdate\":\"1990-01-%02d\"," \
			    "\"IsDeleted\":false,\"SystemModstamp\":" \
			    "\"2026-01-%02dT%02d:%02d:%02d.000+0000\"}",
			    (i % page == 1 ? "" : ","), v, id, id, x,
			    substr("chandrashekhar", 1 + x % 11), i, x, x,
			    1 + x % 28, 1 + i % 28, x % 24, x % 60, i % 60 >file
			if (i % page == 0 || i == n) {
				print "]}" >file
				close(file)
			}
		}
	}' || die "no pages"
}

# Serve them, and the source crm that reads them.
org() {	# how-many
	nginx_start "$M/pages-$1" || return 1
	mkdir -p "$W/pull/sources"
	[ -f "$W/pull/key" ] || cp "$W/conf/key" "$W/pull/key"
	cat >"$W/pull/sources/crm.json" <<-END
	{ "profile": "salesforce", "receive": null,
	  "pull": { "base": "http://127.0.0.1:$port", "auth": "none" } }
	END
}

# Everything into an empty store; memory of both programs into $memory, MiB.
pull_all() {	# store how-many
	new_store "$1"
	sync
	"$TIME" -f %M -o "$W/pull.rss" "$BUILD/loya-pull" -qf -s "$1" \
	    -c "$W/pull" crm 2>"$W/pull.err" |
	    "$TIME" -f %M -o "$W/apply.rss" "$BUILD/loya-apply" -q -s "$1" \
	    -c "$W/pull" >/dev/null 2>>"$W/pull.err" ||
	    die "a full pull failed: $(cat "$W/pull.err")"
	[ "$(number "$1" "SELECT state || count(*) FROM snapshot, member")" = \
	    "done$2" ] || die "not $2 members: $(cat "$W/pull.err")"
	memory=$(cat "$W/pull.rss" "$W/apply.rss" |
	    awk '{ n += $1 } END { printf "%.2f", n / 1024 }')
}

need_org() {	# how-many
	TIME=/usr/bin/time
	need $TIME time || return 1
	pages "$1"
	org "$1"
}

# Records a second, the last member included.
pull() {	# series how-many
	need_org "$2" || { skip "$1" "$why"; return; }
	begun=$(now)
	pull_all "$W/pull.db" "$2"
	record "$1" "$(echo "$begun $(now) $2" |
	    awk '{ printf "%.0f", $3 * 1e9 / ($2 - $1) }')"
	stop "$server"
}

# The same pages by curl and jq, with their records as lines.  Each page says
# where the next one is, so jq must have read it before curl can go on.
pull_jq() {	# series how-many
	need jq jq && need_org "$2" || { skip "$1" "$why"; return; }
	begun=$(now)
	next=/services/data/v60.0/queryAll
	while [ -n "$next" ]; do
		curl -sf "http://127.0.0.1:$port$next" |
		    jq -c '.records[], .nextRecordsUrl' >"$W/page"
		sed '$d' "$W/page"
		next=$(sed -n '$s/^"\(.*\)"$/\1/p' "$W/page")
	done >"$W/jq.lines"
	jq_done "$1" "$2"
}

# All of them at once, as if all addresses were known beforehand.
pull_jq_known() {	# series how-many
	need jq jq && need_org "$2" || { skip "$1" "$why"; return; }
	(cd "$M/pages-$2" && find services -type f) |
	    sed "s|.*|url = \"http://127.0.0.1:$port/&\"|" >"$M/pull.curl"
	begun=$(now)
	curl -sf -K "$M/pull.curl" | jq -c '.records[]' >"$W/jq.lines"
	jq_done "$1" "$2"
}

jq_done() {	# series how-many
	record "$1" "$(echo "$begun $(now) $2" |
	    awk '{ printf "%.0f", $3 * 1e9 / ($2 - $1) }')"
	stop "$server"
	[ "$(wc -l <"$W/jq.lines")" = "$2" ] || die "jq: not $2 lines"
	rm "$W/jq.lines"
}

pull_memory() {	# series how-many
	need_org "$2" || { skip "$1" "$why"; return; }
	pull_all "$W/pull.db" "$2"
	stop "$server"
	record "$1" "$memory"
}

# Another look at a system that has nothing new: a page of known records, as
# the look-back makes it; the median of a few, in ms.
pull_idle() {	# series
	need_org $PULL_KNOWN || { skip "$1" "$why"; return; }
	pull_all "$W/pull.db" $PULL_KNOWN
	"$BUILD/loya-pull" -q -s "$W/pull.db" -c "$W/pull" crm >/dev/null ||
	    die "loya-pull ended with $?"
	for i in $(seq $PULL_RUNS); do
		begun=$(now)
		"$BUILD/loya-pull" -q -s "$W/pull.db" -c "$W/pull" crm \
		    >"$W/new" || die "loya-pull ended with $?"
		echo $(($(now) - begun))
		[ ! -s "$W/new" ] || die "there is something new"
	done | sort -n >"$W/idle"
	stop "$server"
	record "$1" "$(awk '{ v[NR] = $1 }
	    END { printf "%.2f", v[int((NR + 1) / 2)] / 1e6 }' "$W/idle")"
}
