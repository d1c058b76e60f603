/*
 * Time zones: UTC, a fixed offset such as +05:30, or a name of the zone
 * database such as Europe/Berlin.  The C library knows one zone per process,
 * from the environment; loya needs one per source, so it reads the compiled
 * files (TZif, RFC 9636, versions 2 and up) itself.
 *
 *	zone_get(), then any of the others, from any thread: a zone never
 *	changes
 *
 * NULL is UTC.
 */
#ifndef COMMON_ZONE_H
#define COMMON_ZONE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct zone;

/* Get a zone by its name, in the arena.  0; or -1, and *why is a constant
 * phrase. */
int zone_get(const char *name, struct arena *, const struct zone **,
    const char **why);

/* The same from the bytes of a TZif file. */
int zone_decode(const void *, size_t, struct arena *, const struct zone **,
    const char **why);

/* Parse "Z", "UTC" or "+05:30" to minutes east of UTC: 0, or -1. */
int zone_minutes(const char *, int *minutes);

/* The offset at a time, in microseconds east of UTC; and the local time, as if
 * it were UTC. */
int64_t zone_offset(const struct zone *, int64_t t);
int64_t zone_shown(const struct zone *, int64_t t);

/*
 * The reverse: from local time to a time.  A local time that occurs twice, when
 * clocks are put back, is the first of the two; one that does not occur, when
 * they are put forward, is as far behind the jump as it would have been.  So a
 * midnight that does not occur is the beginning of the day.
 */
int64_t zone_time(const struct zone *, int64_t shown);

/* The local midnight with which the day of t ends. */
int64_t zone_next_day(const struct zone *, int64_t t);

#endif
