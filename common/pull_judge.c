/* What an answer that is not a page of rows means. */
#include "common/pull_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/names.h"
#include "common/url.h"
#include "common/xml.h"

enum { SAID = 200, TOLD = 2 * SAID + 2 };

static int
listed(const struct pull_words *w, const char *s)
{
	return names_among(w->word, w->n, s);
}

/* The verdict that the file gives for a word; PULL_GOOD: none. */
static enum pull_verdict
by_word(const struct source_pull *c, const char *s)
{
	int v;

	for (v = PULL_LATER; v < PULL_VERDICTS; v++)
		if (listed(&c->error[v], s))
			return (enum pull_verdict)v;
	return PULL_GOOD;
}

/* A scalar of a document as text, cut to size; 1, or 0. */
static int
scalar(const struct json *j, const char *pointer, char *out, size_t size)
{
	struct arena a = { NULL };
	const char *s;
	uint32_t t;
	size_t n;

	if (j->n == 0 || !json_pointer(j, 0, pointer, &t) ||
	    json_type(j, t) >= JSON_ARRAY || json_type(j, t) == JSON_NULL)
		return 0;
	if ((s = json_string(j, t, &a, &n)) == NULL) {
		s = json_text(j, t);
		n = j->tok[t].len;
	}
	snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), s);
	arena_release(&a);
	return 1;
}

/* The code in an error body, and the verdict of the first one that has any. */
static enum pull_verdict
by_code(const struct pull *p, const struct json *j, char code[SAID])
{
	const struct source_pull *c = p->conf;
	enum pull_verdict v;
	char word[SAID];
	size_t i;

	code[0] = '\0';
	for (i = 0; i < c->error_place.n; i++) {
		if (!scalar(j, c->error_place.word[i], word, sizeof word))
			continue;
		if (code[0] == '\0')
			strcpy(code, word);
		if ((v = by_word(c, word)) != PULL_GOOD)
			return v;
	}
	return PULL_GOOD;
}

/* What the system says about an error, for people: its code, then its message;
 * "": neither was found. */
static void
words(const struct pull *p, const struct json *j, const char *code,
    char out[TOLD])
{
	const struct pull_words *w = &p->conf->error_message;
	char text[SAID];
	size_t i;

	snprintf(out, TOLD, "%s", code);
	for (i = 0; i < w->n; i++)
		if (scalar(j, w->word[i], text, sizeof text) &&
		    strcmp(text, code) != 0) {
			snprintf(out, TOLD, "%s%s%s", code,
			    *code != '\0' ? ": " : "", text);
			return;
		}
}

/* What a status means by itself (RFC 9110). */
static enum pull_verdict
by_status(const struct pull *p, const struct pull_query *q, int status)
{
	enum pull_verdict v;
	char text[16];

	snprintf(text, sizeof text, "%d", status);
	if ((v = by_word(p->conf, text)) != PULL_GOOD)
		return v;
	if (status == 401)
		return PULL_TOKEN;
	if (status == 408 || status == 425 || status == 429 || status >= 500)
		return PULL_LATER;
	return (status == 404 || status == 410) && q == p->conf->one ?
	    PULL_GONE : PULL_WRONG;
}

/* Parse the body of an error as JSON, also if it is XML. */
static void
parse(const struct pull_query *q, const struct httpc_answer *a,
    struct json *j, struct buf *b)
{
	if (q->xml && xml_to_json(a->body, a->len, XML_MAX, b, NULL) == 0)
		json_parse(j, b->p, b->len);
	else if (a->len == 0 || json_parse(j, a->body, a->len) != 0)
		json_release(j);
}

static int
code_of(enum pull_verdict v)
{
	return v == PULL_WRONG ? E_CONF : v == PULL_GONE ? E_NOTFOUND :
	    v == PULL_LOST ? E_NO : E_BUSY;
}

/* "Gone" only makes sense for a query that asks for a record. */
static enum pull_verdict
of_query(const struct pull *p, const struct pull_query *q, enum pull_verdict v)
{
	return v == PULL_GONE && q != p->conf->one ? PULL_WRONG : v;
}

/* Whether it concerns one record.  For an invalid id, or the id of something
 * else, systems answer with 400 or the like, in SOAP with 500; with 500 also if
 * a record makes them fail.  If the caller is not allowed to ask, or when they
 * are down or busy, they answer with another, or say a word for one. */
static int
of_record(const struct pull *p, const struct pull_query *q,
    enum pull_verdict v, int status)
{
	if ((v != PULL_WRONG && v != PULL_LATER) || (q != p->conf->one &&
	    (p->conf->parts == NULL || q != &p->conf->parts->query)))
		return 0;
	return status == 400 || status == 404 || status == 410 ||
	    status == 422 || (status >= 500 && status != 503);
}

int
pull_judge(struct pull *p, const struct pull_query *q,
    const struct httpc_answer *a, struct err *e)
{
	char code[SAID], host[300], told[TOLD], said[SAID];
	struct buf b = { NULL, 0, 0 };
	struct json j = { 0 };
	enum pull_verdict v;

	parse(q, a, &j, &b);
	v = by_code(p, &j, code);
	if (v == PULL_GOOD)
		v = by_status(p, q, a->status);
	v = of_query(p, q, v);
	if (v == PULL_WRONG && a->status >= 300 && a->status < 400)
		strcpy(code, "redirects are not followed");
	words(p, &j, code, told);
	/* With neither, it may be a page of HTML. */
	redact_text(&p->clean, told[0] != '\0' ? told : a->body,
	    told[0] != '\0' ? strlen(told) : a->len, said, sizeof said);
	url_host(p->value[PULL_BASE].p, host, sizeof host);
	p->verdict = v;
	p->refused = of_record(p, q, v, a->status);
	json_release(&j);
	buf_release(&b);
	return err_set(e, code_of(v), "%s: %s answers %d%s%s", q->name, host,
	    a->status, said[0] != '\0' ? ": " : "", said);
}

int
pull_judge_frame(struct pull *p, const struct pull_query *q,
    const struct json *j, struct err *e)
{
	char code[SAID], word[SAID], said[2 * SAID];
	enum pull_verdict v;

	p->verdict = PULL_GOOD;
	if (q->ok_place == NULL || (scalar(j, q->ok_place, word, sizeof word) &&
	    listed(&q->ok, word)))
		return 0;
	v = of_query(p, q, by_code(p, j, code));
	p->verdict = v;
	redact_text(&p->clean, j->text, j->len, said, sizeof said);
	return err_set(e, v != PULL_GOOD ? code_of(v) : E_IO,
	    "%s: pull.%s.ok does not accept the answer: %s", q->name,
	    q->name, said);
}
