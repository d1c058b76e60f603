#!/bin/sh
# The store's two files: what is refused, and that nothing is lost.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr
for c in 'loya-apply -bn' 'loya-push -bn'; do
	# shellcheck disable=SC2086
	status 78 "$c without a store" $c
	is "makes none" "$(find "$T" -maxdepth 1 -name 'loya.db*')" ""
done
member hr 1 '{"external_id":"E1","version":1,"name":"A"}' >"$T/in"
ok "a store is made" sh -c 'loya-apply <"$T/in"'
is "which is said, for its disk may only not be there" "$(cat "$T/err")" \
    "loya-apply: $LOYA_STORE: made"
member hr 2 '{"external_id":"E2","version":1,"name":"B"}' >"$T/in"

mkdir "$T/link"
ln -s "$LOYA_STORE" "$T/link/store"
ok "through a link it is the same store" sh -c 'loya-apply -s "$T/link/store" <"$T/in"'
is "with one inbox" "$(inbox "SELECT count(*) FROM inbox"; ls "$T/link")" "2
store"

mkdir "$T/keep"
mv "$LOYA_STORE"-inbox* "$T/keep"
status 78 "a store without its inbox is refused by loya-apply" sh -c 'loya-apply <"$T/in"'
like "which says what to do" "$(cat "$T/err")" 'inbox: is not there, but the store knows row 2; put back'
status 78 "and by loya-recv" sh -c 'printf "GET /health HTTP/1.1\r\nHost: x\r\n\r\n" | loya-recv'
status 78 "by loya-push" loya-push -b
status 78 "and by loya-token" loya-token issue hook:hr
is "none is made in its place" "$(find "$T" -maxdepth 1 -name '*-inbox')" ""
# An inbox from before the second event, as an older backup has it.
version=$(sqlite3 "$T/keep/loya.db-inbox" 'PRAGMA user_version')
sqlite3 "$T/keep/loya.db-inbox" ".clone $LOYA_STORE-inbox" >/dev/null 2>&1
sqlite3 "$LOYA_STORE-inbox" "DROP TRIGGER inbox_stay; DELETE FROM inbox WHERE seq = 2; PRAGMA application_id = 1819244905; PRAGMA user_version = $version;"
status 78 "so is one whose inbox is older" sh -c 'loya-apply <"$T/in"'
like "and is told so" "$(cat "$T/err")" 'inbox: is older, but the store knows row 2'
rm -f "$LOYA_STORE"-inbox*
mv "$T/keep"/* "$T"
ok "with its own inbox it goes on" sh -c 'loya-apply <"$T/in"'

# The other way round: a new store beside an old inbox would apply and deliver
# everything once more, to members with other ids.
mv "$LOYA_STORE" "$LOYA_STORE-wal" "$LOYA_STORE-shm" "$T/keep"
status 78 "an inbox without its store is refused by loya-apply" loya-apply -b
is "which says what to do" "$(cat "$T/err")" "loya-apply: $LOYA_STORE: is not \
there, but its inbox file is there; put back the store that belongs to it"
status 78 "and by loya-audit" loya-audit members
ok "there is a key" loya-token -s "$T/another/loya.db" init
status 78 "nor would one be made by loya-token" \
    sh -c 'echo x | loya-token set -n x'
status 78 "which does not" sh -c 'echo x | loya-token set x'
like "for the same reason" "$(cat "$T/err")" 'but its inbox file is there'
status 78 "and by what only shows" loya-token list
like "which does not say to make another" "$(cat "$T/err")" \
    'but its inbox file is there; put back'
ok "nothing was made" test ! -e "$LOYA_STORE"
: >"$LOYA_STORE"
status 78 "so is an empty one" loya-push -b
like "and is told so" "$(cat "$T/err")" 'loya.db: is empty, but its inbox file is there'
rm "$LOYA_STORE"
mkdir "$T/other" && cp "$LOYA_STORE-inbox" "$T/other/loya.db-inbox"
ok "loya-token init makes one" loya-token -s "$T/other/loya.db" -c "$T/c" init
mv "$T/keep"/* "$T"
ok "with its own store it goes on" loya-apply -b

# A store that a slow process has half made.
for f in '' -inbox; do
	sqlite3 "$T/begun$f" "PRAGMA journal_mode = wal" >/dev/null
done
status 78 "a store that is only half made is not an older one" loya-audit members \
    -s "$T/begun"
is "which is reported" "$(cat "$T/err")" "loya-audit: $T/begun: empty, or being \
made right now; run loya-apply -b once to bring it up to date"
ok "loya-apply finishes it" loya-apply -b -s "$T/begun"
ok "it is a store then" loya-audit verify -s "$T/begun"

mkdir "$T/folder"
status 78 "a folder is not a store" loya-apply -b -s "$T/folder"
status 78 "for no program" loya-token list -s "$T/folder"
status 78 "a store in a folder that is not there" loya-apply -b -s "$T/nowhere/s"
is "is reported with what to do" "$(cat "$T/err")" "loya-apply: $T/nowhere/s: its \
folder does not exist; make it, or name another store with -s"
ln -s "$T/none" "$T/dangling"
status 78 "a link to nowhere" loya-apply -b -s "$T/dangling"
echo "this is text, and long enough to be one" >"$T/text"
status 78 "a file of something else" loya-apply -b -s "$T/text"
cp "$LOYA_STORE" "$T/future" && cp "$LOYA_STORE-wal" "$T/future-wal"
sqlite3 "$T/future" "PRAGMA user_version = 99"
status 78 "a store from the future" loya-apply -b -s "$T/future"
like "is named as that" "$(cat "$T/err")" 'newer'

# What a plain sqlite3 may not do.
refused() {	# sentence, pattern, SQL
	store "$3" >"$T/out" 2>&1
	like "$1" "$(cat "$T/out")" "$2"
}
refused "an owned field is not edited by hand" "member.name belongs to hr" "UPDATE member SET name = 'X'"
refused "nor anything of a member" "only loya-apply" "UPDATE member SET hold = 'x'"
refused "no member is deleted" "never deleted" "DELETE FROM member"
refused "or replaced" "only loya-apply" "REPLACE INTO member SELECT * FROM member"
refused "audit: no UPDATE" "does not change" "UPDATE audit SET at = 1"
refused "audit: no DELETE" "never deleted" "DELETE FROM audit"
refused "audit: no REPLACE" "only added" "REPLACE INTO audit SELECT * FROM audit"
points hr 9 '{"external_id":"E1","kind":"earn","points":1,"reference":"r"}' | loya-apply >/dev/null
refused "ledger: no UPDATE" "do not change" "UPDATE ledger SET points = 2"
refused "ledger: no DELETE" "never deleted" "DELETE FROM ledger"
refused "ledger: no REPLACE" "only added" "REPLACE INTO ledger SELECT * FROM ledger"
inbox "DELETE FROM inbox" >"$T/out" 2>&1
like "inbox: no DELETE" "$(cat "$T/out")" "never deleted"
is "loya does without triggers: all they do is refuse" "$(store "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND (sql NOT LIKE '%RAISE(%' OR sql LIKE '%INSERT INTO%' OR sql LIKE '%UPDATE %SET%' OR sql LIKE '%DELETE FROM%')")" 0
ok "and verify agrees" loya-audit verify

# A process that opens a file nobody else has open reads all of its log.
run() {
	for e in 1 2 3 4 5 6 7 8 9; do
		member hr "run$1.$e" "{\"external_id\":\"R$1.$e\",\"status\":\"active\"}"
	done
}
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	run $i | loya-apply >/dev/null || echo "run $i: $?"
	for f in "$LOYA_STORE-wal" "$LOYA_STORE-inbox-wal"; do
		# 64 frames and the head
		[ "$(wc -c <"$f")" -le $((64 * (4096 + 24) + 32)) ] ||
		    wc -c "$f"
	done
done >"$T/long"
is "runs that follow one another leave short logs" "$(cat "$T/long")" ""
ok "and everything is there" loya-audit verify

# A copy put back under running programs: what they write to the replaced file
# would be lost, although it was acknowledged.
put_back() {	# the store's files, each as another file
	for f in "$LOYA_STORE" "$LOYA_STORE-inbox"; do
		sqlite3 "$f" "PRAGMA wal_checkpoint(TRUNCATE)" >"$T/out"
		cp -p "$f" "$f.copy" && mv "$f.copy" "$f"
		rm -f "$f-wal" "$f-shm"
	done
}
source_file hr '{"profile":"plain","receive":{"auth":{"kind":"none"}}}'
start recv loya-recv -l 127.0.0.1:0
wait_for "loya-recv" grep -q listening "$T/recv.err"
at=$(sed -n 's/.*listening on //p' "$T/recv.err")
hook() {	# ID: the answer's status
	curl -s -o "$T/answer" -w '%{http_code}' -d "{\"id\":\"$1\"}" \
	    -H 'Content-Type: application/json' "http://$at/hooks/hr"
}
is "an event is taken" "$(hook a)" 202
mkfifo "$T/pipe"
start apply sh -c "exec loya-apply <'$T/pipe'"
exec 8>"$T/pipe"
member hr moved1 '{"external_id":"M1","version":1}' >&8
wait_for "a line that is applied" grep -q M1 "$T/apply.out"
put_back
is "a store that is another one takes none" "$(hook b)" 503
stop recv
is "the server ends with 74" "$rc" 74
like "and says why" "$(cat "$T/recv.err")" \
    'inbox: was moved or replaced while it was open'
member hr moved2 '{"external_id":"M2","version":1}' >&8
exec 8>&-
wait "$(cat "$T/apply.pid")"
rc=$?
rm "$T/apply.pid"
is "so does loya-apply" "$rc" 74
is "which printed nothing of what it could not write" \
    "$(grep -c M2 "$T/apply.out")" 0

# Several processes start at once, without a store.
at_once() {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		rm -f "$LOYA_STORE"*
		for p in apply push apply push; do
			(loya-$p -b >"$T/out.$p" 2>&1 </dev/null || echo "$?") &
		done
		wait
	done
}
is "programs that make one store at once make one" "$(at_once)" ""
done_testing
