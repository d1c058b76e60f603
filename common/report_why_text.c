/* Why a field has its value, in sentences. */
#include "common/report_why.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"

enum { INDENT = 8 };	/* of a line that goes on */

static int
note_row(void *ctx, int64_t seq)
{
	static const char sql[] = "SELECT inbox, at, CASE WHEN kind = "
	    "'event.scheduled' AND json_valid(detail) THEN "
	    "detail ->> 'effective_at' END FROM audit WHERE seq = :seq";
	struct why *y = ctx;
	struct applied *a;
	const char *until;
	struct stmt *st;
	size_t n;
	int rc;

	st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, y->e)) <= 0)
		return rc;
	if (y->napplied == y->cap) {
		y->cap = y->cap * 2 + 64;
		y->applied = xrealloc(y->applied, y->cap,
		    sizeof *y->applied);
	}
	a = &y->applied[y->napplied++];
	a->seq = seq;
	a->inbox = stmt_get_int(st, 0);
	a->at = stmt_get_int(st, 1);
	until = stmt_get_text(st, 2, &n);
	if (until == NULL || clock_parse(until, n, &a->until) != 0)
		a->until = 0;
	stmt_reset(st);
	return 0;
}

int
report_why_rows(struct why *y)
{
	return report_chain(y->r->store, y->m.audit, note_row, y, y->e);
}

const struct applied *
report_why_row(const struct why *y, int64_t inbox)
{
	size_t i;

	for (i = 0; i < y->napplied; i++)
		if (y->applied[i].inbox == inbox)
			return &y->applied[i];
	return NULL;
}

/* Until when it had to wait for that, or 0. */
static int64_t
put_off(const struct why *y, int64_t inbox)
{
	size_t i;

	for (i = 0; i < y->napplied; i++)
		if (y->applied[i].inbox == inbox && y->applied[i].until != 0)
			return y->applied[i].until;
	return 0;
}

static const char *
rule_sentence(const char *rule)
{
	if (strcmp(rule, "sole") == 0)
		return "nobody else says anything about it";
	if (strcmp(rule, "authority") == 0)
		return "it comes first among the sources that may decide it";
	if (strcmp(rule, "newest") == 0)
		return "of the records of this source it counts most";
	if (strcmp(rule, "tie") == 0)
		return "the source said different things under one version; "
		    "the one received last counts";
	return "no source says anything about it";
}

/* Why a claim lost against the one that won. */
static const char *
lost_sentence(const struct said *won, const struct said *lost)
{
	if (lost->link->to_at != 0)
		return "that link has ended";
	if (won == NULL)
		return "this source may not decide it";
	return strcmp(won->link->source, lost->link->source) == 0 ?
	    "another record of this source counts more" :
	    "this source comes later among those that may decide it";
}

/* People get whole seconds. */
static void
time_words(struct buf *b, const char *word, int64_t t)
{
	char text[CLOCK_TEXT];

	if (t == 0)
		return;
	clock_format(t, text);
	buf_adds(b, word);
	buf_add(b, text, 19);
	buf_addc(b, 'Z');
}

/* "hr said so about E1 in event e4 at ... (received ..., applied ...)" */
static void
sentence_said(struct why *y, const struct said *s, const char *json,
    size_t len)
{
	const struct applied *a = report_why_row(y, s->inbox);
	struct buf *b = &y->line;
	struct json j = { 0 };
	char row[48];

	buf_adds(b, s->link->source);
	buf_adds(b, " said ");
	if (json == NULL)
		buf_adds(b, "so");
	else if (json_parse(&j, json, len) == 0)
		report_plain(b, &j, 0);
	json_release(&j);
	buf_adds(b, " about ");
	buf_adds(b, s->link->external_id);
	buf_adds(b, " in event ");
	buf_adds(b, s->event_id != NULL ? s->event_id : "(gone)");
	time_words(b, " at ", s->time);
	if (s->received_at == 0)
		return;
	time_words(b, " (received ", s->received_at);
	time_words(b, ", put off until ", put_off(y, s->inbox));
	if (a != NULL) {
		time_words(b, ", applied ", a->at);
		snprintf(row, sizeof row, ", row %lld of the record",
		    (long long)a->seq);
		buf_adds(b, row);
	}
	buf_addc(b, ')');
}

/* A sentence, folded between words; what goes on stands further in. */
static void
fold(FILE *f, const char *s, size_t n, size_t limit)
{
	size_t lead = 0, at, i, end, width;

	while (lead < n && s[lead] == ' ')
		lead++;
	fprintf(f, "%*s", (int)lead, "");
	for (at = i = lead; i < n; i = end + 1) {
		for (end = i; end < n && s[end] != ' '; end++)
			;
		width = table_width(s + i, end - i);
		if (i > lead && limit > 0 && at + 1 + width > limit) {
			fprintf(f, "\n%*s", (int)lead + INDENT, "");
			at = lead + INDENT;
		} else if (i > lead) {
			fputc(' ', f);
			at++;
		}
		table_print(f, s + i, end - i);
		at += width;
	}
	fputc('\n', f);
}

static void
put_line(struct why *y)
{
	buf_addc(&y->line, '.');
	fold(y->r->out, y->line.p, y->line.len, table_limit(y->r->out));
	buf_clear(&y->line);
}

static void
lost_line(struct why *y, const struct value *v, const struct said *won,
    const struct said *lost)
{
	int same = lost->len == v->len && v->json != NULL &&
	    memcmp(lost->json, v->json, v->len) == 0 && won != NULL;

	buf_adds(&y->line, "    ");
	sentence_said(y, lost, lost->json, lost->len);
	buf_adds(&y->line, same ? ", too; it would have lost because " :
	    " and lost because ");
	buf_adds(&y->line, lost_sentence(won, lost));
	put_line(y);
}

void
report_why_text(struct why *y, const char *field, const struct value *v,
    const struct said *won, const struct said *lost, size_t n,
    const char *rule)
{
	struct buf *b = &y->line;
	struct json j = { 0 };
	size_t i;

	buf_adds(b, field);
	buf_adds(b, " is ");
	if (v->json != NULL && json_parse(&j, v->json, v->len) == 0)
		report_plain(b, &j, 0);
	else
		buf_adds(b, "-");
	json_release(&j);
	buf_adds(b, " because ");
	if (won != NULL) {
		sentence_said(y, won, NULL, 0);
		buf_adds(b, "; rule ");
		buf_adds(b, rule);
		buf_adds(b, ": ");
	}
	buf_adds(b, won == NULL && n > 0 ? "no source that may decide it "
	    "says anything about it" : rule_sentence(rule));
	put_line(y);
	for (i = 0; i < n; i++)
		lost_line(y, v, won, &lost[i]);
}

/* " by ACTOR at TIME (row N of the record)" */
static void
done_by(struct why *y, const char *actor, int64_t seq, int64_t at)
{
	char row[48];

	buf_adds(&y->line, " by ");
	buf_adds(&y->line, actor != NULL ? actor : "somebody");
	time_words(&y->line, " at ", at);
	snprintf(row, sizeof row, " (row %lld of the record)", (long long)seq);
	buf_adds(&y->line, row);
}

void
report_why_erased(struct why *y, const char *actor, int64_t seq, int64_t at)
{
	buf_adds(&y->line, "status is closed because the member was erased");
	done_by(y, actor, seq, at);
	put_line(y);
}

void
report_why_hold(struct why *y, const char *actor, const char *event_id,
    int64_t seq, int64_t at)
{
	struct buf *b = &y->line;
	char row[48];

	buf_adds(b, "hold is ");
	buf_adds(b, y->m.hold);
	buf_adds(b, " because ");
	buf_adds(b, actor != NULL ? actor : "somebody");
	buf_adds(b, " set it");
	if (event_id != NULL) {
		buf_adds(b, " in event ");
		buf_adds(b, event_id);
	}
	time_words(b, " at ", at);
	snprintf(row, sizeof row, " (row %lld of the record)", (long long)seq);
	buf_adds(b, row);
	buf_adds(b, "; rule hold: no source lifts it");
	put_line(y);
}
