#!/bin/sh
# Descriptors that loya-push may have, and has not asked for yet, are no trouble
# of a target.
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
done_testing
