/* loya-token get: a valid token of another system, for shell pipes. */
#include "common/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/askpass.h"
#include "common/clock.h"
#include "common/credential.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/oauth.h"

/* Not through stdio: its buffer is not wiped. */
static int
print(const char *text, struct err *e)
{
	size_t n = strlen(text) + 1, done = 0;
	char *line = crypt_alloc(n);
	ssize_t k;

	memcpy(line, text, n - 1);
	line[n - 1] = '\n';
	while (done < n) {
		k = write(STDOUT_FILENO, line + done, n - done);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			break;
		done += (size_t)k;
	}
	crypt_free(line);
	return done == n ? 0 : err_set(e, E_IO, "standard output: %s",
	    strerror(errno));
}

/* -r: read the token that was refused; empty input means whichever is
 * stored. */
static int
read_refused(struct keeper *k, char **refused, struct err *e)
{
	int rc;

	rc = askpass_read(k->fd < 0 ? STDIN_FILENO : (int)k->fd,
	    "the refused token", CREDENTIAL_TOKEN, &k->secret, &k->len, e);
	if (rc == E_DATA && k->len == 0)
		return 0;
	if (rc != 0)
		return rc;
	if (memchr(k->secret, '\0', k->len) != NULL)
		return err_set(e, E_DATA, "the refused token on standard input "
		    "is not a token");
	*refused = crypt_alloc(k->len + 1);
	memcpy(*refused, k->secret, k->len);
	(*refused)[k->len] = '\0';
	return 0;
}

static int
show(struct oauth *o, const struct source *s, int flags, const char *refused,
    struct err *e)
{
	struct buf b = { 0 };
	int rc;

	rc = oauth_show(o, s, flags, refused, &b, e);
	if (rc == 0 && b.len == 0)
		say("source '%s': no token would be asked for: the stored one "
		    "is still valid", s->name);
	else if (rc == 0 && fwrite(b.p, 1, b.len, stdout) != b.len)
		rc = err_set(e, E_IO, "standard output: writing failed");
	buf_release(&b);
	return rc;
}

static int
get(struct oauth *o, const struct source *s, int flags, const char *refused,
    struct err *e)
{
	struct oauth_token token;
	char until[CLOCK_TEXT];
	int rc;

	rc = oauth_get(o, s, flags, refused, &token, e);
	if (rc == 0 && token.expires_at != 0)
		debug(1, "source '%s': the token is valid until %s", s->name,
		    clock_format(token.expires_at, until));
	if (rc == 0)
		rc = print(token.text, e);
	oauth_token_release(&token);
	return rc;
}

static int
find_source(const struct config *c, const char *name,
    const struct source **s, struct err *e)
{
	*s = config_source(c, name);
	return *s != NULL ? 0 : err_set(e, E_CONF, "source '%s': there is no "
	    "file %s/sources/%s.json", name, c->dir, name);
}

int
keeper_get(struct keeper *k, struct err *e)
{
	int rc, flags = k->again ? OAUTH_AGAIN : 0;
	const struct source *s = NULL;
	struct config *c = NULL;
	struct oauth *o = NULL;
	char *refused = NULL;

	/* Before the store's own files take free descriptors. */
	if (k->fd >= 0 && !k->again)
		return err_set(e, E_USAGE, "-f goes with -r");
	if (k->fd >= 0 && (rc = keeper_descriptor((int)k->fd, e)) != 0)
		return rc;
	if ((rc = config_load(&c, k->o.conf, e)) != 0 ||
	    (rc = find_source(c, k->operand[0], &s, e)) != 0)
		goto out;
	if (k->again && (rc = read_refused(k, &refused, e)) != 0)
		goto out;
	if ((rc = store_open(&k->store, k->o.store, ROLE_TOKEN,
	    k->o.dry ? STORE_READ : 0, e)) != 0)
		goto out;
	oauth_new(&o, k->store, k->o.conf);
	if (!k->o.dry)		/* what is shown then is masked */
		keeper_warn_readable();
	rc = k->o.dry ? show(o, s, flags, refused, e) :
	    get(o, s, flags, refused, e);
out:
	oauth_free(o);
	crypt_free(refused);
	config_free(c);
	return rc;
}
