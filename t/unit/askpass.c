/* Asking at a terminal: the echo ends first, then comes the prompt. */
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "common/askpass.h"
#include "common/crypt.h"

#include "t/unit/tap.h"

static int leader = -1;
static int prompted;	/* bytes that stood there when the echo ended */

/* Replaces the library's: drops what was typed ahead, then types the line. */
int
tcsetattr(int fd, int how, const struct termios *t)
{
	static int turns;

	is_int(how, TCSAFLUSH, "what was typed ahead is dropped");
	if (turns++ > 0)
		return 0;
	is_int(t->c_lflag & ECHO, 0, "the echo is turned off");
	ioctl(leader, FIONREAD, &prompted);
	ioctl(fd, TCFLSH, TCIFLUSH);
	if (write(leader, "sesame\n", 7) != 7)
		return -1;
	return 0;
}

static void
test_prompt(void)
{
	unsigned char *word;
	struct err e = { 0 };
	char shown[64] = "";
	struct pollfd seen = { .events = POLLIN };
	size_t len, n = 0;
	int fd, rc, errs = dup(STDERR_FILENO);

	rc = openpty(&leader, &fd, NULL, NULL, NULL);
	is_int(rc, 0, "there is a terminal");
	if (rc != 0)
		return;
	seen.fd = leader;
	dup2(fd, STDERR_FILENO);
	rc = askpass_read(fd, "word", 64, &word, &len, &e);
	dup2(errs, STDERR_FILENO);
	is_int(rc, 0, "a line is read of a terminal");
	is_int(prompted, 0, "there is no prompt before the echo is off");
	is_int((int)len, 6, "its line feed is not part of it");
	is_int(memcmp(word, "sesame", 6), 0, "all of it is there");
	/* What was typed is echoed as well, and may arrive separately. */
	while (strstr(shown, "word: ") == NULL &&
	    poll(&seen, 1, 10000) == 1 && n < sizeof shown - 1 &&
	    read(leader, shown + n, 1) == 1)
		n++;
	is_str(strstr(shown, "word: ") != NULL ? "asked" : shown, "asked",
	    "who types is asked");
	crypt_free(word);
	close(fd);
	close(leader);
	close(errs);
}

int
main(void)
{
	crypt_init();
	test_prompt();
	return done_testing();
}
