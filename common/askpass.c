#include "common/askpass.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "common/crypt.h"

/* A terminal whose echo is off, and its settings to restore. */
struct silence {
	struct termios before;
	struct sigaction action[5];
};

static const int heeded[5] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

/* The signal that interrupted the prompt; its default action is carried out
 * once the terminal echoes again. */
static volatile sig_atomic_t caught;

static void
note(int sig)
{
	caught = sig;
}

static int
echo_off(int fd, struct silence *s)
{
	struct sigaction sa = { .sa_handler = note };
	struct termios t;
	int i;

	if (tcgetattr(fd, &s->before) != 0)
		return -1;
	caught = 0;
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < 5; i++)
		sigaction(heeded[i], &sa, &s->action[i]);
	t = s->before;
	t.c_lflag &= ~(tcflag_t)ECHO;
	t.c_lflag |= ECHONL;
	return tcsetattr(fd, TCSAFLUSH, &t);
}

static void
echo_on(int fd, const struct silence *s)
{
	int i;

	tcsetattr(fd, TCSAFLUSH, &s->before);
	for (i = 0; i < 5; i++)
		sigaction(heeded[i], &s->action[i], NULL);
	if (caught != 0)
		raise(caught);
}

/* Read up to room bytes; from a terminal one line. */
static int
read_all(int fd, int line, unsigned char *p, size_t room, size_t *len)
{
	ssize_t n;

	while (*len < room) {
		n = read(fd, p + *len, room - *len);
		if (n < 0 && errno == EINTR && caught == 0)
			continue;
		if (n < 0)
			return -1;
		*len += (size_t)n;
		if (n == 0 || (line && p[*len - 1] == '\n'))
			break;
	}
	return 0;
}

static int
ask(int fd, const char *prompt, unsigned char *p, size_t room, size_t *len)
{
	struct silence s;
	int rc, saved;

	if (!isatty(fd))
		return read_all(fd, 0, p, room, len);
	/* After a job was stopped, shells give it a terminal that echoes. */
	do {
		*len = 0;
		if (echo_off(fd, &s) != 0)
			return -1;
		/* What is typed as soon as the prompt appears is neither shown
		 * nor dropped. */
		fprintf(stderr, "%s: ", prompt);
		rc = read_all(fd, 1, p, room, len);
		saved = errno;
		echo_on(fd, &s);
		errno = saved;
	} while (rc != 0 && caught == SIGTSTP);
	return rc;
}

int
askpass_read(int fd, const char *prompt, size_t max, unsigned char **out,
    size_t *len, struct err *e)
{
	unsigned char *p = crypt_alloc(max + 2);
	size_t n = 0;
	int rc = 0;

	*out = NULL;
	*len = 0;
	if (ask(fd, prompt, p, max + 2, &n) != 0) {
		rc = err_set(e, E_IO, "descriptor %d: %s", fd,
		    strerror(errno));
		goto out;
	}
	if (n > 0 && p[n - 1] == '\n')
		n--;
	if (n == 0)
		rc = err_set(e, E_DATA, "%s: it is empty", prompt);
	else if (n > max)
		rc = err_set(e, E_DATA, "%s: it has more than %zu "
		    "bytes", prompt, max);
	*len = n;
	if (rc != 0)
		goto out;
	*out = p;
	p = NULL;
out:
	crypt_free(p);
	return rc;
}
