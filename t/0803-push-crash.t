#!/bin/sh
# loya-push is killed at calls that change something.  Whatever it had leased
# is delivered by the next one, once or again under the same id, in order.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"

source_file hr
start_sink
hook crm "$port"
loya-token -q init
secret crm.push $push_secret
LOYA_NOW=2026-11-23T10:00:00Z; export LOYA_NOW
{ people 1 2; change 1 1; } | loya-apply >"$T/applied"
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"
LOYA_STORE=$T/try/loya.db

# By another run at once, because nobody else works on it.
judge() {
	[ "$(log | cut -f 2 | sort | uniq -d)" = "" ] || bad "sent twice at once"
	loya-push -b >"$T/out" 2>&1 ||
	    bad "the next run: $(cat "$T/out")"
	[ "$(log | cut -f 2 | sort -u | wc -l)" = 3 ] || bad "not all arrived"
	log | awk -F '\t' '{ if ($4 + 0 < last[$3]) exit 1
	    last[$3] = $4 + 0 }' || bad "not in order"
	[ "$(log | wc -l)" = 3 ] || again=$((again + 1))
	judge_all 3
}

sweep_push "$sink/log"
swept 3
done_testing
