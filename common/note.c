#include "common/note.h"

#include <stdio.h>
#include <string.h>

#include "common/crypt.h"
#include "common/status.h"

/* An em dash and a blank begin a signature line. */
#define DASH "\xe2\x80\x94 "

enum { DASH_LEN = sizeof DASH - 1, ID = 4, HEX = 2 * ID, KEY = 1 + 32,
    SIGNATURE = 64, TIMED = 8 + SIGNATURE,
    RAW = 4096	/* of a signature: those to come are large */ };

int
note_name_ok(const char *s)
{
	size_t n;

	for (n = 0; s[n] > ' ' && s[n] < 0x7f && s[n] != '+'; n++)
		;
	return n > 0 && n <= NOTE_NAME && s[n] == '\0';
}

void
note_key_make(struct note_key *k, const char *name, enum note_kind kind,
    const unsigned char pk[32])
{
	unsigned char h[CRYPT_SHA256], type = (unsigned char)kind;
	const struct crypt_part part[] = { { name, strlen(name) },
	    { "\n", 1 }, { &type, 1 }, { pk, sizeof k->pk } };

	memset(k, 0, sizeof *k);
	snprintf(k->name, sizeof k->name, "%s", name);
	k->kind = kind;
	memcpy(k->pk, pk, sizeof k->pk);
	crypt_sha256(h, part, 4);
	memcpy(k->id, h, ID);
}

int
note_key_parse(struct note_key *k, const char *s, size_t n)
{
	char name[NOTE_NAME + 1], text[NOTE_VKEY];
	unsigned char key[KEY];
	const char *plus;
	size_t len;

	memset(k, 0, sizeof *k);
	plus = memchr(s, '+', n);
	if (plus == NULL)
		return E_DATA;
	len = (size_t)(plus - s);
	if (len > NOTE_NAME || n < len + 2 + HEX || plus[1 + HEX] != '+')
		return E_DATA;
	memcpy(name, s, len);
	name[len] = '\0';
	if (strlen(name) != len || !note_name_ok(name) ||
	    crypt_unbase64(plus + 2 + HEX, n - len - 2 - HEX, 0, key,
	    sizeof key) != KEY)
		return E_DATA;
	if (key[0] != NOTE_ED25519 && key[0] != NOTE_COSIGNATURE)
		return E_DATA;
	/* The id must be the one given, and a key has only one text. */
	note_key_make(k, name, key[0], key + 1);
	note_key_text(k, text);
	return strlen(text) == n && memcmp(text, s, n) == 0 ? 0 : E_DATA;
}

void
note_key_text(const struct note_key *k, char out[NOTE_VKEY])
{
	unsigned char key[KEY];
	char hex[HEX + 1], text[64];

	key[0] = (unsigned char)k->kind;
	memcpy(key + 1, k->pk, sizeof k->pk);
	crypt_hex(k->id, ID, hex);
	crypt_base64(key, sizeof key, text);
	snprintf(out, NOTE_VKEY, "%s+%s+%s", k->name, hex, text);
}

/* Read a signature line, without its line feed. */
static int
read_signature(struct note_sig *s, const char *p, size_t n)
{
	unsigned char raw[RAW];
	const char *blank;
	long len;

	memset(s, 0, sizeof *s);
	s->line = p;
	s->len = n + 1;
	if (n < DASH_LEN || memcmp(p, DASH, DASH_LEN) != 0)
		return E_DATA;
	s->name = p + DASH_LEN;
	blank = memchr(s->name, ' ', n - DASH_LEN);
	if (blank == NULL || blank == s->name)
		return E_DATA;
	s->namelen = (size_t)(blank - s->name);
	if (memchr(s->name, '+', s->namelen) != NULL)
		return E_DATA;
	len = crypt_unbase64(blank + 1, (size_t)(p + n - blank - 1), 0, raw,
	    sizeof raw);
	if (len <= ID)
		return E_DATA;
	memcpy(s->id, raw, ID);
	if (len - ID == SIGNATURE || len - ID == TIMED) {
		s->n = (size_t)len - ID;
		memcpy(s->bytes, raw + ID, s->n);
	}
	return 0;
}

int
note_parse_signatures(struct note *note, const char *p, size_t n)
{
	const char *end = p + n, *lf;

	note->nsig = 0;
	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (lf == NULL || note->nsig == NOTE_SIGS ||
		    read_signature(&note->sig[note->nsig++], p,
		    (size_t)(lf - p)) != 0)
			return E_DATA;
	}
	return note->nsig > 0 ? 0 : E_DATA;
}

int
note_parse(struct note *note, const char *p, size_t n)
{
	size_t i, border = 0;

	memset(note, 0, sizeof *note);
	if (n > NOTE_MAX)
		return E_DATA;
	for (i = 0; i < n; i++) {
		if ((unsigned char)p[i] < ' ' && p[i] != '\n')
			return E_DATA;
		/* The last empty line is the separator. */
		if (i > 0 && p[i] == '\n' && p[i - 1] == '\n')
			border = i;
	}
	if (border < 2)
		return E_DATA;
	note->text = p;
	note->len = border;
	return note_parse_signatures(note, p + border + 1, n - border - 1);
}

static int
good(const struct note *note, const struct note_sig *s,
    const struct note_key *k, int64_t *at)
{
	struct buf b = { 0 };
	char head[64];
	uint64_t t = 0;
	int i, rc;

	*at = 0;
	if (k->kind == NOTE_ED25519)
		return s->n == SIGNATURE && crypt_ed25519_verify(k->pk,
		    note->text, note->len, s->bytes) == 0;
	if (s->n != TIMED)
		return 0;
	for (i = 0; i < 8; i++)
		t = t << 8 | s->bytes[i];
	if (t > INT64_MAX)
		return 0;
	*at = (int64_t)t;
	snprintf(head, sizeof head, "cosignature/v1\ntime %lld\n",
	    (long long)t);
	buf_adds(&b, head);
	buf_add(&b, note->text, note->len);
	rc = crypt_ed25519_verify(k->pk, b.p, b.len, s->bytes + 8);
	buf_release(&b);
	return rc == 0;
}

int
note_verify(const struct note *note, const struct note_key *k, int64_t *at,
    const struct note_sig **line)
{
	const struct note_sig *s;
	int64_t t, newest = -1;

	if (at != NULL)
		*at = 0;
	if (line != NULL)
		*line = NULL;
	for (s = note->sig; s < note->sig + note->nsig; s++) {
		if (s->namelen != strlen(k->name) ||
		    memcmp(s->name, k->name, s->namelen) != 0 ||
		    memcmp(s->id, k->id, ID) != 0)
			continue;
		if (!good(note, s, k, &t))
			return E_NO;
		if (t <= newest)
			continue;
		newest = t;
		if (at != NULL)
			*at = t;
		if (line != NULL)
			*line = s;
	}
	return newest >= 0;
}

void
note_sign(struct buf *b, const char *text, size_t len,
    const struct note_key *k, const unsigned char sk[64])
{
	unsigned char raw[ID + SIGNATURE];
	char line[128];

	memcpy(raw, k->id, ID);
	crypt_ed25519_sign(sk, text, len, raw + ID);
	crypt_base64(raw, sizeof raw, line);
	buf_adds(b, DASH);
	buf_adds(b, k->name);
	buf_addc(b, ' ');
	buf_adds(b, line);
	buf_addc(b, '\n');
}
