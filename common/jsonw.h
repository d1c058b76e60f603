/*
 * The writer of JSON, the only maker of output lines.  It puts the commas, and
 * escapes; the caller keeps begin and end in balance (checked at jsonw_end).
 */
#ifndef COMMON_JSONW_H
#define COMMON_JSONW_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/json.h"

struct jsonw {
	struct buf *b;
	int depth;
	int comma;	/* the next value wants one in front */
};

void jsonw_init(struct jsonw *, struct buf *);

/* Go on in an object that the buffer ends with, open and not empty. */
void jsonw_resume(struct jsonw *, struct buf *);
void jsonw_object(struct jsonw *);	/* { */
void jsonw_array(struct jsonw *);	/* [ */
void jsonw_close(struct jsonw *, char c);	/* } or ] */

/* A key.  jsonw_key() and the functions that take key and value are for names
 * that are known to need no escape: our own, and those of fields.  A name from
 * outside goes through jsonw_keyn(). */
void jsonw_key(struct jsonw *, const char *);
void jsonw_keyn(struct jsonw *, const char *, size_t);

/* Text must be UTF-8; bytes that are not, and NUL, become U+FFFD.  The NULL
 * pointer is null. */
void jsonw_string(struct jsonw *, const char *);
void jsonw_stringn(struct jsonw *, const char *, size_t);
void jsonw_int(struct jsonw *, int64_t);
void jsonw_bool(struct jsonw *, int);
void jsonw_null(struct jsonw *);
void jsonw_time(struct jsonw *, int64_t us);	/* RFC 3339 */

/* Whether a text stands in a string as it is: ASCII that needs no escape. */
int jsonw_plain(const char *, size_t);

/* Text that is JSON already. */
void jsonw_raw(struct jsonw *, const char *, size_t);

/* key and value in one call; a NULL string writes nothing at all. */
void jsonw_kstring(struct jsonw *, const char *key, const char *);
void jsonw_kint(struct jsonw *, const char *key, int64_t);
void jsonw_ktime(struct jsonw *, const char *key, int64_t us);
void jsonw_kraw(struct jsonw *, const char *key, const char *, size_t);

/* The same, but a NULL string, and the time 0, are null. */
void jsonw_kstring_null(struct jsonw *, const char *key, const char *);
void jsonw_ktime_null(struct jsonw *, const char *key, int64_t us);

/* A value of a parsed text in its one canonical form: no white space, the
 * shortest escapes, members sorted by key, numbers to the letter.  Equal
 * values (numbers by their digits) give equal bytes. */
void jsonw_canonical(struct jsonw *, const struct json *, uint32_t i);

/* A value as it stands, only the white space between tokens taken out, so
 * that it fits on a line. */
void jsonw_compact(struct jsonw *, const struct json *, uint32_t i);

/* End a line: checks the balance, adds the line feed. */
void jsonw_line(struct jsonw *);

#endif
