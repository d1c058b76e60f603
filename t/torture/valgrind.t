#!/bin/sh
# Every program under valgrind, on the ways that an event takes and with each
# verb once: nothing is read that was not written or no longer exists, and no
# memory leaks.
. "$(dirname "$0")/lib.sh"
. "$here/push.sh"
. "$here/pull.sh"
command -v valgrind >/dev/null || skip_all "valgrind is not installed"
[ -f "$BUILD/t/killat.so" ] || skip_all "valgrind does not go with this build"

# Programs of the same names come first on PATH; what each run reports is in a
# file of its own.
mkdir "$T/bin" "$T/said"
for program in recv apply push pull audit token; do
	cat >"$T/bin/loya-$program" <<-EOT
	#!/bin/sh
	exec valgrind -q --leak-check=full --error-exitcode=99 \\
	    --errors-for-leak-kinds=definite,indirect --fair-sched=yes \\
	    --log-file="$T/said/$program.%p" "$BUILD/loya-$program" "\$@"
	EOT
	chmod 755 "$T/bin/loya-$program"
done
PATH=$T/bin:$PATH
unset LOYA_NOW
rm -rf "$W"
mkdir -p "$LOYA_CONF/sources"

# runs COMMAND...: other tests check how it ends; here it must not crash.
runs() {
	"$@" >"$T/out" 2>"$T/err" </dev/null
	case $? in
	0|1|75) ;;
	*)	tap_result 1 "$*"
		tap_show stderr "$T/err" ;;
	esac
}

listening() { grep -q listening "$T/recv.err"; }

# clean SENTENCE LEAST: at least this many runs, none with a complaint.
clean() {
	found=$(find "$T/said" -type f | wc -l)
	find "$T/said" -type f -size +0 -exec cat {} + >"$T/complaints"
	[ "$found" -ge "$2" ] && [ ! -s "$T/complaints" ]
	tap_result $? "$1: $found runs"
	head -n 40 "$T/complaints" | sed 's/^/# /'
	rm -f "$T/said"/*
}

sources >"$T/out" 2>&1
source_file hr
start_sink
hook bus "$port"
start_org
salesforce
cat >"$LOYA_CONF/loya.json" <<EOT
{ "audit": { "origin": "example.org/loya" },
  "authority": { "*": ["hr", "crm"] } }
EOT
secret bus.push "$push_secret"
secret crm.oauth hush
runs loya-token head init
clean "secrets are set" 5

# Over the pipe, and under inetd.
mkfifo "$T/lines"
start apply sh -c 'loya-apply <"$T/lines" | loya-push >"$T/pushed"'
start recv sh -c 'exec loya-recv -l "unix:$T/sock" >"$T/lines"'
# It takes longer than wait_for allows.
i=0
until listening || [ "$i" -ge 600 ]; do
	i=$((i + 1))
	sleep 0.1
done
i=0
while [ "$i" -lt 5 ]; do
	i=$((i + 1))
	signed /hooks/std "v$i" "{\"id\":\"v$i\"}"
	"$BUILD/t/http" "unix:$T/sock" <"$T/req" >"$T/got"
done
like "an event is taken" "$(cat "$T/got")" '^HTTP/1.1 202'
request POST /hooks/std '{}' 'Content-Type: application/json'
TCPREMOTEIP=127.0.0.1 loya-recv <"$T/req" >"$T/got" 2>"$T/err"
like "and one that is not signed is not" "$(cat "$T/got")" '^HTTP/1.1 401'
stop recv
wait "$(cat "$T/apply.pid")"
people 1 3 | loya-apply 2>"$T/err" | loya-push >"$T/out"
change 1 1 | loya-apply >"$T/out"
runs loya-push -b
runs loya-push -n
runs loya-apply -b
runs loya-apply -r 1
runs loya-apply -n
clean "loya-recv | loya-apply | loya-push" 12

clock 2026-03-04T06:00:00Z
for i in 1 2 3; do
	record $i 2026-03-04T05:00:0$i 0 "N$i" Dell "n$i@example.org"
done >"$org/records"
runs loya-token get crm
runs loya-pull -n crm
loya-pull -f crm 2>"$T/err" | loya-apply >"$T/out"
runs loya-pull crm
is "records are pulled" "$(inbox "SELECT count(*) FROM inbox
    WHERE source = 'crm'")" 5
clean "loya-pull | loya-apply" 5

runs loya-audit
for f in json table csv cef syslog ocsf; do
	runs loya-audit log -O $f
done
runs loya-audit show 1
runs loya-audit show -t now hr/p1
runs loya-audit diff hr/p1 2000-01-01T00:00:00Z
for verb in 'why hr/p1' members inbox outbox stats 'stats -O prometheus' \
    latency "report -o $T/page" head 'prove 1' verify 'erase -n hr/p2' \
    'erase hr/p2' 'prune 1d' verify; do
	# shellcheck disable=SC2086
	runs loya-audit $verb
done
clean "loya-audit" 25
runs loya-token list
runs loya-token head list
runs loya-token client add shop hook:std
runs loya-token client list
runs loya-token client rotate shop
runs loya-token client revoke shop
runs loya-token issue hook:std
loya-token check <"$T/out" >"$T/err" 2>&1
loya-token revoke <"$T/out" >"$T/err" 2>&1
runs loya-token rotate
clean "loya-token" 10

done_testing
