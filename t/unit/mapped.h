/*
 * Map one body by one source file and say the outcome as one line, for tables
 * of tests:
 *
 *   E1001 v1:7.2 t=2026-03-04T05:06:07.000000Z deleted email="a@b" name=null
 *
 * with " | " between changes; "thin", "echo", "bad_field: detail".
 */
#ifndef T_MAPPED_H
#define T_MAPPED_H

#include <inttypes.h>

#include "t/unit/conf_dir.h"

#include "common/clock.h"
#include "common/map.h"

struct said {
	char text[8192];
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void
say(struct said *s, const char *fmt, ...)
{
	__builtin_va_list ap;

	__builtin_va_start(ap, fmt);
	s->len += (size_t)vsnprintf(s->text + s->len, sizeof s->text - s->len,
	    fmt, ap);
	__builtin_va_end(ap);
	if (s->len >= sizeof s->text)
		abort();
}

static void
say_points(struct said *s, const struct change *c)
{
	static const char *const kind[] =
	    { "earn", "redeem", "adjust", "expire", "reverse" };

	say(s, " %s", kind[c->points_kind]);
	if (c->has_points)
		say(s, " %" PRId64, c->points);
	say(s, " ref=%s", c->reference);
	if (c->reverses != NULL)
		say(s, " reverses=%s", c->reverses);
}

static void
say_change(struct said *s, const struct change *c)
{
	char t[CLOCK_TEXT];
	size_t i;

	say(s, "%s", c->member != NULL ? c->member :
	    c->external_id != NULL ? c->external_id : "-");
	if (c->version.given)
		say(s, " v1:%" PRId64 "%s%s.%" PRId64, c->version.num,
		    *c->version.text ? "/" : "", c->version.text,
		    c->version.sub);
	if (c->time != 0)
		say(s, " t=%s", clock_format(c->time, t));
	if (c->effective_at != 0)
		say(s, " eff=%s", clock_format(c->effective_at, t));
	if (c->deleted)
		say(s, " deleted");
	if (c->kind == CHANGE_POINTS)
		say_points(s, c);
	if (c->kind == CHANGE_HOLD)
		say(s, " hold=%s", c->hold != NULL ? c->hold : "null");
	if (c->kind == CHANGE_SNAPSHOT)
		say(s, " %s count=%" PRId64, c->begin ? "begin" : "end",
		    c->count);
	if (c->snapshot != NULL)
		say(s, " snapshot=%s", c->snapshot);
	for (i = 0; i < c->nfield; i++)
		say(s, " %s=%.*s", c->field[i].name, (int)c->field[i].len,
		    c->field[i].json);
}

/* source NULL: the source local. */
__attribute__((unused))
static const char *
mapped(const struct source *source, const char *type, const char *head,
    const char *body)
{
	static struct said s;
	static struct arena a;
	struct row row = { 1, "x", "event-1", INT64_C(1772601970000000), type,
	    head, body, strlen(body) };
	struct change *c;
	struct refusal why;
	size_t n, i;

	s.len = 0;
	s.text[0] = '\0';
	arena_reset(&a);
	switch (map_row(source, &row, &a, &c, &n, &why)) {
	case MAP_THIN:
		say(&s, "thin");
		break;
	case MAP_ECHO:
		say(&s, "echo");
		break;
	case MAP_REFUSED:
		say(&s, "%s: %s", why.why, why.detail);
		break;
	case MAP_CHANGES:
		for (i = 0; i < n; i++) {
			say(&s, "%s", i > 0 ? " | " : "");
			say_change(&s, &c[i]);
		}
	}
	return s.text;
}

/* The same with a source file that is read first; a fault in the file is the
 * outcome then. */
__attribute__((unused))
static const char *
mapped_by(const char *file, const char *type, const char *body)
{
	static char out[8192];
	struct config *c;
	const char *fault;

	conf_dir_begin();
	conf_file("sources/x.json", file);
	fault = conf_dir_load(&c);
	snprintf(out, sizeof out, "%s", *fault != '\0' ? fault :
	    mapped(config_source(c, "x"), type, NULL, body));
	if (*fault == '\0')
		config_free(c);
	conf_dir_end();
	return out;
}

#endif
