/*
 * What was tried for a delivery: its row, its target, how often, the answer
 * and, if it is put off, until when.  The audit row that says so and the outbox
 * row that remains must give the same keyed hash.
 */
#include "common/verify_part.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"

struct attempt {
	const char *target, *answer;
	int64_t audit, tries, due;
};

static uint64_t
hash(const struct verify_sums *s, const struct attempt *a)
{
	const int64_t n[] = { a->audit, a->tries, a->due };
	const struct crypt_part part[] = { { n, sizeof n },
	    { a->target, strlen(a->target) + 1 },
	    { a->answer, strlen(a->answer) } };

	return (uint64_t)crypt_shorthash(s->key, part, 3) | 1;
}

static int64_t
number(struct verify_sums *s, const char *key)
{
	uint32_t i = json_get(&s->json, 0, key);
	int64_t n;

	return i != JSON_NONE && json_int(&s->json, i, &n) == 0 ? n : 0;
}

static const char *
text(struct verify_sums *s, const char *key, struct arena *a)
{
	return json_get_string(&s->json, 0, key, a, NULL);
}

/* As the outbox keeps it. */
static void
answer(struct verify_sums *s, const char *kind, struct arena *a, char *out,
    size_t size)
{
	const char *said = text(s, "answer", a);
	int64_t status = number(s, "status"), with = number(s, "with");

	if (with != 0)
		snprintf(out, size, "with %" PRId64, with);
	else if (strcmp(kind, "delivery.skipped") == 0)
		snprintf(out, size, "skipped: %s", text(s, "why", a));
	else if (status != 0)
		snprintf(out, size, "%" PRId64 "%s%s", status,
		    said != NULL ? " " : "", said != NULL ? said : "");
	else
		snprintf(out, size, "%s", said != NULL ? said : "");
}

uint64_t
verify_attempt(struct verify_sums *s, const char *kind, struct arena *a)
{
	struct attempt t;
	const char *next;
	char buf[2048];

	if (strcmp(kind, "delivery.again") == 0)
		return 0;
	t.target = text(s, "target", a);
	if (t.target == NULL)
		return 0;
	t.tries = number(s, "with") != 0 ? 0 : number(s, "try");
	t.audit = number(s, "audit");
	t.due = 0;
	next = text(s, "next_at", a);
	if (next != NULL && clock_parse(next, strlen(next), &t.due) != 0)
		t.due = 0;
	answer(s, kind, a, buf, sizeof buf);
	t.answer = buf;
	return hash(s, &t);
}

uint64_t
verify_attempted(struct verify *v, struct stmt *st, int waits)
{
	struct attempt t;

	t.tries = stmt_get_int(st, 5);
	/* Nearly all waiting rows. */
	if (waits && t.tries == 0)
		return 0;
	t.target = verify_text(v, st, 4);
	t.audit = stmt_get_int(st, 1);
	t.due = waits ? stmt_get_int(st, 6) : 0;
	t.answer = verify_text(v, st, 7);
	if (t.answer == NULL)
		t.answer = "";
	if (!waits && strncmp(t.answer, "with ", 5) == 0)
		t.tries = 0;
	return t.target == NULL ? 1 : hash(&v->sums, &t);
}
