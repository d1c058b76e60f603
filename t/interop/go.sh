# A program of Go (Debian: golang-go, golang-golang-x-mod-dev) as $T/NAME, or
# the test is skipped: go_program NAME.  Sourced behind t/lib.sh.
go_program() {
	GO111MODULE=off
	GOPATH=${GOPATH:-/usr/share/gocode}
	GOCACHE=$T/cache
	export GO111MODULE GOPATH GOCACHE
	command -v go >/dev/null || skip_all "needs go"
	go build -o "$T/$1" "$interop/$1.go" 2>"$T/err" ||
	    skip_all "needs golang.org/x/mod/sumdb: $(tail -n 1 "$T/err")"
}
