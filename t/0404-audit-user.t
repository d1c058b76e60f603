# An auditor reads the store without any right to write.
. "$(dirname "$0")/lib.sh"
. "$here/audit.sh"
[ "$(id -u)" = 0 ] || skip_all "needs root to become somebody else"
command -v setpriv >/dev/null || skip_all "needs setpriv"
audit_store
cp "$BUILD/loya-audit" "$T/"
chmod 755 "$T" "$T/loya-audit"
chmod 644 "$LOYA_STORE"*

auditor() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$T/loya-audit" "$@"
}

list=$(ls -l "$LOYA_STORE"*)
status 0 "log" auditor log
is "all rows" "$(wc -l <"$T/out" | tr -d ' ')" 13
status 0 "verify" auditor verify -q
is "nothing was written" "$(ls -l "$LOYA_STORE"*)" "$list"

# The sqlite3 shell takes the log away when it is the last to close.
for f in "$LOYA_STORE" "$LOYA_STORE-inbox"; do
	sqlite3 "$f" "PRAGMA wal_checkpoint(TRUNCATE)" >"$T/out"
	rm -f "$f-wal" "$f-shm"
done
status 0 "a store at rest, without its log files" auditor verify -q
chmod 600 "$LOYA_STORE"
status 78 "a store that cannot be read is 78" auditor log
chmod 644 "$LOYA_STORE"
chmod 600 "$LOYA_STORE-inbox"
status 78 "so is an inbox file that cannot" auditor inbox
status 0 "which the log needs nothing of" auditor log
done_testing
