# loya-audit head, prove, consistency, check; loya-token head.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
audit_store
unset LOYA_NOW
sql() { sqlite3 "$LOYA_STORE" "$@"; }
origin=example.org/loya

# The key.
status 78 "head without a key" loya-audit head
status 78 "the key of heads needs a key for secrets" loya-token head init
loya-token -q init
status 78 "loya.json has to say how the record is called" loya-token head init
like "that is said" "$(cat "$T/err")" 'loya\.json: audit\.origin is needed'
status 78 "a store without a key of heads signs none" loya-audit head
like "it says what makes one" "$(cat "$T/err")" 'loya-token head init'
conf() {
	printf '{"authority":{"*":["hr","crm"],"email":["crm","hr"]},"audit":%s}\n' \
	    "$1" >"$LOYA_CONF/loya.json"
}
for bad in '{"origin":"a b"}' '{"origin":"a+b"}' '{"origin":""}' \
    '{"origin":7}' '{"name":"a"}' '{"witnesses":["x"]}' '[]'; do
	conf "$bad"
	status 78 "audit is refused: $bad" loya-token head init
done
conf "{\"origin\":\"$origin\"}"
status 0 "head init -n" loya-token head init -n
is "makes none" "$(sql 'SELECT count(*) FROM head_key')" 0
status 0 "head init" loya-token head init
like "prints the verifier key" "$(cat "$T/out")" \
    '^example\.org/loya\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$'
cp "$T/out" "$T/keys"
status 0 "head init again" loya-token head init
is "prints the same" "$(cat "$T/out")" "$(cat "$T/keys")"
like "and says so" "$(cat "$T/err")" 'already'
like "it is in the record" "$(loya-audit -k headkey.added)" \
    "\"detail\":\\{\"vkey\":\"$origin\\+"
is "loya-token list does not show it" "$(loya-token list)" ""
status 64 "head list wants no operand" loya-token head list x
conf '{"origin":"example.org/other"}'
status 78 "another origin is another key" loya-token head init
conf "{\"origin\":\"$origin\"}"

# Heads.
status 1 "head -n before the first" loya-audit head -n
status 0 "head" loya-audit head
cp "$T/out" "$T/h1"
is "names the log and its size" "$(head -n 2 "$T/h1")" "$origin
$(sql 'SELECT max(seq) FROM audit')"
is "has the root that verify computes" "$(sed -n 3p "$T/h1")" \
    "$(loya-audit verify | sed 's/.*"root":"\([^"]*\).*/\1/')"
is "is stored" "$(sql 'SELECT note FROM head')" "$(cat "$T/h1")"
status 0 "head again" loya-audit head
is "is the same" "$(cat "$T/out")" "$(cat "$T/h1")"
is "and stored once" "$(sql 'SELECT count(*) FROM head')" 1
status 0 "head -n" loya-audit head -n
is "shows the newest" "$(cat "$T/out")" "$(cat "$T/h1")"
mkdir "$T/fork"
sql ".backup $T/fork/s.db"
sqlite3 "$LOYA_STORE-inbox" ".backup $T/fork/s.db-inbox"
line member hr z1 2026-11-24T08:00:00Z '{"external_id":"E9","version":1}' |
    loya-apply >"$T/applied"
status 0 "head after a further row" loya-audit head
cp "$T/out" "$T/h2"
is "both are stored" "$(sql 'SELECT count(*) FROM head')" 2
status 0 "verify goes over heads" loya-audit verify
like "and counts them" "$(cat "$T/out")" '"heads":2,.*"faults":0'
for s in "UPDATE head SET size = 1" "DELETE FROM head" \
    "INSERT INTO head VALUES (3, 1, 'x')" "DELETE FROM head_key" \
    "UPDATE head_key SET audit = 1" "DELETE FROM cosignature" \
    "INSERT INTO head VALUES (3, 9999, 'x')" \
    "INSERT OR REPLACE INTO head_key VALUES (1, 'x', 1)"; do
	sqlite3 "$LOYA_STORE" ".backup $T/try.db"
	case $s in *cosig*)
		sqlite3 "$T/try.db" "INSERT INTO cosignature VALUES
		    (1, 'w', 1, 'x')" ;;
	esac
	status 19 "triggers refuse: $s" sqlite3 "$T/try.db" \
	    "PRAGMA recursive_triggers = on; $s"
done

# Proofs.
status 64 "prove wants a row" loya-audit prove
status 64 "prove wants a number" loya-audit prove x
status 1 "of a row that there is" loya-audit prove 99
is "and says when there is none" "$(cat "$T/err")" \
    "loya-audit: row 99: there is none"
status 0 "prove" loya-audit prove 3
cp "$T/out" "$T/p3"
is "is a C2SP proof" "$(sed -n '1p;3p' "$T/p3")" "c2sp.org/tlog-proof@v1
index 2"
is "against the newest head" "$(sed '1,/^$/d' "$T/p3")" "$(cat "$T/h2")"
bad=0
for seq in $(sql 'SELECT seq FROM audit'); do
	loya-audit prove "$seq" | loya-audit check -K "$T/keys" >"$T/out" 2>&1 ||
	    bad=$((bad + 1))
done
is "every row is proven, and checks" "$bad" 0
like "and what is proven is shown" "$(cat "$T/out")" \
    "\"row\":\\[$(sql 'SELECT max(seq) FROM audit'),"
status 0 "prove -H" loya-audit prove -H "$T/h1" 3
is "is against that head" "$(sed '1,/^$/d' "$T/out")" "$(cat "$T/h1")"
status 1 "a row newer than the head" loya-audit prove -H "$T/h1" \
    "$(sql 'SELECT max(seq) FROM audit')"
line member hr z2 2026-11-24T08:00:00Z '{"external_id":"E8","version":1}' |
    loya-apply >"$T/applied"
status 1 "a row newer than the newest head" loya-audit prove \
    "$(sql 'SELECT max(seq) FROM audit')"
like "it says what signs one" "$(cat "$T/err")" 'loya-audit head'

# With the detail of the row.
status 0 "prove -x" loya-audit prove -x 3
cp "$T/out" "$T/x3"
is "is the proof, after four lines" "$(sed '1,/^$/d' "$T/x3")" \
    "$(loya-audit prove 3)"
is "the first of which says what it is" "$(sed -n 1p "$T/x3")" loya/detail@v1
is "then the salt" "$(sed -n 's/^salt //p' "$T/x3" | base64 -d | od -An -tx1 |
    tr -d ' \n')" "$(sql 'SELECT lower(hex(salt)) FROM audit WHERE seq = 3')"
is "and the detail" "$(sed -n 's/^detail //p' "$T/x3" | base64 -d)" \
    "$(sql 'SELECT detail FROM audit WHERE seq = 3')"
bad=0
for seq in $(sql 'SELECT seq FROM audit WHERE seq <= (SELECT max(size)
    FROM head)'); do
	is_it=$(loya-audit prove -x "$seq" | loya-audit check -j -K "$T/keys" |
	    sed 's/.*"row":[[][^]]*],"detail":\(.*\)}/\1/')
	[ "$is_it" = "$(sql "SELECT detail FROM audit WHERE seq = $seq")" ] ||
	    bad=$((bad + 1))
done
is "every row's checks, and is shown" "$bad" 0
status 0 "by people, too" loya-audit check -T -K "$T/keys" "$T/x3"
like "in full" "$(cat "$T/out")" '^detail +[{]"external_id":'
status 0 "a proof without one has none" loya-audit check -j -K "$T/keys" "$T/p3"
like "which is null" "$(cat "$T/out")" ',"detail":null}$'
status 1 "of a row that there is" loya-audit prove -x 99
resealed() {	# detail: x3 with another one
	printf 'loya/detail@v1\nsalt %s\ndetail %s\n\n' \
	    "$(sed -n 's/^salt //p' "$T/x3")" "$(printf %s "$1" | base64 -w 0)"
	cat "$T/p3"
}
resealed "$(sql 'SELECT detail FROM audit WHERE seq = 3' | tr 1 2)" >"$T/x"
status 1 "a detail that was changed" loya-audit check -K "$T/keys" "$T/x"
like "is said" "$(cat "$T/err")" 'its detail is not the one that the row commits to'
{ sed '/^$/q' "$T/x3"; loya-audit prove 4; } >"$T/x"
status 1 "that of another row" loya-audit check -K "$T/keys" "$T/x"
sed "s/^salt .*/salt AAAAAAAAAAAAAAAAAAAAAA==/" "$T/x3" >"$T/x"
status 1 "another salt" loya-audit check -K "$T/keys" "$T/x"
for s in 's/^salt /Salt /' 's/^detail /details /' '/^salt/d' '/^detail/d' \
    's/^salt .*/salt AAAA/' 's/^detail .*/detail !/' '1,4{/^$/d}' \
    's/v1/v2/' '4q' '2q' '1a\
salt AAAA'; do
	sed "$s" "$T/x3" >"$T/x"
	status 65 "an opening that is none: $s" \
	    loya-audit check -K "$T/keys" "$T/x"
done
resealed '[1]' >"$T/x"
status 65 "a detail that is not an object" loya-audit check -K "$T/keys" "$T/x"
resealed "{$nl}" >"$T/x"
status 65 "one of two lines" loya-audit check -K "$T/keys" "$T/x"
{ sed '/^$/q' "$T/x3"; cat "$T/h2"; } >"$T/x"
status 65 "one in front of a head" loya-audit check -K "$T/keys" "$T/x"
sqlite3 "$LOYA_STORE" ".backup $T/erased.db"
sqlite3 "$LOYA_STORE-inbox" ".backup $T/erased.db-inbox"
loya-audit erase -q -s "$T/erased.db" hr/E1
status 1 "a row that was erased" loya-audit prove -x -s "$T/erased.db" 1
like "says so" "$(cat "$T/err")" 'row 1: its detail was erased'
is "and nothing else" "$(cat "$T/out")" ""
status 0 "it is proven all the same" loya-audit prove -s "$T/erased.db" 1

# Consistency.
status 64 "consistency wants a head" loya-audit consistency
status 0 "consistency" loya-audit consistency "$T/h1"
cp "$T/out" "$T/c"
is "is from the old size" "$(head -n 1 "$T/c")" "old $(sed -n 2p "$T/h1")"
is "to the newest head" "$(sed '1,/^$/d' "$T/c")" "$(cat "$T/h2")"
status 0 "a size will do" loya-audit consistency "$(sed -n 2p "$T/h1")"
is "and gives the same" "$(cat "$T/out")" "$(cat "$T/c")"
status 0 "from nothing" loya-audit consistency 0
size=$(sed -n 2p "$T/h2")
status 1 "from a size that was not signed yet" \
    loya-audit consistency $((size + 1))
like "it is not known" "$(cat "$T/err")" \
    "no head of $((size + 1)) rows is known: the newest is of $size\$"
status 0 "a head on standard input" loya-audit consistency - <"$T/h1"
status 74 "a file that is not there" loya-audit consistency "$T/none"
status 65 "a file that is not a head" loya-audit consistency "$0"
sed 's/^1/2/' "$T/h1" >"$T/forged"
status 1 "a head that was changed" loya-audit consistency "$T/forged"
like "its signature says so" "$(cat "$T/err")" 'signature of .* is wrong'

# Checking, with keys alone.
check() { LOYA_STORE=/nonexistent loya-audit check "$@" </dev/null; }
status 64 "check wants keys" check "$T/p3"
status 0 "check of a head" check -K "$T/keys" "$T/h1"
like "says what it is" "$(cat "$T/out")" '^\{"what":"head","origin":"example'
status 0 "check of a proof" check -K "$T/keys" "$T/p3"
status 0 "check -T of a proof" check -T -K "$T/keys" "$T/p3"
is "says in words what the row is" "$(sed -n '/^seq/,$p' "$T/out" | tr -s ' ')" \
    "$(sqlite3 -readonly -separator ' ' "$LOYA_STORE" "SELECT 'seq 3' || char(10) ||
    'at ' || strftime('%Y-%m-%dT%H:%M:%S', at / 1000000, 'unixepoch') ||
    '.000000Z' || char(10) || 'kind ' || kind || char(10) || 'source ' ||
    source || char(10) || 'event id ' || event_id || char(10) || 'inbox ' ||
    inbox || char(10) || 'member ' || member || char(10) ||
    coalesce('prev ' || prev || char(10), '') || 'actor ' || actor ||
    char(10) || 'commitment ' || lower(hex(commitment))
    FROM audit WHERE seq = 3")"
is "in JSON it is the leaf alone" "$(check -j -K "$T/keys" "$T/p3" |
    sed 's/.*"row"://' | grep -c '"kind"')" 0
status 0 "check -q" check -q -K "$T/keys" "$T/p3"
is "says nothing" "$(cat "$T/out" "$T/err")" ""
status 64 "of consistency, without the older head" check -K "$T/keys" "$T/c"
status 0 "of consistency" check -K "$T/keys" -H "$T/h1" "$T/c"
status 1 "from another head" check -K "$T/keys" -H "$T/h2" "$T/c"

# What was kept is checked against everything that has a head.
line member hr y1 2026-11-24T08:00:00Z '{"external_id":"E7","version":1}' |
    loya-apply -s "$T/fork/s.db" >"$T/applied"
loya-audit head -s "$T/fork/s.db" >"$T/hf"
loya-audit prove -s "$T/fork/s.db" 3 >"$T/pf"
loya-audit prove -H "$T/h1" 3 >"$T/p31"
is "a fork of the same size" "$(sed -n 2p "$T/hf")" "$(sed -n 2p "$T/h2")"
status 0 "the fork itself is well signed" check -q -K "$T/keys" "$T/hf"
status 1 "but not with the head that was kept" \
    check -q -K "$T/keys" -H "$T/h2" "$T/hf"
like "it is named" "$(cat "$T/err")" 'another audit log.*fork'
status 1 "nor is a row of it" check -q -K "$T/keys" -H "$T/h2" "$T/pf"
status 0 "the head that was kept itself" check -K "$T/keys" -H "$T/h2" "$T/h2"
like "continues that many rows" "$(cat "$T/out")" \
    "\"from\":$(sed -n 2p "$T/h2"),"
status 0 "and a row under it" check -K "$T/keys" -H "$T/h2" "$T/p3"
status 1 "a smaller head" check -q -K "$T/keys" -H "$T/h2" "$T/h1"
like "it is said" "$(cat "$T/err")" "fewer than"
status 1 "a row under a smaller head" \
    check -q -K "$T/keys" -H "$T/h2" "$T/p31"
status 64 "a larger head without a proof" \
    check -q -K "$T/keys" -H "$T/h1" "$T/h2"
like "says what is wanted" "$(cat "$T/err")" 'loya-audit consistency'
status 64 "a row under a larger head" check -q -K "$T/keys" -H "$T/h1" "$T/p3"
(
	LOYA_CONF=$T/others LOYA_STORE=$T/others/s.db
	export LOYA_CONF LOYA_STORE
	mkdir "$T/others"
	echo '{"audit":{"origin":"example.org/other"}}' \
	    >"$LOYA_CONF/loya.json"
	loya-token -q init
	loya-token head init >"$T/keys2"
	loya-audit head >"$T/ho"
)
cat "$T/keys" >>"$T/keys2"
status 0 "a head of another record" check -q -K "$T/keys2" "$T/ho"
status 1 "goes on from none of this one" \
    check -q -K "$T/keys2" -H "$T/h2" "$T/ho"
like "that is said" "$(cat "$T/err")" 'of another audit log than'
status 65 "of something else" check -K "$T/keys" "$0"
status 65 "of empty input" check -K "$T/keys"
status 65 "with invalid keys" check -K "$0" "$T/h1"
status 74 "with keys that are not there" check -K "$T/none" "$T/h1"
echo "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW" \
    >"$T/other"
status 1 "with somebody else's key" check -K "$T/other" "$T/h1"
sed 's/^index 2$/index 3/' "$T/p3" >"$T/p"
status 1 "a proof moved to another row" check -K "$T/keys" "$T/p"
loya-audit prove 4 >"$T/p4"
{ sed -n '1p' "$T/p3"; sed -n '2p' "$T/p4"; sed '1,2d' "$T/p3"; } >"$T/p"
status 1 "a proof with another row" check -K "$T/keys" "$T/p"
sed '/^extra/d' "$T/p3" >"$T/p"
status 65 "a proof without its row" check -K "$T/keys" "$T/p"
# Signed by the owner of key e: row 1 is [1, {}] on three lines.
echo "e+0f17333f+ASyEithmTuZR5IlsE6hKiaKWSspet3qLiB5g3tXIG06d" >"$T/e"
signed=DxczP6zRFnpSh4v9js+0G279uAU6OO9FQ9zfgYusemSN80E0s76J6WO6sBe4pu8m
cat >"$T/p" <<END
c2sp.org/tlog-proof@v1
extra WzEsCnt9Cl0=
index 0

e
1
IYsA51hL8dnCbGEmV1PcT2b34r/nS1wWXthcw2F9ZCE=

— e ${signed}jweV/rJVHzWOiJDm1xq5AN+OKQY=
END
sed '1,4d' "$T/p" >"$T/head"
status 0 "a head of another record" check -K "$T/e" "$T/head"
status 65 "a row that would print a line of its own" check -K "$T/e" "$T/p"
is "prints none" "$(cat "$T/out")" ""
head -c 2000000 /dev/zero >"$T/large"
status 65 "a file that is too long" check -K "$T/keys" "$T/large"

# Rotation: old heads still verify, and the new key signs.
status 0 "head rotate" loya-token head rotate
cat "$T/out" >>"$T/keys"
is "both keys are listed" "$(loya-token head list |
    sed 's/.*"vkey":"\([^"]*\)".*/\1/')" "$(cat "$T/keys")"
status 0 "the new key signs" loya-audit head
cp "$T/out" "$T/h3"
head -n 1 "$T/keys" >"$T/first"
status 1 "it is not the old one" check -K "$T/first" "$T/h3"
status 0 "it is the new one" check -K "$T/keys" "$T/h3"
status 0 "an old head is known still" loya-audit consistency "$T/h1"
status 0 "verify knows both" loya-audit verify
like "and finds three heads" "$(cat "$T/out")" '"heads":3,'

# A store that was put back, or written anew: heads kept elsewhere show it.
tampered() {	# sql
	rm -rf "$T/bad"
	mkdir "$T/bad"
	sqlite3 "$LOYA_STORE" ".backup $T/bad/s.db"
	sqlite3 "$LOYA_STORE-inbox" ".backup $T/bad/s.db-inbox"
	sqlite3 "$T/bad/s.db" "SELECT 'DROP TRIGGER ' || name || ';'
	    FROM sqlite_schema WHERE type = 'trigger'" >"$T/drop"
	sqlite3 "$T/bad/s.db" "SELECT sql || ';' FROM sqlite_schema
	    WHERE type = 'trigger'" >"$T/triggers"
	sqlite3 "$T/bad/s.db" <"$T/drop"
	sqlite3 "$T/bad/s.db" "$1" || tap_result 1 "tampering: $1"
	sqlite3 "$T/bad/s.db" <"$T/triggers"
}
# Everything after row 13, cut off cleanly: tree, counts, members, heads.
cut="DELETE FROM audit WHERE seq > 13; DELETE FROM head; DELETE FROM head_key;
    UPDATE merkle SET hashes = substr(hashes, 1, 13 * 32);
    DELETE FROM tally; INSERT INTO tally SELECT at / 3600000000, kind,
	coalesce(source, ''), count(*) FROM audit GROUP BY 1, 2, 3;
    DELETE FROM binding WHERE member > (SELECT num FROM member
	ORDER BY num LIMIT 1 OFFSET 2);
    DELETE FROM member WHERE num > (SELECT num FROM member
	ORDER BY num LIMIT 1 OFFSET 2);
    DELETE FROM event WHERE seq > 13; DELETE FROM secret"
tampered "$cut"
status 0 "an end that was cut off well cannot be seen" \
    loya-audit verify -q -s "$T/bad/s.db"
tampered "$cut; INSERT INTO head_key VALUES (1, '$(head -n 1 "$T/keys")', 14)"
status 1 "but with a head kept elsewhere" loya-audit consistency \
    -s "$T/bad/s.db" "$T/h1"
like "it is named" "$(cat "$T/err")" 'its end was cut off'
status 1 "verify -H finds it too" loya-audit verify -q -s "$T/bad/s.db" \
    -H "$T/h1"
like "and names the head" "$(cat "$T/out")" \
    "\"row\":\"$T/h1\",\"fault\":\"15 rows were signed"
status 0 "verify -H of the true store" loya-audit verify -q -H "$T/h1"

# A shorter log is never signed again.
tampered "DELETE FROM audit WHERE seq > 14;
    UPDATE merkle SET hashes = substr(hashes, 1, 14 * 32)"
status 1 "a record below a head that was signed" loya-audit head \
    -s "$T/bad/s.db"
like "is not signed" "$(cat "$T/err")" 'its end is gone'
tampered "UPDATE merkle SET hashes = CAST(zeroblob(32) || substr(hashes, 33)
    AS BLOB)"
status 1 "another record than was signed" loya-audit head -s "$T/bad/s.db"
like "is not signed either" "$(cat "$T/err")" 'does not continue the head'
status 1 "consistency finds it" loya-audit consistency -s "$T/bad/s.db" \
    "$T/h1"
like "and names it" "$(cat "$T/err")" 'fork'
done_testing
