#!/bin/sh
# A copy is put back under programs that wait for work: the files that they
# have open are no longer the store, and get nothing more.
. "$(dirname "$0")/lib.sh"
. "$here/apply.sh"

source_file hr '{"profile":"plain","receive":{"auth":{"kind":"none"}},
    "push":{"on":"*","kind":"exec","exec":{"command":["/bin/cat"]}}}'
loya-token init 2>/dev/null
# Two links to it: of its folder, and of the file.
now=$T/now link=$T/link.db

# A store in a folder of its own, and a copy of the files in b.
fresh() {
	rm -rf "$T/a" "$T/b"
	mkdir "$T/a"
	ln -sfn a "$now"
	ln -sfn a/loya.db "$link"
	LOYA_STORE=$T/a/loya.db
	member hr "e$1" '{"external_id":"E1","version":1}' |
	    loya-apply >/dev/null
	cp -a "$T/a" "$T/b"
	LOYA_STORE=$2
}
over() {
	for f in loya.db loya.db-inbox; do
		mv "$T/b/$f" "$T/a/$f"
	done
}
folder() { ln -sfn b "$now"; }
file() { ln -sfn b/loya.db "$link"; }
gone() { ! kill -0 "$pid"; }
opened() {	# both files, and their logs behind that
	for f in "$T"/a/loya.db-wal "$T"/a/loya.db-inbox-wal; do
		find "/proc/$pid/fd" -lname "*$f" | grep -q . || return
	done
}
# ends_with_74 WHO HOW STORE command...
n=0
ends_with_74() {
	who=$1 how=$2
	n=$((n + 1))
	fresh "$n" "$3"
	shift 3
	mkfifo "$T/pipe$n"
	start run sh -c 'exec "$@" <"$0"' "$T/pipe$n" "$@"
	exec 8>"$T/pipe$n"
	pid=$(cat "$T/run.pid")
	wait_for "its files" opened
	$how
	wait_for "the end of $who" gone
	exec 8>&-
	wait "$pid"
	is "$who, $how: 74" "$?" 74
	rm -f "$T/run.pid"
	like "which says why" "$(cat "$T/run.err")" \
	    'was moved or replaced while it was open'
}

for how in over folder file; do
	case $how in
	over) at=$T/a/loya.db ;;
	folder) at=$now/loya.db ;;
	file) at=$link ;;
	esac
	ends_with_74 "apply -w" $how "$at" loya-apply -w
	ends_with_74 "apply in a pipe" $how "$at" loya-apply
	ends_with_74 "push -w" $how "$at" loya-push -w
	ends_with_74 "push in a pipe" $how "$at" loya-push
done

# A writer notices it when it begins a transaction.
hook() {
	curl -s -o "$T/answer" -w '%{http_code}' -d "{\"id\":\"$1\"}" \
	    -H 'Content-Type: application/json' \
	    "http://$(sed -n 's/.*listening on //p' "$T/recv.err")/hooks/hr"
}
for how in folder file; do
	n=$((n + 1))
	[ $how = folder ] && at=$now/loya.db || at=$link
	fresh "$n" "$at"
	start recv loya-recv -l 127.0.0.1:0
	wait_for "loya-recv" grep -q listening "$T/recv.err"
	is "recv, $how: an event is taken" "$(hook a)" 202
	$how
	is "and none after it" "$(hook b)" 503
	stop recv
	is "which ends with 74" "$rc" 74
done
done_testing
