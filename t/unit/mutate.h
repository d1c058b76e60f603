/*
 * Deterministic mutation of seed texts, for short fuzz runs inside the unit
 * tests and for the plain main of t/fuzz: same seed, same texts.
 */
#ifndef T_MUTATE_H
#define T_MUTATE_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct mutate {
	uint64_t state;		/* anything but 0 */
	const char *const *seed;	/* to begin with, NULL at the end */
	const char *const *word;	/* pieces to put in, NULL at the end */
	char text[4096];
	size_t len;
};

static uint32_t
mutate_below(struct mutate *m, uint32_t n)
{
	m->state ^= m->state << 13;
	m->state ^= m->state >> 7;
	m->state ^= m->state << 17;
	return (uint32_t)((m->state >> 32) % n);
}

static const char *
mutate_pick(struct mutate *m, const char *const *list)
{
	uint32_t n;

	for (n = 0; list[n] != NULL; n++)
		;
	return list[mutate_below(m, n)];
}

/* Replace cut bytes at off by n bytes; nothing happens when it gets long. */
static void
mutate_splice(struct mutate *m, size_t off, size_t cut, const char *p, size_t n)
{
	char copy[256];

	if (n > sizeof copy || m->len - cut + n > sizeof m->text)
		return;
	memcpy(copy, p, n);
	memmove(m->text + off + n, m->text + off + cut, m->len - off - cut);
	memcpy(m->text + off, copy, n);
	m->len += n - cut;
}

/* The next text: a seed with one to four changes, in text and len. */
__attribute__((unused))
static void
mutate_next(struct mutate *m)
{
	const char *s;
	size_t at, from, n;
	uint32_t i;
	char c;

	s = mutate_pick(m, m->seed);
	m->len = strlen(s);
	memcpy(m->text, s, m->len);
	for (i = mutate_below(m, 4); i < 4; i++) {
		at = mutate_below(m, (uint32_t)m->len + 1);
		n = mutate_below(m, 9);
		n = n < m->len - at ? n : m->len - at;
		switch (mutate_below(m, 5)) {
		case 0:
			c = (char)mutate_below(m, 256);
			mutate_splice(m, at, n > 0, &c, 1);
			break;
		case 1:
			mutate_splice(m, at, n, "", 0);
			break;
		case 2:
			from = mutate_below(m, (uint32_t)m->len + 1);
			n = n < m->len - from ? n : m->len - from;
			mutate_splice(m, at, 0, m->text + from, n);
			break;
		case 3:
			if (at < m->len)
				m->text[at] ^= (char)(1 << (n & 7));
			break;
		default:
			s = mutate_pick(m, m->word);
			mutate_splice(m, at, 0, s, strlen(s));
		}
	}
}

#endif
