/* Entries found by their key. */
#include "common/slots.h"

#include <string.h>

#include "t/unit/tap.h"

struct entry {
	uint64_t key;
	uint64_t twice;
};

enum { MANY = 100000 };

/* Consecutive keys, and keys that differ in their highest bits only. */
static uint64_t
key_of(uint64_t i)
{
	return i % 2 == 0 ? i + 2 : i << 44;
}

static void
test_many(void)
{
	struct slots t;
	struct entry *e;
	uint64_t k, wrong = 0, sum = 0;
	size_t i = 0;

	slots_init(&t, sizeof *e);
	ok(slots_find(&t, 7) == NULL, "an empty table has no entry");
	for (k = 0; k < MANY; k++) {
		e = slots_put(&t, key_of(k));
		wrong += e->twice != 0;
		e->twice = 2 * key_of(k);
	}
	is_int(wrong, 0, "a new entry is all zero");
	is_int(t.n, MANY, "each is counted");
	for (k = 0; k < MANY; k++) {
		e = slots_find(&t, key_of(k));
		wrong += e == NULL || e->key != key_of(k) ||
		    e->twice != 2 * e->key || slots_put(&t, key_of(k)) != e;
	}
	is_int(wrong, 0, "and found as it was left");
	is_int(t.n, MANY, "put again is not another one");
	ok(slots_find(&t, 1) == NULL, "a key that was not put is not there");
	ok(slots_find(&t, 0) == NULL, "nor is 0");
	for (k = 0; (e = slots_each(&t, &i)) != NULL; k++)
		sum += e->twice - e->key;
	is_int(k, MANY, "a walk meets each");
	for (k = 0; k < MANY; k++)
		sum -= key_of(k);
	is_int(sum, 0, "once");
	slots_clear(&t);
	i = 0;
	ok(t.n == 0 && slots_each(&t, &i) == NULL &&
	    slots_find(&t, key_of(5)) == NULL, "a cleared table is empty");
	e = slots_put(&t, key_of(5));
	is_int(e->twice, 0, "and what is put in it is new");
	slots_release(&t);
	i = 0;
	ok(slots_each(&t, &i) == NULL, "and so is one that was released");
}

int
main(void)
{
	test_many();
	return done_testing();
}
