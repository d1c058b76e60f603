#!/bin/sh
# Heads and proofs, and the Go packages that read the same formats (Debian:
# golang-go, golang-golang-x-mod-dev).  npm has none that does.
interop=$(cd "$(dirname "$0")" && pwd)
BUILD=${BUILD:-$(cd "$interop/../.." && pwd)/build}
. "$interop/../lib.sh"
. "$interop/../audit.sh"
. "$interop/go.sh"
go_program heads

# What loya signs and proves, read by Go.
audit_store
unset LOYA_NOW
printf '{"authority":{"*":["hr","crm"],"email":["crm","hr"]},
    "audit":{"origin":"example.org/loya"}}\n' >"$LOYA_CONF/loya.json"
loya-token -q init
loya-token -q head init >"$T/key"
loya-audit head >"$T/h1"
i=0
while [ $i -lt 600 ]; do
	i=$((i + 1))
	line member hr "x$i" 2026-11-24T08:00:00Z \
	    "{\"external_id\":\"X$i\",\"version\":1,\"name\":\"n\\\"$i\"}"
done | loya-apply >"$T/applied"
loya-audit head >"$T/h2"
size=$(sed -n 2p "$T/h2")
root=$(sed -n 3p "$T/h2")
status 0 "Go opens a head" "$T/heads" head "$T/key" "$T/h2"
is "and reads it as it is" "$(cat "$T/out")" \
    "example.org/loya: $size rows, $root"
bad=0
for seq in 1 2 13 14 255 256 257 258 511 512 513 "$size"; do
	loya-audit prove "$seq" >"$T/p"
	"$T/heads" row "$T/key" "$T/p" >"$T/out" 2>&1 &&
	    grep -q ": row $seq of $size: \[$seq," "$T/out" ||
	    { bad=$((bad + 1)); tap_show "row $seq" "$T/out"; }
done
is "Go accepts proofs of rows" "$bad" 0
loya-audit consistency "$T/h1" >"$T/c"
status 0 "Go accepts the proof of consistency" "$T/heads" growth "$T/key" \
    "$T/h1" "$T/c"
sed 's/^index 512$/index 511/' "$T/p" >"$T/p2"
loya-audit prove 513 | sed 's/^index 512$/index 511/' >"$T/p2"
status 1 "and not one that was moved" "$T/heads" row "$T/key" "$T/p2"
loya-token -q head rotate >>"$T/key"
loya-audit head >"$T/h3"
status 0 "after a rotation of the key" "$T/heads" head "$T/key" "$T/h3"
loya-audit consistency "$T/h1" >"$T/c"
status 0 "one goes on from the other key's" "$T/heads" growth "$T/key" \
    "$T/h1" "$T/c"

# What Go signs and proves, read by loya.
mkdir "$T/log"
ok "a log made by Go" "$T/heads" make "$T/log" 70
status 0 "its head" loya-audit check -K "$T/log/key" "$T/log/head"
like "is read as it is" "$(cat "$T/out")" \
    '"what":"head","origin":"go.example/log","size":70,'
bad=0
i=0
while [ $i -lt 70 ]; do
	i=$((i + 1))
	loya-audit check -q -K "$T/log/key" "$T/log/row$i" &&
	    loya-audit check -q -K "$T/log/key" -H "$T/log/old$i" \
	    "$T/log/growth$i" || bad=$((bad + 1))
	if [ $i -gt 1 ] && loya-audit check -q -K "$T/log/key" \
	    -H "$T/log/old$((i - 1))" "$T/log/growth$i" 2>"$T/err"; then
		bad=$((bad + 1))
	fi
done
is "all its proofs hold, and none against another head" "$bad" 0
status 1 "but not with our key" loya-audit check -K "$T/key" "$T/log/head"
done_testing
