#include "common/tlog.h"

#include <stdio.h>
#include <string.h>

#include "common/crypt.h"

/* The beginnings of the two proofs. */
static const char magic[] = "c2sp.org/tlog-proof@v1\n", old_word[] = "old ";

enum { B64 = 44 };	/* of a hash */

/* What is left to read. */
struct text {
	const char *p;
	size_t n;
};

/* Take the next line, without its line feed: 0, or E_DATA if there is none. */
static int
next_line(struct text *t, const char **line, size_t *len)
{
	const char *lf = t->n > 0 ? memchr(t->p, '\n', t->n) : NULL;

	if (lf == NULL)
		return E_DATA;
	*line = t->p;
	*len = (size_t)(lf - t->p);
	t->n -= *len + 1;
	t->p = lf + 1;
	return 0;
}

/* Read a decimal number without leading zeros. */
static int
number(const char *s, size_t n, int64_t *v)
{
	size_t i;

	*v = 0;
	if (n == 0 || (n > 1 && s[0] == '0'))
		return E_DATA;
	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' ||
		    *v > (INT64_MAX - (s[i] - '0')) / 10)
			return E_DATA;
		*v = *v * 10 + (s[i] - '0');
	}
	return 0;
}

static int
hash(const char *s, size_t n, unsigned char out[MERKLE_HASH])
{
	return n == B64 && crypt_unbase64(s, n, 0, out, MERKLE_HASH) ==
	    MERKLE_HASH ? 0 : E_DATA;
}

static void
add_number(struct buf *b, int64_t v)
{
	char text[24];

	snprintf(text, sizeof text, "%lld\n", (long long)v);
	buf_adds(b, text);
}

static void
add_base64(struct buf *b, const void *p, size_t n)
{
	char *to = buf_reserve(b, crypt_base64_len(n) + 1);

	crypt_base64(p, n, to);
	b->len += strlen(to);
	buf_addc(b, '\n');
}

void
tlog_head_write(struct buf *b, const char *origin, int64_t size,
    const unsigned char root[MERKLE_HASH])
{
	buf_adds(b, origin);
	buf_addc(b, '\n');
	add_number(b, size);
	add_base64(b, root, MERKLE_HASH);
}

int
tlog_head_read(struct tlog_head *h, const char *text, size_t len)
{
	struct text t = { text, len };
	const char *line;
	size_t n;

	memset(h, 0, sizeof *h);
	if (next_line(&t, &h->origin, &h->len) != 0 || h->len == 0 ||
	    next_line(&t, &line, &n) != 0 || number(line, n, &h->size) != 0 ||
	    next_line(&t, &line, &n) != 0 || hash(line, n, h->root) != 0)
		return E_DATA;
	/* Further lines may follow that mean nothing to us. */
	while (t.n > 0)
		if (next_line(&t, &line, &n) != 0 || n == 0)
			return E_DATA;
	return 0;
}

static void
add_path(struct buf *b, const struct merkle_proof *m, const char *head,
    size_t nhead)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		add_base64(b, m->hash[i], MERKLE_HASH);
	buf_addc(b, '\n');
	buf_add(b, head, nhead);
}

/* Read hashes up to an empty line; the head follows it. */
static int
read_path(struct text *t, struct merkle_proof *m)
{
	const char *line;
	size_t n;

	for (m->n = 0; ; m->n++) {
		if (next_line(t, &line, &n) != 0)
			return E_DATA;
		if (n == 0)
			return t->n > 0 ? 0 : E_DATA;
		if (m->n == MERKLE_PROOF || hash(line, n, m->hash[m->n]) != 0)
			return E_DATA;
	}
}

void
tlog_proof_write(struct buf *b, int64_t index, const void *extra,
    size_t nextra, const struct merkle_proof *path, const char *head,
    size_t nhead)
{
	buf_adds(b, magic);
	if (extra != NULL) {
		buf_adds(b, "extra ");
		add_base64(b, extra, nextra);
	}
	buf_adds(b, "index ");
	add_number(b, index);
	add_path(b, path, head, nhead);
}

static int
begins(const char *s, size_t n, const char *word)
{
	return n >= strlen(word) && memcmp(s, word, strlen(word)) == 0;
}

int
tlog_proof_read(struct tlog_proof *p, const char *s, size_t len)
{
	struct text t = { s, len };
	const char *line;
	size_t n;

	memset(p, 0, sizeof *p);
	if (!begins(s, len, magic))
		return E_DATA;
	t.p += sizeof magic - 1;
	t.n -= sizeof magic - 1;
	if (next_line(&t, &line, &n) != 0)
		return E_DATA;
	if (begins(line, n, "extra ")) {
		p->extra = line + 6;
		p->nextra = n - 6;
		if (next_line(&t, &line, &n) != 0)
			return E_DATA;
	}
	if (!begins(line, n, "index ") ||
	    number(line + 6, n - 6, &p->index) != 0 ||
	    read_path(&t, &p->path) != 0)
		return E_DATA;
	p->head = t.p;
	p->nhead = t.n;
	return 0;
}

void
tlog_growth_write(struct buf *b, int64_t old, const struct merkle_proof *path,
    const char *head, size_t nhead)
{
	buf_adds(b, old_word);
	add_number(b, old);
	add_path(b, path, head, nhead);
}

int
tlog_growth_read(struct tlog_growth *g, const char *s, size_t len)
{
	struct text t = { s, len };
	const char *line;
	size_t n;

	memset(g, 0, sizeof *g);
	if (next_line(&t, &line, &n) != 0 || !begins(line, n, old_word) ||
	    number(line + 4, n - 4, &g->old) != 0 ||
	    read_path(&t, &g->path) != 0)
		return E_DATA;
	g->head = t.p;
	g->nhead = t.n;
	return 0;
}

/* An origin could begin with these too, but its second line is a number. */
enum tlog_kind
tlog_kind(const char *s, size_t n)
{
	struct tlog_growth g;

	if (begins(s, n, magic))
		return TLOG_PROOF;
	return tlog_growth_read(&g, s, n) == 0 ? TLOG_GROWTH : TLOG_HEAD;
}
