# loya-token rotate is killed at calls that change something: the key is always
# found, and the next rotate completes it.
. "$(dirname "$0")/lib.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "no preload with this build"
umask 077
echo '{ "receive": { "auth": { "kind": "standard-webhooks" }, "id": "/id" } }' \
    >"$LOYA_CONF/sources/std.json"
loya-token -q init
echo whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | loya-token set std
echo whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD | loya-token set -a std
loya-token -q issue hook:std >"$T/token"
mkdir "$T/start"
cp -R "$LOYA_CONF" "$LOYA_STORE" "$LOYA_STORE"-* "$T/start"

# usable: every program opens what it needs, and init finds nothing lost.
usable() {
	loya-token init -L >"$T/out" 2>&1 || return
	loya-token check <"$T/token" >"$T/out" 2>&1 || return
	# It warns of a secret that it cannot use, and of one that is missing.
	loya-recv -n >"$T/out" 2>"$T/err" && [ ! -s "$T/err" ] || return
	echo x | loya-token set more >"$T/out" 2>&1
}

n=1
bad=0
interrupted=0
while :; do
	rm -rf "$LOYA_CONF" "$LOYA_STORE"*
	cp -R "$T/start"/* "$T"
	(KILL_AT=$n LD_PRELOAD=$BUILD/t/killat.so \
	    exec loya-token -q rotate) >/dev/null 2>&1
	[ $? = 137 ] || break
	why=
	usable || why="not usable"
	loya-token rotate 2>"$T/rotate" >&2 || why="$why, not rotated"
	! grep -q interrupted "$T/rotate" || interrupted=$((interrupted + 1))
	usable || why="$why, not usable after the next rotation"
	[ "$(ls "$LOYA_CONF")" = "key
sources" ] || why="$why, files left: $(ls "$LOYA_CONF")"
	! cmp -s "$LOYA_CONF/key" "$T/start/conf/key" || why="$why, the old key"
	loya-audit verify >"$T/out" 2>&1 || why="$why, not verified"
	[ -z "$why" ] || {
		bad=$((bad + 1))
		echo "# killed at call $n: $why"
	}
	n=$((n + SWEEP))
done
is "killed at $(sweep_calls "$n"), the key is found" "$bad" 0
[ "$n" -gt 10 ]
tap_result $? "there were that many calls to be killed at"
[ "$interrupted" -gt 0 ]
tap_result $? "some left a rotation to be ended"
done_testing
