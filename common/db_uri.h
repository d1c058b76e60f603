/*
 * The name under which a file is opened for reading by somebody who may not
 * write beside it.  SQLite wants to make FILE-wal and FILE-shm there; when
 * FILE-wal is not there nobody has the file open, it is complete in itself,
 * and can be read as one that does not change.
 */
#ifndef COMMON_DB_URI_H
#define COMMON_DB_URI_H

#include "common/buf.h"

/* The URI for such a file in *b (terminated), or NULL when the plain name will
 * do. */
const char *db_uri(struct buf *b, const char *path);

#endif
