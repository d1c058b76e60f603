# loya-token client, issue, check, revoke, rotate: from outside.
. "$(dirname "$0")/lib.sh"

umask 077
sql() { sqlite3 "$LOYA_STORE" "$@"; }
inbox() { sqlite3 "$LOYA_STORE-inbox" "$@"; }
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "${2:-$T/out}"; }

with() {	# file, arguments of loya-token
	with_in=$1
	shift
	loya-token "$@" <"$with_in"
}

# usage
for args in 'client' 'client frob' 'client add' 'client add crm' 'issue' \
    'check x' 'revoke a b' 'rotate x' 'client rotate' 'client revoke a b' \
    'client list x' 'issue -t x hook:a' 'issue -t -1 hook:a' \
    'issue -t 36501d hook:a' 'issue -a hook:a' 'check -A' 'set -t 1d x' \
    'issue admin' 'issue hook:' 'client add a/b hook:a' \
    'client add crm admin'; do
	# shellcheck disable=SC2086
	status 64 "a wrong usage: $args" loya-token $args
done
status 78 "issue without a store and a key" loya-token issue hook:crm
ok "make no store" test ! -e "$LOYA_STORE"
status 78 "check without a store" with /dev/null check
loya-token -q init
status 0 "client add -n where there is a key and no store" \
    loya-token client add -n -s "$T/none.db" crm hook:crm
ok "makes none" test ! -e "$T/none.db"
for name in crm hr; do
	echo '{ "receive": { "auth": { "kind": "none" } } }' \
	    >"$LOYA_CONF/sources/$name.json"
done

# issue and check
status 1 "check where nothing was issued" with "$LOYA_CONF/key" check
status 0 "issue -n succeeds" loya-token issue -n hook:crm
is "and issues nothing" "$(inbox "SELECT count(*) FROM token")" 0
ok "issue" loya-token issue -t 90m hook:crm hook:hr hook:crm
cp "$T/out" "$T/token"
like "prints a token" "$(cat "$T/token")" '^loya_[0-9A-Za-z]{49}$'
is "and nothing else" "$(wc -l <"$T/token" | tr -d ' ')" 1
like "the id is on standard error" "$(cat "$T/err")" \
    '^loya-token: token t_[0-9A-Za-z]{16}: valid until 20'
id=$(sed 's/.*token \(t_[^:]*\):.*/\1/' "$T/err")
status 0 "check knows it" with "$T/token" check
is "its id" "$(field token)" "$id"
is "its scope, each word once" "$(field scope)" "hook:crm hook:hr"
is "its end" "$(inbox "SELECT (expires_at - created_at) / 60000000
    FROM token")" 90
is "list shows it" "$(loya-token list | grep -c "\"name\":\"$id\",\"slot\":\"good\"")" 1
is "it is recorded" "$(sql "SELECT actor = 'user:' || '$(id -un)', detail ->> 'token',
    detail ->> 'scope' FROM audit WHERE kind = 'token.issued'")" \
    "1|$id|hook:crm hook:hr"
token=$(cat "$T/token")
is "the token itself is kept nowhere" \
    "$(grep -lr "$token" "$LOYA_STORE"* "$LOYA_CONF")" ''
sed 's/.$/!/' "$T/token" >"$T/bad"
status 1 "check of a changed one" with "$T/bad" check
is "prints nothing" "$(cat "$T/out")" ''
is "and does not repeat it" "$(grep -c "${token%?????}" "$T/err")" 0
printf 'loya_%s' "$(printf %043d 0)" >"$T/bad"
status 1 "check of an invalid one" with "$T/bad" check
status 65 "check of empty input" with /dev/null check
LOYA_NOW=2099-01-01T00:00:00Z status 1 "check of one that has expired" \
    with "$T/token" check
like "says so" "$(cat "$T/err")" "token $id: expired at 20"
LOYA_NOW=2099-01-01T00:00:00Z loya-token list >"$T/list"
is "list leaves it out" "$(grep -c "$id" "$T/list")" 0
LOYA_NOW=2099-01-01T00:00:00Z loya-token list -A >"$T/list"
is "list -A does not" "$(grep -c '"slot":"expired"' "$T/list")" 1
status 64 "a token cannot ask about others" loya-token issue introspect
status 0 "a hook that is not there yet" loya-token issue -n hook:nosuch
like "is warned of" "$(cat "$T/err")" "scope 'hook:nosuch': there is no such hook"
ok "a token for weeks" loya-token issue -nt 2w hook:crm
ok "a token for ever" loya-token issue -t 0 hook:crm
is "has no end" "$(inbox "SELECT count(*) FROM token
    WHERE expires_at IS NULL")" 1
ok "a year, unless said otherwise" loya-token issue hook:crm
is "which is 365 days" "$(inbox "SELECT (expires_at - created_at) / 86400000000
    FROM token ORDER BY seq DESC LIMIT 1")" 365

# where it is written to
umask 022
loya-token issue hook:crm >"$T/open" 2>"$T/err"
like "a file that others can read is warned of" "$(cat "$T/err")" \
    'file that others can read \(mode 0644\)'
rm "$T/open"
umask 077
loya-token issue hook:crm >"$T/shut" 2>"$T/err"
is "one that they cannot is not" "$(grep -c 'others can read' "$T/err")" 0
loya-token issue hook:crm 2>"$T/err" | cat >"$T/null"
is "nor a pipe" "$(grep -c 'others can read' "$T/err")" 0

# revoke
status 0 "revoke -n succeeds" loya-token revoke -n "$id"
status 0 "and revokes nothing" with "$T/token" check
status 0 "revoke by id, without the key" env LOYA_KEY=/nowhere \
    loya-token revoke "$id"
status 1 "it is good no more" with "$T/token" check
like "check says why" "$(cat "$T/err")" "token $id: revoked at 20"
status 0 "revoke again" loya-token revoke "$id"
like "says that it was" "$(cat "$T/err")" "token $id: it was already revoked"
status 1 "revoke of an unknown one" loya-token revoke t_0000000000000000
# Two at once, both of which found it good.
loya-token issue hook:darwinbox >"$T/both" 2>"$T/err"
both=$(sed -n 's/.*token \(t_[^:]*\):.*/\1/p' "$T/err")
mkfifo "$T/hold"
flock "$LOYA_STORE-inbox-lock" sh -c ": >'$T/held'; cat '$T/hold'" &
wait_for "the lock" test -e "$T/held"
start one loya-token revoke "$both"
start two loya-token revoke "$both"
sleep 0.5
: >"$T/hold"
wait "$(cat "$T/one.pid")"
rc=$?
wait "$(cat "$T/two.pid")"
is "of two who revoke it at once neither fails" "$rc $?" "0 0"
is "and one of them is reported" "$(cat "$T/one.err" "$T/two.err")" \
    "loya-token: token $both: it was already revoked"
status 64 "revoke with the token as operand" loya-token revoke "$token"
is "does not say it again" "$(grep -c "$token" "$T/err")" 0
status 64 "nor client revoke with a secret" loya-token client revoke \
    "loyas_${token#loya_}"
is "does that" "$(grep -c "${token#loya_}" "$T/err")" 0
is "it is recorded once" "$(sql "SELECT count(*) FROM audit
    WHERE kind = 'token.revoked' AND detail ->> 'token' = '$id'")" 1
status 0 "revoke by the token itself" with "$T/shut" revoke
status 1 "it is good no more" with "$T/shut" check
status 0 "loya-audit verify agrees" loya-audit verify

# clients
status 0 "client add" loya-token client add crm hook:crm
cp "$T/out" "$T/crm"
like "prints id and secret" "$(cat "$T/crm")" \
    '^\{"client_id":"c_[0-9A-Za-z]{16}","client_secret":"loyas_[0-9A-Za-z]{49}","name":"crm","scope":"hook:crm"\}$'
client=$(field client_id "$T/crm") secret=$(field client_secret "$T/crm")
status 1 "another one of the name" loya-token client add crm hook:hr
like "is refused" "$(cat "$T/err")" "client 'crm': this name is taken"
status 1 "also with -n" loya-token client add -n crm hook:hr
status 0 "client list" loya-token client list
is "shows it" "$(field client_id)" "$client"
is "without its secret" "$(grep -c loyas_ "$T/out")" 0
is "the secret is kept nowhere" \
    "$(grep -lr "$secret" "$LOYA_STORE"* "$LOYA_CONF")" ''
status 1 "client rotate -o without an older one" loya-token client rotate -o crm
status 0 "client rotate" loya-token client rotate crm
ok "prints another secret" test "$(field client_secret)" != "$secret"
is "two are good" "$(loya-token client list | field secrets /dev/stdin)" \
    "current, older"
status 0 "client rotate -o" loya-token client rotate -o "$client"
is "one is" "$(loya-token client list | field secrets /dev/stdin)" current
status 0 "client revoke -n succeeds" loya-token client revoke -n crm
is "and revokes nothing" "$(loya-token client list | grep -c "$client")" 1
status 0 "client revoke" loya-token client revoke crm
status 0 "client revoke again" loya-token client revoke "$client"
is "says that it was" "$(cat "$T/err")" \
    "loya-token: client 'crm': it was already revoked"
status 0 "also by its name" loya-token client revoke crm
is "says that it was" "$(cat "$T/err")" \
    "loya-token: client 'crm': it was already revoked"
status 1 "client revoke of an unknown one" loya-token client revoke nobody
status 1 "client rotate of one that was revoked" \
    loya-token client rotate "$client"
is "client list leaves it out" "$(loya-token client list)" ''
is "client list -A does not" \
    "$(loya-token client list -A | field client_id /dev/stdin)" "$client"
status 0 "the name is free again" loya-token client add crm hook:crm
status 0 "client revoke -n" loya-token client revoke -n crm
is "is about the live one of that name" "$(cat "$T/err")" \
    "loya-token: client 'crm': would be changed"
is "all of it is recorded" "$(sql "SELECT group_concat(substr(kind, 8), ' ')
    FROM audit WHERE kind LIKE 'client.%'")" \
    "added rotated settled revoked added"

# rotate
printf 'a secret\n' | loya-token set crm
cp "$LOYA_CONF/key" "$T/old"
cp "$T/null" "$T/token"
before=$(sql "SELECT group_concat(hex(sealed)) FROM secret")
status 0 "rotate -n succeeds" loya-token rotate -n
is "and changes nothing" "$(sql "SELECT group_concat(hex(sealed)) FROM secret")" \
    "$before"
status 0 "rotate" loya-token rotate
like "reminds of the copy" "$(cat "$T/err")" 'sealed under it; keep a copy apart'
ok "the key is another one" test "$(cat "$LOYA_CONF/key")" != "$(cat "$T/old")"
is "ours alone" "$(stat -c %a "$LOYA_CONF/key")" 600
is "the only one" "$(find "$LOYA_CONF" -name "key*")" "$LOYA_CONF/key"
is "everything is sealed again" "$(sql "SELECT count(*) FROM secret
    WHERE instr('$before', hex(sealed)) > 0")" 0
status 0 "tokens stay good" with "$T/token" check
is "it is recorded" "$(sql "SELECT detail FROM audit WHERE kind = 'key.rotated'")" \
    '{"sealed":2}'
LOYA_KEY=$T/old status 78 "the old key is good no more" with "$T/token" check
like "and differs from a broken one" "$(cat "$T/err")" 'not the key of this store'

# several at once
for i in 1 2 3 4 5 6; do
	loya-token -q rotate 2>>"$T/at-once" || echo "rotate: $?" >>"$T/at-once" &
	loya-token check <"$T/token" >/dev/null 2>>"$T/at-once" ||
	    echo "check: $?" >>"$T/at-once"
done
wait
is "six rotations at once, and every program finds the key" \
    "$(cat "$T/at-once")" ''
is "each is done" "$(sql "SELECT count(*) FROM audit
    WHERE kind = 'key.rotated'")" 7
status 0 "and the token is good" with "$T/token" check

# a secret that somebody types while the key is changed
mkfifo "$T/slow"
start slow sh -c 'exec loya-token set slow <"$T/slow"'
exec 4>"$T/slow"
asleep() { grep -q 'loya-token) S' "/proc/$(cat "$T/slow.pid")/stat"; }
wait_for "the prompt" asleep
loya-token -q rotate
printf slow >&4
exec 4>&-
wait "$(cat "$T/slow.pid")"
is "is kept under the other one" "$?" 0
rm "$T/slow.pid"

# files of others
if [ "$(id -u)" = 0 ]; then
	chown nobody "$LOYA_CONF/key"
	loya-token -q rotate
	is "the next key has the owner of the last" \
	    "$(stat -c %U "$LOYA_CONF/key")" nobody
	chown root "$LOYA_CONF/key"
fi
mv "$LOYA_CONF/key" "$T/real"
ln -s "$T/real" "$LOYA_CONF/key"
status 78 "rotate does not replace a link" loya-token rotate
like "and says what to do" "$(cat "$T/err")" 'it is a link; name the file'
rm "$LOYA_CONF/key"
mv "$T/real" "$LOYA_CONF/key"
status 74 "issue into nowhere" sh -c 'loya-token issue hook:crm >&-'
status 74 "client add into nowhere" sh -c 'loya-token client add x hook:crm >&-'
is "adds no client" "$(sql "SELECT count(*) FROM client WHERE name = 'x'")" 0
(trap "" XFSZ; ulimit -f 0; exec loya-token rotate) >/dev/null 2>&1
is "a file at its limit is 74" "$?" 74
status 0 "and the token is good" with "$T/token" check

# as if killed between its last two steps
cp "$LOYA_CONF/key" "$LOYA_CONF/key.new"
cp "$T/old" "$LOYA_CONF/key"
status 0 "the next key is found where rotate puts it" with "$T/token" check
status 0 "and secrets are set under it" sh -c 'echo x | loya-token set other'
status 0 "the next rotate ends it" loya-token rotate
like "and says so" "$(cat "$T/err")" 'interrupted rotation is now complete'
is "the key is in its place" "$(ls "$LOYA_CONF")" "key
sources"
status 0 "and good" with "$T/token" check

# a descriptor
by_fd() {	# file, verb and so on
	by_fd_key=$1
	shift
	LOYA_KEY=fd:7 loya-token "$@" 7<"$by_fd_key"
}
by_pipe() { (exec 7</dev/stdin; LOYA_KEY=fd:7 loya-token check <"$T/token"); }
mv "$LOYA_CONF/key" "$T/key"
status 0 "the key from a descriptor" by_fd "$T/key" list
status 0 "opens" by_fd "$T/key" issue hook:crm
status 78 "another does not" by_fd "$T/old" issue hook:crm
status 0 "the key from a pipe" sh -c '
	cat "$T/key" | { exec 7<&0; LOYA_KEY=fd:7 loya-token check <"$T/token"; }'
LOYA_KEY=fd:x status 78 "a descriptor that is not a number" loya-token init
ok "makes no file of that name" test ! -e fd:x
LOYA_KEY=fd:7 status 78 "a descriptor that is not open" loya-token issue hook:a
status 78 "rotate makes no key for a descriptor" by_fd "$T/key" rotate
like "and says what to do" "$(cat "$T/err")" 'give it with -f'
status 78 "rotate -f of something that is not a key" by_fd "$T/key" rotate -f 0 </dev/null
status 74 "rotate -f of empty input" by_fd "$T/key" rotate -f 9 9<&-
loya-token -q -c "$T/else" -s "$T/else.db" init
status 0 "rotate -f takes the key that is given" by_fd "$T/key" rotate -f 8 \
    8<"$T/else/key"
LOYA_KEY=$T/else/key status 0 "which then opens" with "$T/token" check
status 78 "and the other does not" by_fd "$T/key" issue hook:crm
LOYA_KEY=$T/else/key status 0 "loya-audit verify agrees" loya-audit verify

# a lost key: what was issued under it is lost too
rm "$T/else/key"
cp "$T/conf/key" "$T/none" 2>/dev/null
status 78 "init does not take another key" loya-token init
like "and says what to do" "$(cat "$T/err")" 'put that key back, or, if it is lost for good, forget what it sealed \(init -L\)'
ok "and leaves none in the way" test ! -e "$LOYA_CONF/key"
LOYA_KEY=$T/old status 78 "nor when only tokens are at stake" sh -c '
	loya-token list | sed -n "s/.*\"name\":\"\([^t][^\"]*\)\",\"slot\":\"[co].*/\1/p" |
	    sort -u | xargs -n 1 loya-token unset
	loya-token init'
LOYA_KEY=$T/else/key2 status 0 "init -L -n succeeds" loya-token init -L -n
is "and changes nothing" "$(sql "SELECT count(*) FROM audit WHERE kind = 'key.lost'")" 0
status 0 "init -L starts over" loya-token init -L
like "and says what is lost" "$(cat "$T/err")" \
    'secrets were forgotten, 1 clients and all tokens were revoked'
is "it is recorded" "$(sql "SELECT count(*) FROM audit WHERE kind = 'key.lost'")" 1
status 0 "which bears it out" loya-audit verify -q
status 1 "tokens from before are good no more" with "$T/token" check
is "none is listed" "$(loya-token list; loya-token client list)" ''
status 0 "new ones are" sh -c 'loya-token -q issue hook:a | loya-token check'
done_testing
