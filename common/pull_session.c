/* What a peer says in headers: cookies, its clock, what is left to ask for. */
#include "common/pull_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/backoff.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"

enum { COOKIE = 4096 };
static const int64_t too_far = 24 * 60 * 60 * CLOCK_SECOND;

static char *
secret_copy(const char *s, size_t n)
{
	char *out = crypt_alloc(n + 1);

	memcpy(out, s, n);
	out[n] = '\0';
	return out;
}

/* Set-Cookie: its attributes are ignored, because the cookie is only sent
 * within this run and to this host.  One with a control character is ignored
 * as a whole (RFC 6265bis section 5.6): sent back it would be no header. */
static void
cookie(struct pull *p, const char *s)
{
	size_t end = strcspn(s, ";"), name = strcspn(s, "=;"), i;
	struct pull_cookie *c;

	if (name == 0 || name >= end || end > COOKIE ||
	    http_has_control(s, end))
		return;
	for (i = 0; i < PULL_COOKIES - 1 && p->cookie[i].name != NULL; i++)
		if (strlen(p->cookie[i].name) == name &&
		    memcmp(p->cookie[i].name, s, name) == 0)
			break;
	c = &p->cookie[i];
	free(c->name);
	crypt_free(c->value);
	c->name = xmalloc(name + 1);
	memcpy(c->name, s, name);
	c->name[name] = '\0';
	c->value = secret_copy(s + name + 1, end - name - 1);
}

/*
 * The peer's clock: nothing in its answer can be newer.  A clock that is days
 * ahead is not believed: cursors would lie in the future, and a record that was
 * gone as of then could not come back before.
 */
static void
date(struct pull *p, const struct httpc_answer *a)
{
	const char *s = httpc_header(a, "Date");
	int64_t now = clock_now(), at;

	if (s == NULL || backoff_date(s, now, &at) != 0)
		at = now;
	if (at > now + too_far) {
		if (p->began == 0)
			warn("source '%s': its clock is %lld s ahead of this "
			    "machine's and is ignored",
			    p->source->name, (long long)((at - now) /
			    CLOCK_SECOND));
		at = now;
	}
	if (p->server == 0)
		p->server = at;
	if (p->began == 0)
		p->began = p->server;
}

/* Get the two numbers of a key: "api-usage=18/5000; other=1/2(app=x)". */
static int
usage(const char *s, const char *key, int64_t *used, int64_t *max)
{
	size_t n = strlen(key);
	long long a, b;

	for (; *s != '\0'; s += strcspn(s, ";"), s += *s != '\0') {
		s += strspn(s, " \t");
		if (strncmp(s, key, n) == 0 && s[n] == '=' &&
		    sscanf(s + n + 1, "%15lld/%15lld", &a, &b) == 2 &&
		    a >= 0 && b > 0) {
			*used = a;
			*max = b;
			return 1;
		}
	}
	return 0;
}

/* The quota used is known after an answer, and prevents the next request. */
static void
quota(struct pull *p, const struct httpc_answer *a)
{
	const struct source_pull *c = p->conf;
	const char *s;
	int64_t used, max;

	if (c->quota_header == NULL ||
	    (s = httpc_header(a, c->quota_header)) == NULL ||
	    !usage(s, c->quota_key, &used, &max))
		return;
	if (p->quota_begin < 0 || used < p->quota_begin)
		p->quota_begin = used;
	if (used * 100 >= max * c->quota_total)
		err_set(&p->quota, E_BUSY, "%lld of %lld requests are used: "
		    "%lld%% are left for others", (long long)used,
		    (long long)max, (long long)(100 - c->quota_total));
	else if ((used - p->quota_begin) * 100 > max * c->quota_run)
		err_set(&p->quota, E_BUSY, "this run has used more than "
		    "%lld%% of %lld requests", (long long)c->quota_run,
		    (long long)max);
}

void
pull_session_take(struct pull *p, const struct httpc_answer *a)
{
	const char *s;
	size_t i;

	date(p, a);
	quota(p, a);
	for (i = 0; p->conf->cookies && i < a->nheader; i++)
		if (strcasecmp(a->header[i].name, "Set-Cookie") == 0)
			cookie(p, a->header[i].value);
	s = p->conf->session != NULL ? httpc_header(a, p->conf->session) :
	    NULL;
	if (s == NULL || strlen(s) > COOKIE)
		return;
	crypt_free(p->session);
	p->session = secret_copy(s, strlen(s));
}

char *
pull_session_cookie(const struct pull *p)
{
	const struct pull_cookie *c;
	size_t n = 1;
	char *out;

	for (c = p->cookie; c < p->cookie + PULL_COOKIES && c->name != NULL;
	    c++)
		n += strlen(c->name) + strlen(c->value) + 3;
	if (n == 1)
		return NULL;
	out = crypt_alloc(n);
	out[0] = '\0';
	for (c = p->cookie; c < p->cookie + PULL_COOKIES && c->name != NULL;
	    c++) {
		if (c > p->cookie)
			strcat(out, "; ");
		strcat(out, c->name);
		strcat(out, "=");
		strcat(out, c->value);
	}
	return out;
}
