/* Signed notes: the vectors of C2SP and Go, and what must be refused. */
#include "common/note.h"

#include <stdlib.h>

#include "common/crypt.h"
#include "common/status.h"
#include "t/unit/tap.h"

#define FOO "example.com/foo+530d903a+" \
    "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define NEUMANN "PeterNeumann+c74f20a3+" \
    "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define SIG "\xe2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6T" \
    "fXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define TEXT "This is an example message.\n"

static int
parse_key(const char *s)
{
	struct note_key k;

	return note_key_parse(&k, s, strlen(s));
}

static int
verify(const char *note, const char *vkey)
{
	static struct note n;
	struct note_key k;

	if (note_key_parse(&k, vkey, strlen(vkey)) != 0)
		return -100;
	if (note_parse(&n, note, strlen(note)) != 0)
		return E_DATA;
	return note_verify(&n, &k, NULL, NULL);
}

static void
test_keys(void)
{
	char text[NOTE_VKEY];
	struct note_key k;

	is_int(note_key_parse(&k, FOO, strlen(FOO)), 0, "the key of C2SP");
	is_str(k.name, "example.com/foo", "its name");
	note_key_text(&k, text);
	is_str(text, FOO, "and back");
	is_int(parse_key(NEUMANN), 0, "the key of Go's example");
	is_int(parse_key(""), E_DATA, "nothing");
	is_int(parse_key("a"), E_DATA, "no plus");
	is_int(parse_key("a+b"), E_DATA, "one plus");
	is_int(parse_key("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3"
	    "U2k"), E_DATA, "no name");
	is_int(parse_key("example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54I"
	    "d2LKaANYcrnKv3U2k"), E_DATA, "another name");
	is_int(parse_key("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54I"
	    "d2LKaANYcrnKv3U2k"), E_DATA, "another id");
	is_int(parse_key("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54I"
	    "d2LKaANYcrnKv3U2k"), E_DATA, "capitals in the id");
	is_int(parse_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54I"
	    "d2LKaANYcrnKv3U"), E_DATA, "cut");
	is_int(parse_key("example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54I"
	    "d2LKaANYcrnKv3U2k"), E_DATA, "a blank in the name");
	ok(!note_name_ok(""), "a name is not empty");
	ok(!note_name_ok("a+b"), "a name has no plus");
	ok(!note_name_ok("a\nb"), "a name has no line feed");
	ok(note_name_ok("example.org/loya"), "a name");
}

static void
test_notes(void)
{
	is_int(verify(TEXT "\n" SIG, FOO), 1, "the note of C2SP");
	is_int(verify(TEXT "\n" SIG, NEUMANN), 0, "another key has no word");
	is_int(verify("this is an example message.\n\n" SIG, FOO), E_NO,
	    "a changed text");
	is_int(verify(TEXT "\n" SIG SIG, FOO), 1, "a line that is there twice");
	is_int(verify(TEXT "\n\xe2\x80\x94 x AAAAAAA=\n" SIG, FOO), 1,
	    "a line of somebody else before it");
	is_int(verify(TEXT "\n" SIG "x\n", FOO), E_DATA, "an invalid line");
	is_int(verify(TEXT SIG, FOO), E_DATA, "no empty line");
	is_int(verify(TEXT "\n", FOO), E_DATA, "no signature");
	is_int(verify(TEXT "\n\n", FOO), E_DATA, "an empty line for one");
	is_int(verify("\n" SIG, FOO), E_DATA, "no text");
	is_int(verify("a\tb\n\n" SIG, FOO), E_DATA, "a control character");
	is_int(verify("", FOO), E_DATA, "nothing at all");
	is_int(verify(TEXT "\n\xe2\x80\x94 example.com/foo Uw2QOg==\n", FOO),
	    E_DATA, "an id alone");
	is_int(verify(TEXT "\n\xe2\x80\x94 example.com/foo Uw2QOgA=\n", FOO),
	    E_NO, "a signature of one byte");
}

/* Every byte of a note flipped: it is never accepted, and the fault is always
 * that it is not a note, not signed by this key, or badly signed. */
static void
test_flips(void)
{
	static const char good[] = TEXT "\n" SIG;
	char note[sizeof good];
	size_t i, passed = 0;
	int bit;

	for (i = 0; i < sizeof good - 1; i++)
		for (bit = 0; bit < 8; bit++) {
			memcpy(note, good, sizeof good);
			note[i] = (char)(note[i] ^ 1 << bit);
			if (note[i] != '\0' && verify(note, FOO) == 1)
				passed++;
		}
	is_int(passed, 0, "no flipped bit passes");
}

static void
test_signing(void)
{
	unsigned char seed[32] = { 9 }, pk[32], sk[64];
	char vkey[NOTE_VKEY];
	struct buf b = { 0 };
	struct note_key k;

	crypt_ed25519_pair(seed, pk, sk);
	note_key_make(&k, "example.org/loya", NOTE_ED25519, pk);
	note_key_text(&k, vkey);
	buf_adds(&b, "example.org/loya\n0\nx\n\n");
	note_sign(&b, b.p, b.len - 1, &k, sk);
	is_int(verify(buf_str(&b), vkey), 1, "what is signed verifies");
	buf_release(&b);
}

/* A cosignature made by hand, because its time is part of what is signed. */
static void
test_cosignature(void)
{
	static const char text[] = "example.org/loya\n0\nx\n";
	unsigned char seed[32] = { 7 }, pk[32], sk[64], raw[4 + 8 + 64] = { 0 };
	const struct note_sig *line;
	static struct note n;
	struct buf b = { 0 };
	struct note_key k;
	char line64[128];
	int64_t at;

	crypt_ed25519_pair(seed, pk, sk);
	note_key_make(&k, "w.example", NOTE_COSIGNATURE, pk);
	buf_adds(&b, "cosignature/v1\ntime 1700000000\n");
	buf_adds(&b, text);
	memcpy(raw, k.id, 4);
	raw[8] = 0x65;
	raw[9] = 0x53;
	raw[10] = 0xf1;
	crypt_ed25519_sign(sk, b.p, b.len, raw + 12);
	crypt_base64(raw, sizeof raw, line64);
	buf_clear(&b);
	buf_adds(&b, text);
	buf_adds(&b, "\n\xe2\x80\x94 w.example ");
	buf_adds(&b, line64);
	buf_adds(&b, "\n");
	is_int(note_parse(&n, b.p, b.len), 0, "a cosigned note");
	is_int(note_verify(&n, &k, &at, &line), 1, "its cosignature is good");
	is_int(at, 1700000000, "and has its time");
	ok(line == &n.sig[0], "and its line");
	n.sig[0].bytes[7] ^= 1;
	is_int(note_verify(&n, &k, &at, NULL), E_NO, "another time is not");
	n.sig[0].bytes[7] ^= 1;
	n.sig[0].bytes[0] = 0x80;
	is_int(note_verify(&n, &k, &at, NULL), E_NO, "nor one before 1970");
	buf_release(&b);
}

static void
test_lists(void)
{
	struct note_keys keys = { 0 };
	int line;

	is_int(note_keys_parse(&keys, "# mine\n" FOO "\n\n" NEUMANN, 7 +
	    strlen(FOO NEUMANN) + 2, &line), 0, "a file of keys");
	is_int(keys.n, 2, "has two");
	is_int(note_keys_parse(&keys, FOO "\nx\n", strlen(FOO) + 3, &line),
	    E_DATA, "a line that is not a key");
	is_int(line, 2, "is named");
	note_keys_release(&keys);
}

int
main(void)
{
	crypt_init();
	test_keys();
	test_notes();
	test_flips();
	test_signing();
	test_cosignature();
	test_lists();
	return done_testing();
}
