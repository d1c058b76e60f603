# audit.*: measures of loya-audit's proofs.  Sourced by bench.sh.

# 1,000,000 rows about 200,000 members, made once.
audit_store() {
	store=$W/audit.db
	[ ! -f "$store" ] || return 0
	new_store "$store"
	"$TOOLS/fill" "$store" 200000 0 0 || die "fill failed"
	"$BUILD/loya-apply" -b -s "$store" >/dev/null || die "no members"
	"$TOOLS/fill" "$store" 800000 0 200000 || die "fill failed"
	"$BUILD/loya-apply" -b -s "$store" >/dev/null || die "no rows"
	printf '{"audit":{"origin":"bench.example/loya"}}\n' \
	    >"$W/conf/loya.json"
	"$BUILD/loya-token" head init -q -s "$store" >/dev/null &&
	    "$BUILD/loya-audit" head -s "$store" >/dev/null || die "no head"
	rm "$W/conf/loya.json"
}

# Rows of audit a second.
audit_rate() {	# command ...
	settle "$store" "$store-inbox"
	begun=$(now)
	"$@" >"$W/audit.out" || die "$1: $(head -n 3 "$W/audit.out")"
	rate=$(echo "$begun $(now)" |
	    awk '{ printf "%.0f", 1e6 * 1e9 / ($2 - $1) }')
}

# Milliseconds of a whole loya-audit prove: the mean of 100 rows.
audit_prove() {
	begun=$(now)
	for i in 1 2 3 4 5 6 7 8 9 10; do
		for k in 1 7 13 17 29 37 53 71 83 97; do
			"$BUILD/loya-audit" prove -s "$store" \
			    $((k * 10000 + i * 777)) >/dev/null ||
			    die "prove failed"
		done
	done
	echo "$begun $(now)" | awk '{ printf "%.3f", ($2 - $1) / 1e8 }'
}

audit() {	# series what
	audit_store
	case $2 in
	verify) audit_rate "$BUILD/loya-audit" verify -s "$store" ;;
	scan) audit_rate "$TOOLS/scan" "$store" ;;
	prove) rate=$(audit_prove) ;;
	tree | head)
		set -- "$1" "$2" "$("$TOOLS/tree" "$store" 2000)" ||
		    die "tree failed"
		record proof:tree "$(echo "$3" | awk '{ print $1 / 1000 }')"
		record proof:head "$(echo "$3" | awk '{ print $2 / 1000 }')"
		return
		;;
	esac
	record "$1" "$rate"
}
