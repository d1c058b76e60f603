#include "common/report_part.h"

#include "common/clock.h"

int
report_begin(const struct report *r, struct stmt *newest, int64_t *at,
    struct err *e)
{
	int64_t first;

	*at = r->reverse ? INT64_MAX : -1;
	if (r->reverse || r->limit == 0)
		return 0;
	if ((first = stmt_count(newest, e)) < 0)
		return (int)first;
	*at = first - 1;
	return 0;
}

/* What a batch gives has to fit into the buffer of standard output. */
enum { ROWS = 200 };
static const int64_t longest = CLOCK_SECOND / 10;

int
report_full(struct report_batch *b)
{
	if (b->rows++ == 0)
		b->began = clock_mono();
	return b->rows >= ROWS || clock_mono() - b->began >= longest;
}

int
report_write(const struct report *r, struct report_batch *b)
{
	b->rows = 0;
	return fflush(r->out) == 0 && !ferror(r->out);
}
