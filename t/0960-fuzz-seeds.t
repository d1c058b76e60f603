#!/bin/sh
# Each fuzz target over its seeds: a sound start for `make fuzz`, and faults
# once found stay fixed.
. "$(dirname "$0")/lib.sh"

for f in "$here"/fuzz/*.c; do
	name=${f##*/}
	name=${name%.c}
	ok "$name has seeds" test -n "$(ls "$here/fuzz/seeds/$name")"
	status 0 "$name takes all of them" "$BUILD/fuzz/$name" \
	    "$here/fuzz/seeds/$name"/*
done
for d in "$here"/fuzz/seeds/*; do
	ok "${d##*/} is a target" test -f "$here/fuzz/${d##*/}.c"
done
status 64 "run.sh wants a time" sh "$here/fuzz/run.sh"
status 64 "and targets that there are" env BUILD="$BUILD" \
    sh "$here/fuzz/run.sh" 1 nothing
is "it says which there is not" "$(cat "$T/err")" \
    "run.sh: nothing: no such target"
done_testing
