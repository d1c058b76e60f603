# For the tests of `make torture`; source it first.  A scene is a file of
# scene/ that says what is done to a store:
#
#   prepare    makes $W: the store $LOYA_STORE and the configuration $LOYA_CONF
#   act        the program that is ill-treated: `run loya-...`, once
#   promise    what holds whatever happened to act, before anybody mends it:
#              its standard output is in $T/act.out, its status is $rc
#   settle     what brings everything to its end: the next run
#   dump       prints all that must be the same at the end
#
#   scenes [NAME]...       the names of the scenes that are asked for
#   scene NAME             prepares it and finds out how it ends undisturbed
#   try HOW...             act with `run` done as HOW..., then what must hold;
#                          0, or $why says what did not
#   numbers COUNT MOST     1 to COUNT, or as many of them as there is time for
#
# TORTURE is the time that there is, in seconds; LOYA_DICE a run's chances.

top=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${BUILD:-$top/build}
# Many thousand stores: in memory if possible.
[ -n "${TMPDIR-}" ] || [ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR BUILD
. "$(dirname "$0")/../lib.sh"
# lib.sh took the folder above for the top of the tree.
torture=$here
here=$top
top=$(cd "$here/.." && pwd)
. "$here/recv.sh"
. "$here/apply.sh"
umask 077
TORTURE=${TORTURE:-60}
dice=${LOYA_DICE:-$(date +%s)}
LOYA_NOW=2026-11-23T10:00:00Z
later=2026-11-23T10:10:00Z
TCPREMOTEIP=127.0.0.1
export LOYA_NOW TCPREMOTEIP
W=$T/work
LOYA_STORE=$W/loya.db
LOYA_CONF=$W/conf
ways=

run() {
	$ways "$@"
}

# What is in the store, except what is random.
dump_store() {
	sqlite3 "$LOYA_STORE" "
	    SELECT external_id, status, points, name, email, hold, decided,
		m.audit FROM member m JOIN link l ON l.member = m.id ORDER BY 1;
	    SELECT * FROM event ORDER BY seq;
	    SELECT seq, at, kind, source, event_id, inbox, prev,
		json_remove(detail, '\$.id', '\$.ms', '\$.client',
		    '\$.token') FROM audit ORDER BY seq;
	    SELECT seq, source, reference, kind, points, balance FROM ledger
		ORDER BY seq;
	    SELECT * FROM pending ORDER BY seq;
	    SELECT target, audit, state, tries FROM outbox ORDER BY seq;
	    SELECT name, slot FROM secret ORDER BY 1, 2;
	    SELECT name, scope, revoked_at FROM client ORDER BY 1;
	    SELECT count(*) FROM merkle;
	    PRAGMA user_version; PRAGMA integrity_check" 2>&1
	sqlite3 "$LOYA_STORE-inbox" "
	    SELECT seq, source, event_id, content_type, hex(substr(body, 1, 99))
		FROM inbox ORDER BY seq;
	    SELECT client, scope, issued_by FROM token;
	    SELECT source, why, count FROM refusal;
	    PRAGMA user_version; PRAGMA integrity_check" 2>&1
}

scenes() {
	[ $# -gt 0 ] || set -- "$torture"/scene/*.sh
	for scene_f; do
		scene_f=${scene_f##*/}
		echo "${scene_f%.sh}"
	done
}

# Go back to the prepared state.
restore() {
	rm -rf "$W"
	cp -R "$T/begin" "$W"
}

acted() {
	# A shell of its own, which may report that a program was killed.
	(act) >"$T/act.out" 2>"$T/act.err" </dev/null
	rc=$?
}

scene() {
	promise() { :; }
	dump() { dump_store; }
	settle() { act; }
	# shellcheck disable=SC1090
	. "$torture/scene/$1.sh"
	rm -rf "$W" "$T/begin"
	mkdir -p "$LOYA_CONF/sources"
	prepare >"$T/prepare.out" 2>"$T/prepare.err"
	# 1: something was refused, which may happen.
	[ $? -le 1 ] || {
		tap_result 1 "$1: it can be prepared"
		tap_show stderr "$T/prepare.err"
	}
	mv "$W" "$T/begin"
	restore
	ways="env LD_PRELOAD=$BUILD/t/killat.so KILL_COUNT=$T/count"
	acted
	[ "$rc" = 0 ] || [ "$rc" = 1 ] || {
		tap_result 1 "$1: undisturbed it ends with $rc"
		tap_show stderr "$T/act.err"
	}
	calls=$(cat "$T/count")
	ways=
	settle >"$T/settle.out" 2>&1
	dump >"$T/golden"
}

try() {
	why=
	restore
	ways="$*"
	acted
	ways=
	promise || why="a promise is broken: $why"
	settle >"$T/settle.out" 2>&1
	dump >"$T/got"
	cmp -s "$T/got" "$T/golden" || why="$why; it ends otherwise: $(
	    diff "$T/golden" "$T/got" | head -n 4 | tr '\n' ' ')"
	loya-audit verify >"$T/verify" 2>&1 ||
	    why="$why; not verified: $(head -n 2 "$T/verify" | tr '\n' ' ')"
	[ -z "$why" ]
}

# A quarter of an hour is enough for MOST, a minute for a few.
short() { [ "$TORTURE" -lt 600 ]; }
numbers() {
	tap_most=$2
	! short || tap_most=$((1 + $2 * TORTURE / 4800))
	if [ "$1" -le "$tap_most" ]; then
		seq "$1"
	else
		awk -v n="$1" -v most="$tap_most" -v d="$dice" 'BEGIN {
			srand(d); at = rand()
			for (i = 0; i < most; i++)
				print int((i + at) * n / most) + 1 }'
	fi
}
