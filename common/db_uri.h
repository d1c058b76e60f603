/*
 * The name for opening a database read-only without the right to write to its
 * folder.  SQLite wants to create FILE-wal and FILE-shm there.  But if FILE-wal
 * does not exist, nobody has the file open; it is then complete in itself and
 * can be opened as immutable.
 */
#ifndef COMMON_DB_URI_H
#define COMMON_DB_URI_H

#include "common/buf.h"

/* The URI for such a file in *b (terminated), or NULL if the plain name will
 * do. */
const char *db_uri(struct buf *b, const char *path);

#endif
