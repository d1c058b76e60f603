#!/bin/sh
# Where the folders of the tests are to stand: in memory, where there is room
# and programs may run, because thousands of stores are written and synced;
# else on the disk.  What is killed there loses no more than on a disk.
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
