# The audit log recomputed by another program: leaves by the sqlite3 shell,
# hashes and the tree by perl, written from RFC 6962 alone.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
perl -MDigest::SHA -e 1 2>/dev/null || skip_all "perl has no Digest::SHA"
audit_conf

root() {
	sqlite3 "$LOYA_STORE" "SELECT json_array(seq, at, kind, source,
	    event_id, inbox, member, prev, actor, lower(hex(commitment)))
	    FROM audit ORDER BY seq" | perl -MDigest::SHA=sha256 \
	    -MMIME::Base64 -e '
		sub mth {
			my ($from, $n) = @_;
			my $k = 1;
			return sha256("\0" . $d[$from]) if $n == 1;
			$k *= 2 while $k * 2 < $n;
			return sha256("\1" . mth($from, $k) .
			    mth($from + $k, $n - $k));
		}
		chomp(@d = <STDIN>);
		print encode_base64(@d ? mth(0, scalar @d) : sha256(""), "");'
}

said() {
	loya-audit verify | sed 's/.*"root":"\([^"]*\)".*/\1/'
}

: | loya-apply
is "the empty record" "$(said)" "$(root)"
last=0
for n in 1 2 3 7 255 256 257 700; do
	i=$last
	while [ $i -lt $n ]; do
		i=$((i + 1))
		line member hr "e\\\"$i" 2026-11-20T08:00:00Z \
		    "{\"external_id\":\"E$i\",\"version\":1,\"name\":\"n$i\"}"
	done | loya-apply >"$T/out"
	last=$n
	is "$n rows" "$(said)" "$(root)"
done
status 0 "all of it verifies" loya-audit verify -q
is "commitments are those of salt and detail" "$(sqlite3 "$LOYA_STORE" \
    "SELECT lower(hex(salt)) || ' ' || lower(hex(CAST(detail AS BLOB))) || ' '
	|| lower(hex(commitment)) FROM audit" | perl -MDigest::SHA=sha256_hex \
    -ane '$n++ if sha256_hex(pack("H*", $F[0] . $F[1])) eq $F[2];
	END { print $n }')" 700

sqlite3 "$LOYA_STORE" "UPDATE merkle
    SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB)
    WHERE level = 1"
status 1 "a changed upper tile" loya-audit verify -q
is "is named" "$(cat "$T/out")" '{"table":"merkle","row":"level 1 tile 0","fault":"hash 0 is not that of the tile below"}'
done_testing
