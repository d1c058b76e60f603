/*
 * answer: read one HTTP request from standard input, as far as its head and the
 * length that it states, and answer 202.  The least that a front end like
 * tcpserver can start for a connection: what loya-recv is held against there.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main(void)
{
	static const char answer[] = "HTTP/1.1 202 Accepted\r\n"
	    "Content-Length: 0\r\nConnection: close\r\n\r\n";
	char in[65536], *body, *length;
	size_t n = 0, want = sizeof in - 1;
	ssize_t k;

	while (n < want && (k = read(0, in + n, sizeof in - 1 - n)) > 0) {
		n += (size_t)k;
		in[n] = '\0';
		if ((body = strstr(in, "\r\n\r\n")) == NULL)
			continue;
		length = strstr(in, "Content-Length:");
		want = (size_t)(body + 4 - in) +
		    (length == NULL ? 0 : strtoul(length + 15, NULL, 10));
	}
	return write(1, answer, sizeof answer - 1) != sizeof answer - 1;
}
