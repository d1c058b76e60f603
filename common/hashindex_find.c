/* Finding the numbers stored for a hash. */
#include "common/hashindex_inner.h"

#include <stdlib.h>

#include "common/buf.h"

typedef void found_fn(void *ctx, int64_t num);

/* Call fn() for each number stored for a hash; some may come twice. */
static int
each(struct store *s, enum store_file f, int64_t hash, found_fn *fn,
    void *ctx, struct err *e)
{
	static const char sql[] =
	    "SELECT num FROM hash_key WHERE hash = :hash";
	struct hashindex *h;
	struct stmt *st;
	size_t k;
	int rc;

	if ((rc = hashindex_get(s, f, &h, e)) != 0)
		return rc;
	for (k = hashindex_home(h, hash); h->slot[k] != 0;
	    k = (k + 1) & (h->nslot - 1))
		if (h->pair[h->slot[k] - 1].hash == hash)
			fn(ctx, h->pair[h->slot[k] - 1].num);
	if (!h->keys)
		return 0;
	st = db_stmt(store_db(s, f), sql);
	stmt_int(st, 1, hash);
	while ((rc = stmt_step(st, e)) == 1)
		fn(ctx, stmt_get_int(st, 0));
	return rc;
}

struct few {
	int64_t *num;
	int n, max;
};

static void
note(void *ctx, int64_t num)
{
	struct few *few = ctx;
	int i;

	for (i = 0; i < few->n; i++)
		if (few->num[i] == num)
			return;
	if (few->n < few->max)
		few->num[few->n++] = num;
}

int
hashindex_find(struct store *s, enum store_file f, int64_t hash, int64_t *num,
    int max, struct err *e)
{
	struct few few = { num, 0, max };
	int rc = each(s, f, hash, note, &few, e);

	return rc < 0 ? rc : few.n;
}

struct all {
	int64_t *num;
	size_t n, cap;
};

static void
keep(void *ctx, int64_t num)
{
	struct all *all = ctx;

	if (all->n == all->cap) {
		all->cap = all->cap == 0 ? 16 : all->cap * 2;
		all->num = xrealloc(all->num, all->cap, sizeof *all->num);
	}
	all->num[all->n++] = num;
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

int
hashindex_all(struct store *s, enum store_file f, int64_t hash, int64_t **num,
    struct err *e)
{
	struct all all = { NULL, 0, 0 };
	size_t i, n = 0;
	int rc;

	*num = NULL;
	if ((rc = each(s, f, hash, keep, &all, e)) < 0) {
		free(all.num);
		return rc;
	}
	if (all.n > 1)
		qsort(all.num, all.n, sizeof *all.num, by_number);
	for (i = 0; i < all.n; i++)
		if (n == 0 || all.num[i] != all.num[n - 1])
			all.num[n++] = all.num[i];
	*num = all.num;
	return (int)n;
}
