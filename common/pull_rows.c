/* Making records into rows of the inbox, which wait for their transaction. */
#include "common/pull_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/jsonw.h"
#include "common/place.h"

static const char json_type_name[] = "application/json";

/* Follow a pointer into the row, perhaps with steps in brackets (place.h). */
static int
find(struct pull *p, const char *pointer, uint32_t *t)
{
	struct scene s = { .body = p->json, .arena = &p->batch.arena };
	struct found f;

	if (strstr(pointer, "/[") == NULL)
		return json_pointer(&p->json, 0, pointer, t);
	if (!place_find(&s, pointer, &f))
		return 0;
	*t = f.tok;
	return 1;
}

/* The text at a pointer of the row: a string's, or a number's digits; NULL. */
static const char *
text_at(struct pull *p, const char *pointer, size_t *len)
{
	const struct json *j = &p->json;
	const char *s;
	uint32_t t;

	if (pointer == NULL || !find(p, pointer, &t))
		return NULL;
	if ((s = json_string(j, t, &p->batch.arena, len)) != NULL)
		return *len > 0 ? s : NULL;
	if (json_type(j, t) != JSON_NUMBER)
		return NULL;
	*len = j->tok[t].len;
	return arena_dup(&p->batch.arena, json_text(j, t), *len);
}

static struct crypt_part
part(const void *s, size_t n)
{
	struct crypt_part c;

	c.p = s;
	c.len = n;
	return c;
}

void
pull_id(const struct crypt_part *c, size_t n, char id[PULL_ID])
{
	unsigned char hash[CRYPT_SHA256];

	crypt_sha256(hash, c, n);
	strcpy(id, "pull-");
	crypt_hex(hash, 16, id + 5);
}

/* The id of a record's state: a hash of its key and contents, under the key of
 * the file, because ids are kept in the record, which is no place for personal
 * data. */
void
pull_state_id(struct pull *p, const char *key, const char *again,
    char id[PULL_ID])
{
	const char *name = p->source->name;
	const char *snap = p->snapshot != NULL ? p->snapshot : "";
	struct crypt_part c[6];

	c[0] = part(store_hash_key(p->store, STORE_INBOX), 16);
	c[1] = part(name, strlen(name) + 1);
	c[2] = part(snap, strlen(snap) + 1);
	c[3] = part(key, strlen(key) + 1);
	c[4] = part(again, strlen(again) + 1);
	c[5] = part(p->canonical.p, p->canonical.len);
	pull_id(c, 6, id);
}

void
pull_gone_id(struct pull *p, const char *key, int64_t at, char id[PULL_ID])
{
	char again[48];

	/* For one thin event it is the same however often it is read back. */
	snprintf(again, sizeof again, "gone %s %lld", p->thin != 0 ? "row" :
	    "at", (long long)(p->thin != 0 ? p->thin : at));
	buf_clear(&p->canonical);
	pull_state_id(p, key, again, id);
}

/* The two hashes by which a record without a stamp is recognised in the answers
 * of one list: two lists may say different things about it. */
static void
state_hash(struct pull *p, const struct pull_query *q, const char *key,
    struct pull_row *r)
{
	const unsigned char *k = store_hash_key(p->store, STORE_INBOX);
	const char *name = p->source->name;
	int other = p->line != 0 && p->place > 1;
	struct crypt_part c[4];

	c[0] = part(name, strlen(name) + 1);
	c[1] = part(q->list, strlen(q->list) + 1);
	c[2] = part(key, strlen(key) + other);
	c[3] = part(&p->place, sizeof p->place);
	r->key = crypt_shorthash(k, c, other ? 4 : 3);
	c[0] = part(p->canonical.p, p->canonical.len);
	r->content = crypt_shorthash(k, c, 1);
}

/* No name of a source begins like this (state_hash). */
int64_t
pull_who(struct pull *p, const char *key, int unread)
{
	const char *name = p->source->name;
	const struct crypt_part c[] = { { unread ? "\2" : "\1", 1 },
	    { name, strlen(name) + 1 }, { key, strlen(key) } };

	return crypt_shorthash(store_hash_key(p->store, STORE_INBOX), c, 3);
}

const char *
pull_keep(struct pull *p, struct buf *b)
{
	const char *s = arena_dup(&p->batch.arena, b->p, b->len);

	buf_release(b);
	return s;
}

const char *
pull_head(struct pull *p, int lost, int64_t back)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;

	if (p->snapshot == NULL && !lost && back == 0)
		return NULL;
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "loyasnapshot", p->snapshot);
	jsonw_kstring(&w, "loyalost", lost ? "true" : NULL);
	if (back != 0)
		jsonw_ktime(&w, "loyaback", back);
	jsonw_close(&w, '}');
	return pull_keep(p, &b);
}

struct pull_row *
pull_new_row(struct pull *p, const char *body, size_t n, const char *type)
{
	struct pull_row *r = &p->batch.row[p->batch.n++];

	memset(r, 0, sizeof *r);
	r->type = type;
	r->len = n;
	r->body = p->batch.text.len;
	buf_add(&p->batch.text, body, n);
	buf_addc(&p->batch.text, '\0');
	return r;
}

/* Whether it is the record that was asked for. */
static int
right_one(struct pull *p, const struct pull_query *q, const char *key,
    struct err *e)
{
	if (p->conf->some != NULL && q == &p->conf->some->query)
		return pull_missed_take(p, key, e);
	if (p->key == NULL || q != p->conf->one)
		return 0;
	if (strcmp(key, p->key) != 0)
		return err_set(e, E_IO, "%s: the answer is another record than "
		    "the one asked for", q->name);
	if (p->matched++ > 0)
		return err_set(e, E_IO, "%s: the answer has more than one "
		    "record", q->name);
	return 0;
}

/* Add the record s, parsed in p->json, as a row that waits. */
static void
add_record(struct pull *p, const struct pull_query *q, const char *key,
    const char *s, size_t n)
{
	struct pull_row *r;
	const char *stamp;
	struct jsonw w;
	size_t len;
	int stamped;

	buf_clear(&p->canonical);
	jsonw_init(&w, &p->canonical);
	jsonw_canonical(&w, &p->json, 0);
	r = pull_new_row(p, s, n, json_type_name);
	r->compact = p->json.blanks == 0;
	stamp = text_at(p, q->stamp, &len);
	r->lost = pull_index_lost(p, stamp);
	r->head = pull_head(p, r->lost, 0);
	r->asked_at = p->asked_at;
	if (key != NULL && p->conf->one != NULL)
		r->who = pull_who(p, key, 0);
	stamped = stamp != NULL || key == NULL;
	if (stamped || p->snapshot != NULL)
		pull_state_id(p, key != NULL ? key : "", "", r->id);
	if (!stamped)
		state_hash(p, q, key, r);
}

/* If a row cannot be the record that was asked for, that read has failed; so it
 * has if there is an object, most likely an error, in place of the array.
 * Otherwise it is one row of many, and is stored. */
static int
no_record(struct pull *p, const struct pull_query *q, const char *s, size_t n,
    const char *why, struct err *e)
{
	/* Something that only names a record must not be taken for one. */
	const char *type = q->keys ? "text/plain" : json_type_name;

	if (q == p->conf->one || p->missed != NULL || q == p->listing)
		return err_set(e, E_IO, "%s: a row %s", q->name, why);
	/* An empty object may mean that there are no rows. */
	if (p->lone && (p->json.why != NULL || p->json.n > 1))
		return err_set(e, E_IO, "%s: unexpected answer: it %s",
		    q->name, why);
	if (p->line != 0)
		return pull_odd(p, type, s, n, e, "line %lld: it %s",
		    (long long)p->line, why);
	return pull_odd(p, type, s, n, e, "%s: row %lld of this run %s",
	    q->name, (long long)p->count.rows, why);
}

static int
add(struct pull *p, const struct pull_query *q, const char *s, size_t n,
    struct err *e)
{
	const char *key;
	char why[200];
	size_t len;
	int rc;

	key = text_at(p, q->key, &len);
	if (q->key != NULL && key == NULL) {
		snprintf(why, sizeof why, "has no '%s'", q->key);
		return no_record(p, q, s, n, why, e);
	}
	if (q->keys)
		return pull_name(p, key, e);
	if (p->missed != NULL && q == &p->missed->query)
		return pull_missed_row(p, key, p->missed->deleted == NULL ? ""
		    : text_at(p, p->missed->deleted, &len), e);
	if (q == p->listing)
		return pull_index_row(p, key, text_at(p, q->stamp, &len), e);
	if ((rc = right_one(p, q, key, e)) != 0)
		return rc;
	if (p->line != 0 && key != NULL)
		pull_command_record(p, key);
	if (q == p->conf->one && p->conf->parts != NULL) {
		buf_clear(&p->whole);
		buf_add(&p->whole, s, n);
		return 0;
	}
	add_record(p, q, key, s, n);
	return 0;
}

int
pull_room(struct pull *p, struct err *e)
{
	if (pull_odd_only(p))
		return 0;
	return p->batch.n == PULL_BATCH ||
	    p->batch.text.len > PULL_BATCH_BYTES ? pull_flush(p, 0, e) : 0;
}

int
pull_row(struct pull *p, const struct pull_query *q, const char *s, size_t n,
    struct err *e)
{
	char why[200];
	int rc;

	if (p->conf->parts != NULL && q == &p->conf->parts->query)
		return pull_part(p, s, n, e);
	p->count.rows++;
	if (json_parse(&p->json, s, n) == 0) {
		rc = add(p, q, s, n, e);
	} else {
		snprintf(why, sizeof why, "is not JSON: %s", p->json.why);
		rc = no_record(p, q, s, n, why, e);
	}
	return rc != 0 ? rc : pull_room(p, e);
}

int
pull_whole_row(struct pull *p, const char *s, size_t n, struct err *e)
{
	if (json_parse(&p->json, s, n) != 0)
		return err_set(e, E_IO, "one: with its parts a record is not "
		    "JSON: %s", p->json.why);
	add_record(p, p->conf->one, p->key, s, n);
	return pull_room(p, e);
}

struct pull_row *
pull_own_row(struct pull *p, const char *id, const char *body, size_t n)
{
	struct pull_row *r = pull_new_row(p, body, n, ROW_CLOUDEVENT);

	r->own_id = arena_str(&p->batch.arena, id);
	return r;
}

void
pull_event(const struct pull *p, struct jsonw *w, struct buf *b,
    const char *id, const char *type)
{
	jsonw_init(w, b);
	jsonw_object(w);
	jsonw_kstring(w, "specversion", "1.0");
	jsonw_kstring(w, "id", id);
	jsonw_kstring(w, "source", p->source->name);
	jsonw_kstring(w, "type", type);
}

struct pull_row *
pull_event_end(struct pull *p, struct jsonw *w, const char *id)
{
	struct pull_row *r;

	jsonw_close(w, '}');
	jsonw_close(w, '}');
	r = pull_own_row(p, id, w->b->p, w->b->len);
	buf_release(w->b);
	return r;
}
