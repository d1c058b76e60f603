/* loya-audit head, prove, consistency, check: see C2SP, and loya-audit(1). */
#include "common/auditor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/json.h"
#include "common/prover.h"
#include "common/secret.h"
#include "common/source.h"

/* Read a whole file, or standard input (NULL, "-"), of at most most bytes;
 * *name is what messages call it. */
static int
read_whole(const char *path, size_t most, struct buf *b,
    const char **name, struct err *e)
{
	int std = path == NULL || strcmp(path, "-") == 0, fd, rc = 0;
	ssize_t n;

	*name = std ? "standard input" : path;
	buf_clear(b);
	fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, E_IO, "%s: %s", *name, strerror(errno));
	do {
		n = read(fd, buf_reserve(b, 65536), 65536);
		if (n > 0)
			b->len += (size_t)n;
	} while ((n > 0 && b->len <= most) || (n < 0 && errno == EINTR));
	if (n < 0)
		rc = err_set(e, E_IO, "%s: %s", *name, strerror(errno));
	else if (b->len > most)
		rc = err_set(e, E_DATA, "%s: longer than %zu bytes", *name,
		    most);
	if (!std)
		close(fd);
	return rc;
}

/* If the answer is no, the sentence is the answer. */
static int
told(int rc, const struct err *e)
{
	if (rc == E_NO)
		warn("%s", e->msg);
	return rc;
}

static int
print(const struct auditor *a, const struct buf *b, struct err *e)
{
	table_write(a->r.out, b->p, b->len);
	if (!ferror(a->r.out))
		return 0;
	return err_set(e, E_IO, "standard output: writing failed");
}

/* Open the store and its key, for signing. */
static int
open_signer(struct auditor *a, unsigned char **key, struct err *e)
{
	int rc;

	*key = NULL;
	rc = store_open(&a->r.store, a->o.store, ROLE_HEAD, 0, e);
	return rc != 0 ? rc : secret_key_open(a->r.store, a->o.conf, key, e);
}

int
auditor_head(struct auditor *a, struct err *e)
{
	unsigned char *key = NULL;
	struct buf b = { 0 };
	int rc;

	if (a->o.dry) {
		if ((rc = auditor_open_alone(a, e)) == 0)
			rc = prover_head(a->r.store, NULL, &b, e);
	} else if ((rc = open_signer(a, &key, e)) == 0) {
		rc = prover_sign(a->r.store, key, &b, e);
		/* The key may have been changed since. */
		if (rc == E_KEY && key != NULL) {
			crypt_free(key);
			rc = secret_key_open(a->r.store, a->o.conf, &key, e);
			if (rc == 0)
				rc = prover_sign(a->r.store, key, &b, e);
		}
	}
	if (rc == 0)
		rc = print(a, &b, e);
	crypt_free(key);
	buf_release(&b);
	return told(rc, e);
}

int
auditor_own_head(struct auditor *a, const char *path, struct buf *b,
    const char **name, struct tlog_head *h, struct err *e)
{
	struct note_keys keys = { 0 };
	int rc;

	rc = read_whole(path, NOTE_MAX, b, name, e);
	if (rc == 0)
		rc = prover_keys(a->r.store, &keys, e);
	if (rc == 0)
		rc = prover_known(&keys, *name, b->p, b->len, h, e);
	note_keys_release(&keys);
	return rc;
}

int
auditor_prove(struct auditor *a, struct err *e)
{
	struct buf b = { 0 }, head = { 0 };
	struct tlog_head h;
	const char *name;
	int64_t seq;
	int rc;

	if (options_number(a->operand[0], 1, INT64_MAX, &seq) != 0)
		return err_set(e, E_USAGE, "'%s' is not the number of a row",
		    a->operand[0]);
	if ((rc = auditor_open_alone(a, e)) != 0 ||
	    (rc = store_look(a->r.store, STORE_MAIN, e)) != 0)
		return rc;
	if (a->head != NULL && (rc = auditor_own_head(a, a->head, &head, &name,
	    &h, e)) == 0)
		rc = prover_goes_on(a->r.store, name, &h, e);
	if (rc == 0 && a->opened)
		rc = prover_detail(a->r.store, seq, &b, e);
	if (rc == 0)
		rc = prover_row(a->r.store, seq, a->head != NULL ? head.p :
		    NULL, head.len, &b, e);
	store_look_end(a->r.store, STORE_MAIN);
	if (rc == 0)
		rc = print(a, &b, e);
	buf_release(&head);
	buf_release(&b);
	return told(rc, e);
}

int
auditor_consistency(struct auditor *a, struct err *e)
{
	struct buf b = { 0 }, head = { 0 };
	struct tlog_head h = { 0 };
	const char *name;
	int rc;

	if ((rc = auditor_open_alone(a, e)) != 0 ||
	    (rc = store_look(a->r.store, STORE_MAIN, e)) != 0)
		return rc;
	/* A witness gives the size that it knows as a number. */
	if (options_number(a->operand[0], 0, INT64_MAX, &h.size) != 0 &&
	    (rc = auditor_own_head(a, a->operand[0], &head, &name, &h,
	    e)) == 0)
		rc = prover_goes_on(a->r.store, name, &h, e);
	if (rc == 0)
		rc = prover_growth(a->r.store, h.size, head.len > 0, &b, e);
	store_look_end(a->r.store, STORE_MAIN);
	if (rc == 0)
		rc = print(a, &b, e);
	buf_release(&head);
	buf_release(&b);
	return told(rc, e);
}

/* The witnesses that loya.json names. */
static int
witnesses(const char *conf, struct note_keys *keys, struct err *e)
{
	struct note_key k;
	struct config *c;
	size_t i;
	int rc;

	if ((rc = config_load(&c, conf, e)) != 0)
		return rc;
	for (i = 0; i < c->audit.nwitness; i++)
		if (note_key_parse(&k, c->audit.witness[i],
		    strlen(c->audit.witness[i])) == 0)
			note_keys_add(keys, &k);
	config_free(c);
	return keys->n > 0 ? 0 : err_set(e, E_CONF, "%s/loya.json: "
	    "audit.witnesses is needed: the keys of the witnesses that are "
	    "accepted", conf);
}

int
auditor_cosign(struct auditor *a, struct err *e)
{
	struct note_keys keys = { 0 };
	struct buf text = { 0 };
	const char *name;
	int64_t news = 0;
	int rc;

	if ((rc = witnesses(a->o.conf, &keys, e)) == 0 &&
	    (rc = read_whole(a->noperand > 0 ? a->operand[0] : NULL,
	    NOTE_MAX, &text, &name, e)) == 0 &&
	    (rc = store_open(&a->r.store, a->o.store, ROLE_HEAD, 0, e)) == 0)
		rc = prover_cosign(a->r.store, &keys, a->o.dry, name, text.p,
		    text.len, &news, e);
	if (rc == 0)
		say("%s: %lld signature%s %s", name, (long long)news,
		    news == 1 ? "" : "s", a->o.dry ? "would be new" :
		    news == 1 ? "is new" : "are new");
	note_keys_release(&keys);
	buf_release(&text);
	return told(rc, e);
}

static const struct table_column verdict_columns[] = {
	{ "what", 0 }, { "origin", 0 }, { "size", TABLE_RIGHT }, { "root", 0 },
	{ "witnesses", TABLE_RIGHT }, { "cosigned", 0 },
	{ "from", TABLE_RIGHT }, { "row", 0 },
	{ "seq", TABLE_ONLY_TEXT }, { "at", TABLE_ONLY_TEXT },
	{ "kind", TABLE_ONLY_TEXT }, { "source", TABLE_ONLY_TEXT },
	{ "event_id", TABLE_ONLY_TEXT }, { "inbox", TABLE_ONLY_TEXT },
	{ "member", TABLE_ONLY_TEXT }, { "prev", TABLE_ONLY_TEXT },
	{ "actor", TABLE_ONLY_TEXT }, { "commitment", TABLE_ONLY_TEXT },
	{ "detail", 0 },
};

enum { LEAF_AT = 1, LEAF_CELLS = 10 };

/* The row as people read it. */
static void
row_words(struct table *t, const struct buf *leaf)
{
	struct arena a = { 0 };
	struct json j = { 0 };
	int64_t n;
	uint32_t k = 0, end = 0;
	int i;

	if (leaf->len > 0 && json_parse(&j, leaf->p, leaf->len) == 0) {
		k = 1;
		end = j.tok[0].next;
	}
	for (i = 0; i < LEAF_CELLS; i++) {
		if (k >= end)
			table_null(t);
		else if (json_int(&j, k, &n) != 0)
			table_text(t, json_string(&j, k, &a, NULL));
		else if (i == LEAF_AT)
			table_time(t, n);
		else
			table_int(t, n);
		k = k < end ? json_next(&j, k) : end;
	}
	json_release(&j);
	arena_release(&a);
}

/* Which witnesses signed, and when: "w1 at 2023-11-14T22:13:20Z". */
static void
cosigned(struct table *t, const struct buf *by)
{
	struct arena a = { 0 };
	struct json j = { 0 };
	struct buf b = { 0 };

	if (!table_is_text(t) || json_parse(&j, by->p, by->len) != 0) {
		table_json(t, by->p, by->len);
		return;
	}
	for (JSON_EACH(&j, 0, k)) {
		buf_adds(&b, b.len > 0 ? ", " : "");
		buf_adds(&b, json_string(&j, json_get(&j, k, "witness"), &a,
		    NULL));
		buf_adds(&b, " at ");
		buf_add(&b, json_string(&j, json_get(&j, k, "at"), &a, NULL),
		    19);
		buf_addc(&b, 'Z');
	}
	table_textn(t, b.p, b.len);
	buf_release(&b);
	json_release(&j);
	arena_release(&a);
}

/* old: the head that this one was found to extend, or NULL. */
static void
print_verdict(const struct report *r, const struct prover_verdict *v,
    const struct tlog_head *old)
{
	static const char *const word[] = { "head", "row", "consistency" };
	char root[64];
	struct table *t;

	crypt_base64(v->head.root, sizeof v->head.root, root);
	t = table_new(r->out, r->mode, TABLE_BLOCK, verdict_columns,
	    sizeof verdict_columns / sizeof verdict_columns[0]);
	table_text(t, word[v->what]);
	table_textn(t, v->head.origin, v->head.len);
	table_int(t, v->head.size);
	table_text(t, root);
	table_int(t, v->witnesses);
	cosigned(t, &v->cosigned);
	if (old != NULL)
		table_int(t, old->size);
	else
		table_null(t);
	if (v->what == TLOG_PROOF)
		table_json(t, v->leaf.p, v->leaf.len);
	else
		table_null(t);
	row_words(t, &v->leaf);
	table_json(t, v->detail.p, v->detail.len);
	table_end(t);
	table_free(t);
}

/* The keys that an auditor has, from a file. */
static int
read_keys(const char *path, struct note_keys *keys, struct err *e)
{
	struct buf b = { 0 };
	const char *name;
	int rc, line;

	rc = read_whole(path, NOTE_MAX, &b, &name, e);
	if (rc == 0 && note_keys_parse(keys, b.p, b.len, &line) != 0)
		rc = err_set(e, E_DATA, "%s: line %d: not a verifier key: "
		    "NAME+ID+BASE64", name, line);
	buf_release(&b);
	return rc;
}

int
auditor_check(struct auditor *a, struct err *e)
{
	struct prover_verdict *v = xcalloc(1, sizeof *v);
	struct buf text = { 0 }, head = { 0 };
	struct note_keys keys = { 0 };
	struct tlog_head old;
	const char *name;
	int rc;

	if (a->keys == NULL)
		rc = err_set(e, E_USAGE, "check: -K FILE is needed: the keys "
		    "that are trusted");
	else
		rc = read_keys(a->keys, &keys, e);
	if (rc == 0 && a->head != NULL &&
	    (rc = read_whole(a->head, NOTE_MAX, &head, &name, e)) == 0)
		rc = prover_known(&keys, name, head.p, head.len, &old, e);
	if (rc == 0 && (rc = read_whole(a->noperand > 0 ? a->operand[0] :
	    NULL, PROVER_MAX, &text, &name, e)) == 0)
		rc = prover_check(&keys, name, text.p, text.len,
		    a->head != NULL ? &old : NULL, v, e);
	if (rc == 0 && !a->o.quiet)
		print_verdict(&a->r, v, a->head != NULL ? &old : NULL);
	prover_verdict_release(v);
	free(v);
	note_keys_release(&keys);
	buf_release(&head);
	buf_release(&text);
	return told(rc, e);
}
