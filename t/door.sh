# For tests of loya-recv behind another server.  Source after recv.sh.
#
#   need COMMAND PACKAGE      skips the test where it is not installed
#   free_port                 $port, which nobody listens on
#   hook PATH ID [curl option]...      a signed event to $url: prints the status
#   flood PATH N PREFIX [LINE]...   N of them, 32 at a time: prints how often
#                             each status came; LINE is one for curl -K
#   lost                      ids of the last flood that got a 202 and are not
#                             in the inbox
#   stored PATTERN            how many ids like this are in the inbox
#
# curl trusts $T/ca.pem, if it exists.

url=

need() {
	command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] ||
	    skip_all "$1 is not installed (Debian: $2)"
	command -v curl >/dev/null || skip_all "curl is not installed"
}
PATH=$PATH:/usr/sbin:/sbin

free_port() {
	port=$("$BUILD/t/http" -f)
}

listens() {	# on 127.0.0.1:$1
	"$BUILD/t/http" -l "127.0.0.1:$1"
}

ask_curl() {
	set -- -s -m 20 -o "$T/got" -w '%{http_code}\n' "$@"
	[ ! -f "$T/ca.pem" ] || set -- --cacert "$T/ca.pem" "$@"
	curl "$@"
}

hook() {
	hook_to=$1
	printf '{"id":"%s"}' "$2" >"$T/body"
	"$BUILD/t/sign" "$secret" "$2" <"$T/body" >"$T/headers"
	shift 2
	ask_curl -H 'Content-Type: application/json' -H "@$T/headers" \
	    --data-binary "@$T/body" "$@" "$url$hook_to"
}

flood() {
	flood_to=$url$1
	flood_n=$2
	flood_as=$3
	shift 3
	[ ! -f "$T/ca.pem" ] || set -- "cacert = \"$T/ca.pem\"" "$@"
	perl "$here/helper/flood.pl" "$flood_to" "$flood_n" "$flood_as" \
	    "$secret" "$@" >"$T/flood"
	curl -s -Z --parallel-max 32 -K "$T/flood" >"$T/codes" \
	    2>"$T/flood.err"
	awk '{ n[$1]++ } END { for (c in n) print n[c], c }' "$T/codes" | sort
}

lost() {
	inbox "SELECT event_id FROM inbox" | sort >"$T/ids"
	sed -n 's/^202 //p' "$T/codes" | sort | comm -23 - "$T/ids"
}

# Each on its own connection.
alone='header = "Connection: close"'

stored() {
	inbox "SELECT count(*) FROM inbox WHERE event_id GLOB '$1'"
}
