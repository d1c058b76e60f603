# loya-token init, set, unset, list: from outside.
. "$(dirname "$0")/lib.sh"

secret=correct-horse-battery-staple
other=wrong-horse

# $1 bytes of x, and no line feed.
bytes() {
	head -c "$1" /dev/zero | tr '\0' x
}

sql() {
	sqlite3 "$LOYA_STORE" "$@"
}

set_secret() {	# secret, arguments of set
	tap_in=$1
	shift
	printf '%s\n' "$tap_in" | loya-token set "$@"
}

set_from() {	# file, arguments of set
	tap_in=$1
	shift
	loya-token set "$@" <"$tap_in"
}

test_listed() {
	loya-token list | grep -q "\"name\":\"$1\""
}

set_by_5() {
	loya-token set -f 5 "$1" 5<"$T/line" </dev/null
}

set_by_closed() {
	loya-token set -f 9 "$1" 9<&-
}

# usage
status 64 "no verb is a wrong usage" loya-token
status 64 "an unknown verb is a wrong usage" loya-token frobnicate
like "the verbs are shown" "$(cat "$T/err")" '^usage: loya-token init \| set'
status 64 "set wants a name" loya-token set
status 64 "set wants one name" loya-token set a b
status 64 "list wants none" loya-token list a
status 64 "a name has no blank" loya-token set 'a b'
status 64 "a name has no slash" loya-token set ../a
status 64 "a name has 64 characters at most" loya-token set "$(bytes 65)"
status 64 "-a is not for unset" loya-token unset -a crm
status 64 "-o is not for set" loya-token set -o crm
status 64 "-f is not for list" loya-token list -f 3
status 64 "-f wants a descriptor" loya-token set -f x crm
status 64 "an unknown option" loya-token -Z list
status 0 "-h shows the usage on stdout" loya-token -h
like "there it is" "$(cat "$T/out")" '^usage: loya-token init'

# before init
status 78 "set without a key" set_secret "$secret" crm
like "it says how to make one" "$(cat "$T/err")" 'loya-token init'
status 78 "list without a store" loya-token list
status 78 "unset without a store" loya-token unset crm
status 0 "init -n succeeds" loya-token -n init
[ ! -e "$LOYA_CONF/key" ] && [ ! -e "$LOYA_STORE" ]
tap_result $? "and makes nothing"
status 0 "init -n of a store in the root" loya-token -n -s /none.db init
is "names it once" "$(grep -c '/none.db: would be made' "$T/err")" 1

# init
LOYA_CONF=$T/new/conf
mkdir "$T/new"
status 0 "init makes the folder, the key and the store" loya-token init
is "the folder is ours alone" "$(stat -c %a "$LOYA_CONF")" 700
is "the key is ours alone" "$(stat -c %a "$LOYA_CONF/key")" 600
like "the key is a line" "$(cat "$LOYA_CONF/key")" \
    '^loya-key-1 [A-Za-z0-9+/]{43}=$'
is "nothing else is in the folder" "$(ls -A "$LOYA_CONF")" key
before=$(cat "$LOYA_CONF/key")
status 0 "init again succeeds" loya-token init
like "and says so" "$(cat "$T/err")" 'already'
is "and leaves the key" "$(cat "$LOYA_CONF/key")" "$before"
is "init is recorded once" \
    "$(sql "SELECT count(*) FROM audit WHERE kind = 'store.init'")" 1
status 0 "init -q is silent" loya-token -q init
is "not a word" "$(cat "$T/out" "$T/err")" ''

# set and list
status 0 "a new store has no secrets" loya-token list
is "an empty list" "$(cat "$T/out")" ''
status 0 "set reads the secret from stdin" set_secret "$secret" crm
is "and prints nothing" "$(cat "$T/out" "$T/err")" ''
LOYA_NOW=2026-11-23T10:00:00Z
export LOYA_NOW
status 0 "set -a keeps the older one" set_secret "$other" -a crm
unset LOYA_NOW
status 0 "list shows both" loya-token list
like "the current one" "$(sed -n 1p "$T/out")" \
    '^\{"name":"crm","slot":"current","created_at":"2026-11-23T10:00:00.000000Z","kind":"secret",'
like "the older one" "$(sed -n 2p "$T/out")" \
    '^\{"name":"crm","slot":"older","created_at":"[0-9T:.-]+Z","kind":"secret",'
is "and no more" "$(wc -l <"$T/out" | tr -d ' ')" 2
rows=$(sql "SELECT count(*) FROM audit")
sealed=$(sql "SELECT slot, hex(sealed) FROM secret ORDER BY slot")
status 0 "set -a with the current secret succeeds" set_secret "$other" -a crm
like "and says so" "$(cat "$T/err")" 'current one already'
is "and does not throw the older one away" \
    "$(sql "SELECT slot, hex(sealed) FROM secret ORDER BY slot")" "$sealed"
is "and is not recorded" "$(sql "SELECT count(*) FROM audit")" "$rows"
is "what was done is recorded" "$(sql "SELECT group_concat(kind || detail, ' ')
    FROM audit WHERE kind <> 'store.init'")" \
    'secret.set{"name":"crm","slot":"current"} secret.set{"name":"crm","slot":"current"}'
like "with who did it" "$(sql "SELECT DISTINCT actor FROM audit")" '^user:'
status 0 "set without -a replaces both" set_secret "$secret" crm
is "one is left" "$(sql "SELECT count(*) FROM secret WHERE name = 'crm'")" 1
printf %s "$secret" >"$T/line"
status 0 "set reads another descriptor" set_by_5 by-fd
status 74 "a descriptor that is not open" set_by_closed crm
status 0 "set -n succeeds" set_secret "$other" -n dry
is "and sets nothing" \
    "$(sql "SELECT count(*) FROM secret WHERE name = 'dry'")" 0

# what cannot be a secret
status 65 "an empty secret" set_secret '' crm
status 65 "no secret at all" set_from /dev/null crm
bytes 4096 >"$T/most"
bytes 4097 >"$T/more"
status 0 "4096 bytes are a secret" set_from "$T/most" most
status 65 "4097 are too many" set_from "$T/more" more
status 65 "a whsec_ that does not decode" set_secret 'whsec_*' hook
status 0 "one that does" set_secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw hook
mkdir -p "$LOYA_CONF/sources"
source_file() {	# name, auth
	echo "{\"receive\":{\"auth\":$2},\"map\":{\"external_id\":\"/id\"}}" \
	    >"$LOYA_CONF/sources/$1.json"
}
source_file bear '{"kind":"bearer"}'
source_file pay '{"kind":"hmac","header":"Stripe-Signature","field":"v1"}'
status 65 "a bearer token with a blank" set_secret 'a b' bear
like "it says why" "$(cat "$T/err")" \
    "secret 'bear': it has characters that a header cannot carry"
status 0 "one without" set_secret ab bear
status 0 "an invalid whsec_ where none is needed" \
    set_secret whsec_test_secret pay

# A name that no source uses.
echo '{"receive":{"auth":{"kind":"bearer"},"secret":"hook"},
    "map":{"external_id":"/id"}}' >"$LOYA_CONF/sources/named.json"
echo '{"profile":"salesforce","pull":{"base":"https://x.example"},
    "oauth":{"client_id":"id"},"push":{"preset":"transaction-object"}}' \
    >"$LOYA_CONF/sources/sf.json"
echo '{"oauth":{"client_id":"id","grant":"refresh_token",
    "url":"https://x.example/t"}}' \
    >"$LOYA_CONF/sources/again.json"
echo '{"pull":{"base":"https://x.example","auth":"basic","user":"loya",
    "secrets":["api_key"],"changes":[{"url":"{base}/{api_key}","rows":""}]},
    "push":{"kind":"webhook","on":"*","webhook":{"url":"https://x.example"}}}' \
    >"$LOYA_CONF/sources/both.json"
echo '{"push":{"kind":"rest","rest":{"links":"both","basic":{"user":"loya"},
    "requests":{"one":{"on":"loya.points.posted","url":"https://x.example/p",
    "body":{"key":{"secret":"body"}}}}}}}' >"$LOYA_CONF/sources/rest.json"
ok "the files are well" loya-recv -n
for name in bear hook sf.oauth again.oauth again.refresh both.pull \
    both.api_key both.push rest.push rest.body; do
	status 0 "a name that a file uses" set_secret ab -n $name
	is "$name: no note" "$(cat "$T/err")" \
	    "loya-token: secret '$name': would be set"
done
status 0 "a name that none uses" set_secret ab salesfroce.oauth
is "is reported" "$(cat "$T/err")" \
    "loya-token: secret 'salesfroce.oauth': no source uses it so far"
is "and set all the same" "$(sql "SELECT count(*) FROM secret
    WHERE name = 'salesfroce.oauth'")" 1
status 0 "with -q" set_secret ab -q salesfroce.oauth
is "it is not" "$(cat "$T/err")" ""

echo '{' >"$LOYA_CONF/sources/bad.json"
status 0 "a broken source file is another's business" set_secret ab bear
rm -r "$LOYA_CONF/sources"
is "one line feed is stripped, not two" "$(
	printf 'ab\n\n' | loya-token set two
	sql "SELECT length(sealed) - 40 FROM secret WHERE name = 'two'"
)" 3

# a terminal is asked, without echo
if command -v script >/dev/null; then
	mkfifo "$T/keys"
	cat >"$T/type" <<-EOF
		exec script -qec "loya-token set tty" /dev/null <"$T/keys"
	EOF
	start tty sh "$T/type"
	exec 3>"$T/keys"
	wait_for "the prompt" grep -q 'tty: ' "$T/tty.out"
	printf '%s\n' "$secret" >&3
	wait_for "the secret" test_listed tty
	exec 3>&-
	is "a secret typed is not shown" "$(grep -c "$secret" "$T/tty.out")" 0
	is "and is whole" "$(sql "SELECT length(sealed) - 40 FROM secret
	    WHERE name = 'tty'")" "${#secret}"

	mkdir "$T/empty"
	set -- 'secret, valid token or credential:list' 'client:client list' \
	    'key that signs heads; loya-token head init makes one:head list'
	LOYA_STORE=$T/empty/loya.db LOYA_CONF=$T/empty loya-token -q init
	for v; do
		like "on a terminal ${v#*:} of nothing is a sentence" \
		    "$(LOYA_STORE=$T/empty/loya.db script -qec \
		    "loya-token -v ${v#*:}" /dev/null </dev/null |
		    tr -d '\r')" "^loya-token: .*no .*${v%:*}( is kept)?\$"
	done
fi

# where a secret must not be
printf '%s\n' "$secret" | loya-token set -vvv crm >"$T/talk" 2>&1
loya-token -vvv list >>"$T/talk" 2>&1
is "not in any message" "$(grep -c "$secret" "$T/talk")" 0
is "not in any file" \
    "$(grep -lr -e "$secret" -e "$other" "$T/new" "$LOYA_STORE"*)" ''

# unset
status 1 "unset -o without an older one" loya-token unset -o crm
status 0 "an older one" set_secret "$other" -a crm
status 0 "unset -n succeeds" loya-token unset -n crm
is "and unsets nothing" \
    "$(sql "SELECT count(*) FROM secret WHERE name = 'crm'")" 2
status 0 "unset -o drops it" loya-token unset -o crm
is "the current one stays" \
    "$(sql "SELECT slot FROM secret WHERE name = 'crm'")" 0
status 0 "unset drops all" loya-token unset crm
status 1 "unset of what is not there" loya-token unset crm
like "it says so" "$(cat "$T/err")" "secret 'crm': there is none"
is "both are recorded" "$(sql "SELECT group_concat(detail, ' ') FROM audit
    WHERE kind = 'secret.unset'")" \
    '{"name":"crm","slot":"older"} {"name":"crm","slot":"both"}'

# the key
status 0 "a secret" set_secret "$secret" crm
key=$LOYA_CONF/key
for mode in 640 604 620 602 644; do
	chmod "$mode" "$key"
	status 78 "a key of mode $mode" set_secret "$secret" crm
	like "it says why" "$(cat "$T/err")" "its mode is 0$mode"
done
chmod 400 "$key"
status 0 "a key of mode 400" set_secret "$secret" crm
chmod 600 "$key"
cp "$key" "$T/good"
loya-token -q -c "$T/conf" -s "$T/else.db" init
cp "$T/conf/key" "$key"
status 78 "the key of another store" set_secret "$secret" crm
like "it says so" "$(cat "$T/err")" 'not the key of this store'
status 78 "init does not take it either" loya-token init
is "the secrets are as they were" \
    "$(sql "SELECT count(*) FROM secret WHERE name = 'crm'")" 1
for text in '' loya-key-1 'loya-key-2 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' \
    'loya-key-1 AAAA' 'loya-key-1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' \
    "$(cat "$T/good")x" "$(cat "$T/good") "; do
	printf '%s\n' "$text" >"$key"
	status 78 "no key: $(printf %.14s "$text")" set_secret "$secret" crm
done
rm "$key"
mkdir "$key"
status 78 "a folder is not a key" set_secret "$secret" crm
rmdir "$key"
mkfifo -m 600 "$key"
status 78 "a pipe is not a key, and is not waited for" set_secret "$secret" crm
rm "$key"
LOYA_KEY=$T/good status 0 "LOYA_KEY names the key" set_secret "$secret" crm
mkdir "$T/cred"
cp "$T/good" "$T/cred/loya-key"
chmod 440 "$T/cred/loya-key"
CREDENTIALS_DIRECTORY=$T/cred LOYA_KEY=/nowhere \
    status 0 "the systemd credential comes first" set_secret "$secret" crm
chmod 444 "$T/cred/loya-key"
CREDENTIALS_DIRECTORY=$T/cred status 78 "unless everybody can read it" \
    set_secret "$secret" crm
CREDENTIALS_DIRECTORY=$T LOYA_KEY=$T/good \
    status 0 "and only when it is there" set_secret "$secret" crm

# a key that was lost: list and unset work without it, then any key will do
status 0 "list needs no key" loya-token list
names=$(sed 's/{"name":"\([^"]*\)".*/\1/' "$T/out" | sort -u)
for name in $names; do
	loya-token unset "$name"
done
status 0 "a store without secrets takes a new key" loya-token init
status 0 "and secrets under it" set_secret "$secret" crm

# every byte of a sealed secret
sql "CREATE TABLE keep AS SELECT sealed FROM secret WHERE name = 'crm'"
size=$(sql "SELECT length(sealed) FROM keep")
bad=
i=0
while [ "$i" -lt "$size" ]; do
	sql "UPDATE secret SET sealed = (SELECT CAST(substr(sealed, 1, $i) ||
	    CASE WHEN substr(sealed, $i + 1, 1) = x'00' THEN x'01'
	    ELSE x'00' END || substr(sealed, $i + 2) AS BLOB) FROM keep)"
	printf %s "$other" | loya-token -q set -a crm 2>"$T/err"
	[ $? = 78 ] || bad="$bad $i"
	i=$((i + 1))
done
is "the last change was of one byte" "$(sql "SELECT length(sealed) = $size AND
    substr(sealed, 1, $size - 1) = (SELECT substr(sealed, 1, $size - 1)
    FROM keep) FROM secret")" 1
is "no changed byte of $size is accepted" "$bad" ''
like "it says why" "$(cat "$T/err")" 'it does not open'
status 78 "nor by set -an" set_secret "$other" -an crm
status 78 "rotate -n knows what rotate does" loya-token rotate -n
like "and why" "$(cat "$T/err")" "'crm': it does not open"
status 78 "as rotate" loya-token rotate
sql "UPDATE secret SET sealed = (SELECT sealed FROM keep)"
status 0 "as it was rotate -n opens it" loya-token rotate -n
status 0 "as it was it opens" set_secret "$other" -a crm
sql "UPDATE secret SET name = 'moved'"
status 78 "under another name it does not" set_secret "$secret" -a moved
sql "UPDATE secret SET sealed = x''"
status 78 "an empty one does not" set_secret "$secret" -a moved

# the examples of the page
awk '/^\.Sh/ { on = $2 == "EXAMPLES" } on && sub(/^(\.Dl )?\$ /, "") {
	if (n++) print ""; printf "%s", $0 } on && sub(/^> +/, "") {
	printf " %s", $0 } END { print "" }' \
    "$top/man/loya-token.1" >"$T/examples"
is "there are nine examples" "$(wc -l <"$T/examples" | tr -d ' ')" 9
printf 'new\n' >"$T/new-secret"
while read -r line; do
	echo "cd '$T' && $line" >"$T/example"
	status 0 "example: $line" sh "$T/example"
done <"$T/examples"

# the store
status 78 "a file that is not a store" \
    loya-token -s "$T/good" list
cp "$LOYA_STORE" "$T/future.db"
sqlite3 "$T/future.db" "PRAGMA user_version = 99"
status 78 "a store from the future" loya-token -s "$T/future.db" list

for verb in set unset; do
	status 64 "$verb of what may be a secret" \
	    loya-token "$verb" 'whsec_c2VjcmV0+/=' </dev/null
	is "does not repeat it" "$(grep -c c2Vj "$T/err")" 0
	like "and says what a name is" "$(cat "$T/err")" \
	    'that is not a name: letters, digits and . _ -, up to 64'
done
done_testing
