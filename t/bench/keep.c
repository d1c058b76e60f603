/*
 * keep STORE: as answer, but durable: before the answer it reads a secret from
 * the store and makes the request a row of the inbox file, synced and under its
 * lock.  It checks nothing.  Linked with the same libraries it is the least
 * that a program can do that keeps requests as loya does: the limit for
 * loya-recv where each connection is a process.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>

#include "t/bench/request.h"

/* Open it and run this, with the bytes of the request as ?1. */
static int
run(const char *path, const char *first, const char *sql, const char *p,
    size_t n)
{
	sqlite3_stmt *s = NULL;
	sqlite3 *db = NULL;
	int rc;

	rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
	sqlite3_busy_timeout(db, 5000);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, first, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
	if (rc == SQLITE_OK && sqlite3_bind_parameter_count(s) > 0)
		rc = sqlite3_bind_blob(s, 1, p, (int)n, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		fprintf(stderr, "keep: %s: %s\n", path, sqlite3_errmsg(db));
	sqlite3_finalize(s);
	/* Not closed, because that would copy the log. */
	return rc != SQLITE_ROW && rc != SQLITE_DONE;
}

int
main(int argc, char **argv)
{
	char in[65536], path[4096];
	size_t n;
	int lock;

	if (argc != 2)
		return 64;
	n = request_read(in, sizeof in);
	snprintf(path, sizeof path, "%s-inbox-lock", argv[1]);
	lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	path[strlen(path) - sizeof "-lock" + 1] = '\0';
	if (lock < 0 || run(argv[1], "PRAGMA query_only = 1;",
	    "SELECT sealed FROM secret;", in, n) != 0 ||
	    flock(lock, LOCK_EX) != 0 ||
	    run(path, "PRAGMA synchronous = FULL;", "INSERT INTO inbox(seq, "
	    "source, event_id, received_at, content_type, body) SELECT "
	    "coalesce(max(seq), 0) + 1, 'hr', hex(randomblob(16)), 0, '', ?1 "
	    "FROM inbox;", in, n) != 0 || flock(lock, LOCK_UN) != 0)
		return 1;
	return request_answer();
}
