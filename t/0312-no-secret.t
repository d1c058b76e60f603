# Where a secret must not be: the process table, messages, a core, files.
. "$(dirname "$0")/lib.sh"
. "$here/recv.sh"
umask 077
sources
loya-token -q issue hook:std >"$T/token"
loya-token client add crm hook:std >"$T/crm"
client=$(sed 's/.*client_secret":"\([^"]*\).*/\1/' "$T/crm")
token=$(cat "$T/token")
key=$(sed 's/loya-key-1 //' "$LOYA_CONF/key")

# has_secret FILE...: one of them has it.
has_secret() { grep -alF -e "$secret" -e "$token" -e "$client" -e "$key" "$@"; }

start_recv -vvv
server=$(cat "$T/recv.pid")
for i in 1 2; do
	curl -s -d "grant_type=client_credentials&client_id=x&client_secret=$client" \
	    "http://$address/oauth/token" >>"$T/answers"
	curl -s -H "Authorization: Bearer $token" -d 'not JSON' \
	    "http://$address/hooks/std" >>"$T/answers"
	curl -s -H "Authorization: Bearer ${token}x" -d '{}' \
	    "http://$address/hooks/std?$token" >>"$T/answers"
done
ok "the requests were answered" grep -q invalid_client "$T/answers"
is "no answer repeats a secret" "$(has_secret "$T/answers")" ''
is "nor does a message" "$(has_secret "$T/recv.err" "$T/recv.out")" ''
is "nor the process table" \
    "$(has_secret "/proc/$server/cmdline" "/proc/$server/environ")" ''
loya-apply -b >"$T/applied" 2>&1
loya-audit log -j >"$T/log"
is "nor the record" "$(has_secret "$T/log" "$T/applied")" ''
is "nor the store" "$(has_secret "$LOYA_STORE" "$LOYA_STORE"-*)" ''

# cored NAME COMMAND...: start it, kill it once it sleeps as NAME, and say
# whether there is a core, even where a program takes them.
cored() {
	rm -f "$T/cored.err"
	perl -e '$name = shift; $pid = fork // die;
	    if (!$pid) { open STDERR, ">", "$ENV{T}/cored.err"; exec @ARGV; die }
	    for (1 .. 1000) {
		select undef, undef, undef, 0.01;
		open $f, "<", "/proc/$pid/stat" or die;
		$calm = <$f> =~ /\($name\) S/ ? $calm + 1 : 0;
		last if $calm == 10 && -s "$ENV{T}/cored.err";
	    }
	    kill SEGV => $pid; waitpid $pid, 0;
	    print $? & 128 ? "core" : "no core", " ", $? & 127, "\n"' "$@"
}

prlimit --pid $$ --core=unlimited 2>/dev/null
cd "$T" || exit
# A sanitizer has to look into its process.
if [ -f "$BUILD/t/killat.so" ] && [ "$(cored perl perl -e 'print STDERR "up\n"; sleep 60')" = "core 11" ]; then
	is "loya-recv leaves no core" \
	    "$(cored loya-recv loya-recv -l 127.0.0.1:0)" "no core 11"
	mkfifo never
	exec 9<>never
	# Asked for a secret on a pipe that stays silent.
	is "nor does loya-token" "$(cored loya-token \
	    sh -c 'echo up >&2; exec loya-token set crm <&9')" "no core 11"
fi
stop recv
done_testing
