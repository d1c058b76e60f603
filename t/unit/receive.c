/* Committing deliveries: together, durably, and failing visibly. */
#include "common/receive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/committer.h"
#include "common/die.h"
#include "t/unit/tap.h"

static int syncs, sync_fails;	/* from that one on; 0: none */

/* Replaces the C library's, also for SQLite. */
int fdatasync(int fd);

int
fdatasync(int fd)
{
	syncs++;
	if (sync_fails > 0 && syncs >= sync_fails) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static time_t later;		/* seconds that the clock is ahead */

int
clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);

	t->tv_sec += later;
	return rc;
}

static FILE *talk;		/* what is on standard error */

/* The messages since the last call. */
static const char *
said(void)
{
	static char text[4096];
	size_t n;

	rewind(talk);
	n = fread(text, 1, sizeof text - 1, talk);
	text[n] = '\0';
	rewind(talk);
	if (ftruncate(fileno(talk), 0) != 0)
		die(E_IO, "cannot be emptied");
	return text;
}

struct one {
	struct delivery d;
	struct row row;
	unsigned char fresh;
};

static void
event(struct one *o, const char *id, struct one *next)
{
	memset(o, 0, sizeof *o);
	o->row.source = "s";
	o->row.event_id = id;
	o->row.content_type = "application/json";
	o->row.body = "{}";
	o->row.len = 2;
	o->row.received_at = 1;
	o->d.row = &o->row;
	o->d.nrow = 1;
	o->d.fresh = &o->fresh;
	o->d.next = next != NULL ? &next->d : NULL;
}

static struct store *
open_store(const char *path)
{
	struct store *s;
	struct err e;

	if (store_open(&s, path, ROLE_RECV, STORE_CREATE, &e) != 0)
		die_err(&e);
	return s;
}

static void
test_group(struct store *s, struct commits *past)
{
	struct one a, b, c;

	event(&c, "a", NULL);
	event(&b, "b", &c);
	event(&a, "a", &b);
	syncs = 0;
	is_int(receive_commit(s, &a.d, past), 0, "three deliveries");
	is_int(syncs, 1, "are one sync");
	is_int(a.fresh + b.fresh, 2, "two of them are new");
	is_int(c.fresh, 0, "the third is a repeat of the first");
	is_int(c.row.seq, a.row.seq, "and has its place");
	syncs = 0;
	event(&a, "a", NULL);
	is_int(receive_commit(s, &a.d, past), 0, "a repeat later");
	is_int(syncs, 0, "needs none: its row is safe");
}

static void
test_single(struct store *s, struct commits *past)
{
	struct one a, b, c;

	event(&c, "after it", NULL);
	event(&b, "odd", &c);
	event(&a, "in front of it", &b);
	b.row.content_type = NULL;
	is_int(receive_commit(s, &a.d, past), 0,
	    "a delivery that cannot be stored");
	is_int(b.d.rc, E_DATA, "is reported");
	is_int(a.d.rc == 0 && a.fresh, 1, "the one in front of it is stored");
	is_int(c.d.rc == 0 && c.fresh, 1, "and the one after it");
}

/* This many deliveries, none of which can be stored. */
static void
refuse(struct store *s, struct commits *past, int n)
{
	struct one a;

	for (; n > 0; n--) {
		event(&a, "odd", NULL);
		a.row.content_type = NULL;
		receive_commit(s, &a.d, past);
	}
}

static void
store_one(struct store *s, struct commits *past, const char *id)
{
	struct one a;

	event(&a, id, NULL);
	receive_commit(s, &a.d, past);
}

/* With a full disk there are thousands of these a second. */
static void
test_talk(const char *path, struct store *s)
{
	struct commits past = { 0 };
	char why[200], all[300];

	snprintf(why, sizeof why, "receive: inbox: %s-inbox: NOT NULL "
	    "constraint failed: inbox.content_type", path);
	said();
	refuse(s, &past, 3);
	snprintf(all, sizeof all, "%s\n", why);
	is_str(said(), all, "that nothing is stored is said");
	later += 59;
	refuse(s, &past, 2);
	store_one(s, &past, "one");
	is_str(said(), "", "and for a minute no more");
	later += 2;
	refuse(s, &past, 1);
	snprintf(all, sizeof all, "%s (the last of 5)\n", why);
	is_str(said(), all, "then how often it was");
	refuse(s, &past, 2);
	later += 61;
	store_one(s, &past, "two");
	is_str(said(), "receive: inbox: 2 more not stored\n",
	    "where it is over that is said, too");
	refuse(s, &past, 4);
	store_one(s, &past, "three");
	is_str(said(), "", "in its minute");
	receive_committed(&past);
	is_str(said(), "receive: inbox: 4 more not stored\n",
	    "or at the end");
	receive_committed(&past);
	is_str(said(), "", "once");
}

static void
test_others(const char *path, struct store *s, struct commits *past)
{
	struct store *other = open_store(path);
	struct one a;
	struct commits theirs = { 0 };

	event(&a, "theirs", NULL);
	is_int(receive_commit(other, &a.d, &theirs), 0, "another process");
	store_close(other);
	syncs = 0;
	event(&a, "theirs", NULL);
	is_int(receive_commit(s, &a.d, past), 0, "a repeat of its event");
	is_int(a.fresh, 0, "is known");
	is_int(syncs, 1, "and synced: that process may have been killed");
	syncs = 0;
	event(&a, "theirs", NULL);
	receive_commit(s, &a.d, past);
	is_int(syncs, 0, "once");
}

static void
test_failure(struct store *s, struct commits *past)
{
	struct one a, b;

	event(&b, "a", NULL);
	event(&a, "new", &b);
	syncs = 0;
	sync_fails = 1;
	is_int(receive_commit(s, &a.d, past), E_IO, "a sync that fails");
	is_int(a.d.rc, E_IO, "is reported to the sender of a new event");
	is_int(b.d.rc, E_IO, "and to all that shared the commit");
	sync_fails = 0;
}

/* The result of a delivery handed to the thread. */
static int
committed(struct committer *c, int wake, const char *id, int *broken)
{
	struct one a;
	uint64_t n;

	event(&a, id, NULL);
	committer_put(c, &a.d);
	if (read(wake, &n, sizeof n) != sizeof n ||
	    committer_take(c, broken) != &a.d)
		die(E_BUG, "it does not come back");
	return a.d.rc;
}

static void
test_broken(const char *path)
{
	struct store *s = open_store(path);
	struct committer *c;
	int broken, wake = eventfd(0, EFD_CLOEXEC);
	struct err e;

	/* The wait uses the machine's own clock. */
	later = 0;
	if (committer_start(&c, s, wake, &e) != 0)
		die_err(&e);
	is_int(committed(c, wake, "one", &broken), 0, "the thread commits");
	is_int(broken, 0, "and goes on");
	syncs = 0;
	sync_fails = 1;
	is_int(committed(c, wake, "two", &broken), E_IO, "until a sync fails");
	is_int(broken, 1, "which it tells");
	sync_fails = 0;
	is_int(committed(c, wake, "three", &broken), E_IO,
	    "then nothing is taken any more");
	is_int(broken, 1, "nor is that forgotten");
	committer_free(c);
	store_close(s);
	close(wake);
}

/* The log is long enough to be copied: what was not synced in it may never be,
 * and what is appended comes after it. */
static void
test_checkpoint(const char *path)
{
	static char body[5 << 20];
	struct store *s = open_store(path);
	struct one a;
	struct commits past = { 0 };

	memset(body, ' ', sizeof body);
	memcpy(body, "{}", 2);
	event(&a, "long", NULL);
	a.row.body = body;
	a.row.len = sizeof body;
	syncs = 0;
	sync_fails = 2;
	is_int(receive_commit(s, &a.d, &past), E_IO,
	    "a checkpoint that fails after a commit");
	sync_fails = 0;
	store_close(s);
	s = open_store(path);
	event(&a, "long", NULL);
	memset(&past, 0, sizeof past);
	is_int(receive_commit(s, &a.d, &past), 0, "the next program");
	is_int(a.fresh, 0, "has what was committed");
	store_close(s);
}

/* A row is recognized as the line that is printed for it, and only as that. */
static void
test_line(const char *sentence, const char *type, const char *head,
    const char *body, int want)
{
	struct buf line = { NULL, 0, 0 }, room = { NULL, 0, 0 };
	struct one a;
	int others = 0;
	size_t i, n;

	event(&a, "id", NULL);
	a.fresh = 1;
	a.row.seq = 12;
	a.row.content_type = type;
	a.row.head = head;
	a.row.body = body;
	a.row.len = strlen(body);
	receive_lines(&a.d, &line);
	n = line.len - 1;
	is_int(receive_is_line(&a.row, line.p, n, &room), want, "%s", sentence);
	for (i = 0; i < n; i++) {
		line.p[i] ^= 1;
		others += receive_is_line(&a.row, line.p, n, &room);
		line.p[i] ^= 1;
		others += receive_is_line(&a.row, line.p, i, &room);
	}
	others += receive_is_line(&a.row, line.p, n + 1, &room);
	is_int(others, 0, "... and no other line is");
	buf_release(&line);
	buf_release(&room);
}

/* Lines that are not printed that way: raw text as data, an id with such an
 * end. */
static void
test_raw(const char *sentence, const char *type, char last)
{
	unsigned char compact = 1;
	char id[] = "id";
	struct buf line = { NULL, 0, 0 }, room = { NULL, 0, 0 };
	struct one a;

	event(&a, id, NULL);
	a.fresh = 1;
	a.row.content_type = type;
	a.d.compact = &compact;
	receive_lines(&a.d, &line);
	strstr(line.p, "id\",\"source")[1] = id[1] = last;
	is_int(receive_is_line(&a.row, line.p, line.len - 1, &room), 0, "%s",
	    sentence);
	buf_release(&line);
	buf_release(&room);
}

static void
test_lines(void)
{
	static const char json[] = "application/json";

	test_line("a row is its line", json, NULL, "{\"a\":1}", 1);
	test_line("with its headers", json, "{\"x\":\"y\"}", "[]", 1);
	test_line("in any type of JSON", "application/x+json", NULL, "1", 1);
	test_line("a text is not", "text/plain", NULL, "{\"a\":1}", 0);
	test_line("nor is a row without a body", json, NULL, "", 0);
	test_raw("nor what is not JSON, though it looks like it",
	    "text/plain", '}');
	test_raw("nor a text that wants to be escaped", json, '"');
}

int
main(int argc, char **argv)
{
	char dir[] = "/tmp/loya-receive.XXXXXX", path[64], rm[64];
	struct store *s;
	struct commits past = { 0 };

	(void)argc;
	die_init(argv[0]);
	if (mkdtemp(dir) == NULL)
		die(E_IO, "%s: cannot be made", dir);
	snprintf(path, sizeof path, "%s/loya.db", dir);
	talk = tmpfile();
	if (talk == NULL || dup2(fileno(talk), STDERR_FILENO) < 0)
		die(E_IO, "standard error cannot be read");
	s = open_store(path);
	test_group(s, &past);
	test_single(s, &past);
	test_talk(path, s);
	test_others(path, s, &past);
	test_failure(s, &past);
	store_close(s);
	test_broken(path);
	test_checkpoint(path);
	test_lines();
	snprintf(rm, sizeof rm, "rm -rf %s", dir);
	return done_testing() | (system(rm) != 0);
}
