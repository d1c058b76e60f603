/* A delivery by webhook: the request, and what its answer means. */
#include "common/deliver_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/audit.h"
#include "common/backoff.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/notice.h"

/* Of an answer so much is read: more is the peer's fault, not a reason. */
enum { ANSWER_MAX = 64 * 1024 };

struct job *
job_new(struct lane *l, size_t nrow)
{
	struct job *j = xcalloc(1, sizeof *j);

	j->lane = l;
	j->nrow = nrow;
	j->row = xcalloc(nrow, sizeof *j->row);
	j->id = xcalloc(nrow, sizeof *j->id);
	j->after = -1;
	return j;
}

void
job_free(struct job *j)
{
	command_feed_free(j->feed);
	crypt_free(j->bearer);
	buf_release(&j->body);
	buf_release(&j->hmac);
	free(j->header);
	free(j->row);
	free(j->id);
	free(j);
}

/* The same over all tries and never that of another delivery: the commitment
 * of the row has 16 random bytes in it.  No full stop. */
static void
make_id(const struct job *j, size_t i,
    const unsigned char commitment[MERKLE_HASH])
{
	unsigned char hash[CRYPT_SHA256];
	struct crypt_part part[3] = { { commitment, MERKLE_HASH } };
	char seq[24];

	part[1].p = seq;
	part[1].len = (size_t)snprintf(seq, sizeof seq, "%" PRId64 "/",
	    j->row[i].seq);
	part[2].p = j->lane->source->name;
	part[2].len = strlen(j->lane->source->name);
	crypt_sha256(hash, part, 3);
	crypt_hex(hash, (JOB_ID - 1) / 2, j->id[i]);
}

/* The event of row i, as loya-apply printed it. */
static int
write_event(struct deliver *d, struct job *j, size_t i, struct err *e)
{
	unsigned char commitment[MERKLE_HASH];
	char type[128], id[24];
	struct audit_row a;
	struct notice n;
	struct jsonw w;
	int rc;

	rc = audit_get(d->store, j->row[i].audit, &a, commitment, &d->arena,
	    e);
	if (rc != 0)
		return rc;
	make_id(j, i, commitment);
	if (a.detail == NULL)
		return E_NOTFOUND;
	snprintf(id, sizeof id, "%" PRId64, a.seq);
	n.id = id;
	n.type = notice_type(a.kind, type, sizeof type);
	n.member = a.member;
	n.at = a.at;
	n.source = a.source;
	n.event_id = a.event_id;
	n.seq = a.inbox;
	n.data = a.detail;
	n.len = a.detail_len;
	jsonw_init(&w, &j->body);
	notice_write(&w, &n);
	if (j->lane->source->push.kind == PUSH_EXEC)
		buf_addc(&j->body, '\n');
	return 0;
}

void
job_erased(struct deliver *d, struct job *j)
{
	j->end = OUTBOX_DEAD;
	j->why = "erased";
	job_done(d, j);
}

/* Row i has nothing to say: out of the job, and dead. */
static void
take_out(struct deliver *d, struct job *j, size_t i)
{
	struct job *one = job_new(j->lane, 1);

	one->row[0] = j->row[i];
	memcpy(one->id[0], j->id[i], JOB_ID);
	job_erased(d, one);
	j->nrow--;
	memmove(&j->row[i], &j->row[i + 1], (j->nrow - i) * sizeof *j->row);
}

int
job_make(struct deliver *d, struct job *j, struct err *e)
{
	size_t i = 0;
	int rc;

	while (i < j->nrow) {
		rc = write_event(d, j, i, e);
		arena_reset(&d->arena);
		if (rc == 0)
			i++;
		else if (rc != E_NOTFOUND || j->nrow == 1)
			return rc;
		else
			take_out(d, j, i);
	}
	return 0;
}

static void
add(struct job *j, const char *name, const char *value)
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

	snprintf(j->stamp, sizeof j->stamp, "%" PRId64, now);
	for (i = 0; i < l->nkey; i++) {
		if (i > 0)
			*p++ = ' ';
		webhook_sign(&l->key[i], j->id[0], now, j->body.p,
		    j->body.len, p);
		p += strlen(p);
	}
	sign_plain(j);
}

static void
add_token(struct job *j)
{
	const struct lane *l = j->lane;
	const struct oauth_token *t = &l->token;

	if (!l->source->push.oauth)
		return;
	j->bearer = crypt_alloc(strlen(t->prefix) + strlen(t->text) + 1);
	strcpy(j->bearer, t->prefix);
	strcat(j->bearer, t->text);
	j->serial = l->serial;
	add(j, t->header, j->bearer);
}

/* The request around the body. */
static void
make_request(struct job *j)
{
	const struct push *p = &j->lane->source->push;
	struct httpc_request *r = &j->request;
	size_t i;

	j->header = xcalloc(JOB_HEADERS + p->nheader, sizeof *j->header);
	add(j, "Content-Type", "application/cloudevents+json");
	add(j, "webhook-id", j->id[0]);
	add(j, "webhook-timestamp", j->stamp);
	if (j->lane->nkey > 0)
		add(j, "webhook-signature", j->signature);
	if (p->hmac != NULL)
		add(j, p->hmac->header, buf_str(&j->hmac));
	for (i = 0; i < p->nheader; i++)
		add(j, p->header[i].name, p->header[i].value);
	add_token(j);
	r->method = "POST";
	r->url = p->url;
	r->header = j->header;
	r->body = j->body.p;
	r->len = j->body.len;
	r->ca = p->ca;
	r->total_ms = p->timeout * 1000;
	r->connect_ms = r->total_ms;
	r->max = ANSWER_MAX;
	r->keep = JOB_ANSWER;
	r->public_only = !p->private_too;
	r->ordinary = j->bearer == NULL;
}

int
job_start(struct deliver *d, struct job *j, struct err *e)
{
	job_sign(j);
	make_request(j);
	return httpc_many_start(d->http, &j->request, j, e);
}

void
job_defer(struct job *j, int64_t now, int trouble)
{
	int64_t tries = j->row[0].tries + 1;

	j->end = OUTBOX_DEFERRED;
	if (tries >= BACKOFF_TRIES) {
		j->end = OUTBOX_DEAD;
		j->why = "tries";
	}
	if (trouble)
		lane_failed(j->lane, j, now);
	else
		lane_slower(j->lane);
}

/* By the status alone (RFC 9110 15, Standard Webhooks 1.0). */
static void
judge(struct job *j, int64_t now)
{
	int s = j->status;

	if (s >= 200 && s < 300) {
		j->end = OUTBOX_SENT;
		lane_worked(j->lane);
	} else if (s == 410) {
		j->end = OUTBOX_DEFERRED;
		j->off = j->lane->off = 1;
	} else if (s == 401 && token_refused(j)) {
		job_defer(j, now, 0);
		j->renew = 1;
	} else if (s >= 400 && s < 500 && s != 408 && s != 425 && s != 429) {
		/* The peer is well: it is this delivery that it refuses. */
		j->end = OUTBOX_DEAD;
		j->why = "refused";
		lane_worked(j->lane);
	} else {
		job_defer(j, now, s == 429 || (s >= 502 && s <= 504));
	}
}

void
job_words(struct job *j, const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	redact_text(&j->lane->clean, text, len, j->answer, sizeof j->answer);
}

void
job_answered(struct job *j, const struct httpc_done *done, int64_t now)
{
	const struct httpc_answer *a = &done->answer;
	const char *after;

	j->took = done->took;
	/* One that is too long is an answer all the same. */
	if (done->rc == 0 || (done->rc == E_DATA && a->status != 0)) {
		j->status = a->status;
		job_words(j, a->body, a->len);
		if ((after = httpc_header(a, "Retry-After")) != NULL)
			j->after = backoff_after(after, now);
		judge(j, now);
	} else {
		job_words(j, done->e.msg, strlen(done->e.msg));
		job_defer(j, now, 1);
	}
}

void
job_done(struct deliver *d, struct job *j)
{
	if (d->ended == NULL)
		d->ended_at = clock_mono();
	j->next = NULL;
	*d->ended_tail = j;
	d->ended_tail = &j->next;
	d->nended++;
}
