/* snapshot: what a read of everything may conclude. */
#include "common/source_inner.h"

#include <stddef.h>

void
snapshot_conf(const struct node *n, struct source *s)
{
	static const char *const known[] = { "missing", "least", NULL };
	static const char *const policies[] = { "list", "suspend", NULL };
	int policy = MISSING_LIST;

	s->snapshot.missing = MISSING_LIST;
	s->snapshot.least = 0.9;
	if (n == NULL || !conf_known(n, known))
		return;
	conf_word(n, "missing", policies, &policy);
	s->snapshot.missing = (enum missing_policy)policy;
	conf_share(n, "least", &s->snapshot.least);
}
