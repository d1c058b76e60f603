/*
 * What the files of the room of members (member*.c) share and nobody else
 * needs.
 */
#ifndef COMMON_MEMBER_INNER_H
#define COMMON_MEMBER_INNER_H

#include "common/member.h"

enum { MEMBER_KEYS = 1 << 15 };

/* What the room keeps: memory for the row under way, and when what was written
 * last, by a hash of who it is about. */
struct member_room {
	struct buf scratch;
	struct arena arena;
	int64_t writes;		/* so far */
	int64_t known_from;	/* of what was before, nothing is known */
	int64_t last[MEMBER_KEYS];
};

struct member_room *member_room(struct store *);

/* The key of a member, and of who an id is; note that one was written. */
size_t member_key(int64_t num);
size_t member_key_of(const char *source, const char *external_id);
void member_wrote(struct store *, size_t key);

#endif
