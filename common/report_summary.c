/* A row of the record as a sentence: what changed, and why. */
#include "common/report_part.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void
report_plain(struct buf *b, const struct json *j, uint32_t i)
{
	struct arena a = { NULL };
	const char *s;
	size_t n;

	s = json_string(j, i, &a, &n);
	if (s == NULL)
		s = json_type(j, i) == JSON_NULL ? (n = 1, "-") :
		    json_source(j, i, &n);
	buf_add(b, s, n);
	arena_release(&a);
}

void
report_seconds(struct buf *b, const char *word, int64_t t)
{
	char text[CLOCK_TEXT];

	if (t == 0)
		return;
	clock_format(t, text);
	buf_adds(b, word);
	buf_add(b, text, 19);
	buf_addc(b, 'Z');
}

static void
gap(struct buf *b)
{
	if (b->len > 0)
		buf_adds(b, "; ");
}

/* A time that loya wrote is shown in whole seconds. */
static void
value(struct buf *b, const struct json *j, uint32_t i)
{
	const size_t from = b->len, second = from + 19;

	report_plain(b, j, i);
	if (b->len == second + 8 && b->p[from + 10] == 'T' &&
	    b->p[second] == '.' && b->p[b->len - 1] == 'Z') {
		b->len = second;
		buf_addc(b, 'Z');
	}
}

/* "status active -> suspended" */
static void
changes(struct buf *b, const struct json *j, uint32_t all)
{
	uint32_t old, new;

	if (all == JSON_NONE || json_type(j, all) != JSON_OBJECT)
		return;
	for (JSON_EACH(j, all, k)) {
		gap(b);
		buf_add(b, json_text(j, k), j->tok[k].len);
		old = json_get(j, k + 1, "old");
		new = json_get(j, k + 1, "new");
		buf_addc(b, ' ');
		if (old != JSON_NONE && json_type(j, old) != JSON_NULL) {
			report_plain(b, j, old);
			buf_adds(b, " -> ");
		}
		if (new != JSON_NONE)
			report_plain(b, j, new);
	}
}

/* "status suspended from 2026-11-30T18:30:00Z" */
static void
to_come(struct buf *b, const struct json *j)
{
	uint32_t all = json_get(j, 0, "to_come"),
	    from = json_get(j, 0, "effective_at");
	const char *word = "effective at ";

	if (all != JSON_NONE && json_type(j, all) == JSON_OBJECT)
		for (JSON_EACH(j, all, k)) {
			gap(b);
			buf_add(b, json_text(j, k), j->tok[k].len);
			buf_addc(b, ' ');
			report_plain(b, j, k + 1);
			word = " from ";
		}
	if (from == JSON_NONE || json_type(j, from) == JSON_NULL)
		return;
	if (*word != ' ')
		gap(b);
	buf_adds(b, word);
	value(b, j, from);
}

/* "denied email, name", and single values after their word. */
static void
named(struct buf *b, const struct json *j, const char *key, const char *word)
{
	uint32_t v = json_get(j, 0, key);
	const char *sep = " ";

	if (v == JSON_NONE || json_type(j, v) == JSON_NULL)
		return;
	gap(b);
	buf_adds(b, word);
	if (json_type(j, v) != JSON_ARRAY) {
		buf_addc(b, ' ');
		value(b, j, v);
		return;
	}
	for (JSON_EACH(j, v, k)) {
		buf_adds(b, sep);
		report_plain(b, j, k);
		sep = ", ";
	}
}

/* "email is decided by crm, was hr" */
static void
owner(struct buf *b, const struct json *j)
{
	uint32_t all = json_get(j, 0, "owner"), old, new;

	if (all == JSON_NONE || json_type(j, all) != JSON_OBJECT)
		return;
	for (JSON_EACH(j, all, k)) {
		old = json_get(j, k + 1, "old");
		new = json_get(j, k + 1, "new");
		if (old == JSON_NONE || new == JSON_NONE)
			continue;
		gap(b);
		buf_add(b, json_text(j, k), j->tok[k].len);
		buf_adds(b, " is decided by ");
		report_plain(b, j, new);
		buf_adds(b, ", was ");
		report_plain(b, j, old);
	}
}

/* "linked by employee_number" */
static void
linked(struct buf *b, const struct json *j)
{
	const char *sep = "linked by ";
	uint32_t by;

	if (!json_pointer(j, 0, "/linked/by", &by) ||
	    json_type(j, by) != JSON_ARRAY)
		return;
	gap(b);
	for (JSON_EACH(j, by, k)) {
		buf_adds(b, sep);
		report_plain(b, j, k);
		sep = ", ";
	}
}

/* " between ID by email, ID by email and name", or "ID of hr, ID of crm" */
static void
candidates(struct buf *b, const struct json *j)
{
	uint32_t all = json_get(j, 0, "candidates"), v;
	const char *sep = " between ";

	if (all == JSON_NONE || json_type(j, all) != JSON_ARRAY)
		return;
	for (JSON_EACH(j, all, k)) {
		if (json_type(j, k) != JSON_OBJECT ||
		    (v = json_get(j, k, "member")) == JSON_NONE)
			continue;
		buf_adds(b, sep);
		report_plain(b, j, v);
		if ((v = json_get(j, k, "source")) != JSON_NONE) {
			buf_adds(b, " of ");
			report_plain(b, j, v);
		}
		sep = " by ";
		v = json_get(j, k, "by");
		if (v != JSON_NONE && json_type(j, v) == JSON_ARRAY)
			for (JSON_EACH(j, v, i)) {
				buf_adds(b, sep);
				report_plain(b, j, i);
				sep = " and ";
			}
		sep = ", ";
	}
	if (json_get(j, 0, "more") != JSON_NONE)
		buf_adds(b, " and more");
}

static void
reason(struct buf *b, const struct json *j)
{
	static const struct {
		const char *word, *text;
	} of[] = {
		{ "authority", "other sources may decide it now" },
	};
	uint32_t why = json_get(j, 0, "why");
	size_t i;

	if (why == JSON_NONE || json_type(j, why) == JSON_NULL)
		return;
	gap(b);
	report_plain(b, j, why);
	for (i = 0; i < COUNT(of); i++)
		if (json_is(j, why, of[i].word)) {
			buf_adds(b, ": ");
			buf_adds(b, of[i].text);
		}
	candidates(b, j);
	if ((why = json_get(j, 0, "detail")) != JSON_NONE) {
		buf_adds(b, ": ");
		report_plain(b, j, why);
	}
}

/* What no sentence was made for: single values, except the claims' mark and
 * what has its own column. */
static void
others(struct buf *b, const struct json *j)
{
	static const char *const not[] = { "external_id", "time", "claims" };
	size_t i, n;

	if (j->n == 0 || json_type(j, 0) != JSON_OBJECT)
		return;
	for (JSON_EACH(j, 0, k)) {
		for (i = 0, n = j->tok[k].len; i < COUNT(not); i++)
			if (strlen(not[i]) == n && memcmp(not[i],
			    json_text(j, k), n) == 0)
				break;
		if (i < COUNT(not) || json_type(j, k + 1) == JSON_OBJECT ||
		    json_type(j, k + 1) == JSON_ARRAY)
			continue;
		gap(b);
		for (i = 0; i < n; i++)
			buf_addc(b, json_text(j, k)[i] == '_' ? ' ' :
			    json_text(j, k)[i]);
		buf_addc(b, ' ');
		value(b, j, k + 1);
	}
}

/* Whether a person gave it up: why and answer are the same word. */
static int
dismissed(const struct json *j)
{
	uint32_t why = json_get(j, 0, "why");

	return why != JSON_NONE && json_is(j, why, "dismissed");
}

/* An attempt, without its member and duration, which are in the block. */
static void
attempt(struct buf *b, const struct json *j)
{
	int64_t status = 0;
	uint32_t v;

	named(b, j, "delivery", "delivery");
	named(b, j, "audit", "of row");
	named(b, j, "try", "try");
	v = json_get(j, 0, "status");
	if (v != JSON_NONE && json_int(j, v, &status) == 0 && status != 0)
		named(b, j, "status", "status");
	reason(b, j);
	if (dismissed(j))
		named(b, j, "target", "for");
	else
		named(b, j, "answer", "answer");
	named(b, j, "with", "with");
	named(b, j, "next_at", "next try at");
}

/* What a kind means by itself. */
static void
by_kind(struct buf *b, const char *kind, const struct json *j)
{
	static const struct {
		const char *kind, *text;
	} of[] = {
		{ "event.empty", "there is nothing in it" },
		{ "member.missing", "is missing" },
		{ "event.duplicate", "was posted before" },
		{ "erasure.lifted", "may come back" },
	};
	uint32_t hashes = json_get(j, 0, "hashes"),
	    enrolled = json_get(j, 0, "enrolled");
	size_t i, n = 0;
	char count[48];

	for (i = 0; i < COUNT(of); i++)
		if (strcmp(kind, of[i].kind) == 0)
			buf_adds(b, of[i].text);
	if (enrolled != JSON_NONE && json_type(j, enrolled) == JSON_FALSE)
		buf_adds(b, "was never enrolled");
	if (hashes != JSON_NONE && json_type(j, hashes) == JSON_ARRAY) {
		for (JSON_EACH(j, hashes, k))
			n++;
		snprintf(count, sizeof count, "ids that are kept away: %zu",
		    n);
		buf_adds(b, count);
	}
}

static void
sentence(struct buf *b, const char *kind, const struct json *j)
{
	static const struct {
		const char *key, *word;
	} key[] = {
		{ "kind", "kind" }, { "points", "points" },
		{ "balance", "balance" }, { "reference", "reference" },
		{ "reverses", "reverses" }, { "snapshot", "snapshot" },
		{ "present", "present" }, { "missing", "missing" },
		{ "count", "count" }, { "rows", "rows" },
		{ "superseded", "too old for" }, { "by", "by inbox" },
		{ "scheduled_newer", "a newer schedule has" },
		{ "denied", "denied" },
		{ "outranked", "another claim decides" },
		{ "tie", "tie" }, { "note", "note" },
		{ "name", "name" }, { "slot", "slot" },
		{ "token", "token" }, { "client", "client" },
		{ "scope", "scope" },
		{ "sealed", "sealed" }, { "expires_at", "expires at" },
		{ "minute", "minute" }, { "grant", "grant" },
		{ "host", "host" }, { "status", "status" },
		{ "error", "error" }, { "before", "erased the rows before" },
	};
	size_t i;

	by_kind(b, kind, j);
	changes(b, j, json_get(j, 0, "changes"));
	linked(b, j);
	to_come(b, j);
	reason(b, j);
	owner(b, j);
	for (i = 0; i < COUNT(key); i++)
		named(b, j, key[i].key, key[i].word);
	if (b->len == 0)
		others(b, j);
	if (b->len == 0 && strcmp(kind, "member.unchanged") == 0)
		buf_adds(b, "leaves the member as it was");
}

void
report_summary(struct buf *b, const char *kind, const char *detail,
    size_t len, struct report_scratch *s)
{
	buf_clear(b);
	if (detail == NULL) {
		s->json.n = 0;
		buf_adds(b, "(erased)");
		return;
	}
	if (json_parse(&s->json, detail, len) != 0) {
		s->json.n = 0;
		buf_add(b, detail, len);
		return;
	}
	if (strncmp(kind, "delivery.", 9) == 0)
		attempt(b, &s->json);
	else
		sentence(b, kind, &s->json);
}
