/*
 * The fence around jansson: configuration files as a tree that is read with
 * complaints.  The first complaint is kept, with the place in the file of what
 * it is about; everything after it may be read on blindly: functions that
 * give a text then give "".  At the end ask conf_fault().
 *
 * A node is a value and the way to it; child nodes live on the caller's stack
 * and point to their parent.
 */
#ifndef COMMON_CONF_H
#define COMMON_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/status.h"

struct conf;

enum conf_type {
	CONF_ABSENT, CONF_NULL, CONF_BOOL, CONF_INTEGER, CONF_REAL,
	CONF_STRING, CONF_ARRAY, CONF_OBJECT
};

struct node {
	struct conf *conf;
	const void *value;	/* NULL: not there */
	const struct node *parent;
	const char *key;	/* of a member, else NULL */
	size_t index;		/* of an element */
};

/*
 * Read a file.  Its profile ("profile": a name of what is compiled in) is put
 * under it as RFC 7396 says, with some additions: an object with "from" is a
 * value of the mapping language, unless it is a timeline or its names are one's
 * own, and takes the place of the profile's, null in "values" and "default"
 * being what it says; and
 * where the file's receive.auth has a kind or a preset, nothing of the
 * profile's receive.auth is left, and a preset is put under it instead.  Of the
 * profile's push.presets the one that the file's push.preset names is put under
 * its push (and push.preset is gone; it stays where there is none); so with
 * pull.
 * E_CONF and *e.
 */
int conf_open(struct conf **, const char *file, int with_profile,
    struct err *e);

/* The same from a text; file is what messages call it. */
int conf_open_text(struct conf **, const char *file, const char *text,
    size_t len, int with_profile, struct err *e);
void conf_close(struct conf *);

/* The presets that a profile has for push or pull, "a, b, c" in the arena; NULL
 * where it has none, or there is no such profile (NULL is none). */
const char *conf_preset_names(const char *profile, const char *section,
    struct arena *);

/* Complain of a preset that it does not have. */
void conf_no_preset(const struct node *, const char *profile,
    const char *section, struct arena *);

/* The first complaint: 0, or E_CONF and *e. */
int conf_fault(const struct conf *, struct err *e);

/* Note a complaint that has its place already. */
void conf_complain(struct conf *, const char *text);

void conf_root(struct conf *, struct node *);

/* Complain about a node, as FILE:LINE:COLUMN: way.to.it: words. */
void conf_bad(const struct node *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The same about a member, which may be absent. */
void conf_bad_at(const struct node *, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Where a member stands in the file, as FILE:LINE:COLUMN, for what is found out
 * later; where the file does not say it, what it would stand in. */
const char *conf_place(const struct node *, const char *key, struct arena *);

/* A member; 1, or 0 when there is none.  child may be read either way. */
int conf_get(const struct node *, const char *key, struct node *child);

/* Whether the file itself says it, and not only its profile. */
int conf_own(const struct node *);

/* Members or elements: how many, and the i-th; 0 for scalars. */
size_t conf_count(const struct node *);
void conf_item(const struct node *, size_t i, struct node *child);

enum conf_type conf_type(const struct node *);

/* Complain about members of an object that are none of keys (NULL-terminated),
 * and about a node that is no object.  1 when it is right, else 0. */
int conf_known(const struct node *, const char *const *keys);

/* A text in the arena; "" and a complaint for anything else. */
const char *conf_text(const struct node *, struct arena *);

/* Scalars of a member: 0 when it is not there and *v is left alone, 1 when it
 * is; a complaint for a wrong type.  max is inclusive. */
int conf_string(const struct node *, const char *key, struct arena *,
    const char **v);
int conf_int(const struct node *, const char *key, int64_t min, int64_t max,
    int64_t *v);
int conf_bool(const struct node *, const char *key, int *v);

/* A share, any number from 0 to 1, in the same way. */
int conf_share(const struct node *, const char *key, double *v);

/* One of words (NULL-terminated): *v its index. */
int conf_word(const struct node *, const char *key, const char *const *words,
    int *v);

/* A text or a list of texts; *n 0 when it is not there.  An empty list gets a
 * complaint. */
int conf_texts(const struct node *, const char *key, struct arena *,
    const char ***v, size_t *n);

/* The same where a text is a wrong type: a command is no line for a shell. */
int conf_list(const struct node *, const char *key, struct arena *,
    const char ***v, size_t *n);

/* The value of a node as canonical JSON in the arena. */
const char *conf_json(const struct node *, struct arena *);

/* A tree of its own: node over under, as RFC 7396.  It belongs to the conf and
 * keeps the way (and so the place in the file) of over. */
void conf_patch(const struct node *under, const struct node *over,
    struct node *out);

#endif
