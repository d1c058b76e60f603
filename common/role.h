/*
 * What each role may do to each table: one constant table, asked by SQLite's
 * authorizer for every statement.  It guards against mistakes and injected
 * SQL, not against somebody who owns the file.
 */
#ifndef COMMON_ROLE_H
#define COMMON_ROLE_H

#include "common/db.h"
#include "common/store.h"

/* 1 if the role may, else 0.  table NULL: an action that is not on a table. */
int role_allows(enum role, enum store_file, enum db_action, const char *table,
    const char *column);

#endif
