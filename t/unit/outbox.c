/* The room of deliveries: whose turn it is. */
#include "common/outbox.h"
#include "t/unit/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/crypt.h"

static char dir[64];
static struct store *apply, *push;
static struct err err;
static int more;	/* behind those of the last lease() */

static int64_t
number(const char *sql)
{
	int64_t v = -1;

	if (db_number(store_db(push, STORE_MAIN), sql, &v, &err) != 0)
		printf("# %s\n", err.msg);
	return v;
}

/* Add a delivery of an event about a member, or about nobody. */
static void
owe(const char *target, const char *member)
{
	struct audit_row a = { 0 };
	char list[32];

	a.at = 1;
	a.kind = "test";
	a.member = member;
	a.actor = "loya";
	a.detail = "{}";
	a.detail_len = 2;
	store_begin(apply, STORE_MAIN, &err);
	audit_add(apply, &a, &err);
	snprintf(list, sizeof list, "[%lld]", (long long)a.seq);
	outbox_add(apply, target, list, strlen(list), 10, &err);
	store_commit(apply, STORE_MAIN, &err);
}

/* The seqs leased at this time, as text. */
static const char *
lease(int64_t now, size_t max)
{
	static struct outbox_row row[8];
	static char out[64];
	size_t i, n;

	store_begin(push, STORE_MAIN, &err);
	outbox_reclaim(push, now, &err);
	outbox_lease(push, "crm", now, now + 100, max, row, &n, &more, &err);
	store_commit(push, STORE_MAIN, &err);
	out[0] = '\0';
	for (i = 0; i < n; i++)
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s%lld",
		    i > 0 ? " " : "", (long long)row[i].seq);
	return out;
}

/* End the delivery of this seq, which was leased at that time. */
static int
end(int64_t seq, int64_t leased, const char *member, enum outbox_end how,
    int64_t due)
{
	struct outbox_row r = { .seq = seq, .lease_until = leased + 100 };
	int next = 0, rc;

	snprintf(r.member, sizeof r.member, "%s", member);
	store_begin(push, STORE_MAIN, &err);
	rc = outbox_end(push, "crm", &r, how, due,
	    how == OUTBOX_DEFERRED ? "503" : NULL, &next, &err);
	store_commit(push, STORE_MAIN, &err);
	return rc != 0 ? rc : next;
}

static void
test_turns(void)
{
	int64_t next;

	owe("crm", "a");	/* 1 */
	owe("crm", "a");	/* 2 */
	owe("crm", "b");	/* 3 */
	owe("crm", NULL);	/* 4 */
	owe("crm", NULL);	/* 5 */
	owe("shop", "a");	/* 6 */
	is_int(outbox_ready(push, "crm", 20, &next, &err), 1, "there is work");
	is_int(outbox_count(push, "crm", &err), 5, "that much");
	is_str(lease(20, 8), "1 3 4 5", "the first of each member");
	is_int(number("SELECT behind FROM outbox WHERE seq = 2"), 1,
	    "the second one waits for it");
	is_str(lease(21, 8), "", "nothing twice");
	is_int(outbox_ready(push, "crm", 21, &next, &err), 0, "no more work");
	is_int(outbox_count(push, "crm", &err), 5, "none is done");
	is_int(end(1, 20, "a", OUTBOX_DEFERRED, 50), 0,
	    "one that is tried again gives no turn");
	is_int(outbox_ready(push, "crm", 22, &next, &err), 0, "not yet");
	is_int(next, 50, "but then");
	is_str(lease(22, 8), "", "the second still waits");
	is_str(lease(50, 8), "1", "it is due");
	is_int(end(1, 20, "a", OUTBOX_SENT, 0), E_NO, "an old lease is lost");
	is_int(end(1, 50, "a", OUTBOX_SENT, 0), 1, "its end gives a turn");
	is_int(number("SELECT answer = '503' FROM outbox WHERE seq = 1"), 1,
	    "and keeps what was answered last");
	is_str(lease(51, 8), "2", "to the second");
	is_int(end(2, 51, "a", OUTBOX_BACK, 0), 0, "given back");
	is_int(number("SELECT tries FROM outbox WHERE seq = 2"), 0,
	    "it was no try");
	is_str(lease(52, 8), "2", "it is taken again");
	is_int(outbox_ready(push, "crm", 119, &next, &err), 0,
	    "a lease that lasts is not due");
	is_int(outbox_ready(push, "crm", 120, &next, &err), 1,
	    "one that has ended is");
	is_str(lease(121, 8), "3 4 5", "leases that have ended come back");
	is_str(lease(152, 8), "2", "each in its time");
}

static void
test_dead(void)
{
	char target[OUTBOX_TARGET];
	int rc;

	owe("crm", "a");	/* 7, behind 2 */
	is_str(lease(153, 8), "", "one more waits");
	owe("crm", "a");	/* 8 */
	is_str(lease(153, 8), "", "and one more,");
	is_int(number("SELECT behind FROM outbox WHERE seq = 8"), 2,
	    "for the first of them");
	is_int(end(2, 152, "a", OUTBOX_DEAD, 0), 1, "a death gives a turn");
	is_str(lease(154, 8), "7", "to the next");
	store_begin(push, STORE_MAIN, &err);
	is_int(outbox_again(push, 99, 1, target, &err), E_NOTFOUND, "none");
	is_int(outbox_again(push, 7, 1, target, &err), E_NO, "not dead");
	rc = outbox_again(push, 2, 1, target, &err);
	store_commit(push, STORE_MAIN, &err);
	is_int(rc, 0, "the dead one once more");
	is_str(target, "crm", "its target");
	is_str(lease(155, 8), "2", "it is first again");
	is_int(end(7, 154, "a", OUTBOX_SENT, 0), 0, "7 is not overtaken");
	is_int(end(2, 155, "a", OUTBOX_SENT, 0), 1, "2 does");
	is_str(lease(156, 8), "8", "then comes the last");
	is_int(number("SELECT count(*) FROM outbox WHERE target = 'shop' "
	    "AND behind IS NULL"), 1, "another target is not touched");
}

static void
test_room(void)
{
	int i;

	for (i = 0; i < 6; i++)
		owe("crm", NULL);	/* 9 to 14 */
	end(8, 156, "a", OUTBOX_SENT, 0);
	is_str(lease(157, 3), "9 10 11", "no more than asked for");
	is_int(more, 1, "there are more");
	for (i = 9; i <= 11; i++)
		end(i, 157, "", OUTBOX_DEFERRED, 158);
	is_str(lease(158, 4), "9 10 12 13",
	    "half of the room is for what was not tried yet");
	is_int(more, 1, "there may be more of both");
	is_int(number("SELECT count(*) FROM outbox WHERE state = 'leased' "
	    "AND seq IN (9, 10, 12, 13) AND lease_until = 258"), 4,
	    "for as long as was said");
	is_str(lease(159, 4), "11 14", "and the rest");
	is_int(more, 0, "that was all");
	for (i = 9; i <= 14; i++)
		end(i, i == 11 || i == 14 ? 159 : 158, "", OUTBOX_DEFERRED,
		    170 - i);
	is_str(lease(170, 4), "14 13", "what is due first is first");
	is_int(more, 1, "others are due");
	is_str(lease(170, 12), "12 11 10 9", "in their order");
	is_int(more, 0, "and no more");
}

/* End the deliveries of a list; commit only if all of them were leased at that
 * time. */
static int
sent(const char *list, int64_t n, int64_t lease)
{
	int next = 0, rc;

	store_begin(push, STORE_MAIN, &err);
	rc = outbox_sent(push, "many", list, strlen(list), n, lease, "204",
	    &next, &err);
	if (rc != 0)
		store_rollback(push, STORE_MAIN);
	else
		store_commit(push, STORE_MAIN, &err);
	return rc != 0 ? rc : next;
}

/* More deliveries than one look covers, two of each member. */
static void
test_many(void)
{
	enum { MEMBERS = 300 };
	static struct outbox_row row[2 * MEMBERS];
	size_t i, n, wrong = 0;
	char member[24], list[64];

	for (i = 0; i < 2 * MEMBERS; i++) {
		snprintf(member, sizeof member, "m%zu", i / 2);
		owe("many", member);
	}
	store_begin(push, STORE_MAIN, &err);
	outbox_lease(push, "many", 20, 100, 2 * MEMBERS, row, &n, &more, &err);
	store_commit(push, STORE_MAIN, &err);
	is_int((int64_t)n, MEMBERS, "one of each member is leased");
	for (i = 0; i < n; i++) {
		snprintf(member, sizeof member, "m%zu", i);
		wrong += strcmp(row[i].member, member) != 0 ||
		    row[i].lease_until != 100;
	}
	is_int((int64_t)wrong, 0, "in order");
	is_int(number("SELECT count(*) FROM outbox WHERE target = 'many' "
	    "AND state = 'leased' AND behind = 0 AND lease_until = 100"),
	    MEMBERS, "so it stands in the store");
	is_int(number("SELECT count(*) FROM outbox a JOIN outbox b "
	    "ON b.seq = a.behind WHERE a.target = 'many' "
	    "AND a.state = 'waiting' AND a.member = b.member "
	    "AND b.behind = 0"), MEMBERS, "the others wait for these");
	is_int(more, 0, "that was all");
	snprintf(list, sizeof list, "[%lld,%lld]", (long long)row[0].seq,
	    (long long)row[9].seq);
	store_begin(push, STORE_MAIN, &err);
	db_exec(store_db(push, STORE_MAIN), "UPDATE outbox SET alone = 1 "
	    "WHERE target = 'many' AND state = 'leased'", &err);
	store_commit(push, STORE_MAIN, &err);
	is_int(sent(list, 2, 99), E_NO, "another lease than theirs");
	is_int(sent(list, 2, 100), 1, "two are sent at once, and give turns");
	is_int(number("SELECT count(*) FROM outbox WHERE target = 'many' "
	    "AND state = 'sent' AND tries = 1 AND answer = '204' "
	    "AND lease_until IS NULL AND alone = 0"), 2,
	    "both, with their answer");
	is_int(number("SELECT count(*) FROM outbox WHERE target = 'many' "
	    "AND state = 'waiting' AND behind = 0"), 2, "to two others");
	is_int(sent(list, 2, 100), E_NO, "not twice");
}

/* One member has so many that one look does not reach the others. */
static void
test_passed(void)
{
	enum { MANY = 1500 };
	static struct outbox_row row[8];
	struct audit_row a = { 0 };
	char list[32];
	size_t n;
	int i;

	a.at = 1;
	a.kind = "test";
	a.actor = "loya";
	a.detail = "{}";
	a.detail_len = 2;
	store_begin(apply, STORE_MAIN, &err);
	for (i = 0; i <= MANY; i++) {
		a.member = i < MANY ? "one" : "other";
		audit_add(apply, &a, &err);
		snprintf(list, sizeof list, "[%lld]", (long long)a.seq);
		outbox_add(apply, "long", list, strlen(list), 10, &err);
	}
	store_commit(apply, STORE_MAIN, &err);
	store_begin(push, STORE_MAIN, &err);
	outbox_lease(push, "long", 20, 100, 8, row, &n, &more, &err);
	store_commit(push, STORE_MAIN, &err);
	is_int((int64_t)n, 1, "the first of the many is leased");
	is_int(more, 1, "there are more");
	is_int(number("SELECT count(*) BETWEEN 1000 AND 1008 FROM outbox "
	    "WHERE target = 'long' AND behind IS NOT NULL"), 1,
	    "no more than a thousand are passed over at a time");
	store_begin(push, STORE_MAIN, &err);
	outbox_lease(push, "long", 20, 100, 8, row, &n, &more, &err);
	store_commit(push, STORE_MAIN, &err);
	is_int((int64_t)n, 1, "the next time the other one is reached");
	is_str(row[0].member, "other", "whatever was looked at before");
	is_int(number("SELECT count(DISTINCT behind) FROM outbox "
	    "WHERE target = 'long' AND member = 'one' AND behind > 0"), 1,
	    "and all the many wait for their first");
	is_int(more, 0, "and that is all");
}

/* What came after a dismissal began has its turn once the row before it is
 * dismissed. */
static void
test_dismissed(void)
{
	char first[64], seqs[96];
	int64_t seq;

	owe("gone", "z");
	seq = number("SELECT max(seq) FROM outbox");
	owe("gone", "z");
	store_begin(push, STORE_MAIN, &err);
	snprintf(first, sizeof first, "UPDATE outbox SET behind = seq - %lld "
	    "WHERE target = 'gone'", (long long)seq);
	db_exec(store_db(push, STORE_MAIN), first, &err);
	db_exec(store_db(push, STORE_MAIN), "UPDATE outbox SET behind = seq - 1"
	    " WHERE target = 'gone' AND behind > 0", &err);
	snprintf(seqs, sizeof seqs, "[%lld]", (long long)seq);
	is_int(outbox_dismiss(push, "gone", seqs, strlen(seqs), &err), 0,
	    "the first of a member is dismissed");
	store_commit(push, STORE_MAIN, &err);
	is_int(number("SELECT max(behind) FROM outbox WHERE target = 'gone'"),
	    0, "the one that waited for it has its turn");
}

int
main(void)
{
	char path[96], sh[128];

	crypt_init();
	strcpy(dir, "/tmp/loya-unit.XXXXXX");
	if (mkdtemp(dir) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/loya.db", dir);
	if (store_open(&apply, path, ROLE_APPLY, STORE_CREATE, &err) != 0 ||
	    store_open(&push, path, ROLE_PUSH, 0, &err) != 0) {
		printf("Bail out! %s\n", err.msg);
		return 1;
	}
	test_turns();
	test_dead();
	test_room();
	test_many();
	test_passed();
	test_dismissed();
	store_close(apply);
	store_close(push);
	snprintf(sh, sizeof sh, "rm -r %s", dir);
	return system(sh) != 0 || done_testing();
}
