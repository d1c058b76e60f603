/*
 * TAP for unit tests in C: ok(), is_int(), is_str(), then done_testing().
 * A failure shows what was got and what was wanted.
 */
#ifndef T_TAP_H
#define T_TAP_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int tap_run, tap_failed;

#define ok(cond, ...) tap_ok(!!(cond), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, want, ...) \
	tap_int((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, \
	    __VA_ARGS__)
#define is_str(got, want, ...) \
	tap_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)

__attribute__((format(printf, 4, 5), unused))
static int
tap_ok(int good, const char *file, int line, const char *fmt, ...)
{
	__builtin_va_list ap;

	tap_run++;
	printf("%sok %d - ", good ? "" : "not ", tap_run);
	__builtin_va_start(ap, fmt);
	vprintf(fmt, ap);
	__builtin_va_end(ap);
	putchar('\n');
	if (!good) {
		tap_failed++;
		printf("# at %s:%d\n", file, line);
	}
	/* Before a fork or a crash. */
	fflush(stdout);
	return good;
}

#define tap_int(got, want, file, line, ...) do { \
	int64_t tap_g = (got), tap_w = (want); \
	if (!tap_ok(tap_g == tap_w, file, line, __VA_ARGS__)) \
		printf("#  got %" PRId64 "\n# want %" PRId64 "\n", \
		    tap_g, tap_w); \
} while (0)

#define tap_str(got, want, file, line, ...) do { \
	const char *tap_g = (got), *tap_w = (want); \
	if (!tap_ok((tap_g == NULL) == (tap_w == NULL) && (tap_g == NULL || \
	    strcmp(tap_g, tap_w) == 0), file, line, __VA_ARGS__)) \
		printf("#  got %s\n# want %s\n", tap_g ? tap_g : "(null)", \
		    tap_w ? tap_w : "(null)"); \
} while (0)

__attribute__((unused))
static int
done_testing(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed != 0;
}

#endif
