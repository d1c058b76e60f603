/* Whether a snapshot is under way, which is remembered. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/snapshot.h"
#include "common/store.h"
#include "t/unit/tap.h"

static char folder[] = "/tmp/loya.snapshot.XXXXXX";
static char path[64];
static struct arena arena;
static struct err e;

static struct store *
opened(void)
{
	struct store *s;

	if (store_open(&s, path, ROLE_APPLY, STORE_CREATE, &e) != 0 ||
	    store_begin(s, STORE_MAIN, &e) != 0) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	return s;
}

static int
next_one(struct store *s)
{
	int rc = store_commit(s, STORE_MAIN, &e);

	return rc != 0 ? rc : store_begin(s, STORE_MAIN, &e);
}

static int
under_way(struct store *s, const char *source)
{
	struct snapshot v;

	return snapshot_under_way(s, source, &arena, &v, &e);
}

static int
put(struct store *s, int64_t begin, enum snapshot_state state)
{
	struct snapshot v;
	int rc = snapshot_get(s, "hr", "S", &arena, &v, &e);

	v.begin = begin;
	v.state = state;
	return rc != 0 ? rc : snapshot_put(s, &v, &e);
}

int
main(void)
{
	struct store *s, *other;
	char command[96];

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/s", folder);
	s = opened();
	is_int(under_way(s, "hr"), 0, "none is under way");
	is_int(put(s, 0, SNAPSHOT_OPEN), 0, "rows of one are there");
	is_int(under_way(s, "hr"), 0, "... but its begin is not");
	is_int(put(s, 1, SNAPSHOT_OPEN), 0, "it begins");
	is_int(under_way(s, "hr"), 1, "... and is under way");
	is_int(under_way(s, "crm"), 0, "not of another source");
	is_int(under_way(s, "hr"), 1, "... which changes nothing");
	is_int(put(s, 1, SNAPSHOT_DONE), 0, "it is done");
	is_int(under_way(s, "hr"), 0, "... and none is under way");
	is_int(next_one(s), 0, "also in the next transaction");
	is_int(under_way(s, "hr"), 0, "... none is");
	is_int(store_commit(s, STORE_MAIN, &e), 0, "another process writes");
	other = opened();
	is_int(put(other, 1, SNAPSHOT_ACTING), 0, "... that it acts");
	is_int(store_commit(other, STORE_MAIN, &e), 0, "... now");
	store_close(other);
	is_int(store_begin(s, STORE_MAIN, &e), 0, "here, after that,");
	is_int(under_way(s, "hr"), 1, "... it is under way");
	store_close(s);
	arena_release(&arena);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	ok(system(command) == 0, "the folder is removed");
	return done_testing();
}
