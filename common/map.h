/*
 * From what a source sent to what it says: rule 1 of applying (loya(7)).  A
 * pure function of the source's map, the row and nothing else.
 */
#ifndef COMMON_MAP_H
#define COMMON_MAP_H

#include <stddef.h>

#include "common/arena.h"
#include "common/change.h"
#include "common/row.h"
#include "common/source.h"
#include "common/status.h"

enum map_result {
	MAP_CHANGES,		/* *n changes, may be 0 when the body is
				 * empty */
	MAP_THIN,		/* names a record without its data */
	MAP_ECHO,		/* loya's own write, heard back */
	MAP_REFUSED		/* cannot be mapped: why and detail */
};

/* A refusal: a word of the list in loya-event(5), and a sentence. */
struct refusal {
	const char *why;
	char detail[400];
};

/*
 * Map a row of source s.  s is NULL for the source "local".  A canonical line
 * (type loya.member, loya.points, loya.hold, loya.snapshot in a CloudEvent) is
 * taken as it is, whatever the source's profile.
 */
enum map_result map_row(const struct source *s, const struct row *,
    struct arena *, struct change **change, size_t *n, struct refusal *why);

/*
 * Whether a row is a thin event: 1, or 0.  Then whom it names: *change is n of
 * them with external_id and nothing else; *n is 0 when the event does not say
 * it in a way that can be read (all of a kind, too many).  *when is its time,
 * 0 for none.
 */
int map_thin(const struct source *, const struct row *, struct arena *,
    struct change **change, size_t *n, int64_t *when);

/*
 * Whom a row names, whatever else is wrong with it: the ids that map_row()
 * would find, and those of changes that it refuses.  They live in the arena.
 * *n 0: it names nobody, or cannot be read (E_DATA).
 */
int map_ids(const struct source *s, const struct row *, struct arena *,
    const char ***id, size_t *n);

/* Read the map of a source file that keeps these headers; complaints go to the
 * node's conf. */
struct node;
struct map *map_conf(const struct node *, const char *const *header,
    size_t nheader, struct arena *);

/* Complain about the first of these places where nothing can ever stand, of a
 * source that keeps these headers. */
void map_places_kept(const struct node *, const char *const *place,
    size_t nplace, const char *const *header, size_t nheader);

/* Whether the map can say something about this field ever (for the check that
 * two sources do not both map a field without an authority). */
int map_names_field(const struct map *, const char *field);

/* The zone in which its days begin and end; NULL is UTC, as without a map. */
struct zone;
const struct zone *map_zone(const struct map *);

/* Whether the map can take an event for a thin one. */
int map_thins(const struct map *);

/* Whether the map can say that a record was removed, which closes a member. */
int map_removes(const struct map *);

/* All the fields it names, NULL-terminated. */
const char *const *map_fields(const struct map *);

#endif
