#!/bin/sh
# `make interop`: install what others wrote into build/interop, then let it
# talk to loya.  What cannot be installed makes the tests skip, and say why.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
room=$top/build/interop
missing=

# What is missing, if something is.
look() {
	if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
		missing="needs node 20 or later, and npm"
	elif [ "$(node -p 'parseInt(process.versions.node)')" -lt 20 ]; then
		missing="needs node 20 or later, and this is $(node -v)"
	elif ! cmp -s "$here/package.json" "$room/installed"; then
		rm -f "$room/installed"
		npm install --prefix "$room" --ignore-scripts --no-audit \
		    --no-fund --no-package-lock >"$room/log" 2>&1 &&
		    cp "$here/package.json" "$room/installed" ||
		    missing="npm cannot install: see $room/log"
	fi
}

mkdir -p "$room" && cp "$here/package.json" "$here"/*.mjs "$room" || exit
look
export missing
exec prove -e sh "$here"/*.t
