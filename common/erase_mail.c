/*
 * An e-mail address is not a key, so nobody is erased by one.  But it may be
 * all that a person who asks to be forgotten can give: this tells which members
 * have it, which events have it in their body, and whom these are about.
 */
#include "common/erase_inner.h"

#include <string.h>
#include <strings.h>

#include "common/inbox.h"
#include "common/map.h"

/* At most this many are named. */
enum { NAMED = 4 };

struct hunt {
	const struct config *config;
	const char *mail;
	size_t len;
	struct arena arena;
	struct buf said;
	int n;
};

/* Whether the text contains the address, ignoring case. */
static int
has(const char *p, size_t n, const char *mail, size_t len)
{
	size_t i;

	for (i = 0; p != NULL && i + len <= n; i++)
		if (strncasecmp(p + i, mail, len) == 0)
			return 1;
	return 0;
}

static int
look(void *ctx, const struct row *r)
{
	struct hunt *h = ctx;
	const char **id;
	char seq[BUF_DECIMAL];
	size_t n;

	if (!has(r->body, r->len, h->mail, h->len) || ++h->n > NAMED)
		return 0;
	buf_adds(&h->said, h->n > 1 ? ", " : "; it is in events: ");
	if (map_ids(config_source(h->config, r->source), r, &h->arena, &id,
	    &n) == 0 && n > 0) {
		buf_adds(&h->said, r->source);
		buf_addc(&h->said, '/');
		buf_adds(&h->said, id[0]);
		buf_addc(&h->said, ' ');
	}
	buf_adds(&h->said, "(inbox ");
	buf_add(&h->said, seq, buf_decimal(seq, r->seq));
	buf_addc(&h->said, ')');
	arena_reset(&h->arena);
	return 0;
}

/* Bodies may have been pruned, but the claims still have what sources said.
 * There the address must be a whole value, because one address may end like
 * another. */
static int
members(struct store *s, struct hunt *h, struct err *e)
{
	static const char sql[] = "SELECT id FROM member "
	    "WHERE instr(lower(claims), lower(json_quote(:mail))) LIMIT :n";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	int rc, n = 0;

	stmt_text(st, 1, h->mail);
	stmt_int(st, 2, NAMED + 1);
	while ((rc = stmt_step(st, e)) == 1) {
		if (++n > NAMED)
			continue;
		buf_adds(&h->said, n > 1 ? ", " : "; it is in members: ");
		buf_adds(&h->said, stmt_get_text(st, 0, NULL));
	}
	if (n > NAMED)
		buf_adds(&h->said, " and others");
	return rc;
}

int
erase_mail(struct store *s, const struct config *c, const char *mail,
    struct err *e)
{
	struct hunt h = { c, mail, strlen(mail), { NULL }, { NULL, 0, 0 }, 0 };
	int rc = 0;

	if (c != NULL && (rc = members(s, &h, e)) == 0)
		rc = inbox_walk(s, 0, look, &h, e);
	if (h.n > NAMED)
		buf_adds(&h.said, " and others");
	buf_addc(&h.said, '\0');
	if (rc == 0)
		rc = err_set(e, E_NOTFOUND, "'%s': an e-mail address does not "
		    "name a member; give the member's id or "
		    "SOURCE/EXTERNAL-ID%s", mail, h.said.p);
	arena_release(&h.arena);
	buf_release(&h.said);
	return rc;
}
