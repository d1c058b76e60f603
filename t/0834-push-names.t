#!/bin/sh
# The name servers do not answer for one target's host: this delays only that
# target.
. "$(dirname "$0")/lib.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"
. "$here/apply.sh"
. "$here/push.sh"

${CC:-cc} -D_GNU_SOURCE -shared -fPIC -o "$T/names.so" \
    "$here/helper/names.c" -ldl || exit
NAMES_GO=$T/go; export NAMES_GO
source_file hr
start_sink
hook crm "$port"
echo '{"push":{"kind":"webhook","on":"*",
    "webhook":{"url":"https://silent.example/in","timeout":1}}}' \
    >"$LOYA_CONF/sources/shop.json"
loya-token -q init
secret crm.push $push_secret
secret shop.push $push_secret
sent() { [ "$(ends crm | grep -c '^sent|1|204$')" = "$1" ]; }
was_tried() { ends shop | grep -q '^waiting|1'; }

people 1 1 | loya-apply >"$T/applied"
start push env LD_PRELOAD="$T/names.so" loya-push -w
wait_for "the first delivery" sent 1
wait_for "the end of the timeout" was_tried
is "a missing answer is noticed in time" "$(ends shop)" \
    "waiting|1|silent.example: no answer in time"
people 2 2 | loya-apply >"$T/applied"
wait_for "the delivery of the other target" sent 2
is "the other target has what is due meanwhile" "$(log | wc -l)" 2
begun=$(date +%s)
stop push
is "loya-push ends when it is told to" "$rc" 0
ok "before the servers of names give up" test $(($(date +%s) - begun)) -lt 8
: >"$NAMES_GO"
ok "the record is sound" loya-audit verify -q
done_testing
