/* The parts of the SQLite fence: db.c has connections and statements, db_log.c
 * the write-ahead log. */
#ifndef COMMON_DB_INNER_H
#define COMMON_DB_INNER_H

#include "common/db.h"

#include <sqlite3.h>

enum { DB_STATEMENTS = 128, DB_BUSY_MS = 5000 };

struct stmt {
	sqlite3_stmt *s;
	const char *sql;
	struct db *db;
};

struct db {
	sqlite3 *c;
	char *path;
	struct stmt stmt[DB_STATEMENTS];
	size_t nstmt;
	int64_t wal_frames;
	db_allow_fn *allow;
	void *ctx;
};

/* The last error of SQLite, as one of loya's. */
int db_fault(struct db *, struct err *);

#endif
