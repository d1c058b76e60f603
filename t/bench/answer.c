/*
 * answer: read one HTTP request from standard input, and answer 202.  The least
 * that a front end like tcpserver can start for a connection: what loya-recv is
 * compared with there.
 */
#include "t/bench/request.h"

int
main(void)
{
	char in[65536];

	request_read(in, sizeof in);
	return request_answer();
}
