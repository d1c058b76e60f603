#include "common/rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/names.h"

static int
wants(const struct rest_request *q, const char *type)
{
	return names_among(q->on, q->non, "*") ||
	    names_among(q->on, q->non, type);
}

const struct rest_request *
rest_choose(const struct rest *r, const char *type, const struct map_sight *s)
{
	const struct rest_request *q;
	size_t i;

	for (i = 0; i < r->n; i++) {
		q = &r->request[i];
		if (wants(q, type) && (q->when == NULL ||
		    map_sight_holds(s, q->when)))
			return q;
	}
	return NULL;
}

int
rest_same(const struct rest *r, const struct rest_request *q,
    const char *type)
{
	size_t i;

	for (i = 0; i < r->n && !wants(&r->request[i], type); i++)
		;
	return i < r->n && &r->request[i] == q && q->when == NULL;
}

int64_t
rest_batch(const struct rest *r)
{
	int64_t most = 1;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->request[i].batch > most)
			most = r->request[i].batch;
	return most;
}

static int
listed(const struct rest_codes *c, const char *code)
{
	return code != NULL && names_among(c->code, c->n, code);
}

/* What the code of a result means. */
static enum rest_end
by_code(const struct rest_answer *a, const char *code)
{
	return listed(&a->done, code) ? REST_OK :
	    listed(&a->token, code) ? REST_TOKEN :
	    listed(&a->quota, code) ? REST_QUOTA :
	    listed(&a->transient, code) ? REST_TRANSIENT : REST_DEAD;
}

/* Judge a result, or an answer that is the result. */
static void
result(const struct rest_answer *a, struct map_sight *s,
    struct rest_verdict *v)
{
	v->code = map_sight_text(s, a->error);
	v->message = map_sight_text(s, a->message);
	v->text = map_sight_source(s, &v->len);
	v->end = map_sight_holds(s, a->ok) ? REST_OK : by_code(a, v->code);
}

/* Which row the present result is about; n: none of them. */
static size_t
row_of(const struct rest_answer *a, struct map_sight *s, size_t i, size_t n)
{
	const char *text;
	char *end;
	unsigned long v;

	if (a->index == NULL)
		return i < n ? i : n;
	text = map_sight_text(s, a->index);
	if (text == NULL || *text < '0' || *text > '9')
		return n;
	v = strtoul(text, &end, 10);
	return *end == '\0' && v < n ? v : n;
}

/* Judge each row.  If two results disagree about a row, it is not known to be
 * done.  Surplus results belong to somebody else. */
static void
each(const struct rest_answer *a, struct map_sight *s, long count,
    struct rest_verdict *v, size_t n)
{
	struct rest_verdict one;
	size_t i, row;

	for (i = 0; i < n; i++)
		v[i] = (struct rest_verdict){ .end = REST_UNKNOWN };
	for (i = 0; i < (size_t)count && i < n; i++) {
		map_sight_at(s, i);
		if ((row = row_of(a, s, i, n)) == n)
			continue;
		result(a, s, &one);
		if (v[row].text != NULL && v[row].end != one.end)
			one.end = REST_UNKNOWN;
		v[row] = one;
	}
}

/* What the answer as a whole says, whatever its status; REST_STATUS if it says
 * nothing of the kind. */
static void
whole(const struct rest_answer *a, struct map_sight *s, size_t n,
    struct rest_verdict *v)
{
	v->code = map_sight_text(s, a->fault);
	v->message = map_sight_text(s, a->message);
	if (map_sight_holds(s, a->final)) {
		v->end = REST_DEAD;
	} else if (v->code != NULL) {
		v->end = by_code(a, v->code);
		/* One code cannot say about several rows that they are done. */
		if (v->end == REST_DEAD || (v->end == REST_OK && n > 1))
			v->end = REST_STATUS;
	}
}

static void
success(const struct rest_answer *a, struct map_sight *s,
    struct rest_verdict *answer, struct rest_verdict *v, size_t n)
{
	long count;

	whole(a, s, n, answer);
	if (answer->end != REST_STATUS)
		return;
	if (a->results == NULL) {
		result(a, s, answer);
	} else if ((count = map_sight_list(s, a->results)) < 0) {
		answer->end = REST_STRANGE;
	} else {
		each(a, s, count, v, n);
		answer->end = REST_EACH;
	}
}

void
rest_judge(const struct rest_answer *a, int status, const char *body,
    size_t len, struct arena *arena, struct rest_verdict *answer,
    struct rest_verdict *v, size_t n)
{
	int good = status >= 200 && status < 300;
	struct map_sight *s = NULL;
	char code[16];

	*answer = (struct rest_verdict){ .end = REST_STATUS };
	if (good && (a->ok == NULL || (status == 204 && a->results == NULL))) {
		answer->end = REST_OK;
		return;
	}
	if (map_sight_open(&s, body, len, arena, NULL) != 0)
		answer->end = good ? REST_STRANGE : REST_STATUS;
	else if (good)
		success(a, s, answer, v, n);
	else
		whole(a, s, n, answer);
	map_sight_close(s);
	if (answer->end != REST_STATUS)
		return;
	snprintf(code, sizeof code, "%d", status);
	if (status == 300)
		answer->end = REST_DEAD;
	else if (listed(&a->quota, code))
		answer->end = REST_QUOTA;
	else if (listed(&a->transient, code))
		answer->end = REST_TRANSIENT;
}
