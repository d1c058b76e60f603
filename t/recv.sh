# For tests of loya-recv: sources, requests, and both ways to send them.
# Source after lib.sh.
#
#   sources                 std (signed), open (nobody is asked), soap (XML)
#   request METHOD TARGET BODY [HEADER]...     writes $T/req
#   signed TARGET ID BODY [HEADER]...          the same, signed for std
#   ask [options of helper/http.c]             sends it: $T/got, $code
#   make_cert NAME CN EXTENSIONS [CA]          $T/NAME.pem and .key
#   joined TEXT             the id that places make whose texts are these
#
# ask goes to $mode: "server" (start_recv first) or "inetd".

secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
mode=server
address=

sources() {
	cat >"$LOYA_CONF/sources/std.json" <<-'EOT'
	{ "receive": { "auth": { "kind": "standard-webhooks" },
	               "id": "/id" } }
	EOT
	cat >"$LOYA_CONF/sources/open.json" <<-'EOT'
	{ "receive": { "auth": { "kind": "none" }, "id": "/id",
	               "origin": ["good.example"], "rate": 100 } }
	EOT
	cat >"$LOYA_CONF/sources/soap.json" <<-'EOT'
	{ "receive": { "auth": { "kind": "none" }, "xml": true,
	               "status": 200, "fault": "<Fault/>",
	               "answer": { "type": "text/xml", "body": "<Ack/>" } } }
	EOT
	loya-token init 2>/dev/null &&
	    printf '%s\n' "$secret" | loya-token set std
}

joined() {
	printf 'join-%s' "$(printf %s "$1" | sha256sum | cut -c 1-32)"
}

# start_recv [option]...: a server on a port of its own, $address
start_recv() {
	rm -f "$T/recv.err"
	start recv loya-recv -l 127.0.0.1:0 "$@"
	wait_for "loya-recv" grep -q listening "$T/recv.err"
	address=$(sed -n 's/.*listening on \(127[^ ]*\)$/\1/p' "$T/recv.err")
}

# How many there are in a text, whatever the locale: $bytes
bytes() {
	LC_ALL=C
	bytes=${#1}
	unset LC_ALL
}

request() {
	req_method=$1
	req_target=$2
	req_body=$3
	shift 3
	{
		printf '%s %s HTTP/1.1\r\nHost: loya\r\n' "$req_method" \
		    "$req_target"
		[ -z "$req_body" ] && [ "$req_method" != POST ] || {
			bytes "$req_body"
			printf 'Content-Length: %d\r\n' "$bytes"
		}
		for req_header; do
			printf '%s\r\n' "$req_header"
		done
		printf '\r\n%s' "$req_body"
	} >"$T/req"
}

signed() {
	sig_target=$1
	sig_id=$2
	sig_body=$3
	shift 3
	sig=$(printf '%s' "$sig_body" |
	    "$BUILD/t/sign" "$secret" "$sig_id")
	sig_rest=${sig#*"$nl"}
	request POST "$sig_target" "$sig_body" \
	    'Content-Type: application/json' "${sig%%"$nl"*}" \
	    "${sig_rest%"$nl"*}" "${sig_rest#*"$nl"}" "$@"
}

ask() {
	if [ "$mode" = server ]; then
		"$BUILD/t/http" "$address" "$@" <"$T/req" >"$T/got"
	else
		TCPREMOTEIP=127.0.0.1 loya-recv <"$T/req" >"$T/got" \
		    2>"$T/inetd.err"
		ask_rc=$?
		[ "$ask_rc" = 0 ] || echo "# inetd: status $ask_rc:" \
		    "$(cat "$T/inetd.err")"
	fi
	code=$(sed -n '/^HTTP\/1.1 100/d
	    s/^HTTP\/1.1 \([0-9]*\).*/\1/p' "$T/got")
	one_line "$code"
	code=$one_line
}

# answer STATUS SENTENCE [PATTERN]: ask, and what came back
answer() {
	ask
	is "$mode: $2" "$code" "$1"
	[ $# -lt 3 ] || like "$mode: ... with $3" \
	    "$(tr -d '\r' <"$T/got")" "$3"
}

inbox() { sqlite3 "$LOYA_STORE-inbox" "$1"; }

make_cert() {	# NAME CN EXTENSIONS [CA]; $subject: another one
	printf '%s\n' "$3" >"$T/$1.ext"
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$T/$1.key" -out "$T/$1.csr" \
	    -subj "${subject:-/O=Loya/CN=$2}" 2>/dev/null
	if [ $# -gt 3 ]; then
		openssl x509 -req -in "$T/$1.csr" -CA "$T/$4.pem" \
		    -CAkey "$T/$4.key" -CAcreateserial -days 2 \
		    -extfile "$T/$1.ext" -out "$T/$1.pem" 2>/dev/null
	else
		openssl x509 -req -in "$T/$1.csr" -signkey "$T/$1.key" \
		    -days 2 -extfile "$T/$1.ext" -out "$T/$1.pem" 2>/dev/null
	fi
}
