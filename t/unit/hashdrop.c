/* Forgetting numbers of the hash index: in runs, in hash_key, and while one is
 * merged into the other. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/hashindex.h"
#include "t/unit/tap.h"

enum { BATCH = 500, HASHES = 3 };

static char folder[] = "/tmp/loya.hashdrop.XXXXXX";
static char path[64];

static int64_t
hash(int64_t num, int64_t k)
{
	uint64_t z = (uint64_t)(num * HASHES + k) *
	    UINT64_C(0x9e3779b97f4a7c15);

	return (int64_t)((z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9));
}

static struct store *
reopen(struct store *s)
{
	struct err e;

	store_close(s);
	if (store_open(&s, path, ROLE_APPLY, STORE_CREATE, &e) != 0) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	return s;
}

/* Numbers from one to another, each with its hashes. */
static int
fill(struct store *s, int64_t from, int64_t to)
{
	struct err e;
	int64_t num, i, k;
	int rc = 0;

	for (num = from; num < to && rc == 0; num += BATCH) {
		rc = store_begin(s, STORE_MAIN, &e);
		for (i = num; i < num + BATCH; i++)
			for (k = 0; k < HASHES && rc == 0; k++)
				rc = hashindex_add(s, STORE_MAIN, hash(i, k),
				    i, &e);
		if (rc == 0)
			rc = store_commit(s, STORE_MAIN, &e);
	}
	return rc;
}

static int
drop(struct store *s, int64_t num)
{
	int64_t *all;
	struct err e;
	size_t n;
	int rc;

	rc = hashindex_of(s, STORE_MAIN, num, &all, &n, &e);
	if (rc == 0 && n != HASHES)
		rc = (int)n + 100;
	if (rc == 0)
		rc = store_begin(s, STORE_MAIN, &e);
	if (rc == 0)
		rc = hashindex_drop(s, STORE_MAIN, all, n, num, &e);
	if (rc == 0)
		rc = store_commit(s, STORE_MAIN, &e);
	free(all);
	return rc;
}

/* How many answers are wrong; every 1,000th number must be unknown. */
static int
wrong(struct store *s, int64_t to)
{
	int64_t num, k, found[4];
	struct err e;
	int n, bad = 0;

	for (num = 0; num < to; num += num % 1000 == 0 ? 1 : 37)
		for (k = 0; k < HASHES; k++) {
			n = hashindex_find(s, STORE_MAIN, hash(num, k), found,
			    4, &e);
			if (num % 1000 == 0)
				bad += n != 0;
			else
				bad += n != 1 || found[0] != num;
		}
	return bad;
}

static int64_t
count(struct store *s, const char *sql)
{
	int64_t n;

	db_number(store_db(s, STORE_MAIN), sql, &n, NULL);
	return n;
}

static void
round_of(struct store **s, int64_t from, int64_t to, const char *what)
{
	int64_t num;
	int rc;

	rc = fill(*s, from, to);
	for (num = (from + 999) / 1000 * 1000; num < to && rc == 0;
	    num += 1000)
		rc = drop(*s, num);
	is_int(rc, 0, "%s: dropped", what);
	is_int(wrong(*s, to), 0, "%s: that, and nothing else", what);
	*s = reopen(*s);
	is_int(wrong(*s, to), 0, "%s: also after opening again", what);
}

int
main(void)
{
	struct store *s = NULL;
	char command[96];

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/s", folder);
	s = reopen(s);
	round_of(&s, 0, 10000, "in runs");
	is_int(count(s, "SELECT count(*) FROM hash_key"), 0,
	    "nothing was merged so far");
	round_of(&s, 10000, 30000, "while they are merged");
	is_int(count(s, "SELECT count(*) FROM hash_merge "
	    "WHERE done < 9223372036854775807"), 1, "a merge is under way");
	round_of(&s, 30000, 60000, "in hash_key too");
	ok(count(s, "SELECT count(*) FROM hash_key") > 65000,
	    "a merge has ended");
	store_close(s);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	ok(system(command) == 0, "the folder is removed");
	return done_testing();
}
