#!/bin/sh
# What a machine runs out of: disk space, write permission, descriptors,
# memory; and a clock that jumps.
. "$(dirname "$0")/lib.sh"
[ -f "$BUILD/t/killat.so" ] || skip_all "limits do not go with this build"

# judged SENTENCE ALLOWED...: $rc is one of these, and the reason is given.
judged() {
	judged_s=$1
	shift
	case " $* " in
	*" $rc "*)
		[ "$rc" -le 1 ] || grep -q '^loya-' "$T/act.err" ||
		    grep -q '^loya-' "$W/server.err" 2>/dev/null
		tap_result $? "$judged_s: $rc, and it is said" ;;
	*)
		tap_result 1 "$judged_s: one of $*, not $rc"
		tap_show stderr "$T/act.err" ;;
	esac
}

# mended SENTENCE: what is there when the cause is gone, and how it ends.
mended() {
	settle >"$T/settle.out" 2>&1
	dump >"$T/got"
	ok "$1: afterwards it ends the same" diff "$T/golden" "$T/got"
	ok "$1: the record holds" loya-audit verify
}

# A disk of this many KiB, full except for what is given, in place of $W.
disk() {	# KiB free
	restore
	mv "$W" "$T/aside"
	mkdir "$W"
	mount -t tmpfs -o "size=$1k" none "$W" || return
	cp -R "$T/aside/." "$W" 2>/dev/null
}
undisk() {
	mkdir "$T/after" && cp -R "$W/." "$T/after"
	umount "$W" && rm -rf "$W" "$T/aside" && mv "$T/after" "$W"
}

mkdir -p "$T/try"
if mount -t tmpfs -o size=64k none "$T/try" 2>/dev/null; then
	umount "$T/try"
	rooms="0 4 8 16 64 160"
	! short || rooms="0 8 160"
	for name in event batch apply takeover rotate push set erase \
	    prune; do
		scene "$name"
		need=$(du -sk "$T/begin" | cut -f 1)
		for more in $rooms; do
			disk $((need + more)) || continue
			acted
			judged "$name with $more KiB of disk" 0 1 74 75 78
			undisk
			promise
			tap_result $? "$name with $more KiB: what was promised"
			mended "$name with $more KiB"
		done
	done
	# The server stays, reports it, and accepts events once there is room.
	scene event
	disk $(($(du -sk "$T/begin" | cut -f 1) + 200))
	start_recv
	: >"$T/codes"
	for i in $(seq 40); do
		request POST /hooks/open "{\"id\":\"f$i\",\"x\":\"$(printf '%8000s' '')\"}" \
		    'Content-Type: application/json'
		ask
		echo "$code" >>"$T/codes"
	done
	is "a server on a disk that gets full answers" \
	    "$(sort -u "$T/codes" | tr '\n' ' ')" "202 503 "
	is "what it acknowledged is there" "$(inbox "SELECT count(*) FROM inbox")" \
	    "$(grep -c 202 "$T/codes")"
	request GET /health ''
	ask
	like "/health says it" "$code$(cat "$T/got")" '^503.*|full'
	mount -o remount,size=8m "$W"
	request POST /hooks/open '{"id":"room"}' 'Content-Type: application/json'
	ask
	is "with room again it goes on" "$code" 202
	stop recv
	is "and ends well" "$rc" 0
	undisk
	ok "the record holds" loya-audit verify
else
	echo "# no disk can be made here: nothing is filled"
fi

# Files that are not writable, for users that this stops.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$T"
	as="setpriv --reuid=65534 --regid=65534 --clear-groups"
else
	as=
fi
for name in event apply push set rotate init; do
	scene "$name"
	restore
	[ -z "$as" ] || chown -R 65534:65534 "$W"
	find "$W" -name 'loya.db*' -exec chmod 400 {} +
	chmod 500 "$W" "$LOYA_CONF"
	ways=$as
	acted
	ways=
	judged "$name without the right to write" 74 78
	chmod -R u+w "$W"
	mended "$name that could not write"
done

# No more than so many descriptors; no more memory.
limited() {	# ulimit option, value
	ways="sh -c 'ulimit $1 $2 && exec \"\$@\"' sh"
	run() { eval "$ways" '"$@"'; }
}
unlimited() {
	ways=
	run() { $ways "$@"; }
}
for name in event apply push set rotate get; do
	scene "$name"
	for n in 3 4 6 8 10 12 14 17; do
		restore
		limited -n "$n"
		acted
		unlimited
		# 127: the C library cannot load the other libraries.
		[ "$rc" = 127 ] || judged "$name with $n descriptors" 0 1 74 75 78
		promise
		tap_result $? "$name with $n descriptors: what was promised"
	done
	mended "$name without descriptors"
	# From less than the C library needs to enough.
	for k in $(numbers 40 40); do
		n=$(awk -v k="$k" 'BEGIN { print int(5000 * 1.058 ^ k) }')
		restore
		limited -v "$n"
		acted
		unlimited
		[ "$rc" = 127 ] || judged "$name with $n KiB of memory" 0 1 74 75 78
		promise
		tap_result $? "$name with $n KiB of memory: what was promised"
	done
	mended "$name without memory"
done

# A clock that jumps both ways between any two runs: ids and the record stay in
# order, nothing is lost, nothing is sent twice.
scene apply
restore
i=0
for at in 2026-11-23T10:00:00Z 2031-01-01T00:00:00Z 2020-01-01T00:00:00Z \
    2026-11-23T10:00:01Z 1999-12-31T23:59:59Z 2028-02-29T12:00:00Z; do
	i=$((i + 1))
	LOYA_NOW=$at
	for k in 1 2 3; do
		member hr "j$i.$k" "{\"external_id\":\"J$i.$k\",\"version\":$k,\"name\":\"n\"}"
	done | loya-apply >"$T/out" 2>"$T/err"
	is "at $at three are enrolled" "$(types "$T/out")" \
	    "member.enrolled member.enrolled member.enrolled"
done
LOYA_NOW=2026-11-23T10:00:00Z
is "members are in the order of enrolment" "$(store "SELECT count(*) FROM member
    a JOIN member b ON b.num = (SELECT min(num) FROM member
    WHERE num > a.num) WHERE b.audit < a.audit")" 0
is "each has an id of its own" "$(store "SELECT count(DISTINCT id) FROM member")" 18
ok "the record holds" loya-audit verify
scene push
for at in 2020-01-01T00:00:00Z 2031-01-01T00:00:00Z; do
	restore
	: >"$sink/log"
	LOYA_NOW=$at loya-push -b >"$T/out" 2>&1
	settle >"$T/out" 2>&1
	is "a push whose clock says $at sends each once" \
	    "$(cut -f 2 "$sink/log" | sort | uniq -c | awk '{ print $1 }' |
	    tr '\n' ' ')" "1 1 1 "
done
done_testing
