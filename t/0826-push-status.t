#!/bin/sh
# The exit status of loya-push: by what is left at its end, not by what
# happened on the way.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
start_sink
hook crm "$port"
loya-token -q init
secret crm.push $push_secret

# An unknown name does not stop delivery to the others.
people 5 5 | loya-apply >"$T/applied"
status 78 "a wrong name before a right one" loya-push -b shpo hr crm
is "is reported, and so is one without push" "$(cat "$T/err")" "\
loya-push: source 'shpo': there is no file $LOYA_CONF/sources/shpo.json
loya-push: $LOYA_CONF/sources/hr.json: it has no push
loya-push: 1 sent, 0 deferred, 0 dead; 0 waiting"
is "what waits for the right one is sent" "$(states)" "sent 1"
people 6 6 | loya-apply >"$T/applied"
status 78 "-n with a wrong name" loya-push -n crm shpo
like "shows what waits for the right one" "$(head -n 1 "$T/out")" '^POST '
status 78 "-u with a wrong name" loya-push -u shpo crm
is "sends it" "$(states)" "sent 2"
status 78 "where all names are wrong" loya-push -w shpo hr
is "it does not wait" "$(head -n 1 "$T/err")" "loya-push: source 'shpo': \
there is no file $LOYA_CONF/sources/shpo.json"

# Deferred, and sent when its time had come, while the pipe was open.
people 1 1 | loya-apply >"$T/applied"
echo 500 >"$sink/mode"
mkfifo "$T/pipe"
start push sh -c 'exec loya-push <"$1"' sh "$T/pipe"
exec 3>"$T/pipe"
wait_for "it to be put off" grep -q delivery.deferred "$T/push.out"
echo 204 >"$sink/mode"

wait_for "it to be sent" grep -q delivery.sent "$T/push.out"
exec 3>&-
wait "$(cat "$T/push.pid")"
is "what was deferred and is sent is no reason to try again later" \
    "$? $(cat "$T/push.err")" "0 "

# The last usable target is lost while it waits for more.
start watch loya-push -w
people 2 2 | loya-apply >"$T/applied"
wait_for "a delivery" grep -q delivery.sent "$T/watch.out"
loya-token -q unset crm.push
gone() { ! kill -0 "$(cat "$T/watch.pid")"; }
wait_for "it to end" gone
wait "$(cat "$T/watch.pid")"
is "where no target is left it does not wait on" "$? $(cat "$T/watch.err")" \
    "78 loya-push: source 'crm': its secret is not set; loya-token set crm.push sets it
loya-push: 1 sent, 0 deferred, 0 dead; 0 waiting"

# A run that is told to end ends with 0, whatever waits.
secret crm.push $push_secret
people 3 3 | loya-apply >"$T/applied"
printf 'Retry-After: 120\r\n' >"$sink/headers"
echo 503 >"$sink/mode"
start told loya-push -w
wait_for "it to be put off" grep -q delivery.deferred "$T/told.out"
stop told
is "told to end while something waits" "$rc $(cat "$T/told.err")" \
    "0 loya-push: 0 sent, 1 deferred, 0 dead; 1 waiting"

# A run that is told when to try again has ended at that second.
loya-push -u crm >"$T/out" 2>&1
hook other "$port"
secret other.push $push_secret
people 4 4 | loya-apply >"$T/applied"
LOYA_NOW=2030-01-01T00:00:00.5Z loya-push -b other >"$T/out" 2>"$T/err"
is "a rest ends within the second that is named" "$(head -n 1 "$T/err")" \
    "loya-push: source 'other': rests until 2030-01-01T00:02:01Z"
status 74 "an input that cannot be read" sh -c 'loya-push <"$T"'
is "is reported" "$(cat "$T/err")" "loya-push: standard input: Is a directory"
done_testing
