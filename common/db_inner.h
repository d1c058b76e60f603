/* The parts of the SQLite fence: db.c has connections, db_stmt.c statements,
 * db_log.c the write-ahead log. */
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

/* What a result of SQLite means to loya; E_IO: anything else.  Without memory
 * the program ends. */
int db_code(int rc);

/* The last error of a connection, as one of loya's, with a message. */
int db_fault(struct db *, struct err *);

#endif
