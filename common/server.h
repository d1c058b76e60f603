/*
 * loya-recv as a server: listeners, signals, the committing thread, standard
 * output, in one loop.
 */
#ifndef COMMON_SERVER_H
#define COMMON_SERVER_H

#include "common/httpd.h"
#include "common/listen.h"
#include "common/receive.h"

struct server_setup {
	struct store *store;
	struct receiver *receiver;
	struct listeners *listeners;
	const struct httpd_limits *limits;
	const struct httpd_tls *tls;	/* or NULL */
	int out_fd;			/* new events; -1: nowhere */
};

/*
 * Serve until SIGTERM or SIGINT, then finish what is under way.  SIGHUP reads
 * the configuration again.  Returns the exit status: EXIT_DONE, or EXIT_IO
 * when a commit failed in a way that leaves open what the disk holds.  E_...
 * in *e and a negative number when it could not start.
 */
int server_run(const struct server_setup *, struct err *e);

#endif
