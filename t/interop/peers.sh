# For the tests of `make interop`; source it first.  The scripts of the peers
# (*.mjs) run in $room, where run.sh has put them beside their packages.
#
#   peer NAME [ARGUMENT]...      runs NAME.mjs to its end: stdout in $T/said
#   says LABEL <lines            these lines it said, and nothing else

top=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${BUILD:-$top/build}
room=$top/build/interop
. "$(dirname "$0")/../lib.sh"
[ -z "${missing-}" ] || skip_all "$missing"
[ -e "$room/installed" ] || skip_all "make interop installs the peers"
here=$top	# lib.sh took the folder above for the top
. "$here/recv.sh"
umask 077

peer() {
	peer_name=$1
	shift
	node "$room/$peer_name.mjs" "$@" >"$T/said" 2>"$T/err" || {
		tap_result 1 "$peer_name.mjs works"
		tap_show stderr "$T/err"
	}
}

says() {
	says_n=0
	while IFS= read -r says_want; do
		says_n=$((says_n + 1))
		is "$1: $says_want" "$(sed -n "${says_n}p" "$T/said")" \
		    "$says_want"
	done
	is "$1: nothing else" "$(sed "1,${says_n}d" "$T/said")" ""
}
