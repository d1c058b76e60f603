/* Sorting durations: a few by comparing, many by their bytes. */
#include <stdlib.h>

#include "common/report_figures.h"
#include "t/unit/tap.h"

enum { MOST = 5000 };

static int64_t v[MOST];

static int
is_sorted(size_t n, uint64_t sum)
{
	size_t i;

	for (i = 0; i < n; i++)
		sum -= (uint64_t)v[i] * (uint64_t)v[i];
	for (i = 1; i < n; i++)
		if (v[i - 1] > v[i])
			return 0;
	return sum == 0;
}

/* Numbers of this many bits, every third below 0. */
static uint64_t
fill(size_t n, int bits)
{
	uint64_t sum = 0, x = 88172645463325252u;
	size_t i;

	for (i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		v[i] = (int64_t)(x >> (64 - bits));
		if (i % 3 == 0)
			v[i] = -v[i];
		sum += (uint64_t)v[i] * (uint64_t)v[i];
	}
	return sum;
}

int
main(void)
{
	static const size_t count[] = { 0, 1, 2, 999, 1000, MOST };
	uint64_t sum;
	size_t i;
	int bits;

	for (i = 0; i < sizeof count / sizeof count[0]; i++)
		for (bits = 1; bits < 64; bits += 6) {
			sum = fill(count[i], bits);
			report_sort(v, count[i]);
			ok(is_sorted(count[i], sum), "%zu numbers of %d bits",
			    count[i], bits);
		}
	for (i = 0; i < MOST; i++)
		v[i] = i % 2 ? INT64_MIN : INT64_MAX;
	report_sort(v, MOST);
	ok(v[0] == INT64_MIN && v[MOST / 2 - 1] == INT64_MIN &&
	    v[MOST / 2] == INT64_MAX, "the least and the largest there are");
	return done_testing();
}
