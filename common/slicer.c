#include "common/slicer.h"

#include <string.h>

#include "common/status.h"

enum { AROUND, BETWEEN, ELEMENT };
enum { VALUE, KEY, OTHER };

void
slicer_init(struct slicer *s, const char *pointer, slicer_fn *fn, void *ctx)
{
	memset(s, 0, sizeof *s);
	s->pointer = pointer;
	s->fn = fn;
	s->ctx = ctx;
}

void
slicer_release(struct slicer *s)
{
	buf_release(&s->frame);
	buf_release(&s->row);
	json_release(&s->json);
}

static int
fail(struct slicer *s, const char *why)
{
	s->why = why;
	return E_DATA;
}

static int
keep(struct slicer *s, char c)
{
	if (s->frame.len == SLICER_FRAME)
		return fail(s, "there is too much around its rows");
	buf_addc(&s->frame, c);
	return 0;
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Take a byte of a string, which may end it. */
static void
quote(struct slicer *s, char c)
{
	if (s->escaped)
		s->escaped = 0;
	else if (c == '\\')
		s->escaped = 1;
	else if (c == '"')
		s->quoted = 0;
}

/* The reference token n of the pointer: its begin, and *len. */
static const char *
token(const char *p, int n, size_t *len)
{
	for (; n > 0 && *p != '\0'; n--)
		p += 1 + strcspn(p + 1, "/");
	if (*p == '\0')
		return NULL;
	*len = strcspn(++p, "/");
	return p;
}

/* Whether a key equals the token, after decoding ~0 and ~1.  A key written with
 * escapes never does: nobody needs them for such names. */
static int
same_key(const char *t, size_t n, const char *key, size_t len)
{
	size_t i, k = 0;
	char c;

	for (i = 0; i < n; i++, k++) {
		c = t[i];
		if (c == '~' && i + 1 < n)
			c = t[++i] == '1' ? '/' : '~';
		if (k == len || key[k] != c)
			return 0;
	}
	return k == len;
}

static int
same_index(const char *t, size_t n, unsigned index)
{
	unsigned v = 0;
	size_t i;

	if (n == 0 || n > 9 || (n > 1 && *t == '0'))
		return 0;
	for (i = 0; i < n; i++) {
		if (t[i] < '0' || t[i] > '9')
			return 0;
		v = v * 10 + (unsigned)(t[i] - '0');
	}
	return v == index;
}

/* Whether the value that begins here lies on the pointer's path. */
static int
on_way(const struct slicer *s)
{
	const char *t;
	size_t n;

	if (s->depth == 0)
		return 1;
	if (s->on_path != s->depth ||
	    (t = token(s->pointer, s->depth - 1, &n)) == NULL)
		return 0;
	return s->kind[s->depth - 1] == '{' ?
	    same_key(t, n, s->frame.p + s->key, s->key_len) :
	    same_index(t, n, s->index[s->depth - 1]);
}

static int
is_target(const struct slicer *s)
{
	size_t n;

	return !s->found && on_way(s) &&
	    token(s->pointer, s->depth, &n) == NULL;
}

/* Take the bracket that opens an array or an object. */
static int
opened(struct slicer *s, char c)
{
	int way = on_way(s);

	if (is_target(s)) {
		s->found = 1;
		s->mode = c == '[' ? BETWEEN : ELEMENT;
		s->comma = 0;
		s->begun = 0;
		if (c == '[')
			return keep(s, c);
		buf_clear(&s->row);
		buf_addc(&s->row, c);
		s->inside = 1;
		return 0;
	}
	if (s->depth == JSON_DEPTH)
		return fail(s, "it is nested too deeply");
	if (way && s->on_path == s->depth)
		s->on_path++;
	s->kind[s->depth] = c;
	s->index[s->depth++] = 0;
	s->expects = c == '{' ? KEY : VALUE;
	return keep(s, c);
}

static int
closed(struct slicer *s, char c)
{
	if (s->depth > 0 && --s->depth < s->on_path)
		s->on_path = s->depth;
	s->expects = OTHER;
	return keep(s, c);
}

static int
around(struct slicer *s, char c)
{
	if (s->quoted) {
		quote(s, c);
		if (!s->quoted && s->expects == KEY) {
			s->key_len = s->frame.len - s->key;
			s->expects = OTHER;
		}
		return keep(s, c);
	}
	if ((c == '{' || c == '[') && s->expects == VALUE)
		return opened(s, c);
	if (c == '}' || c == ']')
		return closed(s, c);
	if (c == '"') {
		s->quoted = 1;
		if (s->expects == KEY)
			s->key = s->frame.len + 1;
		else
			s->expects = OTHER;
	} else if (c == ':') {
		s->expects = VALUE;
	} else if (c == ',' && s->depth > 0) {
		s->index[s->depth - 1]++;
		s->expects = s->kind[s->depth - 1] == '{' ? KEY : VALUE;
	}
	return keep(s, c);
}

/* Pass on a complete element: one of the array, or the single object. */
static int
give(struct slicer *s)
{
	s->mode = s->begun ? BETWEEN : AROUND;
	s->expects = OTHER;
	s->comma = 1;
	if (!s->begun)
		buf_adds(&s->frame, "null");
	return s->fn(s->ctx, s->row.p, s->row.len);
}

/* In the array, before or after an element; *again: look at c once more. */
static int
between(struct slicer *s, char c, int *again)
{
	if (is_blank(c))
		return 0;
	if (c == ']' && (s->comma || !s->begun)) {
		s->mode = AROUND;
		s->expects = OTHER;
		return keep(s, c);
	}
	if (c == ',' && s->comma) {
		s->comma = 0;
		return 0;
	}
	if (s->comma || strchr(",]}:", c) != NULL)
		return fail(s, "its rows are not separated by commas");
	s->begun = 1;
	s->mode = ELEMENT;
	s->inside = 0;
	buf_clear(&s->row);
	*again = 1;
	return 0;
}

/* A number or a word ends where something else begins. */
static int
bare_end(const struct slicer *s, char c)
{
	return s->inside == 0 && !s->quoted && s->row.len > 0 &&
	    (is_blank(c) || c == ',' || c == ']');
}

static int
element(struct slicer *s, char c, int *again)
{
	if (bare_end(s, c)) {
		*again = 1;
		return give(s);
	}
	if (s->row.len == SLICER_ROW)
		return fail(s, "a row is too long");
	buf_addc(&s->row, c);
	if (s->quoted) {
		quote(s, c);
		return s->quoted || s->inside > 0 ? 0 : give(s);
	}
	if (c == '"')
		s->quoted = 1;
	else if (c == '{' || c == '[')
		s->inside++;
	else if ((c == '}' || c == ']') && --s->inside <= 0)
		return give(s);
	return 0;
}

/* How many bytes from p on belong to the element in any case: they end neither
 * it nor a string inside it. */
static size_t
plain(const struct slicer *s, const char *p, size_t n)
{
	size_t i = 0;

	if (s->mode != ELEMENT || s->escaped)
		return 0;
	/* An element that is too long is for element() to refuse. */
	if (n > SLICER_ROW - s->row.len)
		n = SLICER_ROW - s->row.len;
	if (s->quoted)
		while (i < n && p[i] != '"' && p[i] != '\\')
			i++;
	else if (s->inside > 0)
		while (i < n && p[i] != '"' && p[i] != '{' && p[i] != '}' &&
		    p[i] != '[' && p[i] != ']')
			i++;
	return i;
}

int
slicer_feed(struct slicer *s, const char *p, size_t n)
{
	size_t i, k;
	int rc, again;

	for (i = 0; i < n; i++) {
		if ((k = plain(s, p + i, n - i)) > 0) {
			buf_add(&s->row, p + i, k);
			i += k;
			if (i == n)
				break;
		}
		do {
			again = 0;
			rc = s->mode == AROUND ? around(s, p[i]) :
			    s->mode == BETWEEN ? between(s, p[i], &again) :
			    element(s, p[i], &again);
			if (rc != 0)
				return rc;
		} while (again);
	}
	return 0;
}

int
slicer_end(struct slicer *s)
{
	if (s->mode != AROUND)
		return fail(s, "it ends within its rows");
	if (json_parse(&s->json, s->frame.p != NULL ? s->frame.p : "",
	    s->frame.len) != 0)
		return fail(s, s->json.why);
	return 0;
}
