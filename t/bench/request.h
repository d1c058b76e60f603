/* The least that a program does that a front end starts for a connection. */
#ifndef T_BENCH_REQUEST_H
#define T_BENCH_REQUEST_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Read one HTTP request from standard input, by its head and the length that it
 * states; returns its bytes. */
static size_t
request_read(char *in, size_t size)
{
	char *body, *length;
	size_t n = 0, want = size - 1;
	ssize_t k;

	while (n < want && (k = read(0, in + n, size - 1 - n)) > 0) {
		n += (size_t)k;
		in[n] = '\0';
		if ((body = strstr(in, "\r\n\r\n")) == NULL)
			continue;
		length = strstr(in, "Content-Length:");
		want = (size_t)(body + 4 - in) +
		    (length == NULL ? 0 : strtoul(length + 15, NULL, 10));
	}
	return n;
}

static int
request_answer(void)
{
	static const char answer[] = "HTTP/1.1 202 Accepted\r\n"
	    "Content-Length: 0\r\nConnection: close\r\n\r\n";

	return write(1, answer, sizeof answer - 1) != sizeof answer - 1;
}

#endif
