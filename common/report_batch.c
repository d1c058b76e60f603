#include "common/report_part.h"

#include "common/clock.h"

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
