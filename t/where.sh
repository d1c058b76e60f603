#!/bin/sh
# Where the tests put their folders: in memory, if there is room and programs
# may run there, because thousands of stores are written and synced; else on
# the disk.  A killed program loses no more there than on a disk.
shm=/dev/shm
if [ -z "${TMPDIR-}" ] && [ -w "$shm" ] &&
    try=$(mktemp "$shm/loya.XXXXXX" 2>/dev/null); then
	printf '#!/bin/sh\ndf -Pk %s\n' "$shm" >"$try"
	chmod 755 "$try"
	"$try" 2>/dev/null | awk 'NR == 2 && $4 > 1000000 { n++ }
	    END { exit !n }' && TMPDIR=$shm
	rm -f "$try"
fi
echo "${TMPDIR:-/tmp}"
