# A store of a later release, and a file of another application: every verb of
# loya-audit refuses them and says why, and none changes them.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store
unset LOYA_NOW
witness=$(perl -MDigest::SHA=sha256 -MMIME::Base64 -e '
	my $key = "\x04" . "k" x 32;
	print "w+", unpack("H8", sha256("w\n$key")), "+",
	    encode_base64($key, "")')
printf '{"authority":{"*":["hr","crm"]},"audit":{"origin":"o",
    "witnesses":["%s"]}}\n' "$witness" >"$LOYA_CONF/loya.json"
loya-token -q init
loya-token -q head init >"$T/key"
loya-audit head >"$T/head"

copy() {	# name suffix pragma
	for f in '' -inbox; do
		sqlite3 "$LOYA_STORE$f" ".backup $T/$1$f"
	done
	sqlite3 "$T/$1$2" "PRAGMA $3"
	cat "$T/$1" "$T/$1-inbox" | cksum >"$T/$1.sum"
}
copy later '' 'user_version = 99'
copy later-in -inbox 'user_version = 99'
copy other '' 'application_id = 7'
copy other-in -inbox 'application_id = 7'

verbs() {	# store words
	while read -r args; do
		# shellcheck disable=SC2086
		loya-audit -s "$1" $args >"$T/out" 2>"$T/err" <"$T/head"
		[ $? = 78 ] || echo "$args: not 78"
		grep -q "^loya-audit: $1.*$2" "$T/err" ||
		    echo "$args: $(cat "$T/err")"
		[ ! -s "$T/out" ] || echo "$args: says something"
	done <"$T/verbs"
}
# The verbs that also read the inbox file, and then the others.
cat >"$T/verbs" <<END
show 1
show -t now $anna
why $anna
inbox
stats
latency
report -o -
verify
erase $anna
prune 1d
END
is "an inbox file of a later release" "$(verbs "$T/later-in" newer)" ""
is "... of another application" \
    "$(verbs "$T/other-in" "this is not loya's inbox file")" ""
cat >>"$T/verbs" <<END
log
diff $anna yesterday
members
outbox
head
head -n
prove 1
consistency -
cosign -n
erase -u $anna
END
is "a store of a later release" "$(verbs "$T/later" newer)" ""
is "... of another application" \
    "$(verbs "$T/other" "this is not loya's store")" ""
for f in later later-in other other-in; do
	is "$f is as it was" "$(cat "$T/$f" "$T/$f-inbox" | cksum)" \
	    "$(cat "$T/$f.sum")"
done
done_testing
