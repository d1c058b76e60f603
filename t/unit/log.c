/* The log of a store starts over although there is always a reader. */
#include "common/store.h"
#include "t/unit/tap.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/crypt.h"
#include "common/db.h"

/* The limits of the inbox file's log, in frames: when the first checkpoint is
 * due, and when the log counts as long (store_log.c). */
enum { LIMIT = 1000, LONG = 4 * LIMIT };

static char dir[64], path[96];
static struct store *writer, *reader[2];
static struct err err;
static sem_t go[2], begun[2];
static int ended;

static int64_t
frames(void)
{
	return db_wal_frames(store_db(writer, STORE_INBOX));
}

static int
try_one(void)
{
	static const char sql[] = "INSERT INTO refusal VALUES ('a', 1, '', 1) "
	    "ON CONFLICT DO UPDATE SET count = count + 1;";
	int rc;

	if ((rc = store_begin_soft(writer, STORE_INBOX, &err)) != 0)
		return rc;
	if (db_exec(store_db(writer, STORE_INBOX), sql, &err) != 0) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
	return store_commit(writer, STORE_INBOX, &err);
}

static void
write_one(void)
{
	if (try_one() != 0) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
}

/* Write until the log has this many frames, or starts over. */
static void
grow(int64_t n)
{
	int64_t was = frames();

	while (frames() >= was && (was = frames()) < n)
		write_one();
}

static void
begin(int i)
{
	int64_t v;

	db_exec(store_db(reader[i], STORE_INBOX), "BEGIN;", NULL);
	store_meta_get(reader[i], STORE_INBOX, "hash_key", &v);
}

static void
commit(int i)
{
	db_exec(store_db(reader[i], STORE_INBOX), "COMMIT;", NULL);
}

static void
test_one(void)
{
	begin(0);
	grow(LONG + 1);
	ok(frames() > LONG, "who reads for long keeps the log");
	commit(0);
	grow(LONG + LIMIT / 2);
	ok(frames() < LIMIT, "once it is long it soon starts over");
	grow(LIMIT + LIMIT / 2);
	ok(frames() < LIMIT, "and then as soon as any other");
}

/* Two readers in turn: each reads until the other has begun. */
static void *
take_turns(void *ctx)
{
	static const struct timespec nap = { 0, 2000000 };
	int i = ctx == &go[1];

	for (;;) {
		sem_wait(&go[i]);
		begin(i);
		nanosleep(&nap, NULL);
		sem_post(&begun[i]);
		sem_post(&go[1 - i]);
		sem_wait(&begun[1 - i]);
		commit(i);
		if (__atomic_load_n(&ended, __ATOMIC_SEQ_CST))
			break;
	}
	sem_post(&begun[i]);
	sem_post(&go[1 - i]);
	return NULL;
}

static void
test_many(void)
{
	pthread_t thread[2];
	int i;

	for (i = 0; i < 2; i++) {
		sem_init(&go[i], 0, 0);
		sem_init(&begun[i], 0, 0);
	}
	for (i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, take_turns, &go[i]);
	sem_post(&go[0]);
	grow(LONG + 2 * LIMIT);
	ok(frames() < LIMIT, "also where there is always one who reads");
	__atomic_store_n(&ended, 1, __ATOMIC_SEQ_CST);
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
}

/* Make the file larger than any log gets; its log stays empty. */
static void
fill(void)
{
	static const char sql[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
	    "SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO refusal "
	    "SELECT hex(zeroblob(500)), i, '', 1 FROM n;";

	if (store_begin(writer, STORE_INBOX, &err) != 0 ||
	    db_exec(store_db(writer, STORE_INBOX), sql, &err) != 0 ||
	    store_commit(writer, STORE_INBOX, &err) != 0 ||
	    store_empty_log(writer, STORE_INBOX, &err) != 0) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
}

/* Make writes to the end of the file fail, or work again. */
static void
narrow(int on)
{
	struct rlimit l;

	getrlimit(RLIMIT_FSIZE, &l);
	l.rlim_cur = on ? 8 * 1024 * 1024 : l.rlim_max;
	setrlimit(RLIMIT_FSIZE, &l);
}

static void
test_aside(void)
{
	enum { MANY = 1000000 };
	int64_t frame;
	int i, rc = 0;

	is_int(store_copy_aside(writer, STORE_INBOX, &err), 0,
	    "a log can be copied aside");
	frame = frames();
	for (i = 0; i < MANY && frames() >= frame; i++) {
		frame = frames();
		write_one();
	}
	ok(frames() < frame, "then it starts over while somebody writes");
	fill();
	narrow(1);
	err.msg[0] = '\0';
	for (i = 0; i < MANY && rc == 0; i++)
		rc = try_one();
	narrow(0);
	is_int(rc, E_IO, "and when it cannot, the writer is told");
	ok(strstr(err.msg, "disk I/O error") != NULL, "of what it was");
}

/* The size of the log after the writer has closed it; opens it again. */
static long long
left(void)
{
	char log[128];
	struct stat st;

	store_close(writer);
	snprintf(log, sizeof log, "%s-inbox-wal", path);
	if (stat(log, &st) != 0 ||
	    store_open(&writer, path, ROLE_RECV, 0, &err) != 0) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
	return st.st_size;
}

/* Closing copies the log, unless that has already failed. */
static void
test_end(void)
{
	char said[256] = "";
	int i, own = dup(2), file = open(dir, O_TMPFILE | O_RDWR, 0600);

	ok(left() > 0, "the end does not try again what a thread has not done");
	store_empty_log(writer, STORE_INBOX, &err);
	narrow(1);
	dup2(file, 2);
	for (i = 0; i < 100; i++)
		write_one();
	ok(left() > 0, "nor is there an end of what cannot be copied");
	ok(pread(file, said, sizeof said - 1, 0) > 0 && strstr(said,
	    "disk I/O error: File too large; the log grows until that is "
	    "fixed\n") != NULL,
	    "which is reported");
	for (i = 0; i < LIMIT && try_one() == 0; i++)
		continue;
	narrow(0);
	ok(i < LIMIT && left() > 0, "nor what the writer could not");
	write_one();
	ok(left() == 0, "and the next end copies it");
	dup2(own, 2);
}

int
main(void)
{
	char sh[128];
	int i;

	crypt_init();
	/* As die_init() does. */
	signal(SIGXFSZ, SIG_IGN);
	strcpy(dir, "/tmp/loya-unit.XXXXXX");
	if (mkdtemp(dir) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/loya.db", dir);
	if (store_open(&writer, path, ROLE_RECV, STORE_CREATE, &err) != 0 ||
	    store_open(&reader[0], path, ROLE_RECV, 0, &err) != 0 ||
	    store_open(&reader[1], path, ROLE_RECV, 0, &err) != 0) {
		printf("Bail out! %s\n", err.msg);
		return 1;
	}
	test_one();
	test_many();
	test_aside();
	test_end();
	store_close(writer);
	for (i = 0; i < 2; i++)
		store_close(reader[i]);
	snprintf(sh, sizeof sh, "rm -r %s", dir);
	return system(sh) != 0 || done_testing();
}
