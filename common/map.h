/*
 * Rule 1 of applying (loya(7)): from what a source sent to what it says.  A
 * pure function of the source's map and the row.
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
	MAP_CHANGES,		/* *n changes; 0 if the body is empty */
	MAP_THIN,		/* names a record without its data */
	MAP_ECHO,		/* loya's own write, heard back */
	MAP_REFUSED		/* cannot be mapped: why and detail */
};

/* A refusal: a word from the list in loya-event(5), and a sentence. */
struct refusal {
	const char *why;
	char detail[400];
};

/*
 * Map a row of source s, which is NULL for the source "local".  A canonical
 * line (type loya.member, loya.points, loya.hold or loya.snapshot in a
 * CloudEvent) is taken as it is, whatever the source's profile.
 */
enum map_result map_row(const struct source *s, const struct row *,
    struct arena *, struct change **change, size_t *n, struct refusal *why);

/*
 * Whether a row is a thin event: 1 or 0; and which records it names: *change is
 * n changes that have an external_id and nothing else.  *n is 0 if the event
 * does not name them readably (all records of a kind, too many).  *when is its
 * time, 0 for none.
 */
int map_thin(const struct source *, const struct row *, struct arena *,
    struct change **change, size_t *n, int64_t *when);

/*
 * Which records a row names, whatever else is wrong with it: the ids that
 * map_row() would find, and those of changes that it refuses.  They live in the
 * arena.  *n 0: it names none, or cannot be read (E_DATA).
 */
int map_ids(const struct source *s, const struct row *, struct arena *,
    const char ***id, size_t *n);

/* Read the map of a source file that keeps these headers; complaints go to the
 * node's conf. */
struct node;
struct map *map_conf(const struct node *, const char *const *header,
    size_t nheader, struct arena *);

/* Complain about the first of these places that can never hold anything, for a
 * source that keeps these headers. */
void map_places_kept(const struct node *, const char *const *place,
    size_t nplace, const char *const *header, size_t nheader);

/* Whether the map can ever say something about this field (for the check that
 * two sources do not both map a field without an authority). */
int map_names_field(const struct map *, const char *field);

/* The time zone of its days; NULL is UTC, also without a map. */
struct zone;
const struct zone *map_zone(const struct map *);

/* Whether the map can classify an event as thin. */
int map_thins(const struct map *);

/* Whether the map gives versions. */
int map_versions(const struct map *);

/* Whether the map can say that a record was removed, which closes a member. */
int map_removes(const struct map *);

/* All fields that it names, NULL-terminated. */
const char *const *map_fields(const struct map *);

#endif
