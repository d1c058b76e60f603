# TAP for shell tests.  Source it first: it makes a folder of the test's own
# ($T, removed at the end), puts the built programs on PATH, points LOYA_STORE
# and LOYA_CONF into $T, and ends whatever the test started with `start`.
#
#   ok "sentence" command ...            the command succeeds
#   status N "sentence" command ...      it exits N; its stdout is in $T/out,
#                                        its stderr in $T/err
#   is "sentence" GOT WANT               two texts are equal
#   like "sentence" TEXT PATTERN         a text matches an extended regex
#   start NAME command ...               in the background, logs in $T/NAME.*
#   stop NAME [SIGNAL]                   ends it, its status in $rc
#   wait_for "what" command ...          until the command succeeds, 10 s
#   done_testing                         the plan, last

set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
BUILD=${BUILD:-$top/build}
PATH=$BUILD:$PATH
T=$(mktemp -d "${TMPDIR:-/tmp}/loya.XXXXXX")
LOYA_STORE=$T/loya.db
LOYA_CONF=$T/conf
export PATH LOYA_STORE LOYA_CONF T
unset LOYA_NOW LOYA_SEED LOYA_KEY CREDENTIALS_DIRECTORY
mkdir -p "$LOYA_CONF/sources"
tap_n=0
tap_bad=0
tap_started=
nl='
'

tap_end() {
	for tap_name in $tap_started; do
		tap_pid=$(cat "$T/$tap_name.pid" 2>/dev/null) || continue
		kill "$tap_pid" 2>/dev/null
		wait "$tap_pid" 2>/dev/null
	done
	rm -rf "$T"
}
trap tap_end EXIT
trap 'exit 1' INT TERM HUP

tap_result() {	# good? sentence
	tap_n=$((tap_n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_n - $2"
	else
		echo "not ok $tap_n - $2"
		tap_bad=$((tap_bad + 1))
	fi
}

tap_show() {	# label file
	sed "s/^/# $1: /" "$2" | head -n 20
}

ok() {
	tap_s=$1
	shift
	"$@" >"$T/out" 2>"$T/err" </dev/null
	tap_rc=$?
	tap_result "$tap_rc" "$tap_s"
	if [ "$tap_rc" != 0 ]; then
		echo "# exit $tap_rc: $*"
		tap_show stdout "$T/out"
		tap_show stderr "$T/err"
	fi
}

status() {
	tap_want=$1
	tap_s=$2
	shift 2
	"$@" >"$T/out" 2>"$T/err"
	tap_rc=$?
	[ "$tap_rc" = "$tap_want" ]
	tap_result $? "$tap_s"
	if [ "$tap_rc" != "$tap_want" ]; then
		echo "# exit $tap_rc, want $tap_want: $*"
		tap_show stdout "$T/out"
		tap_show stderr "$T/err"
	fi
}

is() {
	[ "$2" = "$3" ]
	tap_result $? "$1"
	[ "$2" = "$3" ] || {
		printf '%s\n' "$2" | sed 's/^/#  got: /'
		printf '%s\n' "$3" | sed 's/^/# want: /'
	}
}

like() {
	printf '%s\n' "$2" | grep -Eq -- "$3"
	tap_rc=$?
	tap_result "$tap_rc" "$1"
	[ "$tap_rc" = 0 ] || {
		printf '%s\n' "$2" | sed 's/^/#  got: /'
		echo "# want: /$3/"
	}
}

start() {
	tap_name=$1
	shift
	# wait_for must not find the output of an earlier one.
	rm -f "$T/$tap_name.out" "$T/$tap_name.err"
	"$@" >"$T/$tap_name.out" 2>"$T/$tap_name.err" </dev/null &
	echo $! >"$T/$tap_name.pid"
	tap_started="$tap_started $tap_name"
}

stop() {
	tap_pid=$(cat "$T/$1.pid")
	kill "-${2:-TERM}" "$tap_pid" 2>/dev/null
	wait "$tap_pid"
	rc=$?
	rm -f "$T/$1.pid"
}

wait_for() {
	tap_s=$1
	shift
	tap_i=0
	until "$@" >/dev/null 2>&1; do
		tap_i=$((tap_i + 1))
		if [ "$tap_i" -ge 1000 ]; then
			tap_result 1 "waited 10 s for $tap_s"
			return 1
		fi
		sleep 0.01
	done
}

# $one_line: the lines of a text, joined by blanks
one_line() {
	one_line=$1
	while :; do
		case $one_line in
		*"$nl"*) one_line="${one_line%%"$nl"*} ${one_line#*"$nl"}" ;;
		*) break ;;
		esac
	done
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# A program is killed at every third of its calls, or at all of them with
# LOYA_SWEEP=1; make torture does that too, and to more programs.
SWEEP=${LOYA_SWEEP:-3}
sweep_calls() {	# the call after the last
	if [ "$SWEEP" = 1 ]; then
		echo "each of $(($1 - 1)) calls"
	else
		echo "one in $SWEEP calls up to $(($1 - SWEEP))"
	fi
}

done_testing() {
	echo "1..$tap_n"
	[ "$tap_bad" = 0 ]
	exit
}
