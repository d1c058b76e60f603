/*
 * Shared by the files of the room of members (member*.c), and nobody else.
 */
#ifndef COMMON_MEMBER_INNER_H
#define COMMON_MEMBER_INNER_H

#include "common/member.h"

enum { MEMBER_KEYS = 1 << 15 };

/* What the room keeps: scratch memory, and when each member or id was last
 * written, by a hash of it. */
struct member_room {
	struct buf scratch;
	struct arena arena;
	int64_t writes;		/* so far */
	int64_t known_from;	/* nothing is known of earlier writes */
	int64_t last[MEMBER_KEYS];
};

struct member_room *member_room(struct store *);

/* The key of a member, and of an external id; note that a key was written. */
size_t member_key(int64_t num);
size_t member_key_of(const char *source, const char *external_id);
void member_wrote(struct store *, size_t key);

#endif
