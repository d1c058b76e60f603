#!/bin/sh
# The commands of the README and of every EXAMPLES section run as written.
#
# A command begins with "$ " and goes on with "> ", or after a \.  Lines below
# it, up to the next command, are its output, which is compared: ids and times
# may differ.  Blocks without "$ " (crontabs, servers) are not run.  The
# commands of a page run in one shell, in a folder of its own that prepare has
# filled.
. "$(dirname "$0")/lib.sh"

# commands FOLDER: its input is the text of blocks; cmd.N and want.N.
commands() {
	awk -v dir="$1" '
	function cmd(s) { print s >(dir "/cmd." n); more = s ~ /\\$/ }
	/^\$ / { n++; open = 1; cmd(substr($0, 3)); next }
	/^> / && open { cmd(substr($0, 3)); next }
	more { cmd($0); next }
	/^$/ { open = 0 }
	open { print >(dir "/want." n) }'
}

# The blocks below EXAMPLES of a page, with the escapes of mdoc undone.
of_page() {
	awk '/^\.Sh / { on = /EXAMPLES/ }
	!on { next }
	/^\.Dl \$ / { print substr($0, 5); next }
	/^\.Bd -literal/ { block = 1; next }
	/^\.Ed/ { block = 0; print ""; next }
	block' "$1" | sed 's/\\e/\\/g; s/\\(aq/'\''/g; s/\\&//g; s/\\-/-/g'
}

of_readme() {
	sed 's/^[^ ].*//; s/^    //' "$top/README" |
	    sed "s|/where/loya/is/build|$BUILD|"
}

# So that no port is used: the same over a socket in the folder.
by_socket() {
	sed 's/loya-recv -l [0-9.]*:8080/loya-recv -l unix:$PWD\/hook/
	    s/curl -sS/curl -sS --unix-socket hook/' "$1"
}

line() {	# SOURCE ID TYPE DATA
	printf '{"specversion":"1.0","id":"%s","source":"%s",' "$2" "$1"
	printf '"type":"loya.%s","data":%s}\n' "$3" "$4"
}

# What the pages mention: three sources, two members, a refused event.
programme() {
	echo '{ "profile": "darwinbox" }' >"$LOYA_CONF/sources/darwinbox.json"
	echo '{ "profile": "salesforce",
	    "receive": { "auth": { "preset": "github" } },
	    "map": { "fields": { "employee_number": "/Number__c" } },
	    "match": [["employee_number"]] }' \
	    >"$LOYA_CONF/sources/salesforce.json"
	echo '{ "authority": { "*": ["darwinbox", "salesforce", "hr"] } }' \
	    >"$LOYA_CONF/loya.json"
	{
		line darwinbox d1 member '{"external_id":"E1001",
		    "status":"active","email":"a@example.org",
		    "attributes":{"employee_number":"7"}}' | tr -d '\n'
		echo
		line darwinbox d2 member \
		    '{"external_id":"E1001","status":"suspended"}'
		line salesforce 1a2b3c member '{"external_id":"003A",
		    "attributes":{"employee_number":"7"}}' | tr -d '\n'
		echo
		line salesforce 2b member '{"external_id":"003B",
		    "status":"suspended"}' | tr -d '\n'
		echo
		line hr p1 points '{"external_id":"nobody","kind":"earn",
		    "points":1,"reference":"r"}' | tr -d '\n'
		echo
		line hr p2 points '{"external_id":"E1","kind":"redeem",
		    "points":1,"reference":"r2"}' | tr -d '\n'
		echo
	} | loya-apply
}

# The member that loya-audit(1) asks about: enrolled two days ago, suspended
# yesterday.
anna() {
	echo '{ "profile": "darwinbox" }' >"$LOYA_CONF/sources/darwinbox.json"
	echo '{ "authority": { "*": ["darwinbox", "hr"] } }' \
	    >"$LOYA_CONF/loya.json"
	line darwinbox a1 member '{"external_id":"E2","status":"active",
	    "email":"anna@example.com"}' | tr -d '\n' |
	    LOYA_NOW=$(date -u -d '2 days ago' +%FT12:00:00Z) loya-apply
	line darwinbox 1a2b3c member \
	    '{"external_id":"E2","status":"suspended"}' |
	    LOYA_NOW=$(date -u -d yesterday +%FT12:00:00Z) loya-apply
}

prepare() {	# PAGE, inside its folder
	LOYA_STORE=$PWD/loya.db LOYA_CONF=$PWD/conf
	export LOYA_STORE LOYA_CONF
	case $1 in
	README) unset LOYA_STORE LOYA_CONF; return ;;
	loya.7) return ;;
	esac
	loya-token init
	mkdir "$LOYA_CONF/sources"
	echo '{ "profile": "plain" }' >"$LOYA_CONF/sources/hr.json"
	openssl rand -hex 16 >new-secret
	[ "$1" != loya-audit.1 ] || anna
	line hr 1 member '{"external_id":"E1","status":"active"}' |
	    loya-apply
	[ "$1" = loya-event.5 ] || programme
	[ "$1" != loya-push.1 ] || echo '{ "push": { "kind": "exec",
	    "on": "*", "exec": { "command": ["cat"] } } }' \
	    >"$LOYA_CONF/sources/shop.json"
	[ "$1" != loya-pull.1 ] || echo '{ "profile": "plain", "pull": {
	    "command": ["true"] } }' >"$LOYA_CONF/sources/salesforce.json"
	line hr 2 member '{"external_id":"E1","status":"suspended"}' \
	    >changes.jsonl
}

# Wait for what runs in the background: until it is there, until it is done.
settle() {
	i=0
	case $1 in
	*'loya-recv -l unix:'*)
		jobs -p >pids
		until [ -S hook ]; do
			i=$((i + 1))
			[ "$i" -lt 1000 ] || return
			sleep 0.01
		done ;;
	send*)
		while loya-audit inbox -j -S new | grep -q . ; do
			i=$((i + 1))
			[ "$i" -lt 1000 ] || return
			sleep 0.01
		done ;;
	esac
}

# Numbers that differ from run to run.
normal() {
	sed -E 's/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f-]{17}/UUID/g
	    s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g
	    s/[[:space:]]+/ /g; s/ $//' "$1"
}

# In a shell of its own: run all commands of the folder, and note how each
# ended.
run_all() {
	cd "$1/work" || exit
	prepare "$2" >../prepared 2>&1 </dev/null
	n=1
	while [ -f "../cmd.$n" ]; do
		command=$(by_socket "../cmd.$n")
		[ "$command" != "kill %1" ] ||
		    command='kill $(head -n 1 pids); wait'
		eval "$command" >"../out.$n" 2>"../err.$n" </dev/null
		echo $? >"../rc.$n"
		settle "$command"
		n=$((n + 1))
	done
	[ ! -f pids ] || kill "$(head -n 1 pids)" 2>/dev/null
	wait
}

judge() {	# FOLDER PAGE
	n=1
	while [ -f "$1/cmd.$n" ]; do
		head=$(head -n 1 "$1/cmd.$n" | sed 's/#/./g')
		is "$2: $head" "$(cat "$1/rc.$n" 2>/dev/null)" 0
		[ "$(cat "$1/rc.$n")" = 0 ] || {
			tap_show stdout "$1/out.$n"
			tap_show stderr "$1/err.$n"
			tap_show "set-up" "$1/prepared"
		}
		[ ! -f "$1/want.$n" ] || is "$2: ... and says that" \
		    "$(normal "$1/out.$n")" "$(normal "$1/want.$n")"
		n=$((n + 1))
	done
}

page() {	# NAME, text of blocks on stdin
	mkdir -p "$T/$1/work"
	commands "$T/$1"
	(run_all "$T/$1" "$1")
	judge "$T/$1" "$1"
}

unset LOYA_STORE LOYA_CONF
of_readme >"$T/blocks"
page README <"$T/blocks"
for man in "$top"/man/*.[1-8]; do
	of_page "$man" >"$T/blocks"
	name=$(basename "$man")
	page "$name" <"$T/blocks"
	case $name in
	loya*) ok "$name has an example" grep -q '^\.Sh EXAMPLES' "$man" ;;
	esac
done

# The source files of loya-source(5): read alone, and with their loya.json.
mkdir -p "$T/json/conf/sources"
of_page "$top/man/loya-source.5" | awk -v dir="$T/json" '
	/^$/ { on = 0; next }
	!on { on = 1; n++ }
	{ print >(dir "/" n) }'
LOYA_STORE=$T/json/none LOYA_CONF=$T/json/conf
export LOYA_STORE LOYA_CONF
n=0
while n=$((n + 1)) && [ -f "$T/json/$n" ]; do
	name=$(sed -n '1s/.*"profile": "\([^"]*\)".*/\1/p' "$T/json/$n")
	if grep -q '"authority"' "$T/json/$n"; then
		cp "$T/json/1" "$LOYA_CONF/sources/darwinbox.json"
		cp "$T/json/2" "$LOYA_CONF/sources/salesforce.json"
		cp "$T/json/$n" "$LOYA_CONF/loya.json"
	else
		rm -f "$LOYA_CONF"/loya.json "$LOYA_CONF"/sources/*
		cp "$T/json/$n" "$LOYA_CONF/sources/${name:-own}.json"
	fi
	ok "loya-source.5: example $n is a configuration" loya-recv -n
done

# The crontab: its commands report nothing wrong, and print what cron will
# mail.
mkdir "$T/cron"
(
	cd "$T/cron" || exit
	prepare loya-event.5
	line hr z points '{"external_id":"E1","kind":"redeem","points":1,
	    "reference":"z"}' | tr -d '\n' >in
	for s in salesforce darwinbox; do
		echo '{ "profile": "plain", "pull": { "command":
		    ["echo", "{\"external_id\":\"1\"}"] } }' \
		    >"$LOYA_CONF/sources/$s.json"
	done
	echo '{ "authority": { "*": ["hr", "salesforce", "darwinbox"] } }' \
	    >"$LOYA_CONF/loya.json"
	loya-apply <in
) >/dev/null 2>&1
LOYA_STORE=$T/cron/loya.db LOYA_CONF=$T/cron/conf
export LOYA_STORE LOYA_CONF
is "whatever else reads a source does not begin with the job of each 5 minutes" \
    "$(grep -hE '^[0-9]*[05] .*loya-pull' "$top"/man/*.[1-8] \
    "$top/man/examples/crontab")" ""
sqlite3 "$LOYA_STORE" "UPDATE event SET state = 'scheduled', due_at = 1
    WHERE state = 'refused'"
sed -n 's/^[0-9*][^ ]* [^ ]* [^ ]* [^ ]* [^ ]*  *//p' \
    "$top/man/examples/crontab" >"$T/jobs"
is "the crontab has its six jobs" "$(wc -l <"$T/jobs")" 6
# Cron looks for programs where its file says, or in /usr/bin and /bin only.
path=$(sed -n "s|/usr/local/bin|$BUILD|; s/^PATH=//p" \
    "$top/man/examples/crontab")
PATH=${path:-/usr/bin:/bin} sh "$T/jobs" >"$T/mail" 2>"$T/complaints"
is "what was refused is mailed" "$(cat "$T/mail" "$T/complaints")" \
    "loya-apply: 1 refused (loya-audit inbox -S refused)"
done_testing
