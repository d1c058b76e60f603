/* The secrets of a source, for what its peer says to be cleaned of. */
#include "common/vault.h"

#include <string.h>

#include "common/crypt.h"
#include "common/redact.h"
#include "common/source.h"
#include "common/webhook.h"

static void
add(struct redact *r, const struct secret *s)
{
	static const char standard[] = "whsec_";
	const size_t n = sizeof standard - 1;
	struct webhook_key k;

	if (s->p == NULL)
		return;
	redact_add(r, s->p, s->len);
	if (s->len > n && memcmp(s->p, standard, n) == 0 &&
	    webhook_key_read(&k, s->p, s->len) == NULL) {
		redact_add(r, k.p, k.len);
		crypt_wipe(&k, sizeof k);
	}
}

static void
add_named(struct store *store, const unsigned char *key, const char *name,
    struct redact *r)
{
	struct secret slot[SECRET_SLOTS] = { { 0 }, { 0 } };
	struct err ignored;
	int i;

	if (secret_get(store, key, name, slot, &ignored) == 0)
		for (i = 0; i < SECRET_SLOTS; i++)
			add(r, &slot[i]);
	secret_release(slot);
}

void
vault_mask(struct store *store, const unsigned char *key,
    const struct source *s, struct redact *r)
{
	size_t i;

	for (i = 0; i < s->nsecret; i++)
		add_named(store, key, s->secret[i], r);
}
