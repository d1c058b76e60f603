#!/bin/sh
# libcurl is loaded by the first request and by nothing else.  If it cannot be
# loaded, the program says so, and blames no peer.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
. "$here/oauth.sh"

soname=$(sed -n 's/.*"\(.*\)".*/\1/p' "$BUILD/curl.inc")

# broken COMMAND ...: with a libcurl that cannot be used
mkdir "$T/broken"
echo none >"$T/broken/$soname"
broken() { LD_LIBRARY_PATH=${lib:-$T/broken} "$@"; }
why="libcurl cannot be loaded: .*$soname"

for p in loya-pull loya-push loya-token; do
	status 0 "$p -V does without libcurl" broken "$p" -V
done
status 0 "so does loya-token init" broken loya-token -q init
secret() { printf %s "$2" | broken loya-token -q set "$1"; }
status 0 "and set" secret crm.push $push_secret
status 0 "and list" broken loya-token list
source_file hr '{"pull":{"command":["printf","{\"external_id\":\"p9\",\"status\":\"active\"}\n"]},
    "map":{"external_id":"/external_id","fields":{"status":"/status"}}}'
status 0 "and a pull of a command" broken loya-pull hr

# One delivery waits.
start_sink
hook crm "$port"
status 0 "and a push that has nothing to send" broken loya-push -b
status 0 "what was pulled is applied" loya-apply -b
tried() { store "SELECT state, tries, lease_until FROM outbox"; }
tried >"$T/before"
status 78 "without libcurl a delivery is not made" broken loya-push -b
like "it is said why" "$(cat "$T/err")" "^loya-push: $why"
is "in one line" "$(wc -l <"$T/err")" 1
is "and that was no try" "$(tried)" "$(cat "$T/before")"
status 0 "with it, it is" loya-push -b
is "the receiver has it" "$(log | wc -l)" 1

# A request for a token, and one for records.
start_peer
oauth erp '"grant":"client_credentials","client_id":"loya"'
secret erp.oauth "$client_secret"
status 78 "without libcurl there is no token" broken loya-token get erp
like "it is said why" "$(cat "$T/err")" "^loya-token: $why"
source_file api '{"pull":{"base":"https://127.0.0.1","auth":"none",
    "changes":[{"url":"{base}/people","rows":"/rows"}]}}'
status 78 "nor a pull" broken loya-pull api
like "it is said why" "$(cat "$T/err")" "^loya-pull: source 'api': $why"

# Another library of that name.
for kind in OLD NEW; do
	mkdir "$T/$kind"
	${CC:-cc} -D$kind -shared -fPIC -o "$T/$kind/$soname" \
	    "$here/helper/nocurl.c" || exit
done
lib=$T/OLD
status 78 "libcurl is too old" broken loya-token get erp
like "it is said which it is" "$(cat "$T/err")" \
    "^loya-token: libcurl cannot be used: it is release 7.87.0, and 7.88.0 is needed\$"
lib=$T/NEW
status 78 "libcurl has not what it should have" broken loya-token get erp
like "it is said what" "$(cat "$T/err")" "$why: undefined symbol: curl_"
done_testing
