#!/bin/sh
# System calls that fail, one in each run: the program says what went wrong and
# ends with a status of its page, or goes on; what was promised holds, and the
# next run ends the same.
. "$(dirname "$0")/lib.sh"
command -v strace >/dev/null || skip_all "strace is not installed"
[ -f "$BUILD/t/killat.so" ] || skip_all "strace does not go with this build"
strace -o /dev/null -e inject=flock:error=EIO:when=9 true 2>/dev/null ||
    skip_all "strace may not trace here"
echo "# LOYA_DICE=$dice"

# What fails, and how.
faults="pwrite64:EIO pwrite64:ENOSPC pwrite64:EDQUOT fdatasync:EIO fsync:EIO ftruncate:EIO
    write:EIO write:ENOSPC write:EINTR read:EIO read:EINTR pread64:EIO
    flock:EINTR flock:ENOLCK fcntl:EIO poll:EINTR sendto:ECONNRESET
    recvfrom:ECONNRESET socket:EMFILE rename:EIO unlink:EIO link:EIO
    getrandom:EINTR epoll_wait:EINTR mmap:ENOMEM openat:EMFILE close:EIO"

# What cannot happen: a pipe and an eventfd have no disk errors.
impossible() {
	grep -q -e '(.*<pipe:.*INJECTED' -e '(.*<anon_inode:.*INJECTED' \
	    "$T/strace"
}

# A log that is not copied at the end is left as it is.
tidied() {
	grep -q 'the log grows until that is fixed' "$T/act.err" \
	    "$W/server.err" 2>/dev/null
}

# The first call of a program that has just started.
at_start() {
	awk '/ execve\(/ { first = 1; next }
	    /INJECTED/ { found = first; exit }
	    { first = 0 }
	    END { exit !found }' "$T/strace"
}

# What became of $name under a fault; in $why.
judge() {
	case $rc in
	0|1) ;;
	65|74|75|78)
		grep -q '^loya-' "$T/act.err" "$W/server.err" 2>/dev/null ||
		    why="$why; it ends with $rc and says nothing" ;;
	127) ;;	# Where the C library loads the others it is not our turn yet.
	139)	# What loads it has no word for its own first memory.
		at_start || why="$why; it ends with $rc" ;;
	*)	why="$why; it ends with $rc: $(tail -n 1 "$T/act.err")" ;;
	esac
	# Nobody knows what the disk holds after that.  (SQLite does not check
	# it for folders; and a program that tidies up at its end has done its
	# work.)
	case $1 in
	fdatasync:EIO|fsync:EIO)
		[ "$rc" != 0 ] || ! grep INJECTED "$T/strace" |
		    grep -qv "<$W>" || tidied || why="$why; it goes on"
	esac
}

inject() {	# call:error
	count=$(grep -c "^[0-9]* *${1%:*}(" "$T/calls")
	bad=0
	done=0
	for n in $(numbers "$count" 6); do
		try strace -fy -o "$T/strace" -e signal=none \
		    -e "trace=execve,${1%:*}" -e "inject=${1%:*}:error=${1#*:}:when=$n"
		if impossible; then why=; else judge "$1"; fi
		done=$((done + 1))
		[ -n "$why" ] || continue
		bad=$((bad + 1))
		[ "$bad" -gt 2 ] || echo "# $name: $1 at $n: $why"
	done
	[ "$done" = 0 ] ||
	    is "$name: $1 at $done of $count calls" "$bad" 0
}

[ $# -gt 0 ] || set -- event batch server apply takeover migrate checkpoint \
    init set rotate push exec get erase prune
for name in $(scenes "$@"); do
	scene "$name"
	dice=$((dice + 1))
	restore
	ways="strace -f -o $T/calls -e signal=none"
	acted
	ways=
	turn=0
	for fault in $faults; do
		# All of them, or each third, starting with another one in each
		# scene.
		turn=$((turn + 1))
		short && [ $(((turn + dice) % 3)) != 0 ] || inject "$fault"
	done
done
done_testing
