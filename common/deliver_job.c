/* One delivery, or several that go together: from rows to what is sent. */
#include "common/deliver_work.h"

#include <stdlib.h>
#include <string.h>

#include "common/audit.h"
#include "common/backoff.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/notice.h"

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
	size_t i;

	if (j == NULL)
		return;
	command_feed_free(j->feed);
	crypt_free(j->bearer);
	crypt_free(j->sealed);
	for (i = 0; j->value != NULL && i < j->rest->nheader; i++)
		buf_release(&j->value[i]);
	free(j->value);
	map_made_release(&j->made);
	buf_release(&j->url);
	buf_release(&j->rows);
	buf_release(&j->body);
	buf_release(&j->hmac);
	free(j->covers);
	free(j->each);
	free(j->header);
	free(j->row);
	free(j->id);
	free(j);
}

/* The id stays the same over all tries and is never that of another delivery:
 * the commitment of the row covers 16 random bytes.  No full stop. */
void
job_id(struct job *j, size_t i, const unsigned char *commitment)
{
	unsigned char hash[CRYPT_SHA256];
	struct crypt_part part[3] = { { commitment, MERKLE_HASH } };
	char seq[BUF_DECIMAL];

	part[1].p = seq;
	part[1].len = buf_decimal(seq, j->row[i].seq);
	seq[part[1].len++] = '/';
	part[2].p = j->lane->source->name;
	part[2].len = strlen(j->lane->source->name);
	crypt_sha256(hash, part, 3);
	crypt_hex(hash, (JOB_ID - 1) / 2, j->id[i]);
}

void
job_event(const struct audit_row *a, const char *id, struct buf *b)
{
	char type[128], seq[BUF_DECIMAL];
	struct notice n;
	struct jsonw w;

	buf_decimal(seq, a->seq);
	n.id = id != NULL ? id : seq;
	n.type = notice_type(a->kind, type, sizeof type);
	n.member = a->member;
	n.at = a->at;
	n.source = a->source;
	n.event_id = a->event_id;
	n.seq = a->inbox;
	n.data = a->detail;
	n.len = a->detail_len;
	jsonw_init(&w, b);
	notice_write(&w, &n);
}

/* The event of row i, as loya-apply printed it. */
static int
write_event(struct deliver *d, struct job *j, size_t i, struct err *e)
{
	unsigned char commitment[MERKLE_HASH];
	struct audit_row a;
	int rc;

	rc = audit_get(d->store, j->row[i].audit, &a, commitment, &d->arena,
	    e);
	if (rc != 0)
		return rc;
	job_id(j, i, commitment);
	if (a.detail == NULL)
		return E_NOTFOUND;
	job_event(&a, NULL, &j->body);
	if (j->lane->source->push.kind == PUSH_EXEC)
		buf_addc(&j->body, '\n');
	return 0;
}

void
job_erased(struct deliver *d, struct job *j)
{
	j->all.end = OUTBOX_DEAD;
	j->all.why = "erased";
	job_done(d, j);
}

struct job *
job_split(const struct job *j, size_t i)
{
	struct job *one = job_new(j->lane, 1);

	one->row[0] = j->row[i];
	memcpy(one->id[0], j->id[i], JOB_ID);
	return one;
}

/* Row i has nothing to say: take it out of the job; it is dead. */
static void
take_out(struct deliver *d, struct job *j, size_t i)
{
	job_erased(d, job_split(j, i));
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

void
job_defer(struct job *j, int64_t now, int trouble)
{
	j->all.end = OUTBOX_DEFERRED;
	if (trouble)
		lane_failed(j->lane, j, now);
	else
		lane_slower(j->lane);
}

void
job_ending(const struct job *j, size_t i, struct ending *out)
{
	*out = j->each != NULL ? j->each[i] : j->all;
	/* Being turned off is not the delivery's fault.  Nor is the reason for
	 * sending it again at once, but that must come to an end. */
	if (out->end == OUTBOX_DEFERRED && !j->off &&
	    j->row[i].tries + 1 >= BACKOFF_TRIES + out->now) {
		out->end = OUTBOX_DEAD;
		out->why = "tries";
	}
}

void
job_words(struct job *j, struct ending *g, const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	redact_text(&j->lane->clean, text, len, g->answer, sizeof g->answer);
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

void
job_forget(struct deliver *d)
{
	struct job *j;

	while ((j = d->ended) != NULL) {
		d->ended = j->next;
		job_free(j);
	}
	d->ended_tail = &d->ended;
	d->nended = 0;
}
