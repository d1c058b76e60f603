#include "common/ready.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/die.h"
#include "common/map.h"
#include "common/names.h"
#include "common/rest.h"
#include "common/secret.h"

/* What a section lacks itself, and what its tokens lack; NULL: nothing. */
static int
lacking(const char *at, const char *section, const char *lacks,
    const char *token, struct err *e)
{
	if (lacks == NULL && token == NULL)
		return 0;
	return err_set(e, E_CONF, "%s: %s%s%s%s%s", at, section,
	    lacks != NULL ? ": " : "", lacks != NULL ? lacks : "",
	    token == NULL ? "" : lacks != NULL ? "; it needs a token: " :
	    " needs a token: ", token != NULL ? token : "");
}

int
ready_push(const struct config *c, const struct source *s, struct err *e)
{
	const struct push *p = &s->push;
	const char *token = s->oauth.grant == OAUTH_NONE ?
	    "there is no oauth" : s->oauth.lacks;

	if (lacking(s->at.push, "push", p->lacks, p->oauth ? token : NULL,
	    e) != 0)
		return E_CONF;
	if (p->rest != NULL && config_source(c, p->rest->links) == NULL)
		return err_set(e, E_CONF, "%s: push.rest.links: there is no "
		    "source '%s'", s->at.push, p->rest->links);
	return 0;
}

int
ready_pull(const struct source *s, struct err *e)
{
	const struct source_pull *p = &s->pull;

	return lacking(s->at.pull, "pull", p->lacks, p->command == NULL &&
	    p->auth == PULL_AUTH_OAUTH ? s->oauth.lacks : NULL, e);
}

/* name NULL: there is none; so: what cannot be done without the secret. */
static int
check_secret(const struct source *s, struct store *store, const char *name,
    const char *so, struct err *e)
{
	int rc = name != NULL && store != NULL ?
	    secret_there(store, name, e) : 1;

	if (rc == 0)
		warn("source %s: secret '%s' is not set, so %s; see loya-token "
		    "set", s->name, name, so);
	return rc < 0 ? rc : 0;
}

static int
check_pull(const struct source *s, struct store *store, struct err *e)
{
	static const char so[] = "it cannot be pulled from";
	const struct source_pull *p = &s->pull;
	struct err lack;
	size_t i;
	int rc;

	if (ready_pull(s, &lack) != 0) {
		say("%s, so %s", lack.msg, so);
		return 0;
	}
	if (p->command != NULL)
		return 0;
	rc = check_secret(s, store, p->user != NULL ? p->secret : NULL, so, e);
	for (i = 0; i < p->nhidden && rc == 0; i++)
		rc = check_secret(s, store, p->hidden_secret[i], so, e);
	return rc;
}

static int
check_oauth(const struct source *s, struct store *store, struct err *e)
{
	static const char so[] = "no token can be obtained";
	int rc;

	if (s->oauth.lacks != NULL) {
		/* A pull that needs one has said so. */
		if (!s->pull.there)
			say("%s: oauth: %s, so %s", s->at.oauth, s->oauth.lacks,
			    so);
		return 0;
	}
	if ((rc = check_secret(s, store, s->oauth.secret, so, e)) != 0)
		return rc;
	return check_secret(s, store, s->oauth.refresh, so, e);
}

static int
check_push(const struct config *c, const struct source *s,
    struct store *store, struct err *e)
{
	static const char so[] = "nothing can be delivered to it";
	const struct rest *r = s->push.rest;
	struct err lack;
	size_t i;
	int rc = 0;

	if (ready_push(c, s, &lack) != 0) {
		warn("%s, so %s", lack.msg, so);
		return 0;
	}
	if (s->push.kind == PUSH_WEBHOOK)
		return check_secret(s, store, s->push.secret, so, e);
	if (r == NULL)
		return 0;
	if (r->header != NULL)
		rc = check_secret(s, store, r->credential, so, e);
	for (i = 0; i < r->nsecret && rc == 0; i++)
		rc = check_secret(s, store, r->secret[i], so, e);
	return rc;
}

/* What a source may not decide is denied and not kept, so nobody would ever be
 * found by it again: whether two records are one person would depend on which
 * came first. */
static void
check_match(const struct config *c, const struct source *s)
{
	const char **f;
	size_t i;

	for (i = 0; i < s->nmatch; i++)
		for (f = s->match[i]; *f != NULL; f++)
			if (config_rank(c, *f, s->name) < 0)
				warn("source %s: match: it may not decide %s, "
				    "so its value is not kept, and no record "
				    "can be matched by it", s->name, *f);
}

/* It is easy to forget one of the sources in authority.  Nobody expects a
 * source that is only written to to decide anything. */
static void
check_authority(const struct config *c, const struct source *s)
{
	struct buf b = { NULL, 0, 0 };

	if ((s->push.kind == PUSH_NONE || s->receive.hook || s->pull.there) &&
	    config_left_out(c, s, &b))
		say("source %s: it %s%s; see authority in %s/loya.json",
		    s->name, b.len > 0 ? "does not decide " : "decides nothing",
		    b.len > 0 ? buf_str(&b) : "", c->dir);
	buf_release(&b);
}

static void
check_ca(const struct source *s, const char *path, const char *so)
{
	if (path != NULL && access(path, R_OK) != 0)
		warn("source %s: %s: %s, so %s", s->name, path, strerror(errno),
		    so);
}

/* The files of CAs that count instead of the system's. */
static void
check_cas(const struct source *s)
{
	check_ca(s, s->pull.ca, "it cannot be pulled from");
	check_ca(s, s->oauth.ca, "no token can be obtained");
	check_ca(s, s->push.ca, "nothing can be delivered to it");
}

/* A thin event that comes by a hook waits until its record is read back. */
static void
check_thin(const struct source *s)
{
	const struct source_pull *p = &s->pull;

	if (s->receive.hook && map_thins(s->map) && (!p->there ||
	    p->command != NULL || (p->one == NULL && p->nchanges == 0)))
		say("source %s: thin events wait for a pull that reads them "
		    "back, and it has none", s->name);
}

/* Check one source: what its file lacks, else which secrets. */
static int
check_source(const struct config *c, const struct source *s,
    struct store *store, struct err *e)
{
	int rc = 0;

	if (s->pull.there)
		rc = check_pull(s, store, e);
	if (rc == 0 && s->oauth.grant != OAUTH_NONE)
		rc = check_oauth(s, store, e);
	if (rc == 0 && s->push.kind != PUSH_NONE)
		rc = check_push(c, s, store, e);
	return rc;
}

int
ready_check(const struct config *c, struct store *store, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < c->nsource && rc == 0; i++) {
		check_authority(c, &c->source[i]);
		check_match(c, &c->source[i]);
		check_cas(&c->source[i]);
		check_thin(&c->source[i]);
		rc = check_source(c, &c->source[i], store, e);
	}
	return rc;
}

static int
add_unset(struct store *store, const char *name, struct buf *b, struct err *e)
{
	int rc = secret_there(store, name, e);

	if (rc != 0)
		return rc < 0 ? rc : 0;
	buf_adds(b, b->len > 0 ? ", " : "");
	buf_adds(b, name);
	return 1;
}

int
ready_unset(struct store *store, const char *source, const char *first,
    const char *const *more, size_t n, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	int rc = 0, count = 0;
	size_t i;

	if (first != NULL)
		count = rc = add_unset(store, first, &b, e);
	for (i = 0; i < n && rc >= 0; i++) {
		if (first != NULL && strcmp(more[i], first) == 0)
			continue;
		rc = add_unset(store, more[i], &b, e);
		count += rc;
	}
	if (rc >= 0)
		rc = count < 2 ? 0 : err_set(e, E_CONF, "%s%s%sits secrets %s "
		    "are not set; loya-token set sets each",
		    source != NULL ? "source '" : "",
		    source != NULL ? source : "",
		    source != NULL ? "': " : "", buf_str(&b));
	buf_release(&b);
	return rc;
}

int
ready_uses(const struct config *c, const char *name)
{
	const struct source *s;
	size_t i;

	for (i = 0; i < c->nsource; i++) {
		s = &c->source[i];
		if (names_among(s->secret, s->nsecret, name))
			return 1;
	}
	return 0;
}
