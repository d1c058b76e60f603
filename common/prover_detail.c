/*
 * The detail of a row, for people who shall check that, and not only that the
 * row exists.  It is put in front of the proof, because C2SP leaves no other
 * place: the extra is the leaf, and the head is followed by its signatures.
 */
#include "common/prover_inner.h"

#include <string.h>

#include "common/audit.h"
#include "common/crypt.h"
#include "common/json.h"

static const char magic[] = "loya/detail@v1\n";

static void
add_base64(struct buf *b, const struct buf *bytes)
{
	size_t n = crypt_base64_len(bytes->len);

	crypt_base64(bytes->p, bytes->len, buf_reserve(b, n));
	b->len += n - 1;
	buf_addc(b, '\n');
}

int
prover_detail(struct store *s, int64_t seq, struct buf *b, struct err *e)
{
	struct buf salt = { 0 }, detail = { 0 };
	int rc;

	rc = audit_opening(s, seq, &salt, &detail, e);
	if (rc == E_NOTFOUND)
		rc = err_set(e, rc, "row %lld: there is none", (long long)seq);
	else if (rc == 1)
		rc = err_set(e, E_NO, "row %lld: its detail was erased",
		    (long long)seq);
	else if (rc == 0 && detail.len / 3 * 4 > PROVER_MAX - NOTE_MAX)
		rc = err_set(e, E_NO, "row %lld: its detail is too long",
		    (long long)seq);
	if (rc == 0) {
		buf_adds(b, magic);
		buf_adds(b, "salt ");
		add_base64(b, &salt);
		buf_adds(b, "detail ");
		add_base64(b, &detail);
		buf_addc(b, '\n');
	}
	buf_release(&salt);
	buf_release(&detail);
	return rc;
}

/* Decode the bytes after a word, to the end of the line; returns the text after
 * that, or NULL if it does not have that form. */
static const char *
take(const char *s, const char *end, const char *word, struct buf *b)
{
	const char *line_end = memchr(s, '\n', (size_t)(end - s));
	size_t k = strlen(word), n;
	long len;

	if (line_end == NULL || (size_t)(line_end - s) < k ||
	    memcmp(s, word, k) != 0)
		return NULL;
	n = (size_t)(line_end - s) - k;
	len = crypt_unbase64(s + k, n, 0,
	    (unsigned char *)buf_reserve(b, n + 1), n);
	if (len < 0)
		return NULL;
	b->len += (size_t)len;
	return line_end + 1;
}

int
prover_opening_read(struct opening *o, const char *text, size_t len)
{
	const size_t n = sizeof magic - 1;
	const char *p, *end = text + len;
	struct json j = { 0 };
	int rc = 0;

	if (len < n || memcmp(text, magic, n) != 0)
		return 0;
	if ((p = take(text + n, end, "salt ", &o->salt)) == NULL ||
	    o->salt.len != CRYPT_SALT ||
	    (p = take(p, end, "detail ", &o->detail)) == NULL || p == end ||
	    *p != '\n')
		return E_DATA;
	o->len = (size_t)(p + 1 - text);
	/* It will be printed: nothing in it may end a line. */
	if (json_parse(&j, o->detail.p, o->detail.len) != 0 ||
	    json_type(&j, 0) != JSON_OBJECT || j.blanks > 0)
		rc = E_DATA;
	json_release(&j);
	return rc;
}

void
prover_opening_release(struct opening *o)
{
	buf_release(&o->salt);
	buf_release(&o->detail);
}

/* The commitment is the last element of the leaf. */
int
prover_opening_holds(const struct opening *o, const struct buf *leaf)
{
	unsigned char is[MERKLE_HASH];
	char hex[2 * MERKLE_HASH + 1];
	struct json j = { 0 };
	uint32_t last = JSON_NONE;
	int same = 0;

	audit_commitment(is, o->salt.p, o->salt.len, o->detail.p,
	    o->detail.len);
	crypt_hex(is, sizeof is, hex);
	if (json_parse(&j, leaf->p, leaf->len) == 0) {
		for (JSON_EACH(&j, 0, k))
			last = k;
		same = last != JSON_NONE && json_is(&j, last, hex);
	}
	json_release(&j);
	return same;
}
