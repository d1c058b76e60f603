/*
 * fill STORE N FROM MEMBERS: put N events into the inbox, directly through its
 * room.  Event i is about member FROM + i, or, if MEMBERS is above 0, about a
 * random one of that many.
 */
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/inbox.h"
#include "common/options.h"
#include "t/bench/body.h"

enum { TOGETHER = 1000 };

static void
add(struct store *s, struct buf *b, long member)
{
	unsigned char chance[16];
	char id[2 * sizeof chance + 1];
	struct err e;
	struct row r;

	memset(&r, 0, sizeof r);
	r.received_at = clock_now();
	body_write(b, member, r.received_at, "active");
	/* Not id_new(): ids of senders are in no order. */
	crypt_random(chance, sizeof chance);
	crypt_hex(chance, sizeof chance, id);
	r.source = "hr";
	r.event_id = id;
	r.content_type = "application/json";
	r.body = b->p;
	r.len = b->len;
	if (inbox_add(s, &r, &e) != 1)
		die_err(&e);
}

int
main(int argc, char **argv)
{
	struct buf b = { NULL, 0, 0 };
	int64_t n, from, members, i;
	struct store *s;
	struct err e;

	die_init(argv[0]);
	crypt_init();
	if (argc != 5 || options_number(argv[2], 1, 1 << 30, &n) != 0 ||
	    options_number(argv[3], 0, 1 << 30, &from) != 0 ||
	    options_number(argv[4], 0, 1 << 30, &members) != 0)
		die(E_USAGE, "usage: fill STORE N FROM MEMBERS");
	if (store_open(&s, argv[1], ROLE_RECV, STORE_CREATE, &e) != 0)
		die_err(&e);
	srandom((unsigned)clock_now());
	for (i = 0; i < n; i++) {
		if (i % TOGETHER == 0 &&
		    store_begin(s, STORE_INBOX, &e) != 0)
			die_err(&e);
		add(s, &b, members > 0 ? random() % members : from + i);
		if ((i % TOGETHER == TOGETHER - 1 || i == n - 1) &&
		    store_commit(s, STORE_INBOX, &e) != 0)
			die_err(&e);
	}
	buf_release(&b);
	store_close(s);
	return 0;
}
