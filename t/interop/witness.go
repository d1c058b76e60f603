// A witness, by the packages that the Go project checks its own log of modules
// with: golang.org/x/mod/sumdb/note opens the signed notes and finds the lines
// of each key, tlog checks the proofs, crypto/ed25519 the signatures; what is
// signed is by the letter of C2SP tlog-cosignature, v1.
//
//	witness new NAME FILE              a seed into the FILE; prints its key
//	witness sign KEY FILE HEAD TIME    its line about a head of the log KEY
//	witness add KEY FILE OLD TIME      reads the body of an add-checkpoint,
//	                                   which must go on from the head OLD
//	witness check KEY VKEY HEAD        a head with lines: who signed, and when
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const algorithm = 4

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

type witness struct {
	name string
	key  ed25519.PublicKey
	seed ed25519.PrivateKey
	at   uint64
}

func (w *witness) Name() string { return w.name }

func (w *witness) KeyHash() uint32 {
	h := sha256.New()
	h.Write(append([]byte(w.name+"\n"), algorithm))
	h.Write(w.key)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

func message(at uint64, text []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)),
		text...)
}

func (w *witness) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	w.at = binary.BigEndian.Uint64(sig)
	return ed25519.Verify(w.key, message(w.at, text), sig[8:])
}

func (w *witness) Sign(text []byte) ([]byte, error) {
	sig := binary.BigEndian.AppendUint64(nil, w.at)
	return append(sig, ed25519.Sign(w.seed, message(w.at, text))...), nil
}

func (w *witness) vkey() string {
	return fmt.Sprintf("%s+%08x+%s", w.name, w.KeyHash(),
		base64.StdEncoding.EncodeToString(append([]byte{algorithm},
			w.key...)))
}

// A verifier key of a witness, which note.NewVerifier does not know.
func parse(vkey string) *witness {
	part := strings.SplitN(strings.TrimSpace(vkey), "+", 3)
	if len(part) != 3 {
		must(fmt.Errorf("no key of a witness"))
	}
	raw, err := base64.StdEncoding.DecodeString(part[2])
	must(err)
	if len(raw) != 1+ed25519.PublicKeySize || raw[0] != algorithm {
		must(fmt.Errorf("no key of a witness"))
	}
	w := &witness{name: part[0], key: raw[1:]}
	if fmt.Sprintf("%08x", w.KeyHash()) != part[1] {
		must(fmt.Errorf("the key has another hash"))
	}
	return w
}

func load(file string, at string) *witness {
	name, seed, _ := strings.Cut(string(read(file)), "\n")
	raw, err := base64.StdEncoding.DecodeString(seed)
	must(err)
	w := &witness{name: name, seed: ed25519.NewKeyFromSeed(raw)}
	w.key = w.seed.Public().(ed25519.PublicKey)
	w.at, err = strconv.ParseUint(at, 10, 64)
	must(err)
	return w
}

// A note that one of the log's keys signed, and others perhaps.
func open(keys string, text []byte, more ...note.Verifier) *note.Note {
	for _, k := range strings.Fields(keys) {
		v, err := note.NewVerifier(k)
		must(err)
		more = append(more, v)
	}
	n, err := note.Open(text, note.VerifierList(more...))
	must(err)
	return n
}

func tree(n *note.Note) (int64, tlog.Hash) {
	line := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(line[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(line[2])
	must(err)
	return size, root
}

// The line of the witness alone.
func sign(w *witness, n *note.Note) {
	text, err := note.Sign(&note.Note{Text: n.Text}, w)
	must(err)
	fmt.Print(string(text[len(n.Text)+1:]))
}

func add(keys string, w *witness, old []byte) {
	body, err := io.ReadAll(os.Stdin)
	must(err)
	i := bytes.Index(body, []byte("\n\n"))
	if i < 0 {
		must(fmt.Errorf("no empty line"))
	}
	proof := tlog.TreeProof{}
	lines := strings.Split(string(body[:i]), "\n")
	for _, l := range lines[1:] {
		h, err := tlog.ParseHash(l)
		must(err)
		proof = append(proof, h)
	}
	oldSize, oldRoot := tree(open(keys, old))
	if lines[0] != fmt.Sprintf("old %d", oldSize) {
		must(fmt.Errorf("409: %d", oldSize))
	}
	n := open(keys, body[i+2:])
	size, root := tree(n)
	must(tlog.CheckTree(proof, size, root, oldSize, oldRoot))
	sign(w, n)
}

func check(keys string, w *witness, text []byte) {
	for _, s := range open(keys, text, w).Sigs {
		if s.Name == w.name && s.Hash == w.KeyHash() {
			fmt.Printf("%s at %d\n", w.name, w.at)
			return
		}
	}
	must(fmt.Errorf("%s did not sign it", w.name))
}

func main() {
	a := os.Args[1:]
	switch {
	case len(a) == 3 && a[0] == "new":
		key, seed, err := ed25519.GenerateKey(rand.Reader)
		must(err)
		must(os.WriteFile(a[2], []byte(a[1]+"\n"+base64.StdEncoding.
			EncodeToString(seed.Seed())), 0o600))
		fmt.Println((&witness{name: a[1], key: key}).vkey())
	case len(a) == 5 && a[0] == "sign":
		sign(load(a[2], a[4]), open(string(read(a[1])), read(a[3])))
	case len(a) == 5 && a[0] == "add":
		add(string(read(a[1])), load(a[2], a[4]), read(a[3]))
	case len(a) == 4 && a[0] == "check":
		check(string(read(a[1])), parse(a[2]), read(a[3]))
	default:
		must(fmt.Errorf("usage: witness new|sign|add|check ..."))
	}
}
