# Helpers of the tests of loya as an OAuth client; source lib.sh first.

# What a test prints into a file is a secret here.
umask 077
client_secret='s3cr3t: +%&/="cl13nt"'
peer=$T/peer

# A token endpoint at $url, which does what `mode` says; see helper/token.pl.
start_peer() {	# [cert key]
	mkdir -p "$peer"
	start peer perl "$here/helper/token.pl" "$peer" "$@"
	wait_for "the token endpoint" test -f "$peer/port"
	port=$(cat "$peer/port")
	url=http://127.0.0.1:$port/token
}

mode() {
	echo "$1" >"$peer/mode"
}

answer() {	# status body [header...]
	printf %s "$1" >"$peer/status"
	printf %s "$2" >"$peer/body"
	rm -f "$peer/headers"
	shift 2
	for tap_h in "$@"; do
		printf '%s\r\n' "$tap_h" >>"$peer/headers"
	done
	mode file
}

count() {
	cat "$peer/count"
}

sent() {	# the last request
	tr -d '\r' <"$peer/request.$(count)"
}

sent_body() {
	sent | sed '1,/^$/d'
}

oauth() {	# source, members of oauth
	printf '{"oauth":{"url":"%s",%s}}\n' "$url" "$2" \
	    >"$LOYA_CONF/sources/$1.json"
}

secret() {	# name secret
	printf %s "$2" | loya-token -q set "$1"
}

again() {	# source, the refused token
	printf '%s\n' "$2" | loya-token get -r "$1"
}

# Before each use: nothing is stored.
forget() {
	sqlite3 "$LOYA_STORE" "DELETE FROM credential"
}

record() {	# the last row of the record: kind and detail
	sqlite3 "$LOYA_STORE" "SELECT kind || detail FROM audit
	    ORDER BY seq DESC LIMIT 1"
}

# get SENTENCE TOKEN: loya-token get crm succeeds and prints exactly that.
get() {
	status 0 "$1" loya-token get crm
	is "$1: the token" "$(cat "$T/out")" "$2"
	is "$1: nothing is said" "$(cat "$T/err")" ""
}

# refused STATUS SENTENCE PATTERN: it fails and says so, in one line.
refused() {
	status "$1" "$2" loya-token get crm
	is "$2: no token" "$(cat "$T/out")" ""
	like "$2: the message" "$(cat "$T/err")" "^loya-token: source 'crm': $3\$"
}
