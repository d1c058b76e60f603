/* Why a field has its value, in sentences. */
#include "common/report_why.h"

#include <stdio.h>
#include <string.h>

/* Indent of continuation lines, and of sentences below another. */
enum { BELOW = 4 };

static const char *
rule_sentence(const char *rule)
{
	if (strcmp(rule, "sole") == 0)
		return "no other source that may decide it says anything about "
		    "it";
	if (strcmp(rule, "authority") == 0)
		return "it comes first among the sources that may decide it";
	if (strcmp(rule, "newest") == 0)
		return "of the records of this source it counts most";
	if (strcmp(rule, "tie") == 0)
		return "the source said different things under one version; "
		    "the one received last counts";
	return "no source that may decide it says anything about it";
}

/* Why a claim lost against the one that won. */
static const char *
lost_sentence(const struct said *won, const struct said *lost)
{
	switch (report_why_lost(won, lost)) {
	case LOST_ENDED:
		return "that link has ended";
	case LOST_THERE:
		return "another record of this source is there";
	case LOST_DENIED:
		return "this source may not decide it";
	case LOST_NEWEST:
		return "another record of this source counts more";
	default:
		return lost->may == MAY ? "this source comes later among "
		    "those that may decide it" :
		    "the other source goes before this one";
	}
}

/* A value as people read it. */
static void
plain(struct buf *b, const char *json, size_t len)
{
	struct json j = { 0 };

	if (json != NULL && json_parse(&j, json, len) == 0 &&
	    json_type(&j, 0) != JSON_NULL)
		report_plain(b, &j, 0);
	else
		buf_adds(b, "empty");
	json_release(&j);
}

/* A record that is gone has the status closed, although nobody said so. */
static int
is_deleted(const struct said *s)
{
	return s->claim != NULL && s->claim->order == CLAIM_DELETED;
}

/* "hr said so about E1 in event ", or "hr/E1 was missing from the complete
 * snapshot S, event " */
static void
sentence_who(struct buf *b, const struct said *s, const char *json,
    size_t len)
{
	buf_adds(b, s->link->source);
	if (s->missing != NULL) {
		buf_addc(b, '/');
		buf_adds(b, s->link->external_id);
		buf_adds(b, " was missing from the complete snapshot ");
		buf_adds(b, s->missing);
		buf_adds(b, s->missing[0] != '\0' ? ", event " : "of event ");
		return;
	}
	buf_adds(b, " said ");
	if (is_deleted(s) || s->there) {
		buf_adds(b, "that ");
		buf_adds(b, s->link->external_id);
		buf_adds(b, s->there ? " is there, in event " :
		    " is deleted, in event ");
		return;
	}
	if (json == NULL)
		buf_adds(b, "so");
	else
		plain(b, json, len);
	buf_adds(b, " about ");
	buf_adds(b, s->link->external_id);
	buf_adds(b, " in event ");
}

/* "hr said so about E1 in event e4 at ... (received ..., applied ...)" */
static void
sentence_said(struct why *y, const struct said *s, const char *json,
    size_t len)
{
	const struct applied *a = s->row;
	struct buf *b = &y->line;
	char row[48];

	sentence_who(b, s, json, len);
	buf_adds(b, s->event_id != NULL ? s->event_id : "(gone)");
	report_seconds(b, " at ", s->time);
	if (s->received_at == 0)
		return;
	report_seconds(b, " (received ", s->received_at);
	if (a != NULL) {
		report_seconds(b, ", put off until ", report_why_put_off(y, a));
		if (a->until == 0)
			report_seconds(b, ", applied ", a->at);
		snprintf(row, sizeof row, ", row %lld of the record",
		    (long long)a->seq);
		buf_adds(b, row);
	}
	buf_addc(b, ')');
}

static void
below(struct buf *b)
{
	int i;

	for (i = 0; i < BELOW; i++)
		buf_addc(b, ' ');
}

static void
put_line(struct why *y)
{
	buf_addc(&y->line, '.');
	table_sentence(y->r->out, y->line.p, y->line.len);
	buf_clear(&y->line);
}

static void
lost_line(struct why *y, const struct value *v, const struct said *won,
    const struct said *lost)
{
	int same = lost->len == v->len && v->json != NULL &&
	    memcmp(lost->json, v->json, v->len) == 0 && won != NULL;

	below(&y->line);
	sentence_said(y, lost, lost->json, lost->len);
	buf_adds(&y->line, same ? ", too; it would have lost because " :
	    " and lost because ");
	buf_adds(&y->line, lost_sentence(won, lost));
	put_line(y);
}

/* "on ... it becomes closed: hr said so about E1 in event e7 (...)" */
static void
later_line(struct why *y, const struct later *l)
{
	const struct said *s = &l->said;
	int same = !l->open && s->json != NULL && (l->becomes.json == NULL ?
	    s->len == 4 && memcmp(s->json, "null", 4) == 0 :
	    s->len == l->becomes.len &&
	    memcmp(s->json, l->becomes.json, s->len) == 0);

	below(&y->line);
	report_seconds(&y->line, "on ", l->at);
	if (l->open) {
		buf_addc(&y->line, ' ');
	} else {
		buf_adds(&y->line, " it becomes ");
		plain(&y->line, l->becomes.json, l->becomes.len);
		buf_adds(&y->line, ": ");
	}
	sentence_said(y, s, same ? NULL : s->json, s->len);
	if (l->open)
		buf_adds(&y->line, ", and who may decide it then counts");
}

static void
later_lines(struct why *y, const char *field)
{
	static const char active[] = "\"active\"";
	const struct later *l;
	size_t i = 0;

	while ((l = report_why_next(y, field, &i)) != NULL) {
		later_line(y, l);
		if (y->m.hold != NULL && strcmp(field, "status") == 0 &&
		    l->becomes.len == sizeof active - 1 &&
		    memcmp(l->becomes.json, active, sizeof active - 1) == 0) {
			buf_adds(&y->line, "; the hold ");
			buf_adds(&y->line, y->m.hold);
			buf_adds(&y->line, " stays");
		}
		put_line(y);
	}
}

/* " at TIME (row N of the record)" */
static void
done_at(struct buf *b, int64_t seq, int64_t at)
{
	char row[48];

	report_seconds(b, " at ", at);
	snprintf(row, sizeof row, " (row %lld of the record)", (long long)seq);
	buf_adds(b, row);
}

/* " by ACTOR" and that */
static void
done_by(struct buf *b, const char *actor, int64_t seq, int64_t at)
{
	buf_adds(b, " by ");
	buf_adds(b, actor != NULL ? actor : "somebody");
	done_at(b, seq, at);
}

static void
since_words(struct why *y)
{
	if (y->since.seq == 0)
		return;
	buf_adds(&y->line, "; in force since the authority was changed");
	done_by(&y->line, y->since.actor, y->since.seq, y->since.at);
}

/*
 * Write " because ", for the claim to follow.  If another row gave the value,
 * that is told first: " since ... because of event e4 of hr about E1 (...,
 * row 4 of the record); ", and then "last " if the claim said the same again
 * later.
 */
static void
reason_words(struct why *y, const struct said *won)
{
	int64_t said = won != NULL && won->row != NULL ? won->row->seq : 0;
	const struct report_giver *g = &y->made;
	struct buf *b = &y->line;
	char row[48];

	if (g->seq == 0 || g->seq == said || g->seq == y->since.seq) {
		buf_adds(b, " because ");
		return;
	}
	report_seconds(b, " since ", g->at);
	buf_adds(b, " because ");
	report_giver_cause(b, g);
	report_seconds(b, " (received ", g->received_at);
	snprintf(row, sizeof row, "%srow %lld of the record); ",
	    g->received_at != 0 ? ", " : " (", (long long)g->seq);
	buf_adds(b, row);
	if (said > g->seq)
		buf_adds(b, "last ");
}

void
report_why_text(struct why *y, const char *field, const struct value *v,
    const struct said *won, const struct said *lost, size_t n,
    const char *rule)
{
	struct buf *b = &y->line;
	size_t i;

	buf_adds(b, field);
	buf_adds(b, " is ");
	plain(b, v->json, v->len);
	reason_words(y, won);
	if (won != NULL) {
		sentence_said(y, won, NULL, 0);
		since_words(y);
		buf_adds(b, "; rule ");
		buf_adds(b, rule);
		buf_adds(b, ": ");
	}
	buf_adds(b, rule_sentence(rule));
	if (won == NULL)
		since_words(y);
	put_line(y);
	for (i = 0; i < n; i++)
		lost_line(y, v, won, &lost[i]);
	later_lines(y, field);
	if (y->m.hold != NULL && !y->all && strcmp(field, "status") == 0) {
		below(b);
		buf_adds(b, "a hold is set, too: ");
		buf_adds(b, y->m.hold);
		put_line(y);
	}
}

void
report_why_erased(struct why *y, const char *actor, int64_t seq, int64_t at)
{
	buf_adds(&y->line, "status is closed because the member was erased");
	done_by(&y->line, actor, seq, at);
	put_line(y);
}

void
report_why_hold(struct why *y, const char *actor, const char *event_id,
    int64_t seq, int64_t at)
{
	struct buf *b = &y->line;

	buf_adds(b, "hold is ");
	buf_adds(b, y->m.hold);
	buf_adds(b, " because ");
	buf_adds(b, actor != NULL ? actor : "somebody");
	buf_adds(b, " set it");
	if (event_id != NULL) {
		buf_adds(b, " in event ");
		buf_adds(b, event_id);
	}
	done_at(b, seq, at);
	buf_adds(b, "; rule hold: no source lifts it");
	put_line(y);
}
