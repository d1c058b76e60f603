#!/bin/sh
# The speed of loya: each figure and the limit or peer that it is compared with
# are measured in the same run, in alternate rounds.
#
#   bench.sh [-j] [-r ROUNDS] [NAME ...]
#
# NAME chooses lines by the beginning of their name; "none" only lists them.
# -j prints JSON lines instead of the table.  BENCH_ROUNDS says how many rounds
# (5), BENCH_PULL how many records a full pull has (100000), TMPDIR where the
# stores are (a real disk, or the figures mean little).
# Exit status: 0 all targets are held, 1 one is missed, 64 usage.

set -u
here=$(cd "$(dirname "$0")" && pwd)
BUILD=${BUILD:-$here/../../build}
TOOLS=$BUILD/t/bench
rounds=${BENCH_ROUNDS:-5}
json=0

usage() {
	echo "usage: bench.sh [-j] [-r rounds] [name ...]" >&2
	exit 64
}

# Name, what is measured, what it is compared with, relation, target, unit. The
# target is for the ratio of two measures, or for one measure.  A line that is
# "long" (its store alone takes many minutes and 40 GB) is only measured if its
# whole name is given.
lines() {
	cat <<-'END'
	receive.1         recv:loya:1        recv:nostore:1       -  -     /s
	receive.16        recv:loya:16       recv:nostore:16      >= 0.28  /s
	receive.64        recv:loya:64       recv:nostore:64      >= 0.45  /s
	receive.node      recv:loya:16       recv:node:16         >= 4     /s
	receive.webhook   recv:loya:16       recv:webhook:16      >= 3     /s
	receive.postgres  recv:loya:16       recv:postgres:16     >= 1     /s
	receive.million   recv:million:16    recv:loya:16         >= 0.6   /s
	receive.with-apply full:apply        full:alone           -  -     /s
	receive.p99       p99:alone          -                    <  10    ms
	receive.pause     pause:alone        -                    -  -     ms
	receive.p99-apply p99:apply          -                    <  10    ms
	receive.pause-apply pause:apply      -                    -  -     ms
	receive.memory    memory:256         -                    <  24    MiB
	apply.new         apply:loya:new     apply:upsert:new     >= 0.45  /s
	apply.new-1000    apply:loya:new     apply:upsert-1000:new - -     /s
	apply.update      apply:loya:update  apply:upsert:update  >= 0.55  /s
	apply.update-1000 apply:loya:update  apply:upsert-1000:update - -  /s
	apply.node-new    apply:loya:new     apply:node:new       >= 1.5   /s
	apply.node-update apply:loya:update  apply:node:update    >= 1.5   /s
	apply.million     apply:loya:million apply:loya:update    >= 0.7   /s
	grow.1k           grow:1000          grow:10000           -  -     us
	grow.10k          grow:10000         -                    -  -     us
	grow.100k         grow:100000        grow:10000           <  2.5   us
	grow.1M           grow:1000000       grow:10000           <  2.5   us
	grow.10M          grow:10000000      grow:10000           <  2.5   us long
	burst             burst:drained      -                    <  10    s
	apply.ir-new      ir:new             -                    -  -     instr
	apply.ir-update   ir:update          -                    -  -     instr
	audit.verify      proof:verify       proof:scan           >= 0.4   /s
	audit.prove       proof:prove        -                    <  10    ms
	audit.tree        proof:tree         -                    <  0.1   ms
	audit.head        proof:head         -                    -  -     ms
	pipe.p50          pipe:p50           -                    <  10    ms
	pipe.p99          pipe:p99           -                    <  50    ms
	query.log         query:log          -                    <  10    ms
	query.why         query:why          -                    <  10    ms
	query.stats       query:stats        -                    <  500   ms
	push.16           push:16            bare:16              >= 0.4   /s
	push.64           push:64            bare:64              >= 0.55  /s
	push.curl         push:16            curl:16              >= 1     /s
	push.xargs        push:16            xargs:16             >= 60    /s
	push.slow         push:slow          push:ideal           >= 0.9   /s
	push.dead         dead:gone          dead:alone           >= 0.9   /s
	push.mute         dead:mute          dead:alone           >= 0.9   /s
	push.memory       rss:1000000        rss:100000           <  1.1   MiB
	start.recv-V      start:version:recv -                    <  10    ms
	start.recv        start:run:recv     -                    <  10    ms
	start.recv-rss    start:rss:recv     -                    <  12    MiB
	start.apply-V     start:version:apply -                   <  10    ms
	start.apply       start:run:apply    -                    <  10    ms
	start.apply-rss   start:rss:apply    -                    <  12    MiB
	start.audit-V     start:version:audit -                   <  10    ms
	start.audit       start:run:audit    -                    <  10    ms
	start.audit-rss   start:rss:audit    -                    <  12    MiB
	start.pull-V      start:version:pull -                    <  10    ms
	start.pull        start:run:pull     -                    <  10    ms
	start.pull-rss    start:rss:pull     -                    <  12    MiB
	start.push-V      start:version:push -                    <  10    ms
	start.push        start:run:push     -                    <  10    ms
	start.push-rss    start:rss:push     -                    <  12    MiB
	start.token-V     start:version:token -                   <  10    ms
	start.token       start:run:token    -                    <  10    ms
	start.token-rss   start:rss:token    -                    <  12    MiB
	inetd             inetd:loya         inetd:answer         >= 0.5   /s
	inetd.keep        inetd:loya         inetd:keep           -  -     /s
	push.rss          rss:100000         -                    -  -     MiB
	push.p50          push:p50           -                    -  -     ms
	push.p99          push:p99           -                    <  20    ms
	pull.full         pull:loya          pull:jq              >= 1     /s
	pull.full-known   pull:loya          pull:jq-known        -  -     /s
	pull.memory       pull:rss           pull:rss-less        <  1.1   MiB
	pull.idle         pull:idle          -                    <  50    ms
	END
}

while getopts jr: opt; do
	case $opt in
	j) json=1 ;;
	r) rounds=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
case $rounds in '' | 0 | *[!0-9]*) usage ;; esac

# The lines that were asked for.
choose() {
	[ $# -gt 0 ] || set -- ''
	lines | while read -r name rest; do
		for want; do
			case "$name $rest" in
			"$want "*) ;;
			*" long") continue ;;
			"$want"*) ;;
			*) continue ;;
			esac
			echo "$name $rest"
			break
		done
	done
}

if [ "$*" = none ]; then
	lines | awk '{ $1 = $1; print }'
	exit 0
fi
for want; do
	[ -n "$(choose "$want")" ] || {
		echo "bench.sh: '$want': no such line (try: none)" >&2
		usage
	}
done

W=$(mktemp -d "${TMPDIR:-/tmp}/loya-bench.XXXXXX") || exit 74
# Files that are only read stay off the disk that is measured.
M=$(mktemp -d /dev/shm/loya-bench.XXXXXX 2>/dev/null) || M=$W
mkdir -p "$W/conf/sources"
LOYA_CONF=$W/conf
export LOYA_CONF
unset LOYA_STORE LOYA_KEY LOYA_NOW LOYA_SEED CREDENTIALS_DIRECTORY
running=

end() {
	postgres_stop
	for pid in $running; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	rm -rf "$W" "$M"
}
die() {
	echo "bench.sh: $*" >&2
	exit 70
}

# One figure of a series; if a series cannot be measured, the reason is given
# once.
record() { printf '%s %s\n' "$1" "$2" >>"$W/samples"; }
skip() { printf '%s skipped %s\n' "$1" "$2" | tr -d '\042\134' >>"$W/samples"; }

. "$here/peers.sh"
. "$here/setup.sh"
. "$here/receive.sh"
. "$here/apply.sh"
. "$here/audit.sh"
. "$here/query.sh"
. "$here/push.sh"
. "$here/pull.sh"
. "$here/start.sh"
trap end EXIT
trap 'exit 1' INT TERM HUP

measure() {	# series
	case $1 in
	recv:*) recv "$1" "$(echo "$1" | cut -d: -f2)" "${1##*:}" ;;
	full:* | p99:* | pause:*) recv_p99 "${1#*:}" ;;
	memory:*) recv_memory "$1" "${1#*:}" ;;
	apply:*) apply "$1" "$(echo "$1" | cut -d: -f2)" "${1##*:}" ;;
	grow:*) grow "$1" "${1#*:}" ;;
	burst:*) burst "$1" ;;
	ir:*) [ "$round" -gt 1 ] || instructions "$1" "${1#*:}" ;;
	proof:*) audit "$1" "${1#*:}" ;;
	pipe:*) pipe ;;
	query:*) query "$1" "${1#*:}" ;;
	push:slow | push:ideal) push_slow ;;
	push:p*) push_latency ;;
	push:*) push "$1" "${1#*:}" ;;
	bare:*) push_bare "$1" "${1#*:}" ;;
	curl:*) push_curl "$1" ;;
	xargs:*) push_xargs "$1" ;;
	dead:*) push_dead "$1" "${1#*:}" ;;
	start:*) start_one "$1" "$(echo "$1" | cut -d: -f2)" "${1##*:}" ;;
	inetd:*) inetd "$1" "${1#*:}" ;;
	rss:*) push_memory "$1" "${1#*:}" ;;
	pull:loya) pull "$1" "$PULL" ;;
	pull:jq) pull_jq "$1" "$PULL" ;;
	pull:jq-known) pull_jq_known "$1" "$PULL" ;;
	pull:rss) pull_memory "$1" $((PULL > PULL_LESS ? PULL : 2 * PULL_LESS)) ;;
	pull:rss-less) pull_memory "$1" $PULL_LESS ;;
	pull:idle) pull_idle "$1" ;;
	esac
}

: >"$W/samples"
choose "$@" >"$W/lines"
series=$(awk '{ print $2; if ($3 != "-") print $3 }' "$W/lines" |
    awk '!seen[$0]++')
setup
round=1
while [ "$round" -le "$rounds" ]; do
	for s in $series; do
		grep -q "^$s skipped" "$W/samples" && continue
		# Some measures give more than one figure.
		[ "$(grep -c "^$s " "$W/samples")" -lt "$round" ] || continue
		[ ! -t 2 ] || printf 'round %d of %d: %s\033[K\r' \
		    "$round" "$rounds" "$s" >&2
		measure "$s"
	done
	round=$((round + 1))
done
[ ! -t 2 ] || printf '\033[K' >&2
awk -v json="$json" -f "$here/table.awk" "$W/samples" "$W/lines"
