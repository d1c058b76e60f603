/* The values that templates are filled with. */
#include "common/pull_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/zone.h"

/* Write a part of a format, from the digits of RFC 3339; 0: it is not one. */
static size_t
part(const char *format, const char *text, char *out)
{
	static const struct {
		const char *name;
		int at;
	} parts[] = { { "YYYY", 0 }, { "MM", 5 }, { "DD", 8 }, { "HH", 11 },
	    { "mm", 14 }, { "ss", 17 } };
	size_t i, n;

	for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		n = strlen(parts[i].name);
		if (strncmp(format, parts[i].name, n) != 0)
			continue;
		memcpy(out, text + parts[i].at, n);
		return n;
	}
	return 0;
}

/* Write a time in the source's format, to the second. */
static void
write_time(const struct source_pull *c, int64_t t, char out[PULL_TIME])
{
	int64_t east = zone_offset(c->zone, t) / CLOCK_SECOND / 60;
	char text[CLOCK_TEXT];
	const char *f;
	size_t len = 0, n;

	clock_format(zone_shown(c->zone, t), text);
	if (c->format == NULL) {
		/* If the source has its own zone, the offset is written. */
		text[19] = '\0';
		snprintf(out, PULL_TIME, c->zone == NULL ? "%sZ" :
		    "%s%c%02d:%02d", text, east < 0 ? '-' : '+',
		    abs((int)east) / 60, abs((int)east) % 60);
		return;
	}
	for (f = c->format; *f != '\0' && len < PULL_TIME - 5; ) {
		if ((n = part(f, text, out + len)) > 0)
			f += n;
		else
			out[len++] = *f++;
		len += n;
	}
	out[len] = '\0';
}

static void
put(struct pull *p, enum pull_name n, const char *s)
{
	p->value[n].p = s;
	p->value[n].len = strlen(s);
}

void
pull_base(struct pull *p)
{
	p->value[PULL_BASE].p = oauth_base(&p->token, p->conf->base,
	    &p->value[PULL_BASE].len);
	p->value[PULL_BASE].plain = 1;
}

void
pull_range(struct pull *p, int64_t since, int64_t until)
{
	write_time(p->conf, since, p->since);
	write_time(p->conf, until, p->until);
	put(p, PULL_SINCE, p->since);
	put(p, PULL_UNTIL, p->until);
}

void
pull_range_of(struct pull *p, const struct pull_query *q, int64_t since,
    int64_t until)
{
	int64_t ago = q->ago * CLOCK_SECOND;

	pull_range(p, since > ago ? since - ago : 0, until - ago);
}

void
pull_place(struct pull *p, const struct pull_at *at)
{
	snprintf(p->page, sizeof p->page, "%lld", (long long)at->page);
	snprintf(p->offset, sizeof p->offset, "%lld", (long long)at->offset);
	snprintf(p->limit, sizeof p->limit, "%lld", (long long)at->q->limit);
	put(p, PULL_PAGE, p->page);
	put(p, PULL_OFFSET, p->offset);
	put(p, PULL_LIMIT, p->limit);
	put(p, PULL_KEY, at->key != NULL ? at->key : "");
	put(p, PULL_PART, at->part != NULL ? at->part : "");
}

char *
pull_fill(struct pull *p, const struct template *t, enum template_place place)
{
	char *out = crypt_alloc(template_room(t, p->value));

	out[template_write(t, place, p->value, out)] = '\0';
	return out;
}
