/* The hash index against a plain table, over several merges, with the store
 * closed and opened in between. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/hashindex.h"
#include "t/unit/tap.h"

enum { PAIRS = 150000, BATCH = 500 };

static char folder[] = "/tmp/loya.hashindex.XXXXXX";
static char path[64];

/* A hash for number i; every 1,000th shares its hash with its neighbour. */
static int64_t
hash(int64_t i)
{
	uint64_t z;

	if (i % 1000 == 1)
		i--;
	z = (uint64_t)i * UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	return (int64_t)(z ^ z >> 27);
}

static struct store *
reopen(struct store *s)
{
	struct err e;

	store_close(s);
	if (store_open(&s, path, ROLE_RECV, STORE_CREATE, &e) != 0) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	return s;
}

/* How many of the numbers below n are not found, or found wrongly. */
static int
missing(struct store *s, int64_t n)
{
	int64_t i, num[4], want;
	int k, found, bad = 0;
	struct err e;

	for (i = 0; i < n; i += 7) {
		found = hashindex_find(s, STORE_INBOX, hash(i), num, 4, &e);
		want = i % 1000 <= 1 ? 2 : 1;
		if (i % 1000 == 0 && i + 1 == n)
			want = 1;
		for (k = 0; k < found && num[k] != i; k++)
			;
		bad += found != want || k == found;
	}
	for (i = n; i < n + 100; i++)
		if (i % 1000 != 1)
			bad += hashindex_find(s, STORE_INBOX, hash(i), num, 4,
			    &e) != 0;
	return bad;
}

static void
fill(struct store **s)
{
	struct err e;
	int64_t i, k;
	int rc = 0, bad = 0;

	for (i = 0; i < PAIRS && rc == 0; i += BATCH) {
		if (i % 35000 == 0)
			*s = reopen(*s);
		rc = store_begin(*s, STORE_INBOX, &e);
		for (k = 0; k < BATCH && rc == 0; k++)
			rc = hashindex_add(*s, STORE_INBOX, hash(i + k), i + k,
			    &e);
		if (rc == 0 && i % 10000 == 0) {
			/* What is rolled back was never there. */
			store_rollback(*s, STORE_INBOX);
			bad += missing(*s, i);
			i -= BATCH;
			rc = store_begin(*s, STORE_INBOX, &e);
			for (k = 0; k < BATCH && rc == 0; k++)
				rc = hashindex_add(*s, STORE_INBOX,
				    hash(i + BATCH + k), i + BATCH + k, &e);
			i += BATCH;
		}
		if (rc == 0)
			rc = store_commit(*s, STORE_INBOX, &e);
	}
	is_int(rc, 0, "%d pairs are added", PAIRS);
	is_int(bad, 0, "all were found on the way, and none rolled back");
}

/* A pair that was added and merged before: an e-mail address that is changed
 * back. */
static void
again(struct store *s)
{
	struct err e;
	int64_t i, k, n;
	int rc = 0;

	for (i = 0; i < PAIRS && rc == 0; i += BATCH) {
		rc = store_begin(s, STORE_INBOX, &e);
		for (k = i; k < i + BATCH && rc == 0; k++) {
			n = k % 10 == 0 ? k % 1000 : k + 2 * PAIRS;
			rc = hashindex_add(s, STORE_INBOX, hash(n), n, &e);
		}
		if (rc == 0)
			rc = store_commit(s, STORE_INBOX, &e);
	}
	is_int(rc, 0, "pairs can be added again%s%s", rc == 0 ? "" : ": ",
	    rc == 0 ? "" : e.msg);
}

/* A full pull, 1,000 rows a commit: the largest number of runs at a time. */
static int64_t
most_runs(struct store *s, int64_t pairs)
{
	int64_t i, runs, most = 0;
	struct err e;

	for (i = 0; i < pairs; i++) {
		if (i % 1000 == 0)
			store_begin(s, STORE_INBOX, &e);
		hashindex_add(s, STORE_INBOX, hash(PAIRS + i), i, &e);
		if (i % 1000 != 999)
			continue;
		store_commit(s, STORE_INBOX, &e);
		db_number(store_db(s, STORE_INBOX),
		    "SELECT count(*) FROM hash_run", &runs, NULL);
		if (runs > most)
			most = runs;
	}
	return most;
}

/* Every commit by another process, which has only what is on the disk; the last
 * run of a merge is not full. */
static void
turns(struct store **s)
{
	enum { TURN = 1001, TURNS = 100 };
	struct err e;
	int64_t i, k;
	int rc = 0;

	snprintf(path, sizeof path, "%s/turns", folder);
	for (i = 0; i < TURNS && rc == 0; i++) {
		*s = reopen(*s);
		rc = store_begin(*s, STORE_INBOX, &e);
		for (k = i * TURN; k < (i + 1) * TURN && rc == 0; k++)
			rc = hashindex_add(*s, STORE_INBOX, hash(k), k, &e);
		if (rc == 0)
			rc = store_commit(*s, STORE_INBOX, &e);
	}
	is_int(rc, 0, "writers take turns");
	*s = reopen(*s);
	is_int(missing(*s, TURN * TURNS), 0, "what each has added is found");
}

int
main(void)
{
	struct store *s = NULL;
	int64_t runs, keys;
	char command[96];

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/s", folder);
	s = reopen(s);
	fill(&s);
	is_int(missing(s, PAIRS), 0, "all are found at the end");
	s = reopen(s);
	is_int(missing(s, PAIRS), 0, "all are found after opening again");
	db_number(store_db(s, STORE_INBOX), "SELECT count(*) FROM hash_key",
	    &keys, NULL);
	db_number(store_db(s, STORE_INBOX), "SELECT count(*) FROM hash_run",
	    &runs, NULL);
	ok(keys >= 65536, "a merge has ended (%d keys)", (int)keys);
	ok(runs < 600, "merged runs are deleted (%d are left)", (int)runs);
	again(s);
	is_int(missing(s, PAIRS), 0, "and are found, each once");
	runs = most_runs(s, 400000);
	ok(runs < 800, "large commits do not outrun it (%d runs)", (int)runs);
	turns(&s);
	store_close(s);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	ok(system(command) == 0, "the folder is removed");
	return done_testing();
}
