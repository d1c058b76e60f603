/* Commands that print a secret. */
#include "common/command.h"
#include "t/unit/tap.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/crypt.h"

static struct err err;
static const atomic_int *stop;

/* The output of sh -c SCRIPT, or its complaint. */
static const char *
run(const char *script, int64_t limit, int *rc)
{
	const char *argv[] = { "sh", "-c", script, NULL };
	static char text[64];
	char *out;
	size_t len;

	err.msg[0] = '\0';
	*rc = command_output(argv, 16, limit, stop, &out, &len, &err);
	snprintf(text, sizeof text, "%.60s", *rc == 0 ? out : err.msg);
	if (*rc == 0 && strlen(out) != len)
		snprintf(text, sizeof text, "of %zu bytes", len);
	crypt_free(out);
	return text;
}

static void
test_output(void)
{
	int rc;

	is_str(run("echo one", CLOCK_SECOND * 10, &rc), "one", "a line");
	is_str(run("printf 'a\\n\\n'", CLOCK_SECOND * 10, &rc), "a\n",
	    "one line feed is stripped");
	is_str(run(":", CLOCK_SECOND * 10, &rc), "", "nothing");
	is_int(rc, 0, "which is not a failure here");
	is_str(run("cat", CLOCK_SECOND * 10, &rc), "", "no input");
	is_str(run("printf 1234567890123456", CLOCK_SECOND * 10, &rc),
	    "1234567890123456", "as long as may be");
	is_str(run("kill -s PIPE $$", CLOCK_SECOND * 10, &rc),
	    "'sh' was ended by signal 13", "SIGPIPE ends it");
}

static void
test_failure(void)
{
	static const char *const none[] = { "/nowhere/sign", "x", NULL };
	char *out;
	size_t len;
	int rc;

	is_str(run("printf 12345678901234567", CLOCK_SECOND * 10, &rc),
	    "'sh' printed more than 16 bytes", "too long");
	is_int(rc, E_CONF, "a set-up error");
	is_str(run("yes", CLOCK_SECOND * 10, &rc),
	    "'sh' printed more than 16 bytes", "no end");
	is_str(run("echo secret; exit 3", CLOCK_SECOND * 10, &rc),
	    "'sh' ended with 3", "a failure");
	is_int(rc, E_CONF, "a set-up error");
	is_str(run("exit 75", CLOCK_SECOND * 10, &rc),
	    "'sh' ended with 75: later", "not now");
	is_int(rc, E_BUSY, "later");
	is_int(command_output(none, 16, CLOCK_SECOND, NULL, &out, &len, &err),
	    E_CONF, "no such command");
	is_str(err.msg, "'/nowhere/sign': No such file or directory", "told");
	ok(out == NULL && len == 0, "and nothing is given");
}

static void
test_limit(void)
{
	int64_t began = clock_mono();
	int rc;

	run("sleep 100", CLOCK_SECOND / 10, &rc);
	is_int(rc, E_BUSY, "it does not end");
	run("sleep 100 & echo x", CLOCK_SECOND / 10, &rc);
	is_int(rc, E_BUSY, "a child of it does not");
	run("exec >&-; sleep 100", CLOCK_SECOND / 10, &rc);
	is_int(rc, E_BUSY, "it says no more and does not end");
	ok(clock_mono() - began < 20 * CLOCK_SECOND, "it was not waited for");
}

static void
test_stop(void)
{
	static const atomic_int over = 1;
	int64_t began = clock_mono();
	int rc;

	stop = &over;
	is_str(run("sleep 100", CLOCK_SECOND * 100, &rc),
	    "'sh' was stopped: loya is shutting down", "nobody wants it any "
	    "more");
	is_int(rc, E_BUSY, "later");
	is_str(run("exec >&-; sleep 100", CLOCK_SECOND * 100, &rc),
	    "'sh' was stopped: loya is shutting down", "also when it says no "
	    "more");
	ok(clock_mono() - began < 20 * CLOCK_SECOND, "it was not waited for");
	stop = NULL;
}

/* libcurl's sockets are not closed by exec. */
static void
test_descriptors(void)
{
	int rc, fd = open("/dev/null", O_RDONLY), high = fcntl(fd, F_DUPFD, 40);

	ok(fd > 2 && high >= 40, "descriptors that an exec leaves open");
	is_str(run("i=3; while [ $i -le 60 ]; do [ ! -e /proc/$$/fd/$i ] || "
	    "echo $i; i=$((i + 1)); done", CLOCK_SECOND * 10, &rc), "",
	    "a command has none of them");
	close(fd);
	close(high);
}

int
main(void)
{
	crypt_init();
	signal(SIGPIPE, SIG_IGN);
	test_output();
	test_failure();
	test_limit();
	test_stop();
	test_descriptors();
	return done_testing();
}
