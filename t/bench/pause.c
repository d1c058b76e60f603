/*
 * pause SECONDS: how long the machine did not run anything, while others work.
 * A virtual machine may be stopped by its host for milliseconds, many times a
 * second, and then even the best server is late.  Prints the p99, in
 * milliseconds, of the latency of a server that answers at once whenever the
 * machine runs, and the share of time in which it did not run.
 */
#include <sched.h>
#include <stdio.h>
#include <time.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/options.h"

enum { GAPS = 100000 };

/* Shorter gaps may come from the timer. */
static const int64_t least = CLOCK_SECOND / 1000;

/* The share of all moments that would have waited longer than this. */
static double
share(const int64_t *gap, size_t n, int64_t longer, int64_t all)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (gap[i] > longer)
			sum += (double)(gap[i] - longer);
	return sum / (double)all;
}

int
main(int argc, char **argv)
{
	const struct timespec nap = { 0, 200000 };
	const struct sched_param first = { .sched_priority = 50 };
	static int64_t gap[GAPS];
	int64_t seconds, start, was, now, p99 = 0;
	size_t n = 0;

	die_init("pause");
	if (argc != 2 || options_number(argv[1], 1, 3600, &seconds) != 0)
		die(E_USAGE, "SECONDS");
	/* Without the right to do that, time taken by other programs counts
	 * too. */
	if (sched_setscheduler(0, SCHED_FIFO, &first) != 0)
		warn("no real-time priority");
	start = was = clock_mono();
	while ((now = clock_mono()) - start < seconds * CLOCK_SECOND) {
		if (now - was > least && n < GAPS)
			gap[n++] = now - was;
		was = clock_mono();
		nanosleep(&nap, NULL);
	}
	while (share(gap, n, p99, now - start) > 0.01)
		p99 += 10;
	printf("%.2f %.4f\n", (double)p99 / 1000,
	    share(gap, n, 0, now - start));
	return 0;
}
