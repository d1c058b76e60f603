/* A form whose names tell where in a document their values belong. */
#include "common/form.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/jsonw.h"

enum { FIELDS = 1000, NODES = 2 * FIELDS, DEPTH = 8, NONE = UINT16_MAX };

/* Node 0 is the document.  A list has the members 0, 1, 2 ... */
struct node {
	const char *name, *value;	/* value NULL: it has members */
	uint16_t parent, first, last, next, count;
	int list;
};

struct tree {
	struct node *node;
	uint16_t n;
	struct arena *arena;
};

static uint16_t
add(struct tree *t, uint16_t parent, const char *name, int next)
{
	struct node *p = &t->node[parent], *c = &t->node[t->n];

	p->count++;
	memset(c, 0, sizeof *c);
	c->name = arena_str(t->arena, name);
	c->parent = parent;
	c->first = c->last = c->next = NONE;
	c->list = 1;
	p->list &= next;
	if (p->last == NONE)
		p->first = t->n;
	else
		t->node[p->last].next = t->n;
	return p->last = t->n++;
}

/* The member with this name, added if there is none; an empty name stands for
 * the next element of an array. */
static uint16_t
member(struct tree *t, uint16_t parent, const char *name)
{
	uint16_t i = t->node[parent].first;
	char next[8];

	snprintf(next, sizeof next, "%u", t->node[parent].count);
	if (*name == '\0')
		name = next;
	while (i != NONE && strcmp(t->node[i].name, name) != 0)
		i = t->node[i].next;
	if (i != NONE || t->n == NODES)
		return i;
	return add(t, parent, name, strcmp(name, next) == 0);
}

/* "a[b][c]": the node that it names, or NONE. */
static uint16_t
place(struct tree *t, char *name)
{
	size_t n = strcspn(name, "[]");
	char end = name[n], *s = name + n;
	uint16_t at;
	int depth = 1;

	name[n] = '\0';
	if (n == 0 || end == ']' || (at = member(t, 0, name)) == NONE)
		return NONE;
	while (end == '[') {
		n = strcspn(++s, "[]");
		if (s[n] != ']' || t->node[at].value != NULL ||
		    ++depth > DEPTH)
			return NONE;
		s[n] = '\0';
		if ((at = member(t, at, s)) == NONE)
			return NONE;
		s += n + 1;
		end = *s;
	}
	return end == '\0' ? at : NONE;
}

static int
set(struct tree *t, char *name, const char *value)
{
	uint16_t at;

	if (name == NULL || value == NULL || (at = place(t, name)) == NONE ||
	    t->node[at].value != NULL || t->node[at].count > 0)
		return -1;
	t->node[at].value = value;
	return 0;
}

static void
begin(const struct tree *t, const struct node *c, struct jsonw *w)
{
	if (c != t->node && !t->node[c->parent].list)
		jsonw_keyn(w, c->name, strlen(c->name));
	if (c->value != NULL)
		jsonw_string(w, c->value);
	else if (c != t->node && c->list)
		jsonw_array(w);
	else
		jsonw_object(w);
}

static void
write_tree(struct tree *t, struct buf *out)
{
	const struct node *c = t->node;
	struct jsonw w;

	t->node[0].list = 0;
	jsonw_init(&w, out);
	for (;;) {
		begin(t, c, &w);
		if (c->value == NULL && c->first != NONE) {
			c = &t->node[c->first];
			continue;
		}
		/* It has no members: it ends, and so does everything that it is
		 * the last member of. */
		for (;;) {
			if (c->value == NULL)
				jsonw_close(&w, c != t->node && c->list ?
				    ']' : '}');
			if (c == t->node)
				return;
			if (c->next != NONE)
				break;
			c = &t->node[c->parent];
		}
		c = &t->node[c->next];
	}
}

int
form_json(const char *s, size_t len, struct arena *a, struct buf *out,
    const char **why)
{
	struct tree t = { NULL, 1, a };
	const char *end = s + len;
	char *name, *value;
	size_t fields = 0;

	t.node = arena_alloc(a, NODES * sizeof *t.node);
	memset(t.node, 0, sizeof *t.node);
	t.node[0].first = t.node[0].last = t.node[0].next = NONE;
	while (form_next(&s, end, a, &name, &value)) {
		*why = "the form has too many fields";
		if (fields++ == FIELDS)
			return -1;
		*why = "a field of the form is malformed, or given more "
		    "than once";
		if (set(&t, name, value) != 0)
			return -1;
	}
	*why = NULL;
	write_tree(&t, out);
	return 0;
}
