# Whatever byte of the audit log, of the members or of the heads is changed,
# the verifier finds it and names the row.  It changes each third byte, and
# each with LOYA_SWEEP=1.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
[ -x "$BUILD/t/sweep" ] || skip_all "make unit builds the sweep"
audit_store
unset LOYA_NOW
printf '{"authority":{"*":["hr","crm"],"email":["crm","hr"]},
    "audit":{"origin":"o"}}\n' >"$LOYA_CONF/loya.json"
loya-token -q init
loya-token -q head init >"$T/key"
loya-audit head >"$T/h1"
loya-token -q head rotate >"$T/key"
loya-audit head >"$T/h2"
ok "the store is sound" loya-audit verify
for table in audit member head head_key ledger merkle; do
	status 0 "each byte of $table" "$BUILD/t/sweep" "$LOYA_STORE" \
	    "$SWEEP" $table
	[ "$tap_rc" = 0 ] || tap_show lost "$T/out"
	like "... there were many" "$(cat "$T/err")" '^[0-9]{2,} tried, 0 lost$'
done
ok "the store is as it was" loya-audit verify

# From the store alone it cannot be seen that the newest head was removed, or
# that everything was rewritten by somebody who has the keys.
sqlite3 "$LOYA_STORE" ".backup $T/cut.db"
sqlite3 "$LOYA_STORE-inbox" ".backup $T/cut.db-inbox"
sqlite3 "$T/cut.db" "SELECT sql || ';' FROM sqlite_schema
    WHERE name = 'head_stay'" >"$T/trigger"
sqlite3 "$T/cut.db" "DROP TRIGGER head_stay; DELETE FROM head WHERE seq = 2"
sqlite3 "$T/cut.db" <"$T/trigger"
status 0 "the newest head taken out" loya-audit verify -q -s "$T/cut.db"
status 1 "a copy of it tells" loya-audit verify -q -s "$T/cut.db" -H "$T/h2"
like "what was done" "$(cat "$T/out")" 'heads were removed'
status 1 "so does consistency" loya-audit consistency -s "$T/cut.db" "$T/h2"

# What was changed proves nothing, and no proof of it is printed.
status 0 "a row is proven" loya-audit prove -s "$T/cut.db" 3
sqlite3 "$T/cut.db" "DROP TRIGGER audit_keep;
    UPDATE audit SET actor = 'user:eve' WHERE seq = 3"
status 1 "not when it was changed" loya-audit prove -s "$T/cut.db" 3
is "nothing is printed" "$(cat "$T/out")" ""
like "it is said" "$(cat "$T/err")" 'row 3: it is not the row that the head of [0-9]+ rows was'
status 0 "another one is" loya-audit prove -s "$T/cut.db" 4
status 0 "so is what the record began with" \
    loya-audit consistency -s "$T/cut.db" 4
sqlite3 "$T/cut.db" "UPDATE merkle SET hashes =
    CAST(substr(hashes, 1, 224) || zeroblob(32) || substr(hashes, 257) AS BLOB)
    WHERE level = 0 AND tile = 0"
status 1 "not when the tree was changed" loya-audit prove -s "$T/cut.db" 4
status 1 "nor the other" loya-audit consistency -s "$T/cut.db" 4
is "nothing is printed" "$(cat "$T/out")" ""
like "it is said" "$(cat "$T/err")" 'does not continue the first 4 rows'

# A fork: another history from row 13 on, signed with the right key.
fork=$T/fork.db
sqlite3 "$LOYA_STORE" ".backup $fork"
sqlite3 "$LOYA_STORE-inbox" ".backup $fork-inbox"
line member hr f1 2026-11-24T08:00:00Z '{"external_id":"F1","version":1}' |
    loya-apply -s "$fork" >"$T/applied"
line member hr f2 2026-11-24T08:00:00Z '{"external_id":"F2","version":1}' |
    loya-apply >"$T/applied"
loya-audit head >"$T/ours"
loya-audit head -s "$fork" >"$T/theirs"
is "two heads of one size" "$(sed -n 2p "$T/ours")" "$(sed -n 2p "$T/theirs")"
status 0 "each store is sound" loya-audit verify -q -s "$fork"
status 1 "but not with the other's head" loya-audit verify -q -s "$fork" \
    -H "$T/ours"
like "the head is named" "$(cat "$T/out")" \
    "\"table\":\"head\",\"row\":\"$T/ours\",.*fork"
status 1 "consistency tells, too" loya-audit consistency -s "$fork" "$T/ours"
like "that it is a fork" "$(cat "$T/err")" 'fork'
status 1 "and no proof is made against it" loya-audit prove -s "$fork" \
    -H "$T/ours" 3
done_testing
