/* Lines of a pipe, however they are cut. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/lines.h"
#include "common/status.h"
#include "t/unit/tap.h"

/* Feed text in pieces of n bytes; the lines that came out, joined by |, a too
 * long one as !. */
static const char *
cut(const char *text, size_t n)
{
	static char out[256];
	struct lines l;
	const char *line;
	size_t len, at = 0, k;
	int fd[2], rc;

	out[0] = '\0';
	lines_init(&l, 8);
	if (pipe(fd) != 0)
		return NULL;
	while (!l.ended) {
		k = strlen(text + at) < n ? strlen(text + at) : n;
		if (k > 0 && write(fd[1], text + at, k) < 0)
			return NULL;
		at += k;
		if (text[at] == '\0' && fd[1] >= 0) {
			close(fd[1]);
			fd[1] = -1;
		}
		lines_fill(&l, fd[0]);
		while ((rc = lines_next(&l, &line, &len)) != 0) {
			if (rc == 1)
				strncat(out, line, len);
			strcat(out, rc == 1 ? "|" : "!");
		}
	}
	close(fd[0]);
	lines_release(&l);
	return out;
}

/* How much can be written before the other end reads. */
static size_t
room(int fd[2])
{
	static const char much[4096];
	size_t n = 0;

	fcntl(fd[1], F_SETFL, O_NONBLOCK);
	while (write(fd[1], much, sizeof much) == (ssize_t)sizeof much)
		n += sizeof much;
	return n;
}

static void
wide(void)
{
#ifdef F_SETPIPE_SZ
	int plain[2], fd[2];

	if (pipe(plain) != 0 || pipe(fd) != 0)
		return;
	lines_widen(fd[0]);
	ok(room(fd) > room(plain), "a widened pipe holds more");
#endif
}

int
main(void)
{
	size_t n;

	for (n = 1; n < 14; n++) {
		is_str(cut("ab\n\ncd\nef", n), "ab|cd|ef|",
		    "lines in pieces of %zu bytes", n);
		is_str(cut("12345678\n123456789\nx\n", n), "12345678|!x|",
		    "a line that is too long, in pieces of %zu bytes", n);
		is_str(cut("123456789abcdefgh", n), "!",
		    "a last line that is too long, in pieces of %zu", n);
	}
	wide();
	return done_testing();
}
