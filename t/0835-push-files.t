#!/bin/sh
# What runs at the same time: descriptors that loya-push is allowed but has not
# yet asked for are not a fault of a target, nor are the commands of another.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"

source_file hr
cat >"$T/slow" <<'END'
#!/bin/sh
cat >/dev/null
sleep 0.2
END
chmod +x "$T/slow"
printf '{"push":{"kind":"exec","on":"*","concurrency":40,
    "exec":{"batch":1,"command":["%s"]}}}' \
    "$T/slow" >"$LOYA_CONF/sources/crm.json"
loya-token -q init
people 1 80 | loya-apply >"$T/applied"
few() {
	# shellcheck disable=SC3045 # dash and bash have it
	(ulimit -S -n 40 && exec "$@")
}
status 0 "more at the same time than there are descriptors at first" \
    few loya-push -b
is "all are sent" "$(states)" "sent 80"
is "at the first try" "$(store "SELECT sum(tries) FROM outbox")" 80

# One whose commands hang, as many as may run, does not keep another waiting.
cat >"$T/hang" <<'END'
#!/bin/sh
cat >/dev/null
[ ! -p "$0-here" ] || { echo >>"$0s"; cat "$0-here"; }
END
cat >"$T/note" <<'END'
#!/bin/sh
cat >>"$0d"
END
chmod +x "$T/hang" "$T/note"
printf '{"push":{"kind":"exec","on":"*","concurrency":200,
    "exec":{"batch":1,"timeout":60,"command":["%s"]}}}' \
    "$T/hang" >"$LOYA_CONF/sources/crm.json"
printf '{"push":{"kind":"exec","on":"*","exec":{"command":["%s"]}}}' \
    "$T/note" >"$LOYA_CONF/sources/other.json"
start push loya-push -w
people 101 230 | loya-apply >"$T/applied"
grown() { [ "$(states)" = "sent 340" ]; }
wait_for "a target that grows" grown
mkfifo "$T/hang-here"
people 301 430 | loya-apply >"$T/applied"
sent() {	# TARGET
	store "SELECT count(*) FROM outbox WHERE target = '$1' AND
	    state = 'sent'"
}
: >"$T/hangs"
as_many_as_may() {
	was=$(wc -l <"$T/hangs")
	sleep 0.5
	[ "$was" -ge 50 ] && [ "$was" = "$(wc -l <"$T/hangs")" ]
}
wait_for "many commands that hang" as_many_as_may
all() { [ "$(sent other)" = 261 ]; }
people 501 501 | loya-apply >"$T/applied"
wait_for "the other target to get all" all
is "another target gets all that there is" "$(sent other)" 261
is "while nothing of the first is sent" "$(sent crm)" 210
mv "$T/hang-here" "$T/gone"
: >"$T/gone"
stop push
done_testing
