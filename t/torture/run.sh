#!/bin/sh
# `make torture`: everything that is done to loya, in about so many seconds.
#
#   run.sh SECONDS
#
# A quarter of an hour is enough for every call and every fault; in less time
# some of them are chosen, by LOYA_DICE.  The soak takes what is left.
set -u
here=$(cd "$(dirname "$0")" && pwd)
case ${1-} in
''|*[!0-9]*)
	echo "usage: run.sh SECONDS" >&2
	exit 64 ;;
esac
began=$(date +%s)
TORTURE=$1
LOYA_DICE=${LOYA_DICE:-$began}
export TORTURE LOYA_DICE
echo "LOYA_DICE=$LOYA_DICE"
rc=0
prove -e sh "$here/sweep.t" "$here/fault.t" "$here/limits.t" || rc=1
left=$((TORTURE - $(date +%s) + began))
[ "$left" -ge 20 ] || left=20
TORTURE=$left prove -e sh "$here/soak.t" || rc=1
exit "$rc"
