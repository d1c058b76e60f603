/*
 * The writer of JSON, and the only maker of output lines.  It adds commas and
 * escapes; the caller closes what it opens (checked by jsonw_line()).
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
	int comma;	/* the next value needs one in front */
};

/* What is written is appended to the caller's buffer; nothing to release. */
void jsonw_init(struct jsonw *, struct buf *);

/* Continue in an object that the buffer ends with; it is open and not empty. */
void jsonw_resume(struct jsonw *, struct buf *);
void jsonw_object(struct jsonw *);	/* { */
void jsonw_array(struct jsonw *);	/* [ */
void jsonw_close(struct jsonw *, char c);	/* } or ] */

/* A key.  jsonw_key() and the functions that take key and value are for names
 * that are known to need no escapes: our own, and those of fields.  A name from
 * outside needs jsonw_keyn(). */
void jsonw_key(struct jsonw *, const char *);
void jsonw_keyn(struct jsonw *, const char *, size_t);

/* Text should be UTF-8; invalid bytes, and NUL, become U+FFFD.  A NULL pointer
 * becomes null. */
void jsonw_string(struct jsonw *, const char *);
void jsonw_stringn(struct jsonw *, const char *, size_t);
void jsonw_int(struct jsonw *, int64_t);
void jsonw_bool(struct jsonw *, int);
void jsonw_null(struct jsonw *);

/* Whether a text needs no escapes in a string: plain ASCII. */
int jsonw_plain(const char *, size_t);

/* Add text that is JSON already. */
void jsonw_raw(struct jsonw *, const char *, size_t);

/* key and value in one call; a NULL string writes nothing at all.  A list of
 * strings ends with NULL. */
void jsonw_kstring(struct jsonw *, const char *key, const char *);
void jsonw_kint(struct jsonw *, const char *key, int64_t);
void jsonw_ktime(struct jsonw *, const char *key, int64_t us);
void jsonw_kraw(struct jsonw *, const char *key, const char *, size_t);
void jsonw_klist(struct jsonw *, const char *key, const char *const *);

/* The same, but a NULL string or the time 0 becomes null. */
void jsonw_kstring_null(struct jsonw *, const char *key, const char *);
void jsonw_ktime_null(struct jsonw *, const char *key, int64_t us);

/* Write a value of a parsed text in its one canonical form: no white space,
 * shortest escapes, members sorted by key, numbers unchanged.  Equal values
 * (numbers by their digits) give equal bytes. */
void jsonw_canonical(struct jsonw *, const struct json *, uint32_t i);

/* Write a value unchanged except for white space between tokens, so that it
 * fits on one line. */
void jsonw_compact(struct jsonw *, const struct json *, uint32_t i);

/* End a line: check that everything is closed, add the line feed. */
void jsonw_line(struct jsonw *);

#endif
