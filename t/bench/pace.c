/* pace RATE: copy standard input line by line, RATE lines a second. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/options.h"

static void
sleep_until(int64_t at)
{
	struct timespec t = { at / CLOCK_SECOND, at % CLOCK_SECOND * 1000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

int
main(int argc, char **argv)
{
	int64_t rate, start = clock_mono(), i;
	size_t cap = 0;
	char *line = NULL;

	die_init(argv[0]);
	if (argc != 2 || options_number(argv[1], 1, 1000000, &rate) != 0)
		die(E_USAGE, "usage: pace RATE");
	for (i = 0; getline(&line, &cap, stdin) > 0; i++) {
		sleep_until(start + i * CLOCK_SECOND / rate);
		if (fputs(line, stdout) == EOF || fflush(stdout) == EOF)
			die(E_IO, "standard output cannot be written");
	}
	free(line);
	return 0;
}
