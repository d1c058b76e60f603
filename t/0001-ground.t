#!/bin/sh
# The tree's layout, what is installed and linked, and that usage texts and
# pages agree.
. "$(dirname "$0")/lib.sh"
cd "$top" || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL
LC_ALL=C
export LC_ALL
programs="loya-recv loya-apply loya-audit loya-pull loya-push loya-token"

# The tree.
is "at the top stand the seven entries and nothing else" \
    "$(find . -mindepth 1 -maxdepth 1 ! -name '.*' ! -name 'build*' |
	sed 's|^\./||' | LC_ALL=C sort | tr '\n' ' ')" \
    "COPYING Makefile README cmd common man t "
ok "the licence is ISC" grep -q \
    'Permission to use, copy, modify, and distribute this software' COPYING
is "nothing is left to be done" \
    "$(grep -rnE '\<(TODO|FIXME|XXX)\>' cmd common man Makefile README |
	head -n 5)" ""
# Count only the first byte of each character.
is "no line of C is longer than 80 columns" \
    "$(find cmd common t -name '*.[ch]' -exec awk '{
	gsub(/[\200-\277]/, "")
	while ((i = index($0, "\t")) > 0)
		$0 = substr($0, 1, i - 1) substr("        ", (i - 1) % 8 + 1) \
		    substr($0, i + 1)
	if (length($0) > 80)
		print FILENAME ":" FNR
    }' {} + | head -n 5)" ""
is "the README is two screens and a table" \
    "$([ "$(wc -l <README)" -le 180 ] || wc -l <README)" ""

# Installing.
ok "make install works with DESTDIR and PREFIX" make -s install \
    B="${BUILD#"$top"/}" DESTDIR="$T/root" PREFIX=/usr
for f in sbin/loya-recv bin/loya-apply bin/loya-audit bin/loya-push \
    bin/loya-pull bin/loya-token \
    share/man/man7/loya.7 share/man/man8/loya-recv.8 \
    share/man/man1/loya-apply.1 share/man/man5/loya-source.5 \
    share/loya/profiles/darwinbox.json share/loya/profiles/salesforce.json \
    share/loya/examples/crontab; do
	ok "it installs $f" test -f "$T/root/usr/$f"
done
is "and nothing elsewhere" \
    "$(find "$T/root" -type f ! -path "$T/root/usr/*")" ""
is "every page is installed" \
    "$(find "$T/root/usr/share/man" -type f | wc -l)" \
    "$(find man -maxdepth 1 -name '*.[1-8]' | wc -l)"
ok "an installed program runs" "$T/root/usr/bin/loya-apply" -V

# What is linked.  nm shows what a program takes from libraries.
needed() { readelf -d "$BUILD/$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
taken() { nm -D --undefined-only "$BUILD/$1" | awk '{ print $NF }' |
    sed 's/@.*//'; }
for p in loya-recv loya-apply loya-audit; do
	is "$p does not link libcurl" "$(needed $p | grep curl)" ""
	is "$p loads nothing" "$(taken $p | grep -Ex 'dl(m?open|v?sym)')" ""
done
for p in loya-pull loya-push loya-token; do
	is "$p links no server" "$(needed $p | grep -E 'microhttpd')" ""
	is "$p does not link libcurl, but" "$(needed $p | grep curl)" ""
	like "it has a note of what it loads" \
	    "$(readelf -p .note.dlopen "$BUILD/$p")" \
	    '"priority":"required",.*"soname":\["libcurl.*\.so\.[0-9]+"\]}\]'
done
for p in loya-apply loya-audit; do
	is "$p links no network library" "$(needed $p |
	    grep -E 'curl|microhttpd|gnutls|ssl|crypto\.|nghttp')" ""
	is "$p takes no network function" "$(taken $p | grep -Ex \
	    'socket|socketpair|connect|bind|listen|accept4?|getaddrinfo|gethostby.*|getnameinfo|send(to|msg)?|recv(from|msg)?|res_.*')" ""
done

# Usage and pages, each as one line of words.
page() { ls man/"$1".[18]; }
plain() { mandoc -T ascii "$1" | sed 's/.\x08//g'; }
synopsis() {
	plain "$(page "$1")" | sed -n '/^SYNOPSIS/,/^[A-RT-Z]/p' | sed '1d;$d'
}
usage() { "$1" -h | sed -n '/^  -/q; s/^usage://; p'; }
words() {
	tr '\n' ' ' | sed "s/$1//g; s/ \.\.\./.../g; s/  */ /g; s/^ //; s/ \$//"
}

# The letters of ".It Fl a Ar X , Fl b" and of ".It Fl c , n , q".
letters_of() {
	awk '/^\.It Fl / {
		for (i = 2; i <= NF; i++)
			if ($i == "Fl") on = 1
			else if ($i == "Ar") on = 0
			else if (on && $i ~ /^[A-Za-z]$/) print $i
	}' "$1" | sort -u
}

version=$(sed -n 's/^VERSION[[:blank:]]*= *//p' Makefile)
for p in $programs; do
	ok "$p -h ends with 0" "$p" -h
	is "$p -V says which it is" "$("$p" -V)" "$p $version"
	status 64 "$p with an unknown option ends with 64" "$p" -Z
	is "and says nothing on standard output" "$(cat "$T/out")" ""
	status 64 "$p with an option and its argument twice" \
	    "$p" -s "$T/a" -s "$T/b"
	like "says which" "$(head -n 1 "$T/err")" ': -s is given twice$'
	is "$p: usage and synopsis agree" "$(usage $p | words $p)" \
	    "$(synopsis $p | words $p)"
	"$p" -h | sed -n 's/^  -\(.\).*/\1/p' | sort >"$T/letters"
	letters_of "$(page $p)" >"$T/described"
	is "$p: every option is in the page" \
	    "$(comm -23 "$T/letters" "$T/described")" ""
	is "$p: every option of the page is one" \
	    "$(comm -13 "$T/letters" "$T/described")" ""
	for s in DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
		grep -q "^\.Sh $s\$" "$(page $p)" || echo "$s"
	done >"$T/sections"
	is "$p: the page has its sections" "$(cat "$T/sections")" ""
done

# An option given twice would be ambiguous.
status 64 "loya-audit of two kinds" loya-audit -k member -k points
status 64 "loya-audit of two sources" loya-audit inbox -o crm -o badge
status 64 "loya-token for two lengths of time" loya-token issue -t 1d -t 2d x
status 64 "loya-recv with two certificates" loya-recv -C a -C b
status 64 "one that may be repeated is refused for its argument" \
    loya-apply -r 1 -d 2 -r x
like "and for nothing else" "$(head -n 1 "$T/err")" "'x' is not the number"

# mandoc looks for other pages in this machine's index, which is not our
# business.
for m in man/*.[1-8]; do
	is "$m: mandoc has nothing to say" "$(mandoc -T lint "$m" 2>/dev/null |
	    grep -v 'referenced manual not found')" ""
done
sed -n 's/^\.Xr \(loya[a-z-]*\) \([1-8]\).*/\1.\2/p' man/*.[1-8] | sort -u |
    while read -r m; do [ -f "man/$m" ] || echo "$m"; done >"$T/missing"
is "every page of ours that is referred to is there" "$(cat "$T/missing")" ""

# The words listed in loya-event(5) and those in the code are the same.
{
	grep -hoE '(record_refusal\(w, EV_[A-Z]+|map_refuse\([^"]*|refuse\(w, c, m|refuse\(w, c, &m), *"[a-z_]+"' \
	    common/apply*.c common/map*.c
	grep -hozE 'map_refuse\([^";]*"[a-z_]+"|record_refusal\([^";]*"[a-z_]+"|refuse\(w, c, &?m,[^";]*"[a-z_]+"' \
	    common/apply*.c common/map*.c | tr '\0' '\n'
	sed -n '/^blocked(/,/^}/p' common/apply_points.c | grep 'return.*"'
} | grep -oE '"[a-z_]+"' | tr -d '"' | sort -u >"$T/code"
sed -n '/^\.Sh WHY/,/^\.Sh EXAMPLES/s/^\.It Cm //p' man/loya-event.5 |
    sort -u >"$T/words"
is "every why of the code is explained" "$(comm -23 "$T/code" "$T/words")" ""
for w in $(cat "$T/words"); do
	grep -q "\"$w\"" common/*.c || echo "$w"
done >"$T/unknown"
is "every why of the page exists" "$(cat "$T/unknown")" ""
done_testing
