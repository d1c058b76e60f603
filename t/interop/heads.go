// Heads and proofs by the packages that the Go project checks its own log of
// modules with: golang.org/x/mod/sumdb/note and tlog.
//
//	heads head KEY FILE            a signed head
//	heads row KEY FILE             a tlog-proof of a row
//	heads growth KEY OLD FILE      that the head in FILE goes on from OLD
//	heads make DIR N               the other way round: a log of N rows, its
//	                               key, head, older head, proofs
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	b, err := os.ReadFile(name)
	must(err)
	return b
}

// A signed head: who it is of, its size and root.
func head(keys string, text []byte) (string, int64, tlog.Hash) {
	var list []note.Verifier
	for _, k := range strings.Fields(keys) {
		v, err := note.NewVerifier(k)
		must(err)
		list = append(list, v)
	}
	n, err := note.Open(text, note.VerifierList(list...))
	must(err)
	line := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(line[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(line[2])
	must(err)
	return line[0], size, root
}

func hashes(lines []string) (p []tlog.Hash) {
	for _, l := range lines {
		h, err := tlog.ParseHash(l)
		must(err)
		p = append(p, h)
	}
	return p
}

// The lines above the first empty one, and the head below it.
func split(text []byte) ([]string, []byte) {
	i := bytes.Index(text, []byte("\n\n"))
	if i < 0 {
		must(fmt.Errorf("no empty line"))
	}
	return strings.Split(string(text[:i]), "\n"), text[i+2:]
}

func row(keys string, text []byte) {
	lines, signed := split(text)
	origin, size, root := head(keys, signed)
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		must(fmt.Errorf("not a tlog-proof"))
	}
	leaf, err := base64.StdEncoding.DecodeString(
		strings.TrimPrefix(lines[1], "extra "))
	must(err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "),
		10, 64)
	must(err)
	must(tlog.CheckRecord(hashes(lines[3:]), size, root, index,
		tlog.RecordHash(leaf)))
	fmt.Printf("%s: row %d of %d: %s\n", origin, index+1, size, leaf)
}

func growth(keys string, old, text []byte) {
	_, oldSize, oldRoot := head(keys, old)
	lines, signed := split(text)
	origin, size, root := head(keys, signed)
	if lines[0] != fmt.Sprintf("old %d", oldSize) {
		must(fmt.Errorf("it is about another head: %s", lines[0]))
	}
	must(tlog.CheckTree(hashes(lines[1:]), size, root, oldSize, oldRoot))
	fmt.Printf("%s: %d rows go on from %d\n", origin, size, oldSize)
}

// A log in memory.
type store []tlog.Hash

func (s store) ReadHashes(index []int64) (out []tlog.Hash, err error) {
	for _, i := range index {
		out = append(out, s[i])
	}
	return out, nil
}

func write(dir, name, text string) {
	must(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
}

func lines(p []tlog.Hash) (s string) {
	for _, h := range p {
		s += h.String() + "\n"
	}
	return s
}

func makeLog(dir string, n int64) {
	skey, vkey, err := note.GenerateKey(rand.Reader, "go.example/log")
	must(err)
	signer, err := note.NewSigner(skey)
	must(err)
	var s store
	var leaf []string
	for i := int64(0); i < n; i++ {
		leaf = append(leaf, fmt.Sprintf("[%d,\"row\"]", i+1))
		more, err := tlog.StoredHashes(i, []byte(leaf[i]), s)
		must(err)
		s = append(s, more...)
	}
	sign := func(size int64) string {
		root, err := tlog.TreeHash(size, s)
		must(err)
		text, err := note.Sign(&note.Note{Text: fmt.Sprintf(
			"go.example/log\n%d\n%s\n", size, root)}, signer)
		must(err)
		return string(text)
	}
	write(dir, "key", vkey+"\n")
	now := sign(n)
	write(dir, "head", now)
	for i := int64(0); i < n; i++ {
		p, err := tlog.ProveRecord(n, i, s)
		must(err)
		write(dir, fmt.Sprintf("row%d", i+1), fmt.Sprintf(
			"c2sp.org/tlog-proof@v1\nextra %s\nindex %d\n%s\n%s",
			base64.StdEncoding.EncodeToString([]byte(leaf[i])), i,
			lines(p), now))
		t, err := tlog.ProveTree(n, i+1, s)
		must(err)
		write(dir, fmt.Sprintf("old%d", i+1), sign(i+1))
		write(dir, fmt.Sprintf("growth%d", i+1), fmt.Sprintf(
			"old %d\n%s\n%s", i+1, lines(t), now))
	}
}

func main() {
	a := os.Args[1:]
	switch {
	case len(a) == 3 && a[0] == "head":
		origin, size, root := head(string(read(a[1])), read(a[2]))
		fmt.Printf("%s: %d rows, %s\n", origin, size, root)
	case len(a) == 3 && a[0] == "row":
		row(string(read(a[1])), read(a[2]))
	case len(a) == 4 && a[0] == "growth":
		growth(string(read(a[1])), read(a[2]), read(a[3]))
	case len(a) == 3 && a[0] == "make":
		n, err := strconv.ParseInt(a[2], 10, 64)
		must(err)
		makeLog(a[1], n)
	default:
		must(fmt.Errorf("usage: heads head|row|growth|make ..."))
	}
}
