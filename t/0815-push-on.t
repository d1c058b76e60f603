#!/bin/sh
# loya-push -u and another loya-push that is running: it continues by itself.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
hook crm "$port"
loya-token -q init
secret crm.push $push_secret
n=0

# Another event is due, about a new person.
owe() {
	n=$((n + 1))
	people "$n" "$n" | loya-apply >"$T/applied"
}

# goes_on NAME STATUS: the running one, whose target is shut off, delivers
# after a -u that ends with this status.
goes_on() {
	echo 204 >"$sink/mode"
	status "$2" "$1: -u from another process" loya-push -u crm
	owe
	wait_for "a delivery by the running one" \
	    grep -q delivery.sent "$T/$1.out"
	like "$1: the running one delivers again" "$(cat "$T/$1.out")" \
	    '"type":"loya.delivery.sent"'
}

echo 410 >"$sink/mode"
start watch loya-push -w
owe
wait_for "the 410" grep -q delivery.deferred "$T/watch.out"
off="loya-push: source 'crm': it answered 410 and is turned off; -u turns it on again"
wait_for "what is reported" grep -qx "$off" "$T/watch.err"
goes_on watch 0
stop watch
is "watch: it ends in order" "$rc" 0
is "watch: and has said once that it was off" "$(cat "$T/watch.err")" "$off"

mkfifo "$T/lines"
echo 410 >"$sink/mode"
exec 4<>"$T/lines"
loya-push <"$T/lines" >"$T/pipe.out" 2>"$T/pipe.err" 4>&- &
echo $! >"$T/pipe.pid"
tap_started="$tap_started pipe"
owe
wait_for "the 410" grep -q delivery.deferred "$T/pipe.out"
goes_on pipe 0
stop pipe
exec 4>&-
is "pipe: it ends in order" "$rc" 0

# A clock that stands still: the rest never ends by itself.
LOYA_NOW=2027-01-01T00:00:00Z
export LOYA_NOW
echo 503 >"$sink/mode"
printf 'Retry-After: 120\r\n' >"$sink/headers"
start rest loya-push -w
owe
wait_for "the rest" grep -q delivery.deferred "$T/rest.out"
rm "$sink/headers"
owe
goes_on rest 0
stop rest
store "DELETE FROM target"

# Three failures in a row, as many as may be under way by then.
until_rest() {
	store "SELECT (rest_until - unixepoch('$LOYA_NOW') * 1000000) / 1000000
	    FROM target WHERE rest_until > unixepoch('$LOYA_NOW') * 1000000"
}
rests() { [ -n "$(until_rest)" ]; }
fail_until_rest() {
	fails=0
	until rests || [ "$fails" = 5 ]; do
		had=$(grep -c delivery.deferred "$T/fails.out")
		owe
		wait_for "a failure" more_than "$had" "$T/fails.out"
		fails=$((fails + 1))
	done
}
more_than() { [ "$(grep -c delivery.deferred "$2")" -gt "$1" ]; }
echo 503 >"$sink/mode"
start fails loya-push -w
fail_until_rest
is "a target in trouble rests" "$(until_rest)" 5
echo 204 >"$sink/mode"
status 0 "-u ends the rest" loya-push -u crm
is "by now" "$(until_rest)" ""
echo 503 >"$sink/mode"
fail_until_rest
is "and counts failures from zero" "$(until_rest)" 5
stop fails

ok "the record is sound" loya-audit verify

# Turned off by another process.
echo 204 >"$sink/mode"
store "DELETE FROM target"
start other loya-push -w
owe
wait_for "a delivery" grep -q delivery.sent "$T/other.out"
store "INSERT INTO target(name, off_at) VALUES ('crm', 1)"
owe
wait_for "what is reported" grep -qx "$off" "$T/other.err"
is "a target that another process turned off is reported when that is noticed" \
    "$(cat "$T/other.err")" "$off"
stop other
is "and once" "$(grep -cx "$off" "$T/other.err")" 1
done_testing
