/*
 * The fence around jansson: configuration files as a tree that is read with
 * complaints.  Only the first complaint is kept, with its place in the file.
 * After it the caller may read on without checking: functions that return a
 * string then return "".  At the end ask conf_fault().
 *
 * A node is a value and the path to it; child nodes live on the caller's stack
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
	const char *key;	/* if it is a member, else NULL */
	size_t index;		/* if it is an element */
};

/*
 * Read a file.  It is a merge patch (RFC 7396) over its profile ("profile": the
 * name of one that is compiled in), with these additions.
 *
 * An object with "from" is a value of the mapping language and replaces the
 * profile's value as a whole, unless it is a timeline or an object whose member
 * names the user chooses; null in its "values" and "default" stands for itself.
 *
 * If the file's receive.auth has a kind or a preset, the profile's receive.auth
 * is dropped, and the preset takes its place.
 *
 * The entry of the profile's push.presets that push.preset names becomes the
 * profile's push (push.preset then goes, but stays if there is no such entry);
 * likewise for pull.
 *
 * E_CONF and *e.
 */
int conf_open(struct conf **, const char *file, int with_profile,
    struct err *e);
void conf_close(struct conf *);

/* The presets that a profile has for push or pull, as "a, b, c" in the arena;
 * NULL if it has none, or if there is no such profile (profile may be NULL). */
const char *conf_preset_names(const char *profile, const char *section,
    struct arena *);

/* Complain about a preset that the profile does not have. */
void conf_no_preset(const struct node *, const char *profile,
    const char *section, struct arena *);

/* The first complaint: 0 if there is none, else E_CONF and *e. */
int conf_fault(const struct conf *, struct err *e);

/* The file as a whole.  Nodes need no release; they live as long as it. */
void conf_root(struct conf *, struct node *);

/* Complain about a node, as FILE:LINE:COLUMN: path.to.it: words. */
void conf_bad(const struct node *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The same about a member, which may be absent. */
void conf_bad_at(const struct node *, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put what is lacking, a phrase, behind what *lacks (NULL: nothing) says
 * already, in the arena. */
void conf_lack(const char **lacks, const char *what, struct arena *);

/* Where a member is in the file, as FILE:LINE:COLUMN, for problems that are
 * found later; if the file does not have it, the innermost object that would
 * contain it. */
const char *conf_place(const struct node *, const char *key, struct arena *);

/* Get a member: 1, or 0 if there is none.  child can be read in either case. */
int conf_get(const struct node *, const char *key, struct node *child);

/* Whether the file itself has it, and not only its profile. */
int conf_own(const struct node *);

/* Members or elements: how many there are (0 for scalars), and the i-th. */
size_t conf_count(const struct node *);
void conf_item(const struct node *, size_t i, struct node *child);

/* What it is; CONF_ABSENT for a child that conf_get() did not find. */
enum conf_type conf_type(const struct node *);

/* Complain about the first member that is none of keys (NULL-terminated), or
 * about a node that is not an object.  1 if there is nothing to complain about,
 * else 0. */
int conf_known(const struct node *, const char *const *keys);

/* A string, in the arena; "" and a complaint for anything else. */
const char *conf_text(const struct node *, struct arena *);

/* Scalar members: 0 and *v unchanged if there is none, 1 if there is; a
 * complaint for a wrong type.  max is inclusive. */
int conf_string(const struct node *, const char *key, struct arena *,
    const char **v);
int conf_int(const struct node *, const char *key, int64_t min, int64_t max,
    int64_t *v);
int conf_bool(const struct node *, const char *key, int *v);

/* A ratio, any number from 0 to 1, likewise. */
int conf_share(const struct node *, const char *key, double *v);

/* One of words (NULL-terminated): *v is its index. */
int conf_word(const struct node *, const char *key, const char *const *words,
    int *v);

/* A string or a list of strings; *n is 0 if it is not there.  An empty list is
 * complained about. */
int conf_texts(const struct node *, const char *key, struct arena *,
    const char ***v, size_t *n);

/* The same, but a single string is a wrong type: a command is not a
 * shell line. */
int conf_list(const struct node *, const char *key, struct arena *,
    const char ***v, size_t *n);

/* The value of a node as canonical JSON, in the arena. */
const char *conf_json(const struct node *, struct arena *);

/* A new tree: over as a merge patch on under (RFC 7396).  It belongs to the
 * conf and keeps the path (and so the place in the file) of over. */
void conf_patch(const struct node *under, const struct node *over,
    struct node *out);

#endif
