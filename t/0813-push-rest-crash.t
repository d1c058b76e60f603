#!/bin/sh
# loya-push by rest is killed at every call that changes something.  Nothing is
# lost, points are there once by their reference, each member's in order.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"
. "$here/push.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"

c1=003Zz00000LoyA1IAJ
c2=003Zz00000LoyA2IAJ
start_stub salesforce
echo "$c1 $c2" >"$stub/contacts"
loya-token -q init
printf 'oauth-secret' | loya-token -q set crm.oauth
contact() { member crm "c$1.$2" "{\"external_id\":\"$1\",\"status\":\"active\",\"given_name\":\"n$2\"}"; }
printf '{"profile":"salesforce","receive":null,"pull":{"base":"%s"},"oauth":{"client_id":"loya"},"push":{"preset":"transaction-object","rest":{"private":true,"requests":{"member":{"on":"loya.member.updated","echo":true,"coalesce":true,"method":"PATCH","url":"{base}/services/data/v60.0/sobjects/Contact/Id/{/external_id}?updateOnly=true","body":{"Loyalty_Points__c":"/member/points"}}}}}}\n' \
    "$base" >"$LOYA_CONF/sources/crm.json"
LOYA_NOW=2026-11-23T10:00:00Z; export LOYA_NOW
{ contact $c1 1; contact $c2 1; } | loya-apply >"$T/applied"
{ earn $c1 10; earn $c2 20; contact $c1 2; contact $c1 3; earn $c1 11; } |
    loya-apply >"$T/applied"
mkdir "$T/begin"
cp "$LOYA_STORE"* "$T/begin"
LOYA_STORE=$T/try/loya.db

of_one() { stub_records | grep -E "$c1|:r$c1" | sed 's/^\([A-Z]\)[^ ]* \([^ ]*\).*/\1 \2/'; }

# After the lease, by another run.
judge() {
	LOYA_NOW=2026-11-23T10:10:00Z loya-push -b >"$T/out" 2>&1 ||
	    bad "the next run: $(cat "$T/out")"
	[ "$(stub_records | grep ^Loyalty | cut -d ' ' -f 2 | sort -u |
	    wc -l)" = 3 ] || bad "not all points are there"
	# Only the first of them again can restore it.
	[ "$(of_one | uniq | tr '\n' ' ')" = \
	    "L local:r$c1.10 C $c1 L local:r$c1.11 " ] ||
	    bad "not in order: $(of_one | tr '\n' ' ')"
	[ "$(stub_records | wc -l)" = 4 ] || again=$((again + 1))
	judge_all 5
}

sweep_push "$stub/records"
swept 5
done_testing
