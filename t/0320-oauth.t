#!/bin/sh
# loya-token get: every grant, from outside.
. "$(dirname "$0")/lib.sh"
. "$here/oauth.sh"

cc='"grant":"client_credentials","client_id":"id: x"'
status 64 "get wants a source" loya-token get
status 64 "-r is not for set" loya-token set -r crm
status 64 "get's -f goes with -r" loya-token get -f 3 crm
status 78 "get of no source" loya-token get crm
like "it says so" "$(cat "$T/err")" \
    "source 'crm': there is no file $LOYA_CONF/sources/crm.json"
start_peer
echo '{}' >"$LOYA_CONF/sources/crm.json"
status 78 "get without a store" loya-token get crm
loya-token -q init
refused 78 "a source without oauth" "it has no oauth"
echo '{"profile":"darwinbox"}' >"$LOYA_CONF/sources/crm.json"
status 78 "a source whose profile alone has it" loya-token get crm
is "and the place of what it lacks" "$(cat "$T/err")" \
    "loya-token: $LOYA_CONF/sources/crm.json:1:1: oauth: url needs pull.base, but there is none; there is no client_id"

# client_credentials
oauth crm "$cc"
refused 1 "a secret that is not set" \
    "its client secret is not set; loya-token set crm.oauth sets it"
is "no request is made" "$(count)" 0
secret crm.oauth "$client_secret"
get "client_credentials" token-1-of-peer
is "the request" "$(sent | sed '/^Host:/d; /^User-Agent:/d')" \
"POST /token HTTP/1.1
Accept: application/json
Content-Type: application/x-www-form-urlencoded
Authorization: Basic $(printf %s \
    'id%3A+x:s3cr3t%3A+%2B%25%26%2F%3D%22cl13nt%22' | base64 -w 0)
Content-Length: 29

grant_type=client_credentials"
is "it is in the record" "$(record | sed 's/"expires_at":".*"/T/')" \
    "oauth.obtained{\"grant\":\"client_credentials\",\"host\":\"127.0.0.1:$port\",\"status\":200,T}"
get "the second time" token-1-of-peer
is "no other request is made" "$(count)" 1
sqlite3 "$LOYA_STORE" "CREATE TABLE kept AS SELECT sealed FROM credential;
    UPDATE credential SET sealed = zeroblob(length(sealed))"
status 78 "rotate -n tries the token, too" loya-token rotate -n
is "and says which does not open" "$(cat "$T/err")" "loya-token: source\
 'crm': its token does not open: it was changed, or sealed under another key"
sqlite3 "$LOYA_STORE" "UPDATE credential SET sealed = (SELECT sealed FROM kept);
    DROP TABLE kept"
status 0 "rotate -n with a token that opens" loya-token rotate -n
ok "the key is changed" loya-token -q rotate
get "the token under the other key" token-1-of-peer
is "nobody is asked for it" "$(count)" 1
status 0 "-r with the token" again crm token-1-of-peer
is "asks for another" "$(cat "$T/out")" token-2-of-peer
status 0 "-r with the one before" again crm token-1-of-peer
is "gives what is there" "$(cat "$T/out")" token-2-of-peer
is "without asking" "$(count)" 2
status 0 "-r with nothing" loya-token get -r crm </dev/null
is "asks in any case" "$(cat "$T/out")" token-3-of-peer
echo token-3-of-peer >"$T/last"
status 0 "-f names the descriptor" loya-token get -r -f 5 crm 5<"$T/last"
is "it is read there" "$(cat "$T/out")" token-4-of-peer
head -c 16385 /dev/zero | tr '\0' x >"$T/last"
status 65 "what is too long for a token" loya-token get -r crm <"$T/last"
printf 'a\0b' >"$T/last"
status 65 "what can be none" loya-token get -r crm <"$T/last"
status 74 "one that is not open" loya-token get -r -f 9 crm 9<&-

oauth crm "$cc,\"encode\":false,\"scope\":\"a b\",\"params\":{\"x\":\"1&2\"}"
status 78 "a colon that would not be encoded" loya-token get crm
oauth crm '"grant":"client_credentials","client_id":"id","encode":false,"scope":"a b","params":{"x":"1&2"}'
get "another request needs another token" token-5-of-peer
like "not encoded" "$(sent)" "^Authorization: Basic $(printf %s \
    "id:$client_secret" | base64 -w 0)\$"
is "scope and parameters" "$(sent_body)" \
    'grant_type=client_credentials&scope=a+b&x=1%262'
oauth crm '"grant":"client_credentials","client_id":"s6BhdRkqt3"'
secret crm.oauth 7Fjfp0ZBr1KtDRbnfVdmIw
get "the example of RFC 6749" token-6-of-peer
like "its header" "$(sent)" \
    '^Authorization: Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3$'
secret crm.oauth "$client_secret"
oauth crm "$cc,\"auth\":\"body\",\"secret\":\"other\""
secret other "$client_secret"
get "in the body" token-7-of-peer
is "the form" "$(sent_body)" \
    'grant_type=client_credentials&client_id=id%3A+x&client_secret=s3cr3t%3A+%2B%25%26%2F%3D%22cl13nt%22'
is "no header" "$(sent | grep -c Authorization)" 0
oauth crm "$cc,\"auth\":\"body\",\"body\":\"json\",\"params\":{\"y\":\"\\\"\"}"
get "as JSON" token-8-of-peer
is "the body" "$(sent_body)" \
    '{"grant_type":"client_credentials","client_id":"id: x","client_secret":"s3cr3t: +%&/=\"cl13nt\"","y":"\""}'
like "its type" "$(sent)" '^Content-Type: application/json$'
printf '\377' | loya-token -q set crm.oauth
forget
status 78 "a secret that JSON cannot hold" loya-token get crm
secret crm.oauth "$client_secret"
oauth crm '"grant":"client_credentials","client_id":"id","auth":"none"'
get "a client without a secret" token-9-of-peer
is "only its id" "$(sent_body)" 'grant_type=client_credentials&client_id=id'

# refresh_token
rt='"grant":"refresh_token","client_id":"id"'
oauth crm "$rt"
refused 1 "no first refresh token" \
    "its refresh token is not set; loya-token set crm.refresh sets it"
LOYA_NOW=2026-11-23T10:00:00Z; export LOYA_NOW
secret crm.refresh first
answer 200 '{"access_token":"x1","expires_in":600}'
get "refresh_token" x1
is "the form" "$(sent_body)" 'grant_type=refresh_token&refresh_token=first'
LOYA_NOW=2026-11-23T10:08:59Z
get "a minute before its end" x1
LOYA_NOW=2026-11-23T10:09:00Z
answer 200 '{"access_token":"x2","expires_in":600,"refresh_token":"sec\/ond"}'
get "later" x2
is "without a new one the old one stays" "$(sent_body)" \
    'grant_type=refresh_token&refresh_token=first'
LOYA_NOW=2026-11-23T11:00:00Z
answer 200 '{"access_token":"x3","expires_in":600}'
get "the next time" x3
is "a new one takes its place" "$(sent_body)" \
    'grant_type=refresh_token&refresh_token=sec%2Fond'
LOYA_NOW=2026-11-23T12:00:00Z
secret crm.refresh newer
answer 200 '{"access_token":"x4","expires_in":600}'
get "when another was set" x4
is "it begins a new chain" "$(sent_body)" \
    'grant_type=refresh_token&refresh_token=newer'
is "list shows what is held" "$(loya-token list | sed -n \
    's/.*"name":"crm","slot":"good".*"kind":"credential".*/held/p')" held
loya-token -q unset crm.refresh
refused 1 "when it was unset" \
    "its refresh token is not set; loya-token set crm.refresh sets it"
is "what was obtained by it is forgotten" "$(loya-token list | grep -c credential)" 0
is "and the record has that" "$(loya-audit -k credential.dropped |
    sed 's/.*"detail":\({[^}]*}\).*/\1/')" '{"source":"crm"}'
LOYA_NOW=2026-11-23T13:00:00Z loya-audit report -o "$T/page"
is "and so has the page for reviewers" "$(grep -o \
    '<td class="">credential.dropped</td><td class="">crm</td>' "$T/page")" \
    '<td class="">credential.dropped</td><td class="">crm</td>'
status 1 "unset of what is not there" loya-token unset crm.refresh
unset LOYA_NOW

# assertions
mode good
cat >"$T/sign" <<'END'
#!/bin/sh
printf '%s\n' "$1.$2"
END
chmod +x "$T/sign"
oauth crm "\"grant\":\"jwt-bearer\",\"assertion\":[\"$T/sign\",\"a=b\",\"c\"]"
get "jwt-bearer" token-10-of-peer
is "the form" "$(sent_body)" \
    'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a%3Db.c'
is "no header" "$(sent | grep -c Authorization)" 0
oauth crm "\"grant\":\"saml2-bearer\",\"client_id\":\"key\",\"params\":{\"company_id\":\"acme\",\"new_token\":\"true\"},\"assertion\":[\"$T/sign\"]"
get "saml2-bearer" token-11-of-peer
is "the form" "$(sent_body)" \
    'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&client_id=key&assertion=.&company_id=acme&new_token=true'
asks=$(count)
command_says() {	# sentence, status, script, pattern
	printf '#!/bin/sh\n%s\n' "$3" >"$T/sign"
	forget
	status "$2" "$1" loya-token get crm
	like "$1: the message" "$(cat "$T/err")" \
	    "source 'crm': oauth.assertion: '$T/sign' $4\$"
}
command_says "a command that fails" 78 'exit 3' 'ended with 3'
command_says "one that says later" 75 'exit 75' 'ended with 75: later'
command_says "one that prints nothing" 78 ':' 'printed nothing'
command_says "one that prints two lines" 78 'echo a; echo b' \
    'printed more than one word'
rm "$T/sign"
status 78 "one that is not there" loya-token get crm
is "no request was made" "$(count)" "$asks"

# -n
oauth crm "$cc"
forget
status 0 "-n" loya-token get -n crm
is "shows what would be asked" "$(cat "$T/out")" "POST $url
Authorization: Basic ***
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials"
chmod 644 "$T/out"
status 0 "-n into a file that others can read" loya-token get -n crm
is "says nothing, for no secret goes there" "$(cat "$T/err")" ""
chmod 600 "$T/out"
oauth crm "$rt,\"auth\":\"body\""
secret crm.refresh first
status 0 "-n with secrets in the body" loya-token get -n crm
is "masks them" "$(tail -n 1 "$T/out")" \
    'grant_type=refresh_token&client_id=id&client_secret=***&refresh_token=***'
oauth crm "$rt,\"auth\":\"body\",\"body\":\"json\""
status 0 "-n with JSON" loya-token get -n crm
is "masks them too" "$(tail -n 1 "$T/out")" \
    '{"grant_type":"refresh_token","client_id":"id","client_secret":"***","refresh_token":"***"}'
oauth crm '"grant":"jwt-bearer","assertion":["/nowhere"]'
status 0 "-n runs no command" loya-token get -n crm
is "nor asks" "$(count)" "$asks"
oauth crm "$cc"
loya-token -q get crm >"$T/token"
status 0 "-n with a valid token" loya-token get -n crm
is "shows nothing" "$(cat "$T/out")" ""
like "and says why" "$(cat "$T/err")" 'no token would be asked for'

# where a token must not be seen
chmod 644 "$T/token"
loya-token get crm 2>"$T/err" >>"$T/token"
like "a file that others can read is warned of" "$(cat "$T/err")" \
    'file that others can read \(mode 0644\)'
chmod 600 "$T/token"
loya-token get crm 2>"$T/err" >>"$T/token"
is "one of ours is not" "$(cat "$T/err")" ""
loya-token get crm >/dev/full 2>/dev/null
is "a full disk" $? 74
is "it is reported" "$(loya-token get crm 2>&1 >/dev/full)" \
    "loya-token: standard output: No space left on device"

# what was tampered with in the store
sqlite3 "$LOYA_STORE" "UPDATE credential SET sealed = zeroblob(100)"
refused 78 "a stored token that was changed" "its token does not open: it was changed, or sealed under another key"
status 0 "-r with nothing goes over it" loya-token get -r crm </dev/null
get "and everything works" "$(cat "$T/out")"

# A token goes with the secret that got it, whether or not a file says so.
kept() { loya-token list | grep -c '"kind":"credential"'; }
obtain() {
	oauth crm '"grant":"client_credentials","client_id":"loya"'
	secret crm.oauth "$client_secret"
	mode good
	loya-token get crm >"$T/out"
	is "a token is kept" "$(kept)" 1
}
forget
obtain
rm "$LOYA_CONF/sources/crm.json"
status 0 "unset where the file of the source is gone" \
    loya-token unset crm.oauth
is "forgets the token" "$(kept) $(cat "$T/err")" "0 "
obtain
echo '{' >"$LOYA_CONF/sources/bad.json"
status 0 "unset where a file cannot be read" loya-token unset crm.oauth
is "forgets the token" "$(kept)" 0
like "and says what it cannot know" "$(cat "$T/err")" \
    'bad.json:.* named after are forgotten; others obtained with it stay$'
rm "$LOYA_CONF/sources/bad.json"

# The tokens of a secret may outlive it.
oauth crm '"grant":"client_credentials","client_id":"loya","secret":"shared"'
secret shared "$client_secret"
mode good
loya-token get crm >"$T/out"
is "-n tells of both" "$(loya-token unset -n shared 2>&1)" \
    "loya-token: secret 'shared': would be unset
loya-token: source crm: its token would be forgotten"
echo '{' >"$LOYA_CONF/sources/bad.json"
loya-token -q unset shared 2>"$T/err"
rm "$LOYA_CONF/sources/bad.json"
is "the token stays" "$(kept)" 1
status 0 "-n knows of it" loya-token unset -n shared
is "alone" "$(cat "$T/err")" \
    "loya-token: source crm: its token would be forgotten"
status 1 "-o has nothing to do with it" loya-token unset -n -o shared
is "-n has changed nothing" "$(kept)" 1
status 0 "as unset does" loya-token unset shared
is "which forgets it" "$(kept)" 0
status 1 "then there is nothing" loya-token unset -n shared
done_testing
