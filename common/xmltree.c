#include "common/xmltree.h"

#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "common/jsonw.h"
#include "common/names.h"

enum { FEW = 16 };

/* Add a last child to the open element. */
static struct xmltree_node *
add(struct xmltree *t, enum xmltree_kind kind)
{
	struct xmltree_node *x, *parent;

	if (t->n + 2 > t->cap) {
		t->cap = t->cap == 0 ? 64 : t->cap * 2;
		t->node = xrealloc(t->node, t->cap, sizeof *t->node);
	}
	if (t->n == 0)
		memset(&t->node[t->n++], 0, sizeof *x);
	x = &t->node[t->n];
	memset(x, 0, sizeof *x);
	x->kind = (uint8_t)kind;
	x->parent = t->at;
	parent = &t->node[t->at];
	if (parent->last != 0)
		t->node[parent->last].next = t->n;
	else
		parent->first = t->n;
	parent->last = t->n++;
	parent->elements += kind == XMLTREE_ELEMENT;
	parent->attributes += kind == XMLTREE_ATTRIBUTE;
	return x;
}

void
xmltree_open(struct xmltree *t, const char *name, size_t len)
{
	struct xmltree_node *x;

	x = add(t, XMLTREE_ELEMENT);
	x->name = t->pool.len;
	x->name_len = (uint32_t)len;
	buf_add(&t->pool, name, len);
	t->at = t->n - 1;
}

void
xmltree_attribute(struct xmltree *t, const char *name, size_t len,
    const char *value)
{
	struct xmltree_node *x;

	x = add(t, XMLTREE_ATTRIBUTE);
	x->name = t->pool.len;
	x->name_len = (uint32_t)len + 1;
	buf_addc(&t->pool, '@');
	buf_add(&t->pool, name, len);
	x->text = t->pool.len;
	x->text_len = (uint32_t)strlen(value);
	buf_add(&t->pool, value, x->text_len);
}

static int
inked(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] != ' ' && s[i] != '\t' && s[i] != '\n' &&
		    s[i] != '\r')
			return 1;
	return 0;
}

void
xmltree_text(struct xmltree *t, const char *s, size_t n)
{
	struct xmltree_node *x;
	uint32_t last;

	if (t->at == 0 || n == 0)
		return;
	last = t->node[t->at].last;
	/* The reader may deliver a text in pieces: join them. */
	if (last != 0 && t->node[last].kind == XMLTREE_TEXT) {
		x = &t->node[last];
	} else {
		x = add(t, XMLTREE_TEXT);
		x->text = t->pool.len;
	}
	x->text_len += (uint32_t)n;
	buf_add(&t->pool, s, n);
	if (!t->node[t->at].ink)
		t->node[t->at].ink = (uint8_t)inked(s, n);
}

void
xmltree_close(struct xmltree *t)
{
	t->at = t->node[t->at].parent;
}

struct writer {
	struct xmltree *t;
	struct jsonw w;
	size_t max;
	const char *why;
};

/* All text of element i, in one string; null without any. */
static void
write_text(struct writer *o, uint32_t i)
{
	const struct xmltree_node *node = o->t->node;
	struct buf all = { 0 };
	uint32_t k, one = 0, n = 0;

	for (k = node[i].first; k != 0; k = node[k].next)
		if (node[k].kind == XMLTREE_TEXT) {
			one = k;
			n++;
		}
	if (n == 0) {
		jsonw_null(&o->w);
	} else if (n == 1) {
		jsonw_stringn(&o->w, o->t->pool.p + node[one].text,
		    node[one].text_len);
	} else {
		for (k = node[i].first; k != 0; k = node[k].next)
			if (node[k].kind == XMLTREE_TEXT)
				buf_add(&all, o->t->pool.p + node[k].text,
				    node[k].text_len);
		jsonw_stringn(&o->w, all.p, all.len);
		buf_release(&all);
	}
}

static void write_members(struct writer *, uint32_t i);

static void
write_value(struct writer *o, uint32_t i)
{
	const struct xmltree_node *x = &o->t->node[i];

	if (x->kind == XMLTREE_ATTRIBUTE)
		jsonw_stringn(&o->w, o->t->pool.p + x->text, x->text_len);
	else if (x->elements == 0 && x->attributes == 0)
		write_text(o, i);
	else
		write_members(o, i);
	if (o->w.b->len > o->max)
		o->why = "too long as JSON";
}

static void
begin(struct writer *o, void (*open)(struct jsonw *))
{
	open(&o->w);
	if (o->w.depth > JSON_DEPTH)
		o->why = "nested too deeply";
}

/* Put the named nodes below i into m, sorted; the first of each name learns
 * where the others are. */
static void
group(struct writer *o, uint32_t i, struct name *m)
{
	struct xmltree_node *node = o->t->node;
	uint32_t n = 0, k, first;

	for (k = node[i].first; k != 0; k = node[k].next)
		if (node[k].kind != XMLTREE_TEXT)
			name_set(&m[n++], o->t->pool.p + node[k].name,
			    node[k].name_len, k);
	names_sort(m, n);
	for (k = 0, first = 0; k < n; k++) {
		if (!name_same(&m[first], &m[k]))
			first = k;
		node[m[first].index].run = first;
		node[m[first].index].count++;
	}
}

/* Recursion is bounded by XML_DEPTH, which the reader enforces. */
static void
write_members(struct writer *o, uint32_t i)
{
	struct xmltree_node *node = o->t->node, *x;
	struct name few[FEW], *m;
	uint32_t n = node[i].elements + node[i].attributes, k, a;

	m = n <= FEW ? few : xmalloc(n * sizeof *m);
	group(o, i, m);
	begin(o, jsonw_object);
	for (k = node[i].first; k != 0 && o->why == NULL; k = node[k].next) {
		x = &node[k];
		if (x->count == 0)
			continue;
		jsonw_keyn(&o->w, o->t->pool.p + x->name, x->name_len);
		if (x->count == 1) {
			write_value(o, k);
			continue;
		}
		begin(o, jsonw_array);
		for (a = 0; a < x->count && o->why == NULL; a++)
			write_value(o, m[x->run + a].index);
		jsonw_close(&o->w, ']');
	}
	if (node[i].ink || (node[i].elements == 0 &&
	    node[node[i].last].kind == XMLTREE_TEXT)) {
		jsonw_key(&o->w, "#text");
		write_text(o, i);
	}
	jsonw_close(&o->w, '}');
	if (m != few)
		free(m);
}

const char *
xmltree_write(struct xmltree *t, size_t max, struct buf *json)
{
	struct writer o = { 0 };

	o.t = t;
	o.max = max;
	jsonw_init(&o.w, json);
	if (t->n == 0)
		return "no element";
	write_members(&o, 0);
	if (o.w.b->len > max)
		o.why = "too long as JSON";
	return o.why;
}

void
xmltree_release(struct xmltree *t)
{
	if (t == NULL)
		return;
	free(t->node);
	buf_release(&t->pool);
	memset(t, 0, sizeof *t);
}
