#!/bin/sh
# A witness built from Go packages (Debian: golang-go,
# golang-golang-x-mod-dev): it signs what loya signed, loya keeps the
# cosignature, and Go reads it again from loya's output.  Libraries that know
# cosignatures (filippo.io/torchwood, transparency-dev/formats, sigsum-go) are
# in no package of Debian 12, and npm has none.
interop=$(cd "$(dirname "$0")" && pwd)
BUILD=${BUILD:-$(cd "$interop/../.." && pwd)/build}
. "$interop/../lib.sh"
. "$interop/../audit.sh"
. "$interop/go.sh"
go_program witness

audit_store
unset LOYA_NOW
for w in one two; do
	"$T/witness" new "$w.example/witness" "$T/$w" >"$T/$w.key"
done
printf '{"authority":{"*":["hr","crm"],"email":["crm","hr"]},
    "audit":{"origin":"example.org/loya","witnesses":["%s","%s"]}}\n' \
    "$(cat "$T/one.key")" "$(cat "$T/two.key")" >"$LOYA_CONF/loya.json"
loya-token -q init
loya-token -q head init >"$T/key"
loya-audit head >"$T/h1"
checked() { "$T/witness" check "$T/key" "$(cat "$T/$1.key")" "$T/head"; }

status 0 "Go signs a head" "$T/witness" sign "$T/key" "$T/one" "$T/h1" 1700000000
mv "$T/out" "$T/line"
status 0 "and loya takes the line" loya-audit cosign "$T/line"
loya-audit head >"$T/head"
is "Go reads it in what loya prints" "$(checked one)" \
    "one.example/witness at 1700000000"
status 1 "and no other" checked two
i=0
while [ $i -lt 300 ]; do
	i=$((i + 1))
	line member hr "x$i" 2026-11-24T08:00:00Z \
	    "{\"external_id\":\"X$i\",\"version\":1,\"name\":\"n$i\"}"
done | loya-apply >"$T/applied"
loya-audit head >"$T/head"
size=$(sed -n 2p "$T/h1")
for w in one two; do
	loya-audit consistency "$size" |
	    "$T/witness" add "$T/key" "$T/$w" "$T/h1" 1700000300 >"$T/line" &&
	    loya-audit cosign -q "$T/line"
	tap_result $? "a witness, $w, accepts add-checkpoint, and loya its line"
done
loya-audit head >"$T/head"
for w in one two; do
	is "Go reads the line of $w, too" "$(checked $w)" \
	    "$w.example/witness at 1700000300"
done
cat "$T/key" "$T/one.key" "$T/two.key" >"$T/keys"
status 0 "loya checks both" loya-audit check -K "$T/keys" "$T/head"
loya-audit consistency 5 | "$T/witness" add "$T/key" "$T/one" "$T/h1" 9 \
    >"$T/line" 2>"$T/err"
is "a proof from another size is refused" "$?" 1
like "with the size" "$(cat "$T/err")" "^409: $size\$"

# Both refuse what was changed.
flips=0
bad=0
end=$(wc -c <"$T/head")
n=$(head -n 5 "$T/head" | wc -c)
while [ "$n" -lt "$end" ]; do
	perl -e 'local $/; my $t = <STDIN>; my $n = shift;
	    my $c = substr $t, $n, 1;
	    substr($t, $n, 1) = $c eq "A" ? "B" : "A"; print $t' "$n" \
	    <"$T/head" >"$T/flipped"
	loya-audit check -q -K "$T/keys" "$T/flipped" 2>"$T/err" &&
	    { bad=$((bad + 1)); echo "# loya takes byte $n"; }
	mv "$T/head" "$T/whole" && cp "$T/flipped" "$T/head"
	checked one >"$T/out" 2>&1 && checked two >"$T/out" 2>&1 &&
	    { bad=$((bad + 1)); echo "# Go takes byte $n"; }
	mv "$T/whole" "$T/head"
	flips=$((flips + 1))
	n=$((n + 7))
done
is "of $flips changed heads neither takes one" "$bad" 0
loya-token -q head rotate >>"$T/key"
loya-audit head >"$T/h3"
status 0 "with a new key of the log a witness goes on" \
    "$T/witness" sign "$T/key" "$T/two" "$T/h3" 1700000600
mv "$T/out" "$T/line"
status 0 "and loya with it" loya-audit cosign "$T/line"
status 0 "verify has all of them" loya-audit verify
like "counted" "$(cat "$T/out")" '"cosignatures":4'
done_testing
