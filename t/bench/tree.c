/*
 * tree STORE N: what the tree over the audit log costs a commit of one row, and
 * what signing a head costs: microseconds each, the mean of N.  Nothing is
 * kept.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/note.h"
#include "common/options.h"
#include "common/tlog.h"

static int
put(void *ctx, int level, int64_t tile, const unsigned char *hashes, size_t n,
    struct err *e)
{
	static const char sql[] =
	    "INSERT INTO merkle(level, tile, hashes) "
	    "VALUES (:level, :tile, :hashes) "
	    "ON CONFLICT(level, tile) DO UPDATE SET hashes = excluded.hashes";
	struct stmt *s = db_stmt(store_db(ctx, STORE_MAIN), sql);

	stmt_int(s, 1, level);
	stmt_int(s, 2, tile);
	stmt_blob(s, 3, hashes, n * MERKLE_HASH);
	return stmt_run(s, e);
}

/* Root, consistency with the previous head, signature. */
static void
sign(struct store *s, const struct merkle *m, int64_t old,
    const unsigned char *old_root, struct note_key *k, unsigned char *sk)
{
	static struct merkle_proof p;
	unsigned char root[MERKLE_HASH];
	struct buf b = { NULL, 0, 0 };
	struct err e;

	merkle_root(m, root);
	if (merkle_consistency(&p, old, m->size, audit_tile, s, &e) != 0)
		die_err(&e);
	if (merkle_check_consistency(&p, old, m->size, old_root, root) != 0)
		die(E_BUG, "not consistent");
	tlog_head_write(&b, k->name, m->size, root);
	note_sign(&b, b.p, b.len, k, sk);
	buf_release(&b);
}

int
main(int argc, char **argv)
{
	unsigned char leaf[MERKLE_HASH], old[MERKLE_HASH], seed[32] = { 1 };
	unsigned char pk[32], sk[64];
	int64_t n, i, t, size, tree = 0, head = 0;
	struct note_key k;
	struct merkle *m;
	struct store *s;
	struct err e;

	die_init(argv[0]);
	crypt_init();
	if (argc != 3 || options_number(argv[2], 1, 1 << 20, &n) != 0)
		die(E_USAGE, "usage: tree STORE N");
	crypt_ed25519_pair(seed, pk, sk);
	note_key_make(&k, "bench", NOTE_ED25519, pk);
	m = malloc(sizeof *m);
	if (store_open(&s, argv[1], ROLE_TOKEN, 0, &e) != 0 ||
	    store_begin(s, STORE_MAIN, &e) != 0 || audit_tree(s, m, &e) != 0)
		die_err(&e);
	for (i = 0; i < n; i++) {
		crypt_random(leaf, sizeof leaf);
		size = m->size;
		merkle_root(m, old);
		t = clock_mono();
		if (merkle_add(m, leaf, put, s, &e) != 0 ||
		    merkle_flush(m, put, s, &e) != 0)
			die_err(&e);
		tree += clock_mono() - t;
		t = clock_mono();
		sign(s, m, size, old, &k, sk);
		head += clock_mono() - t;
	}
	store_rollback(s, STORE_MAIN);
	store_close(s);
	printf("%.2f %.2f\n", (double)tree / (double)n,
	    (double)head / (double)n);
	free(m);
	return 0;
}
