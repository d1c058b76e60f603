/* A delivery by webhook: the request, and what its answer means. */
#include "common/deliver_work.h"

#include <stdlib.h>
#include <string.h>

#include "common/backoff.h"
#include "common/clock.h"
#include "common/crypt.h"

/* This much of an answer to a webhook is read: a longer one is the peer's
 * fault, not ours. */
enum { ANSWER_MAX = 64 * 1024 };

void
job_header(struct job *j, const char *name, const char *value)
{
	struct http_header *h = &j->header[j->request.nheader++];

	h->name = name;
	h->value = value;
}

static void
sign_plain(struct job *j)
{
	const struct push *p = &j->lane->source->push;
	struct auth_secret secret[SECRET_SLOTS];
	size_t i, n = 0;

	if (p->hmac == NULL)
		return;
	for (i = 0; i < SECRET_SLOTS; i++)
		if (j->lane->plain[i].p != NULL) {
			secret[n].p = j->lane->plain[i].p;
			secret[n++].len = j->lane->plain[i].len;
		}
	auth_hmac_sign(p->hmac, secret, n, j->body.p, j->body.len, &j->hmac);
}

void
job_sign(struct job *j)
{
	struct lane *l = j->lane;
	int64_t now = clock_now() / CLOCK_SECOND;
	char *p = j->signature;
	size_t i;

	buf_decimal(j->stamp, now);
	for (i = 0; i < l->nkey; i++) {
		if (i > 0)
			*p++ = ' ';
		webhook_sign(&l->key[i], j->id[0], now, j->body.p,
		    j->body.len, p);
		p += strlen(p);
	}
	sign_plain(j);
}

void
job_token(struct job *j)
{
	const struct lane *l = j->lane;
	const struct oauth_token *t = &l->token;

	if (!l->source->push.oauth)
		return;
	j->bearer = crypt_alloc(strlen(t->prefix) + strlen(t->text) + 1);
	strcpy(j->bearer, t->prefix);
	strcat(j->bearer, t->text);
	j->serial = l->serial;
	job_header(j, t->header, j->bearer);
}

void
job_request(struct job *j, const char *method, const char *url)
{
	const struct push *p = &j->lane->source->push;
	struct httpc_request *r = &j->request;

	r->method = method;
	r->url = url;
	r->header = j->header;
	r->ca = p->ca;
	r->total_ms = p->timeout * 1000;
	r->connect_ms = r->total_ms;
	r->public_only = !p->private_too;
	r->ordinary = j->bearer == NULL;
}

/* The request around the body. */
static void
make_request(struct job *j)
{
	const struct push *p = &j->lane->source->push;
	size_t i;

	j->header = xcalloc(JOB_HEADERS + p->nheader, sizeof *j->header);
	job_header(j, "Content-Type", "application/cloudevents+json");
	job_header(j, "webhook-id", j->id[0]);
	job_header(j, "webhook-timestamp", j->stamp);
	if (j->lane->nkey > 0)
		job_header(j, "webhook-signature", j->signature);
	if (p->hmac != NULL)
		job_header(j, p->hmac->header, buf_str(&j->hmac));
	for (i = 0; i < p->nheader; i++)
		job_header(j, p->header[i].name, p->header[i].value);
	job_token(j);
	job_request(j, "POST", p->url);
	j->request.body = j->body.p;
	j->request.len = j->body.len;
	j->request.max = ANSWER_MAX;
	j->request.keep = JOB_ANSWER;
}

int
job_start(struct deliver *d, struct job *j, struct err *e)
{
	job_sign(j);
	make_request(j);
	return httpc_many_start(d->http, &j->request, j, e);
}

/* RFC 9110 section 15, Standard Webhooks 1.0. */
void
job_judge(struct job *j, int64_t now)
{
	int s = j->status;

	if (s >= 200 && s < 300) {
		j->all.end = OUTBOX_SENT;
		lane_worked(j->lane);
	} else if (s == 410) {
		j->all.end = OUTBOX_DEFERRED;
		j->off = j->lane->off = 1;
		j->lane->heard++;
	} else if (s == 401 && token_refused(j)) {
		job_defer(j, now, 0);
		j->all.now = 1;
	} else if (s >= 400 && s < 500 && s != 408 && s != 425 && s != 429) {
		/* The peer works; it refuses this delivery. */
		j->all.end = OUTBOX_DEAD;
		j->all.why = "refused";
		lane_worked(j->lane);
	} else {
		job_defer(j, now, s == 429 || (s >= 502 && s <= 504));
	}
}

void
job_answered(struct job *j, const struct httpc_done *done, int64_t now)
{
	const struct httpc_answer *a = &done->answer;
	const char *after;

	j->took = done->took;
	/* An answer that is too long still is one. */
	if (done->rc == 0 || (done->rc == E_DATA && a->status != 0)) {
		j->status = a->status;
		job_words(j, &j->all, a->body, a->len);
		if ((after = httpc_header(a, "Retry-After")) != NULL)
			j->after = backoff_after(after, now);
		if (j->rest != NULL)
			rest_answered(j, a, now);
		else
			job_judge(j, now);
	} else {
		job_words(j, &j->all, done->e.msg, strlen(done->e.msg));
		job_defer(j, now, 1);
	}
}
