# loya-audit report: a self-contained page, complete or not written at all.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
TZ=UTC
export TZ
audit_store
line member hr '<script>&' 2026-11-22T13:00:00Z \
    '{"external_id":"<b>","version":1,"name":"<i>Eve","attributes":{"x-y":1}}' |
    loya-apply >"$T/apply.out"
sqlite3 "$LOYA_STORE-inbox" "INSERT INTO refusal VALUES
    ('<u>' || char(27), 29923930, 'stale', 7)"
LOYA_NOW=2026-11-24T09:00:00Z
export LOYA_NOW
page=$T/page.html

has() { ok "$1" grep -Eq -- "$2" "$page"; }

status 0 "a page" loya-audit report -o "$page"
is "nothing is said" "$(cat "$T/out" "$T/err")" ""
is "and nothing else is left" "$(cd "$T" && echo page*)" page.html
if command -v xmllint >/dev/null; then
	ok "it is XML" xmllint --noout --nonet "$page"
	ok "and HTML" sh -c 'xmllint --html --noout "$T/page.html" 2>&1 |
	    grep -v "Tag \(svg\|rect\|text\|figure\|figcaption\) invalid" |
	    grep -q "error" && exit 1 || exit 0'
fi
is "it refers to nothing" "$(grep -oE \
    '(src|href|action|data)=|url\(|@import|https?://[^"]*|<script|<link|<img' \
    "$page" | sort -u | tr '\n' ' ')" \
    "http://www.w3.org/1999/xhtml http://www.w3.org/2000/svg "
is "text from outside is text" "$(grep -c '<b>\|<i>\|<u>' "$page")" 0
has "as here" '&lt;u&gt;\?'
is "no value of a member is in it" \
    "$(grep -c 'i&gt;Eve\|anna@\|kesson\|crm.example' "$page")" 0
has "the verification" 'No fault was found.'
has "the root" "$(loya-audit verify |
    sed 's/.*"root":"\([^"]*\)".*/\1/; s/[+]/[+]/g')"
has "what changed" \
    '<td class="">member.enrolled</td><td class="n">4</td><td class="n">4</td>'
has "which fields" '<td class="">x-y</td><td class="n">1</td>'
has "by whom" \
    "<td class=\"\">user:$(id -un)</td><td class=\"\">crm</td><td class=\"n\">1</td>"
has "what was refused" \
    '<td class="">event.refused</td><td class="">hr</td><td class="">insufficient_points</td><td class="n">1</td>'
has "failed authentications" \
    '<td class="">stale</td><td class="n">7</td>'
has "how fast" \
    '<td class="">crm</td><td class="">2026-11-23</td><td class="">applied</td>'
has "a plot has a place for each day" \
    '^<rect x="673.5" y="[0-9.]*" width="22.2"'
has "from the first" '>2026-10-25</text>'
has "to the last" '>2026-11-24</text>'
has "lengths of time have a unit" '<td class="n">2.1 d</td>'
is "if nothing took any time there is no plot" "$(grep -c '<svg' "$page")" 1

# Each query that the page names, run again.
queries() { perl -0777 -ne 'while (m{<pre>((?:SELECT|WITH).*?)</pre>}gs) {
	my $q = $1; $q =~ s/&lt;/</g; $q =~ s/&gt;/>/g; $q =~ s/\n/ /g;
	print "$q;\n" }' "$page"; }
since=$(sed -n 's/.*:since = \([0-9]*\) .*/\1/p' "$page")
until=$(sed -n 's/.*:until = \([0-9]*\) .*/\1/p' "$page")
queries | grep -v refusal >"$T/queries"
ok "queries stand in it" [ "$(wc -l <"$T/queries")" = 8 ]
ok "and can be asked with the sqlite3 shell" sh -c "
	(echo '.parameter set :since $since'; echo '.parameter set :until $until'
	echo '.bail on'; cat '$T/queries') | sqlite3 -readonly '$LOYA_STORE'"
like "with the same answer" "$(cat "$T/out")" '^member.enrolled\|4\|4$'

status 0 "a time without rows" loya-audit report -o "$page" -a 2025-01-01 \
    -b 2025-02-01
has "says so" '<p>None.</p>'
is "to standard output" "$(loya-audit report -o - | tail -n 1)" "</html>"
status 74 "which may be full" sh -c 'loya-audit report -o - >/dev/full'
is "and that is said" "$(head -n 1 "$T/err")" \
    "loya-audit: the report cannot be written: No space left on device"
status 74 "a folder that is not there is 74" \
    loya-audit report -o "$T/none/page.html"
like "and named" "$(cat "$T/err")" "none/page.html: No such file or directory"
status 64 "without -o it is 64" loya-audit report
status 64 "a time that ends before it begins is 64" \
    loya-audit report -o "$page" -a today -b yesterday
echo old >"$page"
mkdir "$T/dir" && mkdir "$T/dir/page"
status 74 "what cannot be replaced stays" loya-audit report -o "$T/dir/page"
is "without a trace" "$(ls "$T/dir")" page

# 2026-11-20 is day 20777.
sqlite3 "$LOYA_STORE" "INSERT INTO repair VALUES ('hr', 20777, 41),
    ('hr', 20778, 43), ('hr', 20779, 47)"
chmod 600 "$page"
status 0 "a day" loya-audit report -o "$page" -a 2026-11-21 -b 2026-11-22
is "a page that was for its owner alone is so still" \
    "$(stat -c %a "$page")" 600
has "has its lost events" '<td class="n">43</td>'
is "and no other day's" "$(grep -c '<td class="n">4[17]</td>' "$page")" 0
loya-token -q init
echo '{"authority":{"*":["hr","crm"]},"audit":{"origin":"o"}}' \
    >"$LOYA_CONF/loya.json"
loya-token -q head init >"$T/key"
(umask 077; loya-token -q client add shop hook:hr >"$T/client")
LOYA_NOW=2026-11-24T10:00:00Z
status 0 "a store with a key for heads" loya-audit report -o "$page"
has "tells which client was added" \
    '<td class="">client.added</td><td class="">shop</td>'
has "and who made the key" '<td class="">headkey.added</td><td class="">'

sqlite3 "$LOYA_STORE" "DROP TRIGGER audit_keep; UPDATE audit
    SET detail = replace(detail, 'Anna', 'Anno') WHERE seq = 1"
status 1 "a record with faults is 1" loya-audit report -o "$page"
is "and that is said" "$(sed 's/has [0-9]* faults/has N faults/' "$T/err")" \
    "loya-audit: report: the audit log has N faults; the page lists them"
has "and they are in the page" \
    '<td class="">audit</td><td class="">1</td><td class="">detail or salt'
done_testing
