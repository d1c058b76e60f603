#!/bin/sh
# A store that stays busy: a run that waits for lines goes on trying, one whose
# input has ended does not.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

fed() {	# NAME COMMAND...: from a file
	fed_name=$1
	shift
	start "$fed_name" sh -c 'f=$1; shift; exec timeout 20 "$@" <"$f"' \
	    sh "$T/in" "$@"
}

source_file hr
loya-apply -bq
member hr 1 '{"external_id":"E1"}' >"$T/in"
start holder sh -c 'exec 9<>"$1" && flock 9 && echo held && exec sleep 600' \
    sh "$LOYA_STORE-lock"
wait_for "the lock" grep -q held "$T/holder.out"
busy="loya-apply: $LOYA_STORE: another process has held its lock for 5 s"

# All at once, because each of them waits for five seconds.
mkfifo "$T/fifo"
start open sh -c 'exec loya-apply <"$1"' sh "$T/fifo"
exec 3>"$T/fifo"
cat "$T/in" >&3
fed file loya-apply
fed dry loya-apply -n
start null timeout 20 loya-apply
start pipe sh -c 'cat "$1" | timeout 20 loya-apply' sh "$T/in"
for run in file dry null pipe; do
	stop "$run" 0
	is "$run: a store that is busy ends it, and why is said" \
	    "$rc $(cat "$T/$run.err")" "75 $busy"
done
wait_for "what is reported" grep -qx "$busy; trying again" "$T/open.err"
stop holder KILL 2>/dev/null
wait_for "the line" grep -q enrolled "$T/open.out"
exec 3>&-
stop open 0
is "what came by a pipe that is open is applied once it is free" \
    "$rc $(types "$T/open.out")" "0 member.enrolled"
done_testing
